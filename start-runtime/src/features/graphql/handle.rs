//! From a request to the answer of the schema.

use std::any::Any;
use std::future::IntoFuture;
use std::pin::Pin;
use std::rc::Rc;

use actix_web::HttpResponse;
use actix_web::http::{Method, StatusCode};
use async_graphql::parser::parse_query;
use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Response as Executed, ServerError};
use futures_util::StreamExt as _;
use tokio::time::{Instant, timeout_at};
use tracing::Instrument as _;

use super::answer::{self, Body};
use super::ask::{self, Asked};
use super::complete::complete;
use super::document::{self, Operation};
use super::errand;
use super::limits::Limits;
use super::masked::masked;
use super::media::Media;
use super::refusal::{Ended, Refusal};
use super::resolver_event::Event;
use super::schema::GraphqlSchema;
use super::settings::{AsGraphql, Graphql};
use super::types::Types;
use super::{page, reservation, socket, stream};
use crate::base::cut::{VALUE, cut};
use crate::event::APIEvent;
use crate::response::{Problem, Response, vary_by_accept};

/// Answers a request by a schema: `graphql::handle(event, &schema).await`.
///
/// ```
/// use async_graphql::{EmptyMutation, EmptySubscription, Object};
/// use start_runtime::{Response, graphql, prelude::*};
///
/// struct Query;
///
/// #[Object]
/// impl Query {
///     async fn goodbye(&self) -> &'static str {
///         "Goodbye"
///     }
/// }
///
/// type Schema = async_graphql::Schema<Query, EmptyMutation, EmptySubscription>;
///
/// #[api_route(GET, POST, "/graphql")]
/// async fn graphql(event: APIEvent, schema: Data<Schema>) -> Response {
///     graphql::handle(event, &schema).await
/// }
/// # fn main() {}
/// ```
///
/// It is GraphQL over HTTP: GET for queries, POST with JSON for everything, the multipart form of uploads with a header
/// that makes browsers ask first. [`Limits`](crate::graphql::Limits) hold unless others are set. Resolvers have
/// [`Event`](crate::graphql::Event), and what [`Handling::data`] adds.
///
/// Subscriptions are streamed where the request accepts `text/event-stream` (GraphQL over Server-Sent Events, the mode of
/// distinct connections; its other mode if the route answers PUT and DELETE as well), and over a WebSocket with the
/// protocol `graphql-transport-ws`.
///
/// | status | when |
/// |---|---|
/// | 200 | the request was executed, also if fields have failed; with `application/json`, all that is a GraphQL request |
/// | 400 | it is no GraphQL request, or over a limit; with `application/graphql-response+json`, nothing could be executed |
/// | 403 | an upload without a header that makes browsers ask first; a WebSocket of another site's page |
/// | 405 | GET with a mutation |
/// | 406 | none of the media types is accepted |
/// | 413 | the body is too large |
/// | 415 | the body is neither JSON nor an upload |
/// | 503 | it took longer than [`Limits::time`](crate::graphql::Limits::time) |
pub fn handle<G: AsGraphql>(event: APIEvent, schema: &G) -> Handling<G::Schema> {
    schema.as_graphql().handle(event)
}

/// A request that is about to be executed; `.await` does it.
#[must_use = "nothing is executed before it is awaited"]
pub struct Handling<S> {
    pub(super) event: APIEvent,
    pub(super) graphql: Graphql<S>,
    given: Vec<Give>,
}

/// Gives a value to a request.
type Give = Box<dyn Fn(Request) -> Request>;

impl<S: GraphqlSchema> Handling<S> {
    pub(super) fn new(event: APIEvent, graphql: Graphql<S>) -> Self {
        Self { event, graphql, given: Vec::new() }
    }

    /// Gives a value to resolvers, which have it by `ctx.data::<T>()`: what a guard has found, the data of a session.
    pub fn data<T: Any + Clone + Send + Sync>(mut self, value: T) -> Self {
        self.given.push(Box::new(move |request| request.data(value.clone())));
        self
    }

