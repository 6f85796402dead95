//! Routes that ask other programs. Where these are is in [`Upstream`].

use http1 as http;
use serde::{Deserialize, Serialize};
use start_runtime::schemars::{self, JsonSchema};
use start_runtime::{FetchError, Request, Response, prelude::*};

/// The URL of the other program.
pub struct Upstream(pub String);

/// How a fetch went.
#[derive(Debug, Deserialize, JsonSchema, PartialEq, Serialize)]
pub struct Outcome {
    /// The status, if there was an answer.
    pub status: Option<u16>,
    /// The body, or the kind of the error.
    pub text: String,
}

/// The whole path is appended.
#[api_route(ANY, "/whole/$")]
async fn whole(event: APIEvent, upstream: Data<Upstream>) -> Result<Response, Problem> {
    event.forward(upstream.0.as_str()).await
}

/// Below a path of the other program.
#[api_route(ANY, "/below/$")]
async fn below(event: APIEvent, upstream: Data<Upstream>) -> Result<Response, Problem> {
    event.forward(format!("{}/v1", upstream.0)).await
}

/// Only the rest is appended.
#[api_route(ANY, "/rest/[house]/[...path]", body_limit = 1000)]
async fn rest(event: APIEvent, upstream: Data<Upstream>) -> Result<Response, Problem> {
    event
        .forward(format!("{}/v1/$", upstream.0))
        .header("X-House", &event.params["house"])
        .remove_header("cookie")
        .await
}

/// There is no rest.
#[api_route(ANY, "/no-rest")]
async fn no_rest(event: APIEvent, upstream: Data<Upstream>) -> Result<Response, Problem> {
    event.forward(format!("{}/$", upstream.0)).await
}

/// No URL.
#[api_route(ANY, "/no-url")]
async fn no_url(event: APIEvent) -> Result<Response, Problem> {
    event.forward("127.0.0.1:4001").await
}

/// The body is read before.
#[api_route(POST, "/read-before")]
async fn read_before(event: APIEvent, upstream: Data<Upstream>) -> Result<Response, Problem> {
    event.request.text().await?;
    event.forward(upstream.0.as_str()).await
}

/// Who may pass.
struct Allowed;

/// Lets those in who say that they may.
#[extractor]
async fn allowed(event: APIEvent) -> Result<Allowed, Problem> {
    match event.request.header("x-allowed") {
        Some(_) => Ok(Allowed),
        None => Err(Problem::forbidden("not you")),
    }
}

/// Behind a guard.
#[api_route(ANY, "/guarded/$", guard = allowed)]
async fn guarded(event: APIEvent, upstream: Data<Upstream>) -> Result<Response, Problem> {
    event.response.set_header("X-Staged", "yes");
    event.forward(upstream.0.as_str()).await
}

fn told(result: Result<String, FetchError>, status: Option<u16>) -> Json<Outcome> {
    let text = result.unwrap_or_else(|error| {
        let kind = match error {
            FetchError::NotAPath(_) => "no URL",
            FetchError::Refused(_) => "refused",
            FetchError::TimedOut(_) => "timed out",
            FetchError::Network(_) => "network",
            FetchError::Body(_) => "body",
            _ => "other",
        };
        format!("{kind}: {error}")
    });
    Json(Outcome { status, text })
}

/// Fetches `url`, as the query says.
#[derive(Deserialize, JsonSchema)]
struct Wish {
    url: String,
    method: Option<String>,
    body: Option<String>,
    #[serde(default)]
    credentials: bool,
    #[serde(default)]
    public_only: bool,
    redirects: Option<usize>,
    milliseconds: Option<u64>,
}

/// Fetches a URL.
#[api_route(GET, "/fetch")]
async fn fetch(event: APIEvent, Query(wish): Query<Wish>) -> Json<Outcome> {
    let method = wish.method.and_then(|method| method.parse().ok()).unwrap_or_default();
    let mut request = Request::with_method(method, wish.url).header("Authorization", "Bearer mine");
    if let Some(body) = wish.body {
        request = request.header("Content-Type", "text/plain").body(body);
    }
    if wish.credentials {
        request = request.forward_credentials();
    }
    if wish.public_only {
        request = request.public_only();
    }
    if let Some(most) = wish.redirects {
        request = request.redirects(most);
    }
    if let Some(limit) = wish.milliseconds {
        request = request.timeout(std::time::Duration::from_millis(limit));
    }
    match event.fetch(request).await {
        Ok(answer) => {
            let status = answer.status().as_u16();
            told(answer.text().await, Some(status))
        }
        Err(error) => told(Err(error), None),
    }
}

/// Passes a fetched answer on.
#[api_route(GET, "/fetched")]
async fn fetched(event: APIEvent, upstream: Data<Upstream>) -> Result<Response, FetchError> {
    Ok(event.fetch(format!("{}/fetched", upstream.0)).await?.into())
}

/// Reads JSON of the other program.
#[api_route(GET, "/json")]
async fn json(event: APIEvent, upstream: Data<Upstream>) -> Result<String, FetchError> {
    let numbers: Vec<u32> = event.fetch(format!("{}/json", upstream.0)).await?.json().await?;
    Ok(format!("{numbers:?}"))
}

/// The answer of reqwest is the answer.
#[api_route(ANY, "/reqwest/$")]
async fn by_reqwest(event: APIEvent, upstream: Data<Upstream>) -> Result<Response, Problem> {
    let url = format!("{}{}", upstream.0, event.request.uri());
    let (head, ()) = http::Request::from(&event.request).into_parts();
    let body = reqwest::Body::wrap_stream(event.request.stream().into_send());
    let request = reqwest::Client::new().request(head.method, url).headers(head.headers).body(body);
    let answer = request.send().await.map_err(|error| Problem::new(502).caused_by(error))?;
    Ok(http::Response::from(answer).into())
}
