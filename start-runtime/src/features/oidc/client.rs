//! Requests to the provider: by reqwest, with limits.

use std::fmt;
use std::time::Duration;

use openidconnect::{HttpRequest, HttpResponse, http, reqwest};

use crate::base::StartError;

/// How long one request may take.
const TIMEOUT: Duration = Duration::from_secs(10);

/// How many bytes an answer may have: a megabyte.
const LARGEST: usize = 1024 * 1024;

/// The client.
#[derive(Clone)]
pub struct Http(reqwest::Client);

/// Why a request has no answer.
#[derive(Debug)]
pub enum HttpError {
    Request(reqwest::Error),
    Answer(http::Error),
    TooLarge,
}

impl Http {
    /// `is_local`: whether the provider is on this machine, which no proxy knows.
    pub fn new(is_local: bool) -> Result<Self, StartError> {
        // What a provider names is asked, and not what that leads to.
        let builder = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).timeout(TIMEOUT);
        // A connection belongs to the thread that has opened it.
        let builder = builder.pool_max_idle_per_host(0).user_agent("start-runtime");
        let builder = if is_local { builder.no_proxy() } else { builder };
        builder
            .build()
            .map(Self)
            .map_err(|error| StartError::new(format!("`sign_in`: no client for the provider: {error}")))
    }

    /// What the crate `openidconnect` sends requests with.
    pub fn sender(&self) -> impl Fn(HttpRequest) -> Sending + use<> {
        let client = self.0.clone();
        move |request| Box::pin(send(client.clone(), request))
    }

    /// Sends one.
    pub async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        send(self.0.clone(), request).await
    }
}

type Sending = std::pin::Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send>>;

async fn send(client: reqwest::Client, request: HttpRequest) -> Result<HttpResponse, HttpError> {
    let request = request.try_into().map_err(HttpError::Request)?;
    let mut answer = client.execute(request).await.map_err(HttpError::Request)?;
    let mut response = http::Response::builder().status(answer.status());
    for (name, value) in answer.headers() {
        response = response.header(name, value);
    }
    let mut body = Vec::new();
    while let Some(chunk) = answer.chunk().await.map_err(HttpError::Request)? {
        body.extend_from_slice(&chunk);
        if body.len() > LARGEST {
            return Err(HttpError::TooLarge);
        }
    }
    response.body(body).map_err(HttpError::Answer)
}

impl fmt::Display for HttpError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Request(error) => error.fmt(f),
            Self::Answer(error) => error.fmt(f),
            Self::TooLarge => write!(f, "the answer is larger than {LARGEST} bytes"),
        }
    }
}

impl std::error::Error for HttpError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Request(error) => error.source(),
            _ => None,
        }
    }
}
