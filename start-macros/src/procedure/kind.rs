//! The attributes that make a procedure.

/// Which attribute made a procedure.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Query,
    Mutation,
    Subscription,
}

impl Kind {
    /// The attribute as it is written.
    pub fn attribute(self) -> &'static str {
        match self {
            Self::Query => "trpc::query",
            Self::Mutation => "trpc::mutation",
            Self::Subscription => "trpc::subscription",
        }
    }
}
