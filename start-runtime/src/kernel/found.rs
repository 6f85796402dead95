//! What extractor functions have found for a request: each is asked once.

use std::any::{Any, TypeId};

/// At most one value of each type.
#[derive(Default)]
pub struct Found(Vec<(TypeId, Box<dyn Any>)>);

impl Found {
    pub fn keep<T: 'static>(&mut self, value: T) {
        self.0.push((TypeId::of::<T>(), Box::new(value)));
    }

    pub fn contains<T: 'static>(&self) -> bool {
        self.0.iter().any(|(known, _)| *known == TypeId::of::<T>())
    }

    /// Takes the value of this type out.
    pub fn take<T: 'static>(&mut self) -> Option<T> {
        let at = self.0.iter().position(|(known, _)| *known == TypeId::of::<T>())?;
        self.0.swap_remove(at).1.downcast().ok().map(|value| *value)
    }
}
