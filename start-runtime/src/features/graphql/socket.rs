//! GraphQL over a WebSocket: the protocol `graphql-transport-ws` of the package graphql-ws.

use std::cell::RefCell;
use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use actix_web::http::header;
use actix_web::{FromRequest as _, HttpRequest, HttpResponse, web};
use actix_ws::{AggregatedMessage, AggregatedMessageStream, CloseCode, CloseReason, Session};
use futures_util::StreamExt as _;
use serde_json::{Value, json};
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep};
use url::Url;

use super::answer::Body;
use super::ask::{READER, of_value};
use super::handle::Handling;
use super::schema::GraphqlSchema;
use super::stream::panicked;
use super::task::{self, Task};
use crate::event::APIEvent;
use crate::http::frames_within;
use crate::response::{Problem, actix_outcome};

const PROTOCOL: &str = "graphql-transport-ws";

/// How long a client may take for its first message.
const INIT: Duration = Duration::from_secs(3);

/// How often the server asks whether the client is still there. One that says nothing for twice as long is not.
const PING: Duration = Duration::from_secs(12);

/// The payload of the message by which a client has opened a WebSocket, for resolvers: `ctx.data::<ConnectionParams>()`.
/// It is null if the message has none. Other requests have no such value.
#[derive(Clone, Debug)]
pub struct ConnectionParams(pub Arc<Value>);

/// A hook that decides about a connection.
pub type Connect = dyn Fn(APIEvent, Value) -> Pin<Box<dyn Future<Output = Result<(), Problem>>>> + Send + Sync;

