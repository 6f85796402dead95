//! The JSON around answers: results and errors.

use std::borrow::Cow;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::body::MessageBody as _;
use actix_web::http::StatusCode;
use actix_web::http::header::{self, HeaderMap, HeaderValue};
use actix_web::web::Bytes;
use serde_json::{Map, Value, json};

use super::ask::Asked;
use super::code::Code;
use super::error::Error;
use super::router::{ErrorFormat, Router, Settings, Version};
use super::superjson;
use super::table::Entry;
use crate::base::panic::catch;
use crate::event::APIEvent;
use crate::kernel::{Call, ProcedureKind, Produced, ProducedValue, Transformer};
use crate::response::Problem;

/// What the parts of an answer share.
#[derive(Clone)]
pub struct Context {
    pub call: Call,
    pub settings: Arc<Settings>,
}

/// Which call an error is one of.
#[derive(Clone, Copy, Default)]
pub struct Of<'a> {
    pub path: Option<&'a str>,
    pub kind: Option<ProcedureKind>,
}

impl<'a> Of<'a> {
    pub fn asked(asked: &'a Asked) -> Self {
        Self { path: Some(&asked.path), kind: asked.entry.map(|entry| entry.procedure.kind) }
    }

    pub fn entry(entry: &'a Entry) -> Self {
        Self { path: Some(&entry.path), kind: Some(entry.procedure.kind) }
    }
}

/// A value as JSON, and what a transformer says of it.
pub struct Data {
    pub json: Bytes,
    pub marks: superjson::Marks,
}

/// What was produced is no value that is there.
#[derive(Debug)]
pub struct Streams;

impl Context {
    pub fn new(call: Call, router: &Router) -> Self {
        Self { call, settings: router.settings.clone() }
    }

    /// The shape of an error, as clients get it. The log and `on_error` get the error itself.
    pub fn shape(&self, error: &Error, of: Of<'_>) -> Value {
        let app = &self.call.exchange().worker.app;
        app.render(error.problem().clone(), self.call.http());
        let mut data = Map::new();
        data.insert("code".into(), error.code().key().into());
        data.insert("httpStatus".into(), error.status().as_u16().into());
        if let Some(path) = of.path {
            data.insert("path".into(), path.into());
        }
        for (name, value) in error.problem().members() {
            if !data.contains_key(name) && name != "stack" {
                data.insert(name.clone(), value.clone());
            }
        }
        let shape = json!({ "message": error.message(), "code": error.code().number(), "data": data });
        let Some(format) = &self.settings.format else { return shape };
        let event = &APIEvent::new(&self.call);
        let plain = shape.clone();
        let kind = of.kind.map(ProcedureKind::name);
        catch(|| format(ErrorFormat { shape, error, kind, path: of.path, event })).unwrap_or_else(|panic| {
            tracing::error!(target: "start_runtime::problem", "error_formatter panicked: {panic}");
            plain
        })
    }

