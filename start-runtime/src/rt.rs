//! Not public API. What the code that the attributes generate calls.

pub use inventory;

pub use crate::__start_package as package;
pub use crate::adapter::{Probe, Split, Text, any, async_output, output};
pub use crate::decode::BadParams;
pub use crate::describe::Operation as Describe;
pub use crate::document::{OpenApiEdit, Program};
pub use crate::extract::{optional_param, param, rest_param};
pub use crate::kernel::{Call, Declaration, HandlerFuture, Package, Route, RouteKind};
pub use crate::response::Outcome;
pub use crate::router::{RoutePath, Segment, SegmentPart};
pub use crate::run::cli::answer_commands;
pub use crate::run::entry::block_on;
pub use crate::start::RouteFolder;

/// The traits that choose a value's kind, without names that could meet the user's.
pub mod levels {
    pub use crate::adapter::{
        ActixErrorDocs as _, ActixFailure as _, ActixPathArgument as _, CheckedArgument as _, CheckedArgumentDocs as _,
        DocumentedArgumentDocs as _, DocumentedErrorDocs as _, DocumentedOutputDocs as _, ErrorFailure as _,
        ExtractorArgument as _, JsonAnswer as _, JsonOutputDocs as _, KnownArgumentDocs as _, KnownErrorDocs as _,
        KnownOutputDocs as _, NestedSplit as _, NoAnswer as _, NoArgument as _, NoArgumentDocs as _, NoErrorDocs as _,
        NoFailure as _, NoOutputDocs as _, NoSplit as _, OpaqueOutputDocs as _, OptionalParamDocs as _,
        OuterSplit as _, OwnArgument as _, ProblemFailure as _, ReadyAnswer as _, ReadyFailure as _,
        ResponderAnswer as _, ResponderOutputDocs as _, SchemalessArgumentDocs as _, SchemalessOutputDocs as _,
        StatusAndValue as _, TypedParamDocs as _, UnexpectedFailure as _, UnreadableArgument as _,
        UntypedParamDocs as _, ValueAlone as _, ValueAndStatus as _, WrapperDocs as _,
    };
}

/// The package in which this is written.
#[doc(hidden)]
#[macro_export]
macro_rules! __start_package {
    () => {
        $crate::__rt::Package {
            name: ::core::option_env!("CARGO_PKG_NAME"),
            version: ::core::option_env!("CARGO_PKG_VERSION"),
            description: ::core::option_env!("CARGO_PKG_DESCRIPTION"),
            authors: ::core::option_env!("CARGO_PKG_AUTHORS"),
            license: ::core::option_env!("CARGO_PKG_LICENSE"),
            homepage: ::core::option_env!("CARGO_PKG_HOMEPAGE"),
            repository: ::core::option_env!("CARGO_PKG_REPOSITORY"),
        }
    };
}

/// A handler's future, in one box.
pub fn boxed(future: impl Future<Output = Outcome> + 'static) -> HandlerFuture {
    Box::pin(future)
}

/// What becomes of the value of `main`.
pub mod entry {
    pub use crate::run::entry::{AnyEntry, IoEntry};
}

/// The router, for the benchmarks that hold it against others.
pub mod router {
    pub use crate::router::{Inserted, RequestPath, Router};
}
