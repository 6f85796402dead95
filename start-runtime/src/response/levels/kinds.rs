//! The traits of one step: the same method at each level, with a kind to choose.

macro_rules! levels {
    ($method:ident: $($level:ident),*) => {$(
        pub trait $level {
            type Kind;
            fn $method(&self) -> Self::Kind;
        }
    )*};
}
