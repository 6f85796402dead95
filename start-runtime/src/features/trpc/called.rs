//! The procedure that is being called, for its guards and middleware.

use crate::event::APIEvent;
use crate::kernel;

/// The procedure that is being called: [`APIEvent::procedure`].
#[derive(Clone, Copy, Debug)]
pub struct Procedure(&'static kernel::Procedure);

impl Procedure {
    /// Its path, such as `post.byId`.
    pub fn path(&self) -> String {
        self.0.path()
    }

    /// `query`, `mutation` or `subscription`.
    pub fn kind(&self) -> &'static str {
        self.0.kind.name()
    }

    /// The value of this type that the attribute has as `meta`; `None` if it has none.
    ///
    /// ```
    /// use start_runtime::{prelude::*, trpc};
    ///
    /// #[derive(Clone, Copy, PartialEq)]
    /// enum Role {
    ///     Student,
    ///     Teacher,
    /// }
    ///
    /// #[extractor]
    /// async fn require_role(event: APIEvent) -> Result<(), Problem> {
    ///     let needed = event.procedure().and_then(|procedure| procedure.meta::<Role>());
    ///     let is_teacher = event.request.header("x-role") == Some("teacher");
    ///     if needed == Some(Role::Teacher) && !is_teacher {
    ///         return Err(Problem::forbidden("only teachers"));
    ///     }
    ///     Ok(())
    /// }
    ///
    /// #[trpc::mutation(guard = require_role, meta = Role::Teacher)]
    /// async fn give_points(input: u32) -> u32 {
    ///     input
    /// }
    ///
    /// #[trpc::query(guard = require_role, meta = Role::Student)]
    /// async fn points() -> u32 {
    ///     0
    /// }
    /// # fn main() {}
    /// ```
    pub fn meta<T: Clone + 'static>(&self) -> Option<T> {
        let mut found = None;
        if let Some(meta) = self.0.meta {
            meta(&mut |value| found = found.take().or_else(|| value.downcast_ref::<T>().cloned()));
        }
        found
    }
}

/// With the feature `trpc`.
impl APIEvent {
    /// The procedure that is being called, in its guards, its middleware and itself; `None` in a route. The calls of a
    /// batch have one event each in this respect: what a guard finds after it has asked holds for its call alone.
    pub fn procedure(&self) -> Option<Procedure> {
        self.request.call().procedure().map(Procedure)
    }
}