    /// The answer to a call, and its status.
    pub fn answer(&self, called: Result<Produced, Error>, of: Of<'_>) -> (Vec<u8>, StatusCode) {
        let error = match called {
            Ok(produced) => match self.data(produced) {
                Ok(None) => return (br#"{"result":{}}"#.to_vec(), StatusCode::OK),
                Ok(Some(Data { json, marks })) => return (result(&self.text(&json, &marks)), StatusCode::OK),
                Err(Streams) => Error::new(
                    Code::UnsupportedMediaType,
                    "Cannot use stream-like response in non-streaming request - use httpBatchStreamLink",
                ),
            },
            Err(error) => error,
        };
        self.refusal(&error, of)
    }

    /// A value that is there. `None` is `undefined`, which a transformer has a text for.
    pub fn data(&self, produced: Produced) -> Result<Option<Data>, Streams> {
        match produced {
            Produced::Undefined => Ok(self.settings.transformer.map(|Transformer::Superjson| {
                let (json, marks) = superjson::undefined();
                Data { json: Bytes::from_static(json), marks }
            })),
            Produced::Value(ProducedValue { json, marks, later }) if later.is_empty() => {
                Ok(Some(Data { json, marks: marks.map(|marks| *marks) }))
            }
            Produced::Value(_) | Produced::Stream(_) => Err(Streams),
        }
    }

    /// What is sent for JSON: that itself, or what a transformer makes of it.
    pub fn text<'j>(&self, json: &'j [u8], marks: &superjson::Marks) -> Cow<'j, [u8]> {
        match self.settings.transformer {
            None => json.into(),
            Some(Transformer::Superjson) => superjson::enveloped(json, marks).into(),
        }
    }

    /// The answer with an error, and its status.
    pub fn refusal(&self, error: &Error, of: Of<'_>) -> (Vec<u8>, StatusCode) {
        let shape = self.shape(error, of);
        let status = shape["data"]["httpStatus"].as_u64().and_then(|status| u16::try_from(status).ok());
        let status =
            status.and_then(|status| StatusCode::from_u16(status).ok()).filter(|status| status.as_u16() >= 200);
        let shape = shape.to_string();
        let shape = self.text(shape.as_bytes(), &None);
        ([br#"{"error":"#, &*shape, b"}"].concat(), status.unwrap_or_else(|| error.status()))
    }

    /// A response with JSON.
    pub fn json(&self, body: Vec<u8>, status: StatusCode) -> HttpResponse {
        let mut response = HttpResponse::with_body(status, body.boxed());
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        self.vary(headers);
        response
    }

    /// The response to one call.
    pub fn single(&self, called: Result<Produced, Error>, of: Of<'_>) -> HttpResponse {
        let problem = called.as_ref().err().map(|error| error.problem().clone());
        let (body, status) = self.answer(called, of);
        let mut response = self.json(body, status);
        if let Some(problem) = problem {
            add_headers(response.headers_mut(), &problem);
        }
        response
    }

    /// The response to several calls.
    pub fn batch<'a>(&self, calls: impl Iterator<Item = Of<'a>>, called: Vec<Result<Produced, Error>>) -> HttpResponse {
        let (bodies, statuses): (Vec<_>, Vec<_>) =
            calls.zip(called).map(|(of, called)| self.answer(called, of)).unzip();
        let body = [b"[", &*bodies.join(&b','), b"]"].concat();
        self.json(body, common(statuses))
    }

    /// The response to a request that is refused as a whole.
    pub fn refuse(&self, error: &Error) -> HttpResponse {
        let (body, status) = self.refusal(error, Of::default());
        let mut response = self.json(body, status);
        add_headers(response.headers_mut(), error.problem());
        response
    }

    pub fn vary(&self, headers: &mut HeaderMap) {
        if self.settings.version == Version::V11 {
            headers.insert(header::VARY, HeaderValue::from_static("trpc-accept, accept"));
        }
    }
}

/// The headers of an error are part of what it says to clients.
pub fn add_headers(headers: &mut HeaderMap, problem: &Problem) {
    for (name, value) in problem.headers() {
        if *name != header::CONTENT_TYPE {
            headers.append(name.clone(), value.clone());
        }
    }
}

fn result(json: &[u8]) -> Vec<u8> {
    const BEGIN: &[u8] = br#"{"result":{"data":"#;
    let mut text = Vec::with_capacity(BEGIN.len() + json.len() + 2);
    text.extend_from_slice(BEGIN);
    text.extend_from_slice(json);
    text.extend_from_slice(b"}}");
    text
}

/// The status of a batch: that of all answers, or 207 if they differ.
fn common(statuses: impl IntoIterator<Item = StatusCode>) -> StatusCode {
    let mut statuses = statuses.into_iter();
    let Some(first) = statuses.next() else { return StatusCode::OK };
    if statuses.all(|status| status == first) { first } else { StatusCode::MULTI_STATUS }
}
