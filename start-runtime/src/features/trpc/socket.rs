//! Calls over a WebSocket, in the form that `wsLink` sends and reads.
//!
//! One task has the connection: it reads messages, makes the calls, and writes their answers. Nothing of it goes on when the
//! connection ends.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use actix_web::http::header;
use actix_web::web::Bytes;
use actix_web::{FromRequest as _, HttpMessage as _, HttpResponse, web};
use actix_ws::{CloseCode, CloseReason, Message as Frame, MessageStream};
use futures_core::future::LocalBoxFuture;
use futures_util::StreamExt as _;
use futures_util::future::{AbortHandle, abortable};
use futures_util::stream::FuturesUnordered;
use serde_json::{Value, json};
use tokio::time::{Instant, MissedTickBehavior, interval_at};

use super::ask::{self, Asked, Format, Query};
use super::code::Code;
use super::envelope::{Context, Data, Of, Streams};
use super::error::Error;
use super::frames::{Pieces, Unreadable, Whole};
use super::message::{MOST_ID, Message, Params};
use super::outbox::Outbox;
use super::pieces::{Items, next_item};
use super::router::Router;
use super::split;
use super::sse::with_last_event_id;
use super::table::Open;
use super::{superjson, tracked, v10};
use crate::event::APIEvent;
use crate::http::{client, frames_within};
use crate::kernel::{ProcedureKind, Produced, ProducedItem, RawInput};
use crate::response::{Problem, actix_outcome};
use url::Url;

/// How many calls of one connection may be under way.
const MOST_CALLS: usize = 1000;

/// How many times the limit of a body these may have sent together.
const MOST_BODIES: usize = 4;

/// How often the server asks whether the client is still there. One that says nothing for twice as long is not.
const PING: Duration = Duration::from_secs(15);

/// Whether a request asks for a WebSocket (RFC 6455, section 4.2.1).
pub fn is_wanted(context: &Context) -> bool {
    let upgrade = context.call.http().headers().get_all(header::UPGRADE).filter_map(|value| value.to_str().ok());
    upgrade.flat_map(|value| value.split(',')).any(|protocol| protocol.trim().eq_ignore_ascii_case("websocket"))
}

/// Answers the handshake. The connection goes on by itself.
pub async fn open(context: &Context, router: &Router) -> Result<HttpResponse, Error> {
    check_origin(context)?;
    let call = &context.call;
    // A client that is let in would be sent away, and come again at once; one that is refused waits.
    if call.exchange().worker.app.stopping.since().is_some() {
        return Err(Error::new(Code::ServiceUnavailable, "the server is stopping"));
    }
    let limit = call.exchange().body_limit();
    let mut payload = frames_within(limit, call.exchange().body.borrow_mut().take("tRPC")?);
    let refused = |error: actix_web::Error| Error::from(actix_outcome(&error).into_problem());
    let payload = web::Payload::from_request(call.http(), &mut payload).await.map_err(refused)?;
    let (response, session, messages) = actix_ws::handle(call.http(), payload).map_err(refused)?;
    let (session, response) = Outbox::of(session, response);
    let frames = messages.max_frame_size(limit);
    let connection = Connection {
        context: context.clone(),
        router: router.clone(),
        session,
        calls: FuturesUnordered::new(),
        under_way: HashMap::new(),
        held: 0,
        waits_for_params: Query::of(call.http().query_string()).connection_params.as_deref() == Some("1"),
    };
    actix_web::rt::spawn(connection.serve(frames, Pieces::new(limit)));
    Ok(response)
}

/// A browser sends cookies with the handshake of any page and asks nobody (RFC 6455, section 10.2).
fn check_origin(context: &Context) -> Result<(), Error> {
    let http = context.call.http();
    let Some(origin) = http.headers().get(header::ORIGIN) else { return Ok(()) };
    let origin = origin.to_str().unwrap_or_default();
    let authority = |text: &str| {
        Url::parse(text).ok().and_then(|url| Some((url.host_str()?.to_owned(), url.port_or_known_default())))
    };
    let own = format!("{}://{}", client::scheme(http), client::host_of(http));
    let is_own = authority(origin).is_some_and(|origin| authority(&own) == Some(origin));
    if is_own
        || context.settings.origins.iter().any(|allowed| allowed.trim_end_matches('/').eq_ignore_ascii_case(origin))
    {
        return Ok(());
    }
    let cure = "a page of another site may not open a WebSocket here";
    Err(Error::forbidden(cure))
}

