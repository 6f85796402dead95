//! How a capability plugs in: by a record, like a route.
//!
//! Sessions, metrics, the docs page: each is a folder in `features/` with one [`Capability`], which stands in the list in
//! `run/capabilities.rs`. The core opens what is in the list and knows none of it.

use std::borrow::Cow;

use super::layer::Layer;
use super::listed::ListOperations;
use super::observe::MakeWatcher;
use super::outside::Outside;
use super::record::Route;
use super::store_check::StoreCheck;
use super::table::Table;
use super::type_map::{Settings, State};
use super::types_view::TypesView;
use crate::base::StartError;

/// One capability. `open` runs once, before the program starts, also for the command line.
pub struct Capability {
    /// Takes the capability's settings, and adds what it brings. An error keeps the program from starting.
    pub open: fn(&mut Settings, &mut Opening<'_>) -> Result<(), StartError>,
    /// Its part of the command line.
    pub command: Option<Subcommand>,
}

/// What a program gets from its capabilities.
pub struct Opening<'a> {
    /// The routes of the program's crates.
    pub linked: &'a [&'static Route],
    /// The routes that capabilities bring.
    pub routes: Vec<&'static Route>,
    pub state: State,
    /// The cookies by which the program's sessions are found.
    #[allow(dead_code, reason = "capabilities read it")]
    pub session_cookies: Vec<String>,
    pub in_place: InPlace,
    /// Middleware around that of the program. The capability that stands first in the list is outermost.
    pub layers: Vec<Layer>,
    /// Each makes a watcher for a worker.
    pub watchers: Vec<MakeWatcher>,
    pub banner: Vec<BannerLine>,
    /// What capabilities need from outside: asked at start-up, and by whoever says whether the program is ready.
    pub checks: Vec<StoreCheck>,
    /// What sends requests to other programs.
    pub outside: Option<Outside>,
    /// Routes of `routes` whose catch-all takes what no router reads, too: empty segments, and escapes that are none.
    pub passages: Vec<&'static Route>,
    /// What clients know by types of their own.
    pub types: Vec<TypesView>,
    /// Operations of the document that no route stands for.
    pub operations: Vec<ListOperations>,
    /// What is done once the table is built, before the program starts. An error keeps it from starting.
    pub once_built: Vec<OnceBuilt>,
}

/// Work with the table of a program that is about to start.
pub type OnceBuilt = Box<dyn FnOnce(&Table) -> Result<(), StartError>>;

/// What capabilities answer in place of handlers, for the document.
#[derive(Clone, Default)]
pub struct InPlace {
    pub cross_site: CrossSite,
    /// Whether a 200 to GET has an ETag, and a client that has it already is answered 304.
    pub etags: bool,
}

/// Which requests are refused if a page of another site has made them, for the document.
#[derive(Clone, Default)]
pub struct CrossSite {
    /// Those to routes that take a session.
    pub sessions: bool,
    /// Those with these cookies.
    pub cookies: Vec<String>,
}

/// A line that a program prints when it listens: `docs at http://127.0.0.1:3000/docs`, or another text.
pub struct BannerLine {
    what: Cow<'static, str>,
    path: Option<Cow<'static, str>>,
}

#[allow(dead_code, reason = "capabilities print lines")]
impl BannerLine {
    /// Something that is served at this path.
    pub const fn at(what: &'static str, path: &'static str) -> Self {
        Self { what: Cow::Borrowed(what), path: Some(Cow::Borrowed(path)) }
    }

    /// Things that are served at this path.
    pub fn served(what: String, path: String) -> Self {
        Self { what: Cow::Owned(what), path: Some(Cow::Owned(path)) }
    }

    /// A text.
    pub fn note(text: String) -> Self {
        Self { what: Cow::Owned(text), path: None }
    }

    /// The line in a program that listens at this URL.
    pub fn text(&self, url: &str) -> String {
        match &self.path {
            Some(path) => format!("{} at {url}{path}", self.what),
            None => self.what.clone().into_owned(),
        }
    }
}

/// A command of the program. It answers before the body of `main`, from the table of the routes alone. Capabilities may
/// share one by its name: each adds its arguments, and the one that stands first in the list answers.
pub struct Subcommand {
    pub name: &'static str,
    /// Whether it has nothing to say of a program into which no route is linked.
    pub needs_routes: bool,
    /// Adds the arguments and the help.
    pub define: fn(clap::Command) -> clap::Command,
    /// The text for standard output, or the message of the error.
    pub answer: fn(&clap::ArgMatches, &Table) -> Result<String, String>,
}

#[allow(dead_code, reason = "capabilities use it")]
impl Capability {
    /// A capability that adds nothing to the program: it brings types.
    pub const TYPES_ONLY: Self = Self { open: |_, _| Ok(()), command: None };
}

impl<'a> Opening<'a> {
    pub fn new(linked: &'a [&'static Route]) -> Self {
        Self {
            linked,
            routes: Vec::new(),
            state: State::default(),
            session_cookies: Vec::new(),
            in_place: InPlace::default(),
            layers: Vec::new(),
            watchers: Vec::new(),
            banner: Vec::new(),
            checks: Vec::new(),
            outside: None,
            passages: Vec::new(),
            types: Vec::new(),
            operations: Vec::new(),
            once_built: Vec::new(),
        }
    }
}

impl Opening<'_> {
    /// Whether a capability brings what a program may consist of: a route that stands in the document, or one that hands
    /// requests on.
    pub fn answers_clients(&self) -> bool {
        self.routes.iter().any(|route| !route.hidden) || !self.passages.is_empty()
    }
}

#[allow(dead_code, reason = "capabilities use it")]
impl Opening<'_> {
    /// The routes that are there at the path of another one.
    pub fn routes_at(&self, route: &Route) -> impl Iterator<Item = &'static Route> {
        let wanted = route.paths[0].segments;
        let all = self.linked.iter().chain(&self.routes).copied();
        all.filter(move |other| other.paths.iter().any(|path| path.segments == wanted))
    }
}
