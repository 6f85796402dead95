//! What clients of version 10 expect otherwise: refusals, and the stream of `unstable_httpBatchStreamLink`, an object whose
//! members come in the order in which the calls are answered.

use std::task::{Context as Polling, Poll};

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderValue};
use actix_web::web::Bytes;
use futures_core::future::LocalBoxFuture;
use futures_util::StreamExt as _;
use futures_util::future::join_all;
use futures_util::stream::FuturesUnordered;
use serde::de::IgnoredAny;

use super::ask::{self, Asked, Format, Query};
use super::call;
use super::code::Code;
use super::envelope::{Context, Of};
use super::error::Error;
use super::pieces::{self, Pieces};
use super::router::Router;
use crate::kernel::{ProcedureKind, Produced, RawInput};
use crate::transport::ToItsEnd;

/// Answers a request. The error is the answer to all calls.
pub async fn answer(context: &Context, endpoint: &str, router: &Router) -> Result<HttpResponse, Error> {
    let http = context.call.http();
    let query = Query::of(http.query_string());
    let is_batch = query.batch.as_deref().is_some_and(|batch| !batch.is_empty());
    let kind = match http.method().as_str() {
        "GET" => ProcedureKind::Query,
        "POST" => ProcedureKind::Mutation,
        method => return Err(Error::new(Code::MethodNotSupported, format!("Unexpected request method {method}"))),
    };
    let path = ask::path(http.uri().path(), endpoint)?;
    let paths: Vec<String> = if is_batch { path.split(',').map(str::to_owned).collect() } else { vec![path] };
    ask::check_batch(&router.settings, is_batch, paths.len())?;
    let (format, inputs) = inputs(context, &query, is_batch, paths.len()).await?;
    let calls = paths.into_iter().zip(inputs).map(|(path, input)| ask::asked(router, path, input));
    if is_batch && wants_stream(context) {
        return Ok(stream(context, kind, calls.collect()));
    }
    let calls: Vec<Asked> = calls.collect();
    let called = join_all(calls.iter().map(|asked| perform(context, asked, kind, format))).await;
    if is_batch {
        return Ok(context.batch(calls.iter().map(|asked| of(asked, kind)), called));
    }
    let (Some(asked), Some(called)) = (calls.first(), called.into_iter().next()) else { return Err(ask::no_call()) };
    Ok(context.single(called, of(asked, kind)))
}

fn of(asked: &Asked, kind: ProcedureKind) -> Of<'_> {
    Of { path: Some(&asked.path), kind: Some(kind) }
}

/// The inputs. All are refused together.
async fn inputs(
    context: &Context,
    query: &Query,
    is_batch: bool,
    calls: usize,
) -> Result<(Format, Vec<RawInput>), Error> {
    let http = context.call.http();
    let media_type = ask::media_type(http.headers());
    let format = match media_type.as_str() {
        "multipart/form-data" => Format::Form,
        "application/octet-stream" => Format::Bytes,
        _ => Format::Json,
    };
    if format != Format::Json && http.method() == "POST" && !is_batch {
        return Ok((format, vec![RawInput::Body]));
    }
    let is_read = http.method() == "GET" || media_type == "application/json";
    let text = if is_read { ask::text(&context.call, query.input.clone()).await.map_err(Error::from)? } else { None };
    let is_empty = http.method() == "GET" && query.input.as_deref() == Some("");
    if let Some(text) = text.as_deref().or(is_empty.then_some(b"")) {
        serde_json::from_slice::<IgnoredAny>(text)
            .map_err(|error| Error::new(Code::ParseError, format!("the input is not JSON: {error}")))?;
    }
    if !is_batch {
        return Ok((Format::Json, vec![text.map_or(RawInput::Undefined, RawInput::Json)]));
    }
    let Some(text) = text else {
        return Err(Error::bad_request("\"input\" needs to be an object when doing a batch call"));
    };
    Ok((Format::Json, ask::batch_inputs(&text, calls).map_err(Error::from)?))
}

pub async fn perform(context: &Context, asked: &Asked, kind: ProcedureKind, format: Format) -> Result<Produced, Error> {
    let entry = asked.entry.filter(|entry| entry.procedure.kind == kind);
    let Some(entry) = entry else {
        return Err(Error::not_found(format!("No \"{kind}\"-procedure on path \"{}\"", asked.path)));
    };
    entry.takes.check(format)?;
    call::call(entry, &context.call, asked.input.clone()).await.map_err(Error::from)
}

/// Whether the client reads answers as they come. Clients of version 11 ask in another way.
pub fn wants_stream(context: &Context) -> bool {
    context.call.http().headers().get("trpc-batch-mode").is_some_and(|mode| mode == "stream")
}

/// Begins to answer all calls.
pub fn stream(context: &Context, kind: ProcedureKind, calls: Vec<Asked>) -> HttpResponse {
    let waiting = FuturesUnordered::new();
    for (index, asked) in calls.into_iter().enumerate() {
        let context = context.clone();
        let work: LocalBoxFuture<'static, (usize, Vec<u8>)> = Box::pin(async move {
            let called = perform(&context, &asked, kind, Format::Json).await;
            (index, context.answer(called, of(&asked, kind)).0)
        });
        waiting.push(work);
    }
    let mut response = pieces::response(Body { waiting, is_begun: false, is_over: false }, "application/json");
    response.headers_mut().insert(header::VARY, HeaderValue::from_static("trpc-batch-mode"));
    response.extensions_mut().insert(ToItsEnd);
    response
}

struct Body {
    waiting: FuturesUnordered<LocalBoxFuture<'static, (usize, Vec<u8>)>>,
    is_begun: bool,
    is_over: bool,
}

impl Pieces for Body {
    fn poll_piece(&mut self, cx: &mut Polling<'_>) -> Poll<Option<Bytes>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        self.waiting.poll_next_unpin(cx).map(|answered| {
            let Some((index, answer)) = answered else {
                self.is_over = true;
                return Some(Bytes::from_static(if self.is_begun { b"}" } else { b"{}" }));
            };
            let separator = if std::mem::replace(&mut self.is_begun, true) { ',' } else { '{' };
            let mut line = format!("{separator}\"{index}\":").into_bytes();
            line.extend_from_slice(&answer);
            line.push(b'\n');
            Some(line.into())
        })
    }
}