/// Whether a request asks for a WebSocket (RFC 6455, section 4.2.1).
pub fn is_wanted(http: &HttpRequest) -> bool {
    let upgrade = http.headers().get(header::UPGRADE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    upgrade.split(',').any(|protocol| protocol.trim().eq_ignore_ascii_case("websocket"))
}

/// Answers the handshake. The connection goes on by itself.
pub async fn open<S: GraphqlSchema>(handling: Rc<Handling<S>>) -> Result<HttpResponse, Problem> {
    let call = handling.event.request.call().clone();
    check_origin(&handling)?;
    let limit = handling.graphql.limits.body.unwrap_or(call.exchange().body_limit());
    let mut payload = frames_within(limit, call.exchange().body.borrow_mut().take(READER)?);
    let refused = |error: actix_web::Error| actix_outcome(&error).into_problem();
    let payload = web::Payload::from_request(call.http(), &mut payload).await.map_err(refused)?;
    let (response, session, messages) =
        actix_ws::handle_with_protocols(call.http(), payload, &[PROTOCOL]).map_err(refused)?;
    let messages = messages.max_frame_size(limit).aggregate_continuations().max_continuation_size(limit);
    let is_agreed = response.headers().contains_key(header::SEC_WEBSOCKET_PROTOCOL);
    let event = handling.event.clone();
    let work = async move {
        let connection = Connection { handling, session, operations: Rc::default(), params: None };
        connection.serve(messages, is_agreed).await;
    };
    // The connection itself ends it.
    task::begin(&event, work, async || {}).leave();
    Ok(response)
}

/// A browser sends cookies with the handshake of any page and asks nobody (RFC 6455, section 10.2).
fn check_origin<S: GraphqlSchema>(handling: &Handling<S>) -> Result<(), Problem> {
    let Some(origin) = handling.event.request.headers().get(header::ORIGIN) else { return Ok(()) };
    let origin = origin.to_str().unwrap_or_default();
    let same = |one: &str, other: &str| match (Url::parse(one), Url::parse(other)) {
        (Ok(one), Ok(other)) => one.origin().is_tuple() && one.origin() == other.origin(),
        _ => false,
    };
    // Behind a proxy that is not trusted, only the host is known.
    let own = |origin: &str| {
        let own = handling.event.request.origin();
        let host = |text: &str| Url::parse(text).ok().and_then(|url| Some((url.host_str()?.to_owned(), url.port())));
        same(origin, &own) || host(origin).is_some_and(|host_of| host(&own) == Some(host_of))
    };
    if own(origin) || handling.graphql.origins.iter().any(|allowed| same(origin, allowed)) {
        return Ok(());
    }
    Err(Problem::forbidden("a page of another site may not open a WebSocket here"))
}

/// A WebSocket.
struct Connection<S> {
    handling: Rc<Handling<S>>,
    session: Session,
    /// Those that go on, by their ids.
    operations: Operations,
    /// What the client has opened the connection with.
    params: Option<Arc<Value>>,
}

type Operations = Rc<RefCell<HashMap<String, Option<Task>>>>;

/// Why a connection is closed: the code and reason of the protocol.
struct Closing(u16, &'static str);

impl Closing {
    fn reason(self) -> Option<CloseReason> {
        Some(CloseReason { code: CloseCode::from(self.0), description: Some(self.1.to_owned()) })
    }
}

/// What a connection has waited for.
enum Turn {
    Heard(Option<Result<AggregatedMessage, actix_ws::ProtocolError>>),
    Close(Closing),
    Ping,
}

const NO_PROTOCOL: Closing = Closing(4406, "Subprotocol not acceptable");
const MALFORMED: Closing = Closing(4400, "Invalid message received");

impl<S: GraphqlSchema> Connection<S> {
    async fn serve(mut self, mut messages: AggregatedMessageStream, is_agreed: bool) {
        let reason = if is_agreed { self.talk(&mut messages).await } else { NO_PROTOCOL.reason() };
        self.operations.borrow_mut().clear();
        let _ = self.session.close(reason).await;
    }

    /// Reads messages until the connection ends. Returns the reason: the client's own, if it closes the connection
    /// (RFC 6455, section 5.5.1).
    async fn talk(&mut self, messages: &mut AggregatedMessageStream) -> Option<CloseReason> {
        let mut heard = Instant::now();
        let mut ping = interval_at(heard + PING, PING);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut init = pin!(sleep(INIT));
        let mut stopping = pin!(self.handling.event.stopping());
        loop {
            let is_open = self.params.is_some();
            let turn = poll_fn(|cx| {
                if let Poll::Ready(message) = messages.poll_next_unpin(cx) {
                    return Poll::Ready(Turn::Heard(message));
                }
                if stopping.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(Turn::Close(Closing(1001, "The server stops")));
                }
                if !is_open && init.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(Turn::Close(Closing(4408, "Connection initialisation timeout")));
                }
                ping.poll_tick(cx).map(|_| Turn::Ping)
            });
            let message = match turn.await {
                Turn::Heard(message) => message?,
                Turn::Close(closing) => return closing.reason(),
                Turn::Ping if heard.elapsed() > PING * 2 => return Closing(1001, "The client is gone").reason(),
                Turn::Ping => {
                    self.session.ping(b"").await.ok()?;
                    continue;
                }
            };
            heard = Instant::now();
            match message {
                Ok(AggregatedMessage::Text(text)) => {
                    if let Err(closing) = self.message(&text).await {
                        return closing.and_then(Closing::reason);
                    }
                }
                Ok(AggregatedMessage::Ping(payload)) => self.session.pong(&payload).await.ok()?,
                Ok(AggregatedMessage::Pong(_)) => {}
                Ok(AggregatedMessage::Binary(_)) => return MALFORMED.reason(),
                Ok(AggregatedMessage::Close(reason)) => return reason,
                Err(actix_ws::ProtocolError::Overflow) => return Closing(1009, "The message is too large").reason(),
                Err(_) => return Closing(1002, "The bytes are no WebSocket").reason(),
            }
        }
    }

    /// Does what a message says. An error closes the connection; without a reason, it is gone.
    async fn message(&mut self, text: &str) -> Result<(), Option<Closing>> {
        let limits = &self.handling.graphql.limits;
        limits.check_json(text.as_bytes()).map_err(|_| Some(Closing(4400, "The message has too many values")))?;
        let Ok(Value::Object(mut message)) = serde_json::from_str::<Value>(text) else { return Err(Some(MALFORMED)) };
        let payload = message.remove("payload").unwrap_or_default();
        let id = message.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        match message.get("type").and_then(Value::as_str).unwrap_or_default() {
            "connection_init" => self.init(payload).await,
            "ping" => self.send(&with_payload(json!({ "type": "pong" }), payload)).await,
            "pong" => Ok(()),
            "subscribe" if self.params.is_none() => Err(Some(Closing(4401, "Unauthorized"))),
            "subscribe" if !id.is_empty() => self.subscribe(id, payload).await,
            "complete" if !id.is_empty() => {
                let ended = self.operations.borrow_mut().remove(&id);
                drop(ended);
                Ok(())
            }
            _ => Err(Some(MALFORMED)),
        }
    }

    async fn init(&mut self, payload: Value) -> Result<(), Option<Closing>> {
        if self.params.is_some() {
            return Err(Some(Closing(4429, "Too many initialisation requests")));
        }
        if !payload.is_null() && !payload.is_object() {
            return Err(Some(MALFORMED));
        }
        if let Some(connect) = &self.handling.graphql.connect
            && let Err(problem) = connect(self.handling.event.clone(), payload.clone()).await
        {
            let call = self.handling.event.request.call();
            // It is logged, and the hook sees it.
            drop(call.exchange().worker.app.render(problem, call.http()));
            return Err(Some(Closing(4403, "Forbidden")));
        }
        self.params = Some(Arc::new(payload));
        self.send(&json!({ "type": "connection_ack" })).await
    }

    async fn subscribe(&mut self, id: String, payload: Value) -> Result<(), Option<Closing>> {
        if self.operations.borrow().contains_key(&id) {
            return Err(Some(Closing(4409, "Subscriber already exists")));
        }
        let request = match of_value(payload, &self.handling.graphql.documents) {
            Ok(request) => request,
            Err(refusal) if refusal.is_fixed => return Err(Some(MALFORMED)),
            Err(refusal) => return self.send(&json!({ "id": id, "type": "error", "payload": refusal.errors })).await,
        };
        let request = request.data(ConnectionParams(self.params.clone().unwrap_or_default()));
        let most = self.handling.graphql.limits.operations;
        if self.operations.borrow().len() >= most {
            let text = format!("the connection has {most} operations already");
            let refused = [async_graphql::ServerError::new(text, None)];
            return self.send(&json!({ "id": id, "type": "error", "payload": refused })).await;
        }
        self.operations.borrow_mut().insert(id.clone(), None);
        let (handling, operations) = (self.handling.clone(), self.operations.clone());
        let (mut session, mut failing) = (self.session.clone(), self.session.clone());
        let (failed, failed_in) = (id.clone(), self.operations.clone());
        let name = id.clone();
        let work = async move {
            let mut is_refused = false;
            match handling.ready(request).await {
                Ok(ready) => {
                    let send = async |body: Body| {
                        if !body.is_refused() {
                            return session
                                .text(json!({ "id": name, "type": "next", "payload": body }).to_string())
                                .await
                                .is_ok();
                        }
                        is_refused = true;
                        forget(&operations, &name);
                        let _ = session.text(error_of(&name, body)).await;
                        false
                    };
                    handling.stream(ready, send).await;
                }
                Err(ended) => {
                    is_refused = true;
                    forget(&operations, &name);
                    let _ = session.text(error_of(&name, Body::refused(ended.errors(&handling.event)))).await;
                }
            }
            if !is_refused {
                // Whoever reads this may use the id again.
                forget(&operations, &name);
                let _ = session.text(json!({ "id": name, "type": "complete" }).to_string()).await;
            }
        };
        let task = task::begin(&self.handling.event, work, async move || {
            forget(&failed_in, &failed);
            let _ = failing.text(error_of(&failed, panicked())).await;
        });
        if let Some(place) = self.operations.borrow_mut().get_mut(&id) {
            *place = Some(task);
        }
        Ok(())
    }

    async fn send(&mut self, message: &Value) -> Result<(), Option<Closing>> {
        self.session.text(message.to_string()).await.map_err(|_| None)
    }
}

/// An operation has ended by itself. Its task must not be aborted: it has still something to say.
fn forget(operations: &Operations, id: &str) {
    if let Some(Some(task)) = operations.borrow_mut().remove(id) {
        task.leave();
    }
}

fn error_of(id: &str, body: Body) -> String {
    json!({ "id": id, "type": "error", "payload": body.into_errors() }).to_string()
}

fn with_payload(mut message: Value, payload: Value) -> Value {
    if !payload.is_null() {
        message["payload"] = payload;
    }
    message
}
