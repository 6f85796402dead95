//! The program that the checks of `fields`, `bodies`, `cookies`, `sessions`, `trpc` and `webhooks` send requests to, without a socket.

use actix_web::rt::Runtime;
use std::time::Duration;

use start_runtime::test::{self, TestApp, TestRequest};
use start_runtime::webhook::{GitHub, Slack, StandardWebhooks, Stripe, Svix, WebhookSecrets};
use start_runtime::{Iron, Secrets, SessionConfig, Start};

/// Seals the cookies and sessions in `seeds/`.
pub const SECRET: &str = "the secret of the fuzzer, no secret";

/// Seals those of h3 in `seeds/`.
pub const PASSWORD: &str = "interop-password-interop-password-32";

/// Sign the webhooks in `seeds/`: those of Stripe, of Standard Webhooks and Svix, of GitHub, and of Slack.
pub const WEBHOOKS: [&str; 4] = [
    "whsec_test_secret",
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    "It's a Secret to Everybody",
    "8f742231b10e8888abcd99yyyzzz85a5",
];

/// No answer to a malformed request is longer than this, in bytes.
pub const LONGEST_ANSWER: usize = 64 * 1024;

/// Sessions that last longer than their seals stay in `seeds/`. One derivation of a key is enough, and fast.
pub fn program() -> Start {
    let for_ever = Duration::from_secs(200 * 365 * 24 * 60 * 60);
    let secrets = Secrets::new(SECRET).expect("a long secret");
    let iron = Iron::new(PASSWORD).iterations(1);
    let start =
        Start::new().session(SessionConfig::new(secrets).max_age(for_ever).idle_timeout(for_ever).open_iron(iron));
    // What was signed once stays as new as on its first day.
    let [stripe, standard, github, slack] = WEBHOOKS.map(WebhookSecrets::new);
    start
        .webhook_within::<Stripe>(stripe, for_ever)
        .webhook_within::<StandardWebhooks>(standard.clone(), for_ever)
        .webhook_within::<Svix>(standard, for_ever)
        .webhook_within::<GitHub>(github, for_ever)
        .webhook_within::<Slack>(slack, for_ever)
}

/// Sends a request. Returns the status and the body of the answer.
pub fn send(request: impl FnOnce(&TestApp) -> TestRequest) -> (u16, Vec<u8>) {
    thread_local! {
        // Leaked, because actix drops its own thread-locals first.
        static RUNNING: &'static (Runtime, TestApp) =
            Box::leak(Box::new((Runtime::new().expect("a runtime"), test::app_with(program()))));
    }
    let (runtime, app) = RUNNING.with(|running| *running);
    runtime.block_on(async {
        let answer = request(app).await;
        let status = answer.status().as_u16();
        (status, answer.bytes().await.expect("a body that is complete").to_vec())
    })
}
