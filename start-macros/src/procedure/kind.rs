//! The attributes that make a procedure.

/// Which attribute made a procedure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Query,
    Mutation,
    Subscription,
}

impl Kind {
    /// What tRPC calls it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Mutation => "mutation",
            Self::Subscription => "subscription",
        }
    }

    /// The attribute as it is written.
    pub fn attribute(self) -> &'static str {
        match self {
            Self::Query => "trpc::query",
            Self::Mutation => "trpc::mutation",
            Self::Subscription => "trpc::subscription",
        }
    }
}