/// A WebSocket.
struct Connection {
    context: Context,
    router: Router,
    session: Outbox,
    calls: FuturesUnordered<LocalBoxFuture<'static, Option<Done>>>,
    /// The calls that go on, by the text of their ids.
    under_way: HashMap<String, UnderWay>,
    /// How many bytes they have sent together.
    held: usize,
    /// Whether the first message says who the client is.
    waits_for_params: bool,
}

/// A call that goes on.
struct UnderWay {
    handle: AbortHandle,
    is_subscription: bool,
    /// How many bytes its client has sent for it.
    size: usize,
}

/// Something that has happened in a call.
struct Done {
    id: Value,
    call: Rc<Asked>,
    what: What,
}

enum What {
    Called(Result<Produced, Error>, Option<Open>),
    Item(Items, Option<Result<ProducedItem, Problem>>, Option<Open>),
}

/// What a connection has waited for.
enum Turn {
    Heard(Option<Result<Frame, actix_ws::ProtocolError>>),
    Done(Option<Done>),
    Ping,
    Stop,
}

/// The connection is over.
struct Over(Option<CloseReason>);

impl Connection {
    async fn serve(mut self, mut frames: MessageStream, mut pieces: Pieces) {
        let Over(reason) = match self.talk(&mut frames, &mut pieces).await {
            Ok(()) => Over(None),
            Err(over) => over,
        };
        let _ = self.session.clone().close(reason).await;
    }

