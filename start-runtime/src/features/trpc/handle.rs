//! From a request to its answer.

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::http::header::{self, HeaderValue};
use futures_util::future::join_all;

use super::ask::{self, Ask, Asked, Format, Query};
use super::call;
use super::code::Code;
use super::connection_params::ConnectionParams;
use super::envelope::{Context, Of};
use super::error::Error;
use super::router::{Router, Version};
use super::{jsonl, socket, sse, v10};
use crate::event::APIEvent;
use crate::kernel::{ProcedureKind, Produced};
use crate::response::Response;

/// Answers a request by the procedures of a router: `trpc::fetch_request_handler(event, "/api/trpc", &app_router()).await`.
/// `endpoint` is the path of the route without its last segment.
///
/// ```
/// use start_runtime::{Response, prelude::*, trpc};
///
/// #[trpc::query]
/// async fn hello() -> &'static str {
///     "Hello World"
/// }
///
/// fn app_router() -> trpc::Router {
///     trpc::router!()
/// }
///
/// #[api_route(GET, POST, "/api/trpc/[trpc]")]
/// async fn handler(event: APIEvent) -> Response {
///     trpc::fetch_request_handler(event, "/api/trpc", &app_router()).await
/// }
/// # fn main() {}
/// ```
///
/// A request for a WebSocket becomes the connection of a client with `wsLink`.
///
/// Other methods are a 405 of the route, which tRPC words in its own way: for that, answer `ANY`, or write
/// [`Start::trpc`](crate::Start::trpc).
pub async fn fetch_request_handler(event: APIEvent, endpoint: &str, router: &Router) -> Response {
    let call = event.request.call().with_transformer(router.settings.transformer);
    // `on_error` asks for the pattern.
    call.publish();
    let context = Context::new(call, router);
    let http = context.call.http().clone();
    if *http.method() == Method::HEAD {
        return HttpResponse::NoContent().finish().into();
    }
    if socket::is_wanted(&context) {
        return socket::open(&context, router).await.unwrap_or_else(|error| context.refuse(&error)).into();
    }
    let answered = match router.settings.version {
        Version::V11 => answer(&context, endpoint, router).await,
        Version::V10 => v10::answer(&context, endpoint, router).await,
    };
    answered.unwrap_or_else(|error| context.refuse(&error)).into()
}

async fn answer(context: &Context, endpoint: &str, router: &Router) -> Result<HttpResponse, Error> {
    let query = Query::of(context.call.http().query_string());
    ConnectionParams::of(&query)?;
    let Ask { calls, is_batch, streams, format } = ask::read(&context.call, query, endpoint, router).await?;
    let kind = ask::kind(&calls)?;
    let allow = kind.filter(|kind| !context.settings.allows(context.call.http().method().as_str(), *kind));
    let mut response = answer_calls(context, router, calls, is_batch, streams, format).await?;
    if let Some(kind) = allow {
        let allow = HeaderValue::from_static(context.settings.allow(kind));
        response.headers_mut().insert(header::ALLOW, allow);
    }
    Ok(response)
}

async fn answer_calls(
    context: &Context,
    router: &Router,
    calls: Vec<Asked>,
    is_batch: bool,
    streams: bool,
    format: Format,
) -> Result<HttpResponse, Error> {
    if is_batch && streams {
        return Ok(jsonl::answer(context.clone(), calls));
    }
    if is_batch && v10::wants_stream(context) {
        let is_query = context.call.http().method() == Method::GET;
        let kind = if is_query { ProcedureKind::Query } else { ProcedureKind::Mutation };
        return Ok(v10::stream(context, kind, calls));
    }
    if !is_batch {
        let Some(asked) = calls.into_iter().next() else { return Err(ask::no_call()) };
        let kind = asked.entry.map(|entry| entry.procedure.kind);
        if kind == Some(ProcedureKind::Subscription) && format == Format::Json {
            return Ok(sse::answer(context.clone(), router, asked).await);
        }
        return Ok(single(context, asked, format).await);
    }
    let called = join_all(calls.iter().map(|asked| perform(context, asked, is_batch, format))).await;
    Ok(context.batch(calls.iter().map(Of::asked), called))
}

async fn single(context: &Context, asked: Asked, format: Format) -> HttpResponse {
    let called = perform(context, &asked, false, format).await;
    // tRPC does not name the procedure whose answer cannot be sent this way.
    let of = if called.is_ok() { Of::default() } else { Of::asked(&asked) };
    context.single(called, of)
}

/// Makes a call, if it is one that the request can make.
pub async fn perform(context: &Context, asked: &Asked, is_batch: bool, format: Format) -> Result<Produced, Error> {
    let Asked { path, entry, input } = asked;
    let Some(entry) = entry else {
        return Err(Error::not_found(format!("No procedure found on path \"{path}\"")));
    };
    let (method, kind) = (context.call.http().method(), entry.procedure.kind);
    if !context.settings.allows(method.as_str(), kind) {
        let message = format!("Unsupported {method}-request to {kind} procedure at path \"{path}\"");
        return Err(Error::new(Code::MethodNotSupported, message));
    }
    if is_batch && kind == ProcedureKind::Subscription {
        return Err(Error::bad_request("Cannot batch subscription calls"));
    }
    entry.takes.check(format)?;
    call::call(entry, &context.call, input.clone()).await.map_err(Error::from)
}
