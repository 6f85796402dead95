//! Values that a test gives a request, in place of what extractor functions would find.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::rc::Rc;

use actix_web::{HttpMessage as _, HttpRequest};

type Make = Rc<dyn Fn() -> Box<dyn Any>>;

/// At most one value of each type; and the guards that let the request in.
#[derive(Clone, Default)]
pub struct Given {
    values: HashMap<TypeId, Make>,
}

impl Given {
    /// Gives a value in place of an earlier one of its type.
    pub fn insert<T: Clone + 'static>(&mut self, value: T) {
        self.values.insert(TypeId::of::<T>(), Rc::new(move || Box::new(value.clone())));
    }

    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The value of this type that a request was given.
    pub fn of<T: 'static>(http: &HttpRequest) -> Option<T> {
        let make = http.extensions().get::<Self>()?.values.get(&TypeId::of::<T>())?.clone();
        make().downcast().ok().map(|value| *value)
    }
}
