//! Procedures that real clients of tRPC call: at /api/trpc those of version 11, at /api/trpc10 those of version 10.

use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::{Stream, StreamExt as _};
use serde::{Deserialize, Serialize};
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::serde_json::Value;
use start_runtime::{Start, prelude::*, trpc};

/// Serves both versions.
pub fn served(start: Start) -> Start {
    let router = || {
        app_router()
            .allow_method_override(true)
            .max_batch_size(50)
            .sse_ping(Duration::from_millis(200))
            .sse_reconnect_after_inactivity(Duration::from_secs(2))
            .jsonl_ping(Duration::from_millis(300))
    };
    start.trpc_router("/api/trpc", router()).trpc_router("/api/trpc10", router().v10())
}

fn app_router() -> trpc::Router {
    trpc::router!()
}

/// An error that a client asks for.
#[derive(Deserialize, JsonSchema)]
struct Failure {
    code: String,
    message: Option<String>,
}

impl Failure {
    fn error(self) -> trpc::Error {
        let code = self.code.parse().unwrap_or(trpc::Code::InternalServerError);
        trpc::Error::new(code, self.message.unwrap_or(self.code))
    }
}

/// Greets.
#[trpc::query]
async fn hello(input: Option<String>) -> String {
    format!("hello {}", input.as_deref().unwrap_or("world"))
}

/// The input.
#[trpc::query]
async fn echo(input: trpc::Maybe<Value>) -> trpc::Maybe<Value> {
    input
}

#[derive(Deserialize, JsonSchema)]
struct Sum {
    a: f64,
    b: f64,
}

/// A sum.
#[trpc::query]
async fn add(trpc::Input(Sum { a, b }): trpc::Input<Sum>) -> f64 {
    a + b
}

/// `undefined`.
#[trpc::query]
async fn nothing() {}

/// `null`.
#[trpc::query]
async fn nil() -> Option<String> {
    None
}

/// The header `x-user`.
#[trpc::query]
async fn whoami(event: APIEvent) -> Option<String> {
    event.request.header("x-user").map(str::to_owned)
}

/// Fails.
#[trpc::query]
async fn fail(input: Failure) -> Result<String, trpc::Error> {
    Err(input.error())
}

/// Fails by accident.
#[trpc::query]
async fn panic() -> Result<String, trpc::Error> {
    Err(trpc::Error::internal("secret detail"))
}

#[derive(Deserialize, JsonSchema)]
struct Slow {
    ms: u64,
    value: String,
}

/// Waits.
#[trpc::query]
async fn slow(input: Slow) -> String {
    tokio::time::sleep(Duration::from_millis(input.ms)).await;
    input.value
}

mod nested {
    mod deep {
        use start_runtime::trpc;

        /// A pong.
        #[trpc::query]
        async fn ping() -> &'static str {
            "pong"
        }
    }
}

/// How often something was counted.
#[derive(Serialize, JsonSchema)]
struct Count {
    count: i64,
}

mod counter {
    use super::*;

    static COUNT: AtomicI64 = AtomicI64::new(0);

    #[derive(Deserialize, JsonSchema)]
    struct Increment {
        by: i64,
    }

    #[trpc::query]
    async fn get() -> Count {
        Count { count: COUNT.load(Ordering::Relaxed) }
    }

    #[trpc::mutation]
    async fn reset() -> Count {
        COUNT.store(0, Ordering::Relaxed);
        Count { count: 0 }
    }

    #[trpc::mutation]
    async fn increment(input: Increment) -> Count {
        Count { count: COUNT.fetch_add(input.by, Ordering::Relaxed) + input.by }
    }

    #[trpc::mutation]
    async fn fail(input: Failure) -> Result<Count, trpc::Error> {
        Err(input.error())
    }
}

mod message {
    use super::*;

    /// A message.
    #[derive(Clone, Serialize, JsonSchema)]
    struct Message {
        id: u32,
        text: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        tag: Option<String>,
        kind: Kind,
    }

    #[derive(Clone, Copy, Serialize, JsonSchema)]
    #[serde(rename_all = "lowercase")]
    enum Kind {
        A,
        B,
    }

    #[derive(Deserialize, JsonSchema)]
    struct ById {
        id: u32,
    }

    #[derive(Deserialize, JsonSchema)]
    struct Cut {
        limit: Option<usize>,
    }

    fn message(id: u32) -> Message {
        let kind = if id % 2 == 1 { Kind::A } else { Kind::B };
        Message { id, text: format!("message {id}"), tag: (id == 1).then(|| "first".to_owned()), kind }
    }

    /// A message by its number.
    #[trpc::query]
    async fn by_id(input: ById) -> Result<Message, trpc::Error> {
        if input.id > 3 { Err(trpc::Error::not_found("there are three")) } else { Ok(message(input.id)) }
    }

    /// The messages, oldest first.
    #[trpc::query]
    async fn list(input: Option<Cut>) -> Vec<Message> {
        let limit = input.and_then(|cut| cut.limit).unwrap_or(3);
        (1..=3).map(message).take(limit).collect()
    }
}

mod upload {
    use std::fmt::Write as _;

    use sha2::{Digest as _, Sha256};
    use start_runtime::{Multipart, UploadedFile};

    use super::*;

    #[derive(Deserialize, JsonSchema)]
    struct Form {
        name: String,
        #[serde(default)]
        tag: Vec<String>,
        file: UploadedFile,
    }