    /// Sets what one request may ask for.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.graphql = self.graphql.limits(limits);
        self
    }

    /// Whether browsers get GraphiQL; they do unless this is `false`.
    pub fn graphiql(mut self, graphiql: bool) -> Self {
        self.graphql = self.graphql.graphiql(graphiql);
        self
    }

    /// Whether clients may ask for the types of the schema; they may unless this is `false`.
    pub fn introspection(mut self, introspection: bool) -> Self {
        self.graphql = self.graphql.introspection(introspection);
        self
    }
}

impl<S: GraphqlSchema> IntoFuture for Handling<S> {
    type Output = Response;
    type IntoFuture = Pin<Box<dyn Future<Output = Response>>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move { self.answer().await })
    }
}

/// A request that may be executed.
pub struct Ready {
    pub operation: Operation,
    request: Request,
    /// The document, and the operation that is meant.
    text: String,
    name: Option<String>,
    /// The event as resolvers have it.
    handle: Event,
}

impl<S: GraphqlSchema> Handling<S> {
    async fn answer(self) -> Response {
        let call = self.event.request.call().clone();
        // `on_error` asks for the pattern.
        call.publish();
        let render = |problem| call.exchange().worker.app.render(problem, call.http());
        if socket::is_wanted(call.http()) {
            return socket::open(Rc::new(self)).await.unwrap_or_else(render).into();
        }
        if self.graphql.graphiql
            && let Some(page) = page::answer(&self.event)
        {
            let mut response = page.map_or_else(render, HttpResponse::from);
            vary_by_accept(&mut response);
            return response.into();
        }
        if let Some(wanted) = reservation::wanted(&self.event) {
            let answered = reservation::answer(Rc::new(self), wanted).await;
            return answered.unwrap_or_else(|ended| ended.answer(Media::Json, render)).into();
        }
        let mut response = match Media::of(call.http().headers()) {
            Ok(Media::Events) => {
                let answered = stream::answer(Rc::new(self)).await;
                answered.unwrap_or_else(|ended| ended.answer(Media::Json, render))
            }
            Ok(media) => self.serve(media).await.unwrap_or_else(|ended| ended.answer(media, render)),
            Err(problem) => render(problem),
        };
        vary_by_accept(&mut response);
        response.into()
    }

    async fn serve(self, media: Media) -> Result<HttpResponse, Ended> {
        let deadline = self.deadline();
        match ask::read(&self.event, &self.graphql.limits, &self.graphql.documents).await? {
            Asked::One(request) => Ok(answer::executed(self.execute_one(*request, deadline).await?, media)),
            Asked::Many(requests) => {
                let mut bodies = Vec::with_capacity(requests.len());
                for request in requests {
                    bodies.push(match self.execute_one(request, deadline).await {
                        Ok(executed) => Body::of(executed),
                        Err(Ended::Refused(refusal)) => Body::refused(refusal.errors),
                        Err(ended) => return Err(ended),
                    });
                }
                Ok(answer::all(&bodies, media))
            }
        }
    }

    async fn execute_one(&self, request: Request, deadline: Instant) -> Result<Executed, Ended> {
        let ready = self.ready(request).await?;
        if ready.operation.kind == OperationType::Subscription {
            let text = "a subscription has many answers: ask for them as `text/event-stream`, or over a WebSocket";
            return Err(Refusal::of_document(ServerError::new(text, None)).into());
        }
        self.execute(ready, deadline).await
    }

    /// When what begins now has taken too long.
    pub fn deadline(&self) -> Instant {
        Instant::now() + self.graphql.limits.time
    }

    /// Holds a request against the limits, and gives it what resolvers need.
    pub async fn ready(&self, mut request: Request) -> Result<Ready, Ended> {
        let operation = self.prepare(&mut request)?;
        let method = self.event.request.method();
        if matches!(*method, Method::GET | Method::HEAD)
            && operation.kind == OperationType::Mutation
            && !self.is_socket()
        {
            return Err(Refusal::only_by_post("a mutation is sent by POST").into());
        }
        let (text, name) = (request.query.clone(), request.operation_name.clone());
        let handle = Event::new(&self.event);
        request = request.data(handle.clone());
        request = self.given.iter().fold(request, |request, give| give(request));
        if !self.graphql.introspection {
            request = request.disable_introspection();
        }
        if let Some(prepare) = &self.graphql.prepare {
            request = prepare(self.event.clone(), request).await?;
        }
        Ok(Ready { operation, request, text, name, handle })
    }

