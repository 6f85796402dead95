//! The traits of one step: each level has a trait with the same method.

/// Declares levels that choose a kind: an empty type whose method does the work.
macro_rules! levels {
    ($method:ident: $($level:ident),* $(,)?) => {$(
        pub trait $level {
            type Kind;
            fn $method(&self) -> Self::Kind;
        }
    )*};
}

/// Declares levels that add to the docs. They take the argument's name where there is one.
macro_rules! docs_levels {
    ($method:ident $argument:tt: $($level:ident),* $(,)?) => {$(docs_levels!(@ $level $method $argument);)*};
    (@ $level:ident $method:ident ($($name:ident)?)) => {
        pub trait $level {
            fn $method(&self, docs: &mut Operation<'_> $(, $name: &'static str)?);
        }
    };
}