    #[derive(Serialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    struct Uploaded {
        name: String,
        tags: Vec<String>,
        file_name: Option<String>,
        r#type: Option<String>,
        size: u64,
    }

    /// What came in a form.
    #[trpc::mutation]
    async fn form(Multipart(Form { name, tag, file }): Multipart<Form>) -> Uploaded {
        Uploaded {
            name,
            tags: tag,
            file_name: file.file_name().map(str::to_owned),
            r#type: file.content_type().map(str::to_owned),
            size: file.size(),
        }
    }

    #[derive(Serialize, JsonSchema)]
    struct Digest {
        size: usize,
        sha256: String,
    }

    /// What came as bytes.
    #[trpc::mutation]
    async fn octet(mut input: trpc::OctetStream) -> Result<Digest, trpc::Error> {
        let (mut size, mut hash) = (0, Sha256::new());
        while let Some(piece) = input.next().await {
            let piece = piece?;
            size += piece.len();
            hash.update(&piece);
        }
        let mut sha256 = String::new();
        for byte in hash.finalize() {
            let _ = write!(sha256, "{byte:02x}");
        }
        Ok(Digest { size, sha256 })
    }
}

mod stream {
    use futures_util::stream;

    use super::*;

    #[derive(Deserialize, JsonSchema)]
    struct Numbers {
        n: u64,
        ms: Option<u64>,
    }

    /// The numbers from 1 on, one after the other.
    #[trpc::query]
    async fn iter(input: Numbers) -> impl Stream<Item = u64> {
        let wait = Duration::from_millis(input.ms.unwrap_or(5));
        stream::iter(1..=input.n).then(move |number| async move {
            tokio::time::sleep(wait).await;
            number
        })
    }

    #[derive(Serialize, JsonSchema)]
    struct Parts {
        now: &'static str,
        later: trpc::Deferred<&'static str>,
    }

    /// A value that is there, and one that is not there yet.
    #[trpc::query]
    async fn deferred() -> Parts {
        let later = async {
            tokio::time::sleep(Duration::from_millis(150)).await;
            "later"
        };
        Parts { now: "now", later: trpc::Deferred::new(later) }
    }

    /// One number, then an error.
    #[trpc::query]
    async fn iter_fail() -> impl Stream<Item = Result<u64, trpc::Error>> {
        stream::iter([Ok(1), Err(trpc::Error::forbidden("mid-stream"))])
    }
}

mod sub {
    use futures_util::stream;

    use super::*;

    static ACTIVE: AtomicUsize = AtomicUsize::new(0);

    #[derive(Deserialize, JsonSchema)]
    struct To {
        to: u64,
    }

    /// The numbers from 1 on.
    #[trpc::subscription]
    async fn plain(input: To) -> impl Stream<Item = u64> {
        stream::iter(1..=input.to)
    }

    #[derive(Deserialize, JsonSchema)]
    #[serde(rename_all = "camelCase")]
    struct From {
        to: u64,
        ms: Option<u64>,
        last_event_id: Option<String>,
    }

    #[derive(Serialize, JsonSchema)]
    struct Number {
        n: u64,
    }

    /// The same, with ids.
    #[trpc::subscription]
    async fn tracked(input: From) -> impl Stream<Item = trpc::Tracked<Number>> {
        let last: u64 = input.last_event_id.and_then(|id| id.parse().ok()).unwrap_or(0);
        let wait = Duration::from_millis(input.ms.unwrap_or(1));
        let (first, to) = (last.saturating_add(1), input.to);
        stream::unfold(first, move |n| async move {
            if n > first {
                tokio::time::sleep(wait).await;
            }
            (n <= to).then(|| (trpc::tracked(n, Number { n }), n + 1))
        })
    }

    #[derive(Deserialize, JsonSchema)]
    struct Failing {
        after: u64,
        code: String,
    }

    /// Numbers, then an error.
    #[trpc::subscription]
    async fn fail(input: Failing) -> impl Stream<Item = Result<u64, trpc::Error>> {
        let failure = Failure { code: input.code, message: Some("sub failed".to_owned()) };
        stream::iter((1..=input.after).map(Ok)).chain(stream::once(async { Err(failure.error()) }))
    }

    /// Counts for as long as it is there.
    struct Active;

    impl Active {
        fn new() -> Self {
            ACTIVE.fetch_add(1, Ordering::Relaxed);
            Self
        }
    }

    impl Drop for Active {
        fn drop(&mut self) {
            ACTIVE.fetch_sub(1, Ordering::Relaxed);
        }
    }

    /// Numbers until the client leaves.
    #[trpc::subscription]
    async fn forever() -> impl Stream<Item = u64> {
        stream::unfold((0, Active::new()), |(n, active)| async move {
            if n > 0 {
                tokio::time::sleep(Duration::from_millis(30)).await;
            }
            Some((n, (n + 1, active)))
        })
    }

    /// How many of these run.
    #[trpc::query]
    async fn active() -> usize {
        ACTIVE.load(Ordering::Relaxed)
    }

    /// The token of the connection.
    #[trpc::subscription]
    async fn whoami(params: trpc::ConnectionParams) -> impl Stream<Item = Option<String>> {
        let token = params.get("token").map(str::to_owned);
        stream::once(async { token })
    }
}
