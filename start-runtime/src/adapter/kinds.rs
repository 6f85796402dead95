//! The trait of a step. Its levels are impls for a [`Probe`](super::Probe) behind more or fewer references: method
//! look-up tries the one with the most references first. One trait a step, and not one a level: rustc tries each trait
//! at each number of references.

/// Declares a step that chooses a kind: an empty type whose method does the work.
macro_rules! levels {
    ($method:ident: $level:ident) => {
        pub trait $level {
            type Kind;
            fn $method(&self) -> Self::Kind;
        }
    };
}

/// Declares a step that adds to the docs. It takes the argument's name where there is one.
macro_rules! docs_levels {
    ($method:ident($($name:ident)?): $level:ident) => {
        pub trait $level {
            fn $method(&self, docs: &mut Operation<'_> $(, $name: &'static str)?);
        }
    };
}
