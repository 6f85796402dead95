use actix_web::{HttpMessage as _, HttpRequest};

/// Values by type that middleware stores for handlers: the extensions of actix's request.
///
/// ```
/// use start_runtime::test;
///
/// #[derive(Clone, PartialEq, Debug)]
/// struct User(String);
///
/// let event = test::event("/api/me").build();
/// event.locals.insert(User("harry".into()));
/// assert_eq!(event.locals.get::<User>(), Some(User("harry".into())));
/// ```
#[derive(Clone)]
pub struct Locals(HttpRequest);

impl Locals {
    pub(crate) fn new(http: HttpRequest) -> Self {
        Self(http)
    }

    /// Returns a copy of the value of this type. Wrap a type that is not `Clone` in an `Rc`.
    pub fn get<T: Clone + 'static>(&self) -> Option<T> {
        self.0.extensions().get::<T>().cloned()
    }

    /// Stores a value. Returns the earlier value of its type, which it replaces.
    pub fn insert<T: 'static>(&self, value: T) -> Option<T> {
        let mut extensions = self.0.extensions_mut();
        let earlier = extensions.remove::<T>();
        extensions.insert(value);
        earlier
    }

    /// Removes the value of this type and returns it.
    pub fn remove<T: 'static>(&self) -> Option<T> {
        self.0.extensions_mut().remove::<T>()
    }
}
