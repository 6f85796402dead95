use super::endpoint::Endpoint;
use super::recorder::Recorder;
use crate::start::Start;

/// Settings of metrics.
impl Start {
    /// Serves metrics at this path, such as `/metrics`, in the Prometheus text format (version 0.0.4). They cover the
    /// requests from outside, and everything that the program counts with the macros of
    /// [`metrics`](mod@crate::metrics).
    ///
    /// The route answers GET and HEAD. It is neither in the document nor listed by `routes`. Any client that can reach
    /// the program can read it. Requests are measured under the names of OpenTelemetry's conventions for HTTP:
    ///
    /// - `http_server_request_duration_seconds`, a histogram with the labels `http_request_method` (`_OTHER` for
    ///   methods that OpenTelemetry does not know), `http_route` (the pattern as in the attribute; empty if no route
    ///   answered) and `http_response_status_code` (empty if the client went away first);
    /// - `http_server_active_requests`, a gauge with the label `http_request_method`.
    ///
    /// The recorder belongs to the whole process and is installed by this call: anything that the program counts
    /// earlier is lost. It is an error at start-up if the path has parameters, if a route of yours has the same path,
    /// or if the process has another recorder.
    ///
    /// ```no_run
    /// use start_runtime::prelude::*;
    ///
    /// #[api_route("/api/owls")]
    /// async fn POST() -> StatusCode {
    ///     start_runtime::metrics::counter!("owls_sent_total").increment(1);
    ///     StatusCode::ACCEPTED
    /// }
    ///
    /// #[start_runtime::main]
    /// async fn main() -> std::io::Result<()> {
    ///     Start::new().metrics("/metrics").serve().await
    /// }
    /// ```
    pub fn metrics(mut self, path: impl Into<String>) -> Self {
        self.settings.insert(Endpoint { path: path.into(), recorder: Recorder::install() });
        self
    }
}
