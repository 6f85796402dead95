//! Values by their type, for what capabilities keep: the core does not know their types.

use std::any::{Any, TypeId};
use std::collections::HashMap;

/// At most one value of each type.
#[derive(Default)]
pub struct TypeMap(HashMap<TypeId, Box<dyn Any + Send + Sync>>);

/// What the program has told its capabilities before it starts: their methods on `Start` write here.
pub type Settings = TypeMap;

/// What capabilities keep while the program runs. Their own handlers look here; nothing that every request passes does.
pub type State = TypeMap;

#[allow(dead_code, reason = "capabilities use it")]
impl TypeMap {
    /// The value of this type.
    pub fn get<T: Send + Sync + 'static>(&self) -> Option<&T> {
        self.0.get(&TypeId::of::<T>())?.downcast_ref()
    }

    /// Puts a value in place of an earlier one of its type.
    pub fn insert<T: Send + Sync + 'static>(&mut self, value: T) {
        self.0.insert(TypeId::of::<T>(), Box::new(value));
    }

    /// Takes the value of this type out.
    pub fn take<T: Send + Sync + 'static>(&mut self) -> Option<T> {
        let value = self.0.remove(&TypeId::of::<T>())?;
        value.downcast().ok().map(|value| *value)
    }

    /// Changes the value of this type; the default one if there is none yet.
    pub fn edit<T: Default + Send + Sync + 'static>(&mut self, change: impl FnOnce(&mut T)) {
        let mut value = self.take().unwrap_or_default();
        change(&mut value);
        self.insert(value);
    }
}
