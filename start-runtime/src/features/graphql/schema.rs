//! What a schema is here: something that executes requests, and can write down its types.

use async_graphql::{Executor, ObjectType, Schema, SubscriptionType};

/// A schema that Start serves: every `async_graphql::Schema`. Implement it for an executor of your own, such as one
/// around a schema of `async_graphql::dynamic`.
pub trait GraphqlSchema: Executor {
    /// The types in the schema definition language (GraphQL, section 3).
    fn sdl(&self) -> String;

    /// Whether all schemas of this type have the same types. Then they are read once.
    const IS_FIXED: bool = false;
}

impl<Q, M, S> GraphqlSchema for Schema<Q, M, S>
where
    Q: ObjectType + 'static,
    M: ObjectType + 'static,
    S: SubscriptionType + 'static,
{
    const IS_FIXED: bool = true;

    fn sdl(&self) -> String {
        Self::sdl(self)
    }
}
