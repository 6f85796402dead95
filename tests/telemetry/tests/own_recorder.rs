//! A program with a recorder of its own. It needs its own process, because there is one recorder per process.

use start_runtime::metrics::{self, NoopRecorder};
use start_runtime::prelude::*;

#[api_route("/hello")]
async fn GET() -> &'static str {
    "Hello World"
}

#[start_runtime::test]
async fn another_recorder_is_an_error_that_says_what_to_do() {
    metrics::set_global_recorder(NoopRecorder).unwrap();
    let started = Start::new().metrics("/metrics").listen(([127, 0, 0, 1], 0).into()).await;
    let error = started.err().unwrap().to_string();
    assert!(error.contains("a recorder of its own"), "{error}");
    assert!(error.contains("Leave that one out") && error.contains("leave out `Start::metrics`"), "{error}");
}
