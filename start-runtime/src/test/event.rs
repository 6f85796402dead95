use std::cell::{OnceCell, RefCell};
use std::rc::Rc;

use actix_web::dev::Payload;
use actix_web::http::Method;
use actix_web::test::TestRequest as ActixRequest;
use actix_web::web::Bytes;
use serde::Serialize;

use crate::event::APIEvent;
use crate::http::Outer;
use crate::kernel::{App, Body, Call, Captured, Exchange, Names, PathText, Worker};
use crate::response::to_json;
use crate::router::{Span, Values};

/// Starts building an event, to call a handler on its own. The event belongs to no app: `event.fetch` returns an error.
pub fn event(path: impl AsRef<str>) -> EventBuilder {
    EventBuilder {
        request: ActixRequest::default().uri(path.as_ref()),
        params: Vec::new(),
        body: Bytes::new(),
        locals: Vec::new(),
    }
}

/// Waits until the work is done that a handler gave to [`APIEvent::after`], for an event of [`event`].
///
/// ```
/// use start_runtime::test;
///
/// # start_runtime::__rt::block_on(async {
/// let event = test::event("/").build();
/// event.after(async { /* … */ });
/// test::after_work(&event).await;
/// # });
/// ```
pub async fn after_work(event: &APIEvent) {
    event.request.call().exchange().worker.app.after.all_done().await;
}

type Leave = Box<dyn FnOnce(&APIEvent)>;

/// Builds an event for a test.
#[must_use = "call `.build()`"]
pub struct EventBuilder {
    request: ActixRequest,
    params: Vec<(String, String)>,
    body: Bytes,
    locals: Vec<Leave>,
}

impl EventBuilder {
    /// Sets the method; GET unless set.
    pub fn method(mut self, method: Method) -> Self {
        self.request = self.request.method(method);
        self
    }

    /// Adds a header, keeping those of the same name.
    ///
    /// # Panics
    /// Panics if the header cannot be sent.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.append_header((name, value));
        self
    }

    /// Adds a parameter of the path, decoded.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.params.push((name.into(), value.into()));
        self
    }

    /// Sets a JSON body and its content type.
    ///
    /// # Panics
    /// Panics if the value does not serialize.
    pub fn json<T: Serialize + ?Sized>(self, value: &T) -> Self {
        let body = to_json(value).unwrap_or_else(|error| panic!("the body does not serialize: {error}"));
        self.header("content-type", "application/json").body(body)
    }

    /// Sets the body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// Adds a value as if middleware had stored it.
    pub fn local<T: 'static>(mut self, value: T) -> Self {
        self.locals.push(Box::new(move |event| drop(event.locals.insert(value))));
        self
    }

    /// Builds the event.
    pub fn build(self) -> APIEvent {
        let exchange = Exchange {
            worker: Worker::new(App::default().into(), false),
            entry: None,
            captured: captured(self.params),
            body: RefCell::new(Body::Unread(if self.body.is_empty() {
                Payload::None
            } else {
                Payload::from(self.body)
            })),
            staged: RefCell::default(),
            // Nobody hands an answer over: work behind it begins at once.
            outer: OnceCell::from(Rc::new(Outer::over())),
            found: RefCell::default(),
            client: None,
        };
        let event = APIEvent::new(&Call::new(self.request.to_http_request(), Rc::new(exchange)));
        self.locals.into_iter().for_each(|leave| leave(&event));
        event
    }
}

fn captured(params: Vec<(String, String)>) -> Captured {
    let mut text = String::new();
    let mut values = Values::new();
    let mut names = Vec::new();
    for (name, value) in params {
        let start = text.len();
        text.push_str(&value);
        values.push(Span::new(start, text.len()));
        names.push(name);
    }
    Captured { names: Names::Given(names), text: PathText::Decoded(text.into()), values, rest: Vec::new() }
}
