//! A subscription as Server-Sent Events (WHATWG HTML, section 9.2), in the form that `httpSubscriptionLink` reads.
//!
//! The answer is a 200 also if the call has failed: an event says so. A stream that ends has an event for that; a
//! connection that ends without it is opened again by the client.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context as Polling, Poll};
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::header::{self, HeaderName, HeaderValue};
use actix_web::web::Bytes;
use serde_json::{Map, Value, json};
use tokio::time::{Sleep, sleep};

use super::ask::{Asked, Format, Query};
use super::code::Code;
use super::envelope::{Context, Of, Streams, add_headers};
use super::error::Error;
use super::handle::perform;
use super::pieces::{self, Items, Pieces, poll_item};
use super::router::Router;
use super::superjson;
use super::table::{Entry, Open};
use super::tracked;
use crate::base::idle::Idle;
use crate::base::panic::drop_quietly;
use crate::kernel::{Produced, ProducedItem, RawInput, Transformer};
use crate::response::Problem;

/// Answers a call of a subscription.
pub async fn answer(context: Context, router: &Router, mut asked: Asked) -> HttpResponse {
    let http = context.call.http().clone();
    let settings = context.settings.clone();
    let header = http.headers().get("last-event-id").and_then(|id| id.to_str().ok()).map(str::to_owned);
    let seen = header.filter(|id| !id.is_empty()).or_else(|| Query::of(http.query_string()).last_event_id);
    if let Some(seen) = &seen {
        asked.input = with_last_event_id(asked.input, seen, settings.transformer);
    }
    let open = router.table.open(router.settings.max_streams);
    let called = match &open {
        Some(_) => perform(&context, &asked, false, Format::Json).await,
        None => Err(Error::new(Code::TooManyRequests, "too many subscriptions are open: try again later")),
    };
    let mut events = VecDeque::from([connected(settings.sse_reconnect_after)]);
    let mut items = None;
    let mut refused = None;
    match called {
        Ok(Produced::Stream(stream)) => items = Some(stream),
        Ok(_) => events.push_back(returned()),
        Err(error) => {
            events.push_back(failed(&context, &error, Of::asked(&asked)));
            refused = Some(error);
        }
    }
    let body = Body {
        events,
        items,
        entry: asked.entry,
        context: context.clone(),
        // A client that comes back has that id, and takes a value without one for its value.
        last_id: seen.filter(|id| tracked::fault(id).is_none()),
        ping: settings.sse_ping.and_then(Idle::new),
        end: settings.sse_max_duration.map(|duration| Box::pin(sleep(duration))),
        open,
    };
    let mut response = pieces::response(body, "text/event-stream");
    let headers = response.headers_mut();
    if let Some(error) = refused {
        add_headers(headers, error.problem());
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-cache, no-transform"));
    headers.insert(HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));
    context.vary(headers);
    response
}

/// The input with the id of the last event that the client has seen, if it is an object or nothing.
pub fn with_last_event_id(input: RawInput, id: &str, transformer: Option<Transformer>) -> RawInput {
    const NAME: &str = "lastEventId";
    if let (RawInput::Json(text), Some(Transformer::Superjson)) = (&input, transformer) {
        return superjson::with_member(text, NAME, id).map_or(input, |text| RawInput::Json(text.into()));
    }
    let envelope = |json: Value| match transformer {
        None => json,
        Some(Transformer::Superjson) => json!({ "json": json }),
    };
    let member = || (NAME.to_owned(), Value::from(id));
    let object = |members: Map<String, Value>| RawInput::Json(Bytes::from(envelope(members.into()).to_string()));
    match input {
        RawInput::Undefined => object(Map::from_iter([member()])),
        RawInput::Json(text) => match serde_json::from_slice::<Value>(&text) {
            Ok(Value::Null) => object(Map::from_iter([member()])),
            Ok(Value::Object(mut members)) => {
                members.extend([member()]);
                object(members)
            }
            _ => RawInput::Json(text),
        },
        other => other,
    }
}

