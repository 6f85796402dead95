//! The route that serves the metrics, at a path that is only known at run time.

use crate::base::StartError;
use crate::base::blocking::blocking;
use crate::kernel::Opening;
use crate::kernel::built_in::{route_at, without_slash};
use crate::kernel::{Asked, HandlerFuture, Route};
use crate::response::{Outcome, Problem, Response};
use crate::router::RouteKind;

use super::recorder::{Recorder, RecorderFault};

/// The Prometheus text format.
const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// The settings of metrics.
pub struct Endpoint {
    pub path: String,
    /// Installed as soon as the setting is made, so that everything the program counts afterwards is recorded.
    pub recorder: Result<Recorder, RecorderFault>,
}

impl Endpoint {
    /// Adds the route and the recorder that it serves.
    pub fn open(self, opening: &mut Opening<'_>) -> Result<(), StartError> {
        let path = without_slash(self.path.into());
        let metrics = route_at("metrics", &path, handler).map_err(|reason| no_path(&path, &reason))?;
        // As everywhere, a route whose optional segment is left out yields to a route that is written out.
        if let Some(by) = opening.routes_at(metrics).find(|route| !route.optional) {
            return Err(taken(&path, by));
        }
        opening.state.insert(self.recorder?);
        opening.routes.push(metrics);
        Ok(())
    }
}

fn no_path(path: &str, reason: &str) -> StartError {
    StartError::new(format!("`metrics({path:?})`: {reason}\nWrite a path such as `metrics(\"/metrics\")`"))
}

fn taken(path: &str, by: &Route) -> StartError {
    let what = if by.kind == RouteKind::Page { "page".to_owned() } else { by.methods.join(", ") };
    StartError::new(format!(
        "`metrics({path:?})` stands in the way of a route:\n  {what} {}  at {}  (crate {})\n\
         Give one of them another path",
        by.pattern,
        by.place(),
        by.crate_name()
    ))
}

fn handler(asked: Asked<'_, '_>) -> Option<HandlerFuture> {
    let call = asked.call()?;
    Some(Box::pin(async move {
        let Some(recorder) = call.exchange().worker.app.state.get::<Recorder>().cloned() else {
            return Outcome::Missing;
        };
        // Writing thousands of series takes a while.
        match blocking(move || Ok(recorder.render())).await {
            Ok(text) => Outcome::Response(Response::new(text).content_type(CONTENT_TYPE).into()),
            Err(error) => Outcome::Problem(Problem::internal(format!("the metrics cannot be written down: {error}"))),
        }
    }))
}
