//! The route that serves the metrics, at a path that is known only when the program runs.

use crate::blocking::blocking;
use crate::docs::BUILT_IN;
use crate::error::StartError;
use crate::event::Call;
use crate::path::RequestPath;
use crate::response::{Outcome, Problem, Response};
use crate::route::{HandlerFuture, Package, Route, RouteKind, RoutePath, Segment};

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
    /// The routes with that of the metrics, and the recorder that it serves. The route lives as long as the
    /// program, as all routes do.
    pub fn open(self, mut routes: Vec<&'static Route>) -> Result<(Vec<&'static Route>, Recorder), StartError> {
        let path = self.path.strip_suffix('/').filter(|path| !path.is_empty()).unwrap_or(&self.path);
        let segments = segments(path).map_err(|reason| StartError::MetricsPath { path: path.to_owned(), reason })?;
        // An optional segment that is left out yields to what is written out, as everywhere.
        let same = |path: &RoutePath| path.segments == segments;
        if let Some(by) = routes.iter().copied().find(|route| !route.optional && route.paths.iter().any(same)) {
            return Err(StartError::MetricsTaken { path: path.to_owned(), by });
        }
        let recorder = self.recorder.map_err(StartError::Metrics)?;
        let paths = vec![RoutePath { segments: segments.leak(), params: &[] }];
        routes.push(Box::leak(Box::new(route(path.to_owned().leak(), paths.leak()))));
        Ok((routes, recorder))
    }
}

fn segments(path: &str) -> Result<Vec<Segment>, String> {
    if let Some(sign) = path.chars().find(|sign| "?#[]{}$()".contains(*sign)) {
        return Err(format!("it is a path without params or a query: `{sign}` itself is written percent-encoded"));
    }
    let parsed = RequestPath::parse(path).map_err(|error| error.to_string())?;
    if parsed.has_empty_segment() {
        return Err("a segment of it is empty: nothing can ask for it".to_owned());
    }
    let literal = |index| Segment::Literal(parsed.segment(index).to_owned().leak());
    Ok((0..parsed.segment_count()).map(literal).collect())
}

fn route(pattern: &'static str, paths: &'static [RoutePath]) -> Route {
    Route {
        kind: RouteKind::Api,
        methods: &["GET"],
        pattern,
        paths,
        optional: false,
        status: None,
        tag: None,
        hidden: true,
        deprecated: false,
        body_limit: None,
        docs: "",
        function: "metrics",
        security: &[],
        package: Package::NONE,
        module: BUILT_IN,
        file: file!(),
        line: line!(),
        handler,
        describe: |_| {},
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
