//! What extractor functions have found for a request: each is asked once.

use std::any::Any;

/// Values by their types.
#[derive(Default)]
pub struct Found(Vec<Box<dyn Any>>);

impl Found {
    pub fn keep<T: 'static>(&mut self, value: T) {
        self.0.push(Box::new(value));
    }

    /// Whether there is a value of this type that passes.
    pub fn any<T: 'static>(&self, passes: impl Fn(&T) -> bool) -> bool {
        self.0.iter().any(|value| value.downcast_ref().is_some_and(&passes))
    }

    /// Takes the value of this type out.
    #[allow(dead_code, reason = "capabilities keep things here, too")]
    pub fn take<T: 'static>(&mut self) -> Option<T> {
        self.take_if(|_| true)
    }

    /// Takes a value of this type out that passes.
    pub fn take_if<T: 'static>(&mut self, passes: impl Fn(&T) -> bool) -> Option<T> {
        let at = self.0.iter().position(|value| value.downcast_ref().is_some_and(&passes))?;
        self.0.swap_remove(at).downcast().ok().map(|value| *value)
    }
}
