//! The route that serves the metrics, at a path that is known only when the program runs.

use crate::base::blocking::blocking;
use crate::built_in::{route_at, without_slash};
use crate::error::StartError;
use crate::event::Call;
use crate::response::{Outcome, Problem, Response};
use crate::route::{HandlerFuture, Route};
use crate::router::RoutePath;

use super::{Recorder, RecorderFault};

/// The Prometheus text format.
const CONTENT_TYPE: &str = "text/plain; version=0.0.4; charset=utf-8";

/// What the settings say about metrics.
pub struct Endpoint {
    pub path: String,
    /// Installed when the setting was made, so that nothing the program counts afterwards is lost.
    pub recorder: Result<Recorder, RecorderFault>,
}

impl Endpoint {
    /// The routes with that of the metrics, and the recorder that it serves.
    pub fn open(self, mut routes: Vec<&'static Route>) -> Result<(Vec<&'static Route>, Recorder), StartError> {
        let path = without_slash(self.path.into());
        let fault = |reason| StartError::MetricsPath { path: path.to_string(), reason };
        let metrics = route_at("metrics", &path, handler).map_err(fault)?;
        // An optional segment that is left out yields to what is written out, as everywhere.
        let same = |path: &RoutePath| path.segments == metrics.paths[0].segments;
        if let Some(by) = routes.iter().copied().find(|route| !route.optional && route.paths.iter().any(same)) {
            return Err(StartError::MetricsTaken { path: path.into_owned(), by });
        }
        let recorder = self.recorder.map_err(StartError::Metrics)?;
        routes.push(metrics);
        Ok((routes, recorder))
    }
}

fn handler(call: Call) -> HandlerFuture {
    Box::pin(async move {
        let Some(recorder) = call.exchange().worker.app.metrics.clone() else { return Outcome::Missing };
        // Thousands of series take a while to write down.
        match blocking(move || Ok(recorder.render())).await {
            Ok(text) => Outcome::Response(Response::new(text).content_type(CONTENT_TYPE).into()),
            Err(error) => Outcome::Problem(Problem::internal(format!("the metrics cannot be written down: {error}"))),
        }
    })
}
