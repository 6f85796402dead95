//! The program that the checks of `fields`, `bodies` and `parts` send requests to, without a socket.

use actix_web::rt::Runtime;
use start_runtime::test::{self, TestApp, TestRequest};

/// No answer to a malformed request is longer than this, in bytes.
pub const LONGEST_ANSWER: usize = 64 * 1024;

/// Sends a request. Returns the status and the body of the answer.
pub fn send(request: impl FnOnce(&TestApp) -> TestRequest) -> (u16, Vec<u8>) {
    thread_local! {
        // Leaked, because actix drops its own thread-locals first.
        static RUNNING: &'static (Runtime, TestApp) =
            Box::leak(Box::new((Runtime::new().expect("a runtime"), test::app())));
    }
    let (runtime, app) = RUNNING.with(|running| *running);
    runtime.block_on(async {
        let answer = request(app).await;
        let status = answer.status().as_u16();
        (status, answer.bytes().await.expect("a body that is complete").to_vec())
    })
}