    async fn talk(&mut self, frames: &mut MessageStream, pieces: &mut Pieces) -> Result<(), Over> {
        let event = APIEvent::new(&self.context.call);
        let mut stopping = pin!(event.stopping());
        let mut is_stopping = false;
        let mut heard = Instant::now();
        let mut ping = interval_at(heard + PING, PING);
        ping.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // What has begun before the server stops is answered. Subscriptions go on at another connection.
        while !is_stopping || self.under_way.values().any(|call| !call.is_subscription) {
            let turn = poll_fn(|cx| {
                if let Poll::Ready(frame) = frames.poll_next_unpin(cx) {
                    return Poll::Ready(Turn::Heard(frame));
                }
                if !is_stopping && stopping.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(Turn::Stop);
                }
                // Without calls, there is nothing to wait for.
                if let Poll::Ready(Some(done)) = self.calls.poll_next_unpin(cx) {
                    return Poll::Ready(Turn::Done(done));
                }
                ping.poll_tick(cx).map(|_| Turn::Ping)
            });
            match turn.await {
                Turn::Heard(Some(Ok(frame))) => {
                    heard = Instant::now();
                    match pieces.join(frame) {
                        Ok(Some(message)) => self.hear(message).await?,
                        Ok(None) => {}
                        Err(Unreadable) => return Ok(()),
                    }
                }
                Turn::Heard(Some(Err(_)) | None) => return Ok(()),
                Turn::Done(Some(done)) => self.done(done).await?,
                // It was stopped.
                Turn::Done(None) => {}
                Turn::Ping if heard.elapsed() > PING * 2 => return Ok(()),
                Turn::Ping => self.session.ping(b"").await.map_err(|_| Over(None))?,
                Turn::Stop => {
                    is_stopping = true;
                    self.send(&json!({ "id": null, "method": "reconnect" })).await?;
                }
            }
        }
        Err(Over(Some(CloseCode::Away.into())))
    }

    async fn send(&mut self, message: &Value) -> Result<(), Over> {
        self.send_text(message.to_string()).await
    }

    async fn send_text(&mut self, message: String) -> Result<(), Over> {
        self.session.text(message).await.map_err(|_| Over(None))
    }

    async fn hear(&mut self, message: Whole) -> Result<(), Over> {
        let text = match message {
            Whole::Text(text) => text,
            Whole::Ping(payload) => return self.session.pong(&payload).await.map_err(|_| Over(None)),
            Whole::Pong => return Ok(()),
            Whole::Close(reason) => return Err(Over(reason)),
            Whole::Binary => return self.malformed("messages are text").await,
        };
        match text.as_ref() {
            b"PING" => return self.session.text("PONG".to_owned()).await.map_err(|_| Over(None)),
            b"PONG" => return Ok(()),
            _ => {}
        }
        match split::items(&text) {
            Ok(messages) => {
                for message in messages {
                    self.message(&message).await?;
                }
                Ok(())
            }
            Err(error) => self.malformed(&format!("the message is not JSON: {error}")).await,
        }
    }

    async fn malformed(&mut self, text: &str) -> Result<(), Over> {
        self.refuse(&Value::Null, &Error::new(Code::ParseError, text.to_owned()), Of::default()).await
    }

    async fn refuse(&mut self, id: &Value, error: &Error, of: Of<'_>) -> Result<(), Over> {
        let shape = self.context.shape(error, of).to_string();
        let shape = self.context.text(shape.as_bytes(), &None);
        let text = format!("{{\"id\":{id},\"error\":{}}}", String::from_utf8_lossy(&shape));
        self.send_text(text).await
    }

    async fn message(&mut self, text: &Bytes) -> Result<(), Over> {
        let Some(message) = Message::read(text) else { return self.malformed("a message is an object").await };
        if std::mem::take(&mut self.waits_for_params) {
            let params = message.connection_params();
            let Some(params) = params else {
                self.malformed("the first message has the connectionParams, an object of texts").await?;
                return Err(Over(Some(CloseCode::Policy.into())));
            };
            self.context.call.http().extensions_mut().insert(params);
            return Ok(());
        }
        let Some(id) = message.id() else {
            return self
                .malformed(&format!("a message has an `id`, a number or a text of up to {MOST_ID} bytes"))
                .await;
        };
        let kind = match message.method.as_str() {
            "query" => ProcedureKind::Query,
            "mutation" => ProcedureKind::Mutation,
            "subscription" => ProcedureKind::Subscription,
            "subscription.stop" => return self.stop(&id).await,
            _ => {
                let error =
                    Error::bad_request("a message has a `method`: query, mutation, subscription or subscription.stop");
                return self.refuse(&id, &error, Of::default()).await;
            }
        };
        let Some(params) = message.params() else {
            return self.refuse(&id, &Error::bad_request("a message has `params`, an object"), Of::default()).await;
        };
        self.begin(id, kind, params).await
    }

    async fn begin(&mut self, id: Value, kind: ProcedureKind, params: Params) -> Result<(), Over> {
        let size = params.size();
        let Params { path, input, last_event_id } = params;
        let input = input.map_or(RawInput::Undefined, RawInput::Json);
        let input = match last_event_id.as_deref() {
            Some(last) if kind == ProcedureKind::Subscription => {
                with_last_event_id(input, last, self.context.settings.transformer)
            }
            _ => input,
        };
        let call = Rc::new(ask::asked(&self.router, path, input));
        let key = id.to_string();
        if self.under_way.contains_key(&key) {
            let error = Error::bad_request(format!("a call with the id {key} is under way"));
            return self.refuse(&id, &error, Of::asked(&call)).await;
        }
        let most = self.context.call.exchange().body_limit().saturating_mul(MOST_BODIES);
        let has_room = self.under_way.len() < MOST_CALLS && self.held.saturating_add(size) <= most.max(size);
        let open = match kind {
            ProcedureKind::Subscription => self.router.table.open(self.router.settings.max_streams).map(Some),
            _ => Some(None),
        };
        let Some(open) = open.filter(|_| has_room) else {
            let error = Error::new(Code::TooManyRequests, "too many calls are under way: try again later");
            return self.refuse(&id, &error, Of::asked(&call)).await;
        };
        let context = self.context.clone();
        self.wait(key, size, kind == ProcedureKind::Subscription, async move {
            let called = v10::perform(&context, &call, kind, Format::Json).await;
            Done { id, call, what: What::Called(called, open) }
        });
        Ok(())
    }

    /// Makes something happen in a call, until the call is stopped.
    fn wait(&mut self, key: String, size: usize, is_subscription: bool, work: impl Future<Output = Done> + 'static) {
        let (work, handle) = abortable(work);
        self.held += size;
        self.under_way.insert(key, UnderWay { handle, size, is_subscription });
        self.calls.push(Box::pin(async move { work.await.ok() }));
    }

    async fn stop(&mut self, id: &Value) -> Result<(), Over> {
        let Some(UnderWay { handle, size, .. }) = self.under_way.remove(&id.to_string()) else { return Ok(()) };
        self.held -= size;
        handle.abort();
        self.send(&json!({ "id": id, "result": { "type": "stopped" } })).await
    }

    async fn done(&mut self, Done { id, call, what }: Done) -> Result<(), Over> {
        let of = Of::asked(&call);
        let size = self.under_way.remove(&id.to_string()).map_or(0, |call| call.size);
        self.held -= size;
        let is_subscription = of.kind == Some(ProcedureKind::Subscription);
        match what {
            What::Called(Ok(Produced::Stream(items)), open) if is_subscription => {
                self.send(&json!({ "id": id, "result": { "type": "started" } })).await?;
                self.next_item(id, call, size, items, open);
                Ok(())
            }
            What::Called(called, _) => match called.and_then(|produced| self.data(produced)) {
                Ok(data) => self.value(&id, None, data).await,
                Err(error) => self.refuse(&id, &error, of).await,
            },
            What::Item(_, None, _) => self.send(&json!({ "id": id, "result": { "type": "stopped" } })).await,
            What::Item(items, Some(item), open) => {
                let item = item.and_then(|item| Ok((checked(item.id)?, self.data(item.value).map_err(Problem::from)?)));
                match item {
                    Ok((event, data)) => {
                        self.value(&id, event, data).await?;
                        self.next_item(id, call, size, items, open);
                        Ok(())
                    }
                    Err(problem) => {
                        self.refuse(&id, &problem.into(), of).await?;
                        self.send(&json!({ "id": id, "result": { "type": "stopped" } })).await
                    }
                }
            }
        }
    }

    /// Sends a value; `event` is the id of a tracked one.
    async fn value(&mut self, id: &Value, event: Option<String>, data: Option<Data>) -> Result<(), Over> {
        let mut result = String::from("\"type\":\"data\"");
        let data = match event {
            Some(event) => {
                let event = Value::from(event);
                let _ = write!(result, ",\"id\":{event}");
                let inner = data.unwrap_or(Data { json: Bytes::from_static(b"null"), marks: None });
                let json = format!("{{\"id\":{event},\"data\":{}}}", String::from_utf8_lossy(&inner.json));
                Some(Data { json: json.into(), marks: superjson::below("data", inner.marks) })
            }
            None => data,
        };
        if let Some(Data { json, marks }) = data {
            let _ = write!(result, ",\"data\":{}", String::from_utf8_lossy(&self.context.text(&json, &marks)));
        }
        self.send_text(format!("{{\"id\":{id},\"result\":{{{result}}}}}")).await
    }

    /// A value that is there; `None` is `undefined`.
    fn data(&self, produced: Produced) -> Result<Option<Data>, Error> {
        self.context.data(produced).map_err(|Streams| {
            Error::new(
                Code::UnsupportedMediaType,
                "Cannot use stream-like response over a WebSocket - use httpBatchStreamLink",
            )
        })
    }

    fn next_item(&mut self, id: Value, call: Rc<Asked>, size: usize, mut items: Items, open: Option<Open>) {
        let key = id.to_string();
        self.wait(key, size, true, async move {
            let item = next_item(&mut items, &call.path).await;
            Done { id, call, what: What::Item(items, item, open) }
        });
    }
}

fn checked(id: Option<String>) -> Result<Option<String>, Problem> {
    match id.as_deref().and_then(tracked::fault) {
        Some(fault) => Err(Problem::internal(format!("the id of a tracked value {fault}"))),
        None => Ok(id),
    }
}
