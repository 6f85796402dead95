//! Why a program does not start.

use std::fmt;
use std::io;
use std::path::PathBuf;

#[cfg(feature = "metrics")]
use crate::observe::metrics::RecorderFault;
#[cfg(feature = "metrics")]
use crate::route::{Route, RouteKind};
use crate::table::Conflict;

/// Everything that keeps a program from starting. Each message says where, and what to write.
pub enum StartError {
    NoRoutes,
    /// Route files that were added after the program was compiled.
    ForgottenFiles(Vec<String>),
    /// `only_crates` leaves nothing over.
    NoRoutesOf {
        wanted: Vec<String>,
        known: Vec<String>,
    },
    Conflicts(Vec<Conflict>),
    MissingData(Vec<MissingData>),
    /// A setting that names no path.
    DocsPath {
        setting: &'static str,
        path: String,
        reason: String,
    },
    /// `security = "…"` of attributes, without a scheme of that name.
    UnknownSecurity {
        unknown: Vec<String>,
        known: Vec<String>,
    },
    Pages {
        folder: PathBuf,
        error: io::Error,
    },
    #[cfg(feature = "multipart")]
    Uploads {
        folder: PathBuf,
        error: io::Error,
    },
    /// A path that cannot serve metrics.
    #[cfg(feature = "metrics")]
    MetricsPath {
        path: String,
        reason: String,
    },
    /// A route of the user's where the metrics should be.
    #[cfg(feature = "metrics")]
    MetricsTaken {
        path: String,
        by: &'static Route,
    },
    #[cfg(feature = "metrics")]
    Metrics(RecorderFault),
    Bind {
        address: String,
        error: io::Error,
    },
    /// A middleware or a service of the user's could not be built.
    Service,
}

/// A `Data<T>` that no `Start::data` registers.
pub struct MissingData {
    pub route: String,
    pub place: String,
    pub type_name: &'static str,
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoRoutes => f.write_str(
                "no route is linked into this program.\n\
                 Annotate a function:\n\n    \
                 #[api_route(\"/api/hello\")]\n    \
                 async fn GET() -> &'static str { \"Hello World\" }\n\n\
                 If your routes are in a library crate (or in the src/lib.rs beside this main.rs), name it once in\n\
                 main.rs, because Rust leaves out a crate that no line mentions:\n\n    \
                 use my_routes as _;",
            ),
            Self::ForgottenFiles(files) => write!(
                f,
                "route files are not compiled in: {}\n\
                 Build again. Cargo sees new files by itself if there is a build.rs with one line:\n\n    \
                 fn main() {{ println!(\"cargo:rerun-if-changed=src/routes\"); }}",
                files.join(", ")
            ),
            Self::NoRoutesOf { wanted, known } => {
                write!(
                    f,
                    "no route of the crates in `only_crates` ({}) is linked in; there are routes of {}",
                    wanted.join(", "),
                    known.join(", ")
                )
            }
            Self::Conflicts(conflicts) => {
                f.write_str("routes stand in each other's way:")?;
                conflicts.iter().try_for_each(|conflict| write!(f, "\n\n{conflict}"))
            }
            Self::MissingData(missing) => {
                f.write_str("handlers take state that nobody registers:")?;
                missing.iter().try_for_each(|MissingData { route, place, type_name }| {
                    write!(f, "\n  {route} at {place} takes `Data<{type_name}>`")
                })?;
                f.write_str("\nRegister a value of each type: `Start::new().data(value).serve()`")
            }
            Self::UnknownSecurity { unknown, known } => {
                let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
                write!(
                    f,
                    "a route asks for a security scheme that nobody declares: {}; there is {known}\n\
                     Declare it:\n\n    \
                     #[start_runtime::openapi]\n    \
                     fn about(document: &mut start_runtime::openapi::OpenApi) {{\n        \
                     document.security_scheme(start_runtime::openapi::SecurityScheme::bearer(\"token\"));\n    }}",
                    unknown.join(", ")
                )
            }
            Self::DocsPath { setting, path, reason } => {
                write!(
                    f,
                    "`{setting}({path:?})`: {reason}\nWrite a path such as `{setting}(\"{}\")`",
                    match *setting {
                        "docs_at" => "/reference",
                        _ => "/reference/openapi.json",
                    }
                )
            }
            Self::Pages { folder, error } => {
                let place = std::env::current_dir().unwrap_or_default();
                write!(
                    f,
                    "the folder of pages `{}` cannot be read from `{}`: {error}",
                    folder.display(),
                    place.display()
                )
            }
            #[cfg(feature = "multipart")]
            Self::Uploads { folder, error } => {
                write!(f, "the folder of uploads `{}` cannot be written in: {error}", folder.display())
            }
            #[cfg(feature = "metrics")]
            Self::MetricsPath { path, reason } => {
                write!(f, "`metrics({path:?})`: {reason}\nWrite a path such as `metrics(\"/metrics\")`")
            }
            #[cfg(feature = "metrics")]
            Self::MetricsTaken { path, by } => {
                let what = if by.kind == RouteKind::Page { "page".to_owned() } else { by.methods.join(", ") };
                write!(
                    f,
                    "`metrics({path:?})` stands in the way of a route:\n  {what} {}  at {}  (crate {})\n\
                     Give one of them another path",
                    by.pattern,
                    by.place(),
                    by.crate_name()
                )
            }
            #[cfg(feature = "metrics")]
            Self::Metrics(fault) => write!(f, "{fault}"),
            Self::Bind { address, error } if error.kind() == io::ErrorKind::AddrInUse => {
                write!(
                    f,
                    "{address} is in use by another program: stop that one, or take another port with --port or PORT"
                )
            }
            Self::Bind { address, error } => write!(f, "cannot listen on {address}: {error}"),
            Self::Service => f.write_str("a middleware or service could not be built: the log says why"),
        }
    }
}

/// `main` prints the error of its `Result` with `Debug`: people should be able to read it.
impl fmt::Debug for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n\n{self}\n")
    }
}

impl std::error::Error for StartError {}

impl From<StartError> for io::Error {
    fn from(error: StartError) -> Self {
        match error {
            StartError::Bind { error: ref inner, .. } => Self::new(inner.kind(), error),
            other => Self::new(io::ErrorKind::InvalidInput, other),
        }
    }
}
