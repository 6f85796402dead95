//! The routes of `Start::trpc`.

use std::collections::BTreeMap;

use super::handle::fetch_request_handler;
use super::router::{Router, Version};
use super::served::Served;
use super::table::{check_router, check_version_10};
use crate::base::StartError;
use crate::event::APIEvent;
use crate::kernel::built_in::{route_below, without_slash};
use crate::kernel::{Asked, BannerLine, HandlerFuture, Opening, Route};
use crate::response::Outcome;
use crate::start::Start;

/// Routers, and where they are served.
#[derive(Default)]
pub struct Mountings(Vec<(String, Router)>);

/// The routers of a program, by the patterns of their routes.
struct Mounted(BTreeMap<&'static str, (String, Router)>);

impl Mountings {
    /// Adds the routes. Returns what they serve.
    pub fn open(self, opening: &mut Opening<'_>) -> Result<Vec<Served>, StartError> {
        let (mut mounted, mut served) = (BTreeMap::new(), Vec::new());
        for (path, router) in self.0 {
            check_router(router.root)?;
            if router.settings.version == Version::V10 {
                check_version_10(router.root)?;
            }
            let path = without_slash(path.into()).into_owned();
            let wrong = |reason: String| {
                StartError::new(format!("`trpc({path:?})`: {reason}\nWrite a path such as `trpc(\"/api/trpc\")`"))
            };
            if router.is_empty() {
                let hint = "there are no procedures: write `#[trpc::query]` above a function, and name the crate that it is in";
                return Err(wrong(hint.to_owned()));
            }
            let below = path.trim_end_matches('/');
            let route = route_below("trpc", &format!("{below}/[[...trpc]]"), answer).map_err(wrong)?;
            let is_same = |other: &&Route| !other.optional;
            if let Some(by) = opening.routes_at(route).find(is_same) {
                return Err(taken(&path, by));
            }
            opening.routes.push(route);
            opening.passages.push(route);
            opening.banner.push(BannerLine::served(counted(router.table.len()), path.clone()));
            served.push(Served::at(below, &router));
            mounted.insert(route.pattern, (path, router));
        }
        opening.state.insert(Mounted(mounted));
        Ok(served)
    }
}

fn taken(path: &str, by: &Route) -> StartError {
    StartError::new(format!(
        "`trpc({path:?})` stands in the way of a route:\n  {} {}  at {}  (crate {})\n\
         Give one of them another path",
        by.methods.join(", "),
        by.pattern,
        by.place(),
        by.crate_name()
    ))
}

fn counted(procedures: usize) -> String {
    if procedures == 1 { "1 procedure".to_owned() } else { format!("{procedures} procedures") }
}

fn answer(asked: Asked<'_, '_>) -> Option<HandlerFuture> {
    let call = asked.call()?;
    Some(Box::pin(async move {
        let app = call.exchange().worker.app.clone();
        let pattern = call.exchange().entry.map_or("", |entry| entry.route.pattern);
        match app.state.get::<Mounted>().and_then(|mounted| mounted.0.get(pattern)) {
            Some((path, router)) => {
                Outcome::Response(fetch_request_handler(APIEvent::new(&call), path, router).await.into())
            }
            None => Outcome::Missing,
        }
    }))
}

/// Settings of tRPC.
impl Start {
    /// Serves all procedures of the program at this path, for clients of version 11, as
    /// [`trpc::fetch_request_handler`](crate::trpc::fetch_request_handler) does.
    ///
    /// The path has no parameters, like `/api/trpc`; any other path is an error at start-up, as is a route of the program
    /// at the same path, a program without procedures, and two procedures with one name. The command `routes` answers
    /// before the body of `main`, and does not know the route.
    pub fn trpc(self, path: impl Into<String>) -> Self {
        self.trpc_router(path, Router::new())
    }

    /// Serves the procedures of a router at this path. Call it once for each router:
    ///
    /// ```standalone_crate
    /// use start_runtime::{Start, trpc};
    ///
    /// #[trpc::query]
    /// async fn hello() -> &'static str {
    ///     "Hello World"
    /// }
    ///
    /// let start = Start::new()
    ///     .trpc_router("/api/trpc", trpc::Router::new().allow_method_override(true))
    ///     .trpc_router("/api/trpc10", trpc::Router::new().v10());
    /// # let _ = start;
    /// ```
    pub fn trpc_router(mut self, path: impl Into<String>, router: Router) -> Self {
        self.settings.edit(|all: &mut Mountings| all.0.push((path.into(), router)));
        self
    }
}
