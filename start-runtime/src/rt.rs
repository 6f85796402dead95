//! Not public API. What the code that the attributes generate calls.

pub use inventory;

pub use crate::__start_package as package;
pub use crate::cli::answer_commands;
pub use crate::decode::BadParams;
pub use crate::describe::Operation as Describe;
pub use crate::document::{OpenApiEdit, Program};
pub use crate::extract::{optional_param, param, rest_param};
pub use crate::folder::RouteFolder;
pub use crate::kernel::Call;
pub use crate::kernel::{HandlerFuture, Package, Route, RouteKind};
pub use crate::response::Outcome;
pub use crate::response::levels::{Probe, Split, Text, any, async_output, output};
pub use crate::router::{Part, RoutePath, Segment};

/// The traits that choose a value's kind, without names that could meet the user's.
pub mod levels {
    pub use crate::extract::describe::{
        DescribeArgumentFirst as _, DescribeArgumentFourth as _, DescribeArgumentLast as _,
        DescribeArgumentSecond as _, DescribeArgumentThird as _, DescribeParamFirst as _, DescribeParamLast as _,
        DescribeParamSecond as _,
    };
    pub use crate::extract::levels::{
        ArgumentFirst as _, ArgumentFourth as _, ArgumentLast as _, ArgumentSecond as _, ArgumentThird as _,
    };
    pub use crate::extract::valid::{ArgumentValid as _, DescribeArgumentValid as _};
    pub use crate::response::levels::{
        DescribeErrorFirst as _, DescribeErrorLast as _, DescribeErrorSecond as _, DescribeErrorThird as _,
        DescribeFifth as _, DescribeFirst as _, DescribeFourth as _, DescribeLast as _, DescribeSecond as _,
        DescribeSixth as _, DescribeThird as _, ErrorFirst as _, ErrorFourth as _, ErrorLast as _, ErrorSecond as _,
        ErrorThird as _, LeafFirst as _, LeafLast as _, LeafSecond as _, LeafThird as _, SplitFirst as _,
        SplitLast as _, SplitSecond as _, StatusFirst as _, StatusLast as _, StatusSecond as _,
    };
}

/// A handler's future, in one box.
pub fn boxed(future: impl Future<Output = Outcome> + 'static) -> HandlerFuture {
    Box::pin(future)
}

/// What becomes of the value of `main`.
pub mod entry {
    use std::io;

    use super::Probe;

    pub trait IoEntry {
        fn entry_kind(&self) -> IoKind;
    }

    pub trait AnyEntry {
        fn entry_kind(&self) -> AnyKind;
    }

    /// `io::Result`: an error is printed as it reads, and ends the process with 1. Rust itself would
    /// print its `Debug`, with line breaks escaped.
    pub struct IoKind;
    /// Anything else is left to Rust.
    pub struct AnyKind;

    impl IoEntry for &Probe<io::Result<()>> {
        fn entry_kind(&self) -> IoKind {
            IoKind
        }
    }

    impl<T> AnyEntry for Probe<T> {
        fn entry_kind(&self) -> AnyKind {
            AnyKind
        }
    }

    impl IoKind {
        pub fn finish(self, output: io::Result<()>) -> io::Result<()> {
            if let Err(error) = &output {
                eprintln!("error: {error}");
                std::process::exit(1);
            }
            output
        }
    }

    impl AnyKind {
        pub fn finish<T>(self, output: T) -> T {
            output
        }
    }
}

/// Runs an async entry point on actix's runtime.
pub fn block_on<T>(future: impl Future<Output = T>) -> T {
    actix_web::rt::System::new().block_on(future)
}

/// The router, for the benchmarks that hold it against others.
pub mod router {
    pub use crate::router::{Inserted, RequestPath, Router};
}