/// The body: events until the stream ends.
struct Body {
    events: VecDeque<Bytes>,
    /// `None` once it has ended.
    items: Option<Items>,
    entry: Option<&'static Entry>,
    context: Context,
    last_id: Option<String>,
    ping: Option<Idle>,
    /// When the connection ends.
    end: Option<Pin<Box<Sleep>>>,
    /// Counts the subscription.
    open: Option<Open>,
}

impl Pieces for Body {
    fn poll_piece(&mut self, cx: &mut Polling<'_>) -> Poll<Option<Bytes>> {
        if let Some(event) = self.events.pop_front() {
            self.spoke();
            return Poll::Ready(Some(event));
        }
        let Some(items) = &mut self.items else { return Poll::Ready(None) };
        if self.end.as_mut().is_some_and(|end| end.as_mut().poll(cx).is_ready()) {
            self.finish();
            return Poll::Ready(None);
        }
        let path = self.entry.map_or("a subscription", |entry| &entry.path);
        let Poll::Ready(item) = poll_item(items, path, cx) else {
            return match &mut self.ping {
                Some(ping) => ping.poll(cx).map(|()| Some(event(Some("ping"), "", None))),
                None => Poll::Pending,
            };
        };
        let event = match item.map(|item| item.and_then(|item| self.item(item))) {
            Some(Ok(event)) => {
                self.spoke();
                event
            }
            Some(Err(problem)) => self.fail(problem),
            None => {
                self.finish();
                returned()
            }
        };
        Poll::Ready(Some(event))
    }
}

impl Body {
    fn spoke(&mut self) {
        if let Some(ping) = &mut self.ping {
            ping.spoke();
        }
    }

    fn finish(&mut self) {
        self.open = None;
        drop_quietly(self.items.take(), "the stream of a subscription");
    }

    /// The event of an error, which is the last one.
    fn fail(&mut self, problem: Problem) -> Bytes {
        self.finish();
        failed(&self.context, &problem.into(), self.entry.map(Of::entry).unwrap_or_default())
    }

    fn item(&mut self, ProducedItem { id, value }: ProducedItem) -> Result<Bytes, Problem> {
        let late = |Streams| Problem::internal("what a subscription yields cannot have values that arrive later");
        let data = self.context.data(value).map_err(late)?;
        let text = data.as_ref().map_or(b"null".into(), |data| self.context.text(&data.json, &data.marks));
        let data = String::from_utf8_lossy(&text);
        if let Some(id) = id {
            if let Some(fault) = tracked::fault(&id) {
                return Err(Problem::internal(format!("the id {id:?} of a tracked value {fault}")));
            }
            let event = event(None, &data, Some(&id));
            self.last_id = Some(id);
            return Ok(event);
        }
        let Some(last) = &self.last_id else { return Ok(event(None, &data, None)) };
        // Clients take a value for a tracked one while there is an id: it is taken away, and given back.
        let mut both = event(None, &data, Some("")).to_vec();
        both.extend_from_slice(&event(Some("restore-id"), "", Some(last)));
        Ok(both.into())
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        self.finish();
    }
}

/// One event, and the empty lines behind it.
fn event(name: Option<&str>, data: &str, id: Option<&str>) -> Bytes {
    let mut text = String::with_capacity(data.len() + 40);
    for (field, value) in [("event", name), ("data", Some(data)), ("id", id)] {
        if let Some(value) = value {
            text.extend([field, ": ", value, "\n"]);
        }
    }
    text.push_str("\n\n");
    text.into()
}

/// The first event, with what the server says of the client's behaviour.
fn connected(reconnect_after: Option<Duration>) -> Bytes {
    let options = reconnect_after.map_or_else(|| serde_json::json!({}), |silence| {
        serde_json::json!({ "reconnectAfterInactivityMs": u64::try_from(silence.as_millis()).unwrap_or(u64::MAX) })
    });
    event(Some("connected"), &options.to_string(), None)
}

fn returned() -> Bytes {
    event(Some("return"), "", None)
}

fn failed(context: &Context, error: &Error, of: Of<'_>) -> Bytes {
    let shape = context.shape(error, of).to_string();
    event(Some("serialized-error"), &String::from_utf8_lossy(&context.text(shape.as_bytes(), &None)), None)
}