    fn is_socket(&self) -> bool {
        socket::is_wanted(self.event.request.http())
    }

    /// Executes a query or a mutation.
    pub async fn execute(&self, ready: Ready, deadline: Instant) -> Result<Executed, Ended> {
        let Ready { operation, request, text, name, handle } = ready;
        let work = self.graphql.schema.execute(request).instrument(self.tell(&operation));
        let executed = timeout_at(deadline, errand::run(self.event.clone(), &handle, work)).await;
        let mut executed = executed.map_err(|_| Refusal::too_slow())?;
        self.finish(&mut executed, &operation, &text, name.as_deref());
        Ok(executed)
    }

    /// Executes any operation, and hands each of its answers to `send`, until that returns `false`.
    pub async fn stream(&self, ready: Ready, mut send: impl AsyncFnMut(Body) -> bool) {
        if ready.operation.kind != OperationType::Subscription {
            let body = match self.execute(ready, self.deadline()).await {
                Ok(executed) => Body::of(executed),
                Err(ended) => Body::refused(ended.errors(&self.event)),
            };
            send(body).await;
            return;
        }
        let Ready { operation, request, text, name, handle } = ready;
        let span = self.tell(&operation);
        let mut answers = self.graphql.schema.execute_stream(request, None);
        let work = async {
            while let Some(mut executed) = answers.next().await {
                self.finish(&mut executed, &operation, &text, name.as_deref());
                if !send(Body::of(executed)).await {
                    break;
                }
            }
        };
        errand::run(self.event.clone(), &handle, work.instrument(span)).await;
    }

    /// Parses a request and holds it against the limits.
    fn prepare(&self, request: &mut Request) -> Result<Operation, Refusal> {
        let limits = &self.graphql.limits;
        limits.check_document(&request.query)?;
        let document = parse_query(&request.query).map_err(|error| Refusal::of_document(error.into()))?;
        document::check(&document, &request.query, &request.variables, request.uploads.len(), limits)?;
        let operation = document::operation(&document, request.operation_name.as_deref())?;
        if request.operation_name.as_deref() == Some("") {
            request.operation_name = None;
        }
        request.set_parsed_query(document);
        Ok(operation)
    }

    /// Names the operation to traces and the log.
    fn tell(&self, operation: &Operation) -> tracing::Span {
        let call = self.event.request.call();
        let name = operation.name.as_deref().map(|name| cut(name, VALUE)).unwrap_or_default();
        let kind = operation.kind.to_string();
        let describe = |attribute, value: &str| {
            call.exchange().worker.observer.describe(call.http(), attribute, value);
        };
        if !name.is_empty() {
            describe("graphql.operation.name", &name);
        }
        // Watchers count an operation by its kind, which comes last.
        describe("graphql.operation.type", &kind);
        tracing::info_span!(target: "start_runtime::graphql", "graphql", kind, name = &*name)
    }

    /// What is left to do about an answer: its order, and its errors.
    fn finish(&self, executed: &mut Executed, operation: &Operation, text: &str, name: Option<&str>) {
        if let Some(order) = &operation.order {
            order.apply(&mut executed.data);
        }
        if executed.errors.is_empty() {
            return;
        }
        let call = self.event.request.call();
        if executed.errors.iter().any(|error| !error.path.is_empty())
            && let Ok(document) = parse_query(text)
        {
            complete(executed, &Types::of(&self.graphql.schema), &document, name);
        }
        let app = &call.exchange().worker.app;
        executed.errors.iter_mut().for_each(|error| masked(error, app, call.http()));
    }
}

/// Whether an answer is about a request that was not executed (GraphQL, section 7.1.2).
pub fn is_request_error(executed: &Executed) -> bool {
    executed.data == async_graphql::Value::Null
        && !executed.errors.is_empty()
        && executed.errors.iter().all(|error| error.path.is_empty())
}

/// The status of a request that was not executed, where the media type lets it speak.
pub const NOT_EXECUTED: StatusCode = StatusCode::BAD_REQUEST;

/// A hook before the execution.
pub type Prepare = dyn Fn(APIEvent, Request) -> Pin<Box<dyn Future<Output = Result<Request, Problem>>>> + Send + Sync;
