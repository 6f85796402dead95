//! Tests without sockets: a client over the whole app, and events for calling a handler alone.
//!
//! ```
//! use start_runtime::{prelude::*, test};
//!
//! #[api_route("/api/[house]/password")]
//! mod password {
//!     use start_runtime::APIEvent;
//!
//!     pub async fn GET(event: APIEvent) -> String {
//!         format!("{}: caput draconis", &event.params["house"])
//!     }
//! }
//!
//! # start_runtime::__rt::block_on(async {
//! // Through middleware, router and extractors, as from a socket:
//! let answer = test::app().get("/api/gryffindor/password").await;
//! assert_eq!(answer.status(), 200);
//! assert_eq!(answer.text().await.unwrap(), "gryffindor: caput draconis");
//!
//! // The handler alone, a plain function:
//! let event = test::event("/api/gryffindor/password").param("house", "gryffindor").build();
//! assert_eq!(password::GET(event).await, "gryffindor: caput draconis");
//! # });
//! ```
//!
//! A test is an `async fn` under `#[start_runtime::test]`.

#[cfg(feature = "multipart")]
mod form_part;

use std::any::Any;
use std::cell::{OnceCell, RefCell};
use std::future::IntoFuture;
use std::pin::Pin;
use std::rc::Rc;

use actix_web::dev::{AppConfig, Payload, ServiceFactory as _};
use actix_web::http::Method;
use actix_web::test::TestRequest as ActixRequest;
use actix_web::web::Bytes;
use serde::Serialize;

use crate::base::timeouts::Timeouts;
use crate::docs::Docs;
use crate::event::{APIEvent, FetchResponse, Origin, RequestBuilder};
use crate::kernel::{
    App, Body, Call, Captured, DEFAULT_BODY_LIMIT, DEFAULT_HEADER_LIMIT, DEFAULT_STREAM_LIMIT, Exchange, Names,
    PathText, Table, Worker,
};
#[cfg(feature = "multipart")]
use crate::multipart::Uploads;
use crate::router::Values;
use crate::start::Start;

#[cfg(feature = "multipart")]
pub use form_part::FormPart;

/// A client over the routes that are linked into the test, with default settings.
pub fn app() -> TestApp {
    app_with(Start::new())
}

/// A client over the routes that are linked into the test, with settings, data and middleware.
pub fn app_with(start: Start) -> TestApp {
    TestApp(Rc::new(Inner { start: RefCell::new(Some(start)), running: OnceCell::new() }))
}

/// A client that calls the whole app in process.
#[derive(Clone)]
pub struct TestApp(Rc<Inner>);

struct Inner {
    start: RefCell<Option<Start>>,
    running: OnceCell<(Rc<Worker>, Box<dyn Any>)>,
}

impl TestApp {
    /// A GET request.
    pub fn get(&self, path: impl Into<String>) -> TestRequest {
        self.request(Method::GET, path)
    }

    /// A HEAD request.
    pub fn head(&self, path: impl Into<String>) -> TestRequest {
        self.request(Method::HEAD, path)
    }

    /// A POST request.
    pub fn post(&self, path: impl Into<String>) -> TestRequest {
        self.request(Method::POST, path)
    }

    /// A PUT request.
    pub fn put(&self, path: impl Into<String>) -> TestRequest {
        self.request(Method::PUT, path)
    }

    /// A PATCH request.
    pub fn patch(&self, path: impl Into<String>) -> TestRequest {
        self.request(Method::PATCH, path)
    }

    /// A DELETE request.
    pub fn delete(&self, path: impl Into<String>) -> TestRequest {
        self.request(Method::DELETE, path)
    }

    /// An OPTIONS request.
    pub fn options(&self, path: impl Into<String>) -> TestRequest {
        self.request(Method::OPTIONS, path)
    }

    /// A request with any method.
    pub fn request(&self, method: Method, path: impl Into<String>) -> TestRequest {
        TestRequest { app: self.clone(), builder: RequestBuilder::new(method, path) }
    }

    async fn worker(&self) -> Rc<Worker> {
        let start = self.0.start.borrow_mut().take();
        if let Some(start) = start {
            let (app, setup) = start.build().unwrap_or_else(|error| panic!("the app does not start: {error}"));
            if let Err(error) = setup.check_data(&app).await {
                // A test may call other routes than those: it goes on, and says so if it fails.
                eprintln!("note: {error}");
            }
            let outermost = setup.worker(&app);
            let worker = outermost.worker.clone();
            let service = outermost
                .new_service(AppConfig::default())
                .await
                .unwrap_or_else(|()| panic!("a middleware or service could not be built"));
            let _ = self.0.running.set((worker, Box::new(service)));
        }
        match self.0.running.get() {
            Some((worker, _)) => worker.clone(),
            None => panic!("the app is still starting: await the first request before the next"),
        }
    }
}

/// A request to the app; `.await` sends it.
///
/// # Panics
/// When awaited, if the app does not start or the request cannot be built: a test has failed then.
#[must_use = "a request does nothing until it is awaited"]
pub struct TestRequest {
    app: TestApp,
    builder: RequestBuilder,
}

impl TestRequest {
    /// The same with this header, in place of any of the same name.
    pub fn header(self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        Self { builder: self.builder.header(name, value), ..self }
    }

    /// The same with a JSON body, and its content type.
    pub fn json<T: Serialize + ?Sized>(self, value: &T) -> Self {
        Self { builder: self.builder.json(value), ..self }
    }

    /// The same with a form as its body, and its content type.
    pub fn form<T: Serialize + ?Sized>(self, value: &T) -> Self {
        Self { builder: self.builder.form(value), ..self }
    }

    /// The same with a multipart form as its body, and its content type.
    ///
    /// ```standalone_crate
    /// use start_runtime::test::{self, FormPart};
    /// use start_runtime::{Multipart, UploadedFile, prelude::*};
    ///
    /// #[derive(serde::Deserialize)]
    /// struct Upload {
    ///     title: String,
    ///     file: UploadedFile,
    /// }
    ///
    /// #[api_route("/api/uploads")]
    /// async fn POST(Multipart(upload): Multipart<Upload>) -> String {
    ///     format!("{}: {} bytes", upload.title, upload.file.size())
    /// }
    ///
    /// # start_runtime::__rt::block_on(async {
    /// let parts = [FormPart::text("title", "Owl"), FormPart::file("file", "owl.png", "image/png", "hoot")];
    /// let answer = test::app().post("/api/uploads").multipart(parts).await;
    /// assert_eq!(answer.text().await.unwrap(), "Owl: 4 bytes");
    /// # });
    /// ```
    #[cfg(feature = "multipart")]
    pub fn multipart(self, parts: impl IntoIterator<Item = FormPart>) -> Self {
        let (content_type, body) = form_part::compose(parts);
        self.header("content-type", content_type).body(body)
    }

    /// The same with this body.
    pub fn body(self, body: impl Into<Bytes>) -> Self {
        Self { builder: self.builder.body(body), ..self }
    }
}

impl IntoFuture for TestRequest {
    type Output = FetchResponse;
    type IntoFuture = Pin<Box<dyn Future<Output = FetchResponse>>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(async move {
            let worker = self.app.worker().await;
            self.builder
                .from(Origin::App(worker))
                .await
                .unwrap_or_else(|error| panic!("the request was not sent: {error}"))
        })
    }
}

/// An event for calling a handler alone. It belongs to no app: `event.fetch` gives an error.
pub fn event(path: impl AsRef<str>) -> EventBuilder {
    EventBuilder {
        request: ActixRequest::default().uri(path.as_ref()),
        params: Vec::new(),
        body: Bytes::new(),
        locals: Vec::new(),
    }
}

type Leave = Box<dyn FnOnce(&APIEvent)>;

/// Builds an event.
#[must_use = "call `.build()`"]
pub struct EventBuilder {
    request: ActixRequest,
    params: Vec<(String, String)>,
    body: Bytes,
    locals: Vec<Leave>,
}

impl EventBuilder {
    /// The same with a method; GET unless set.
    pub fn method(mut self, method: Method) -> Self {
        self.request = self.request.method(method);
        self
    }

    /// The same with a header.
    ///
    /// # Panics
    /// If the header cannot be sent.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.append_header((name, value));
        self
    }

    /// The same with a param of the path, decoded.
    pub fn param(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.params.push((name.into(), value.into()));
        self
    }

    /// The same with a JSON body, and its content type.
    ///
    /// # Panics
    /// If the value does not serialize.
    pub fn json<T: Serialize + ?Sized>(self, value: &T) -> Self {
        let body = serde_json::to_vec(value).unwrap_or_else(|error| panic!("the body does not serialize: {error}"));
        self.header("content-type", "application/json").body(body)
    }

    /// The same with this body.
    pub fn body(mut self, body: impl Into<Bytes>) -> Self {
        self.body = body.into();
        self
    }

    /// The same with a value that middleware would have left.
    pub fn local<T: 'static>(mut self, value: T) -> Self {
        self.locals.push(Box::new(move |event| drop(event.locals.insert(value))));
        self
    }

    /// The event.
    ///
    /// # Panics
    /// Never: an empty table has no conflicts.
    pub fn build(self) -> APIEvent {
        let table = Table::build([]).unwrap_or_else(|_| unreachable!("no routes, no conflicts"));
        let app = App {
            table,
            body_limit: DEFAULT_BODY_LIMIT,
            stream_limit: DEFAULT_STREAM_LIMIT,
            #[cfg(feature = "multipart")]
            uploads: Uploads::default(),
            timeouts: Timeouts::default(),
            header_limit: DEFAULT_HEADER_LIMIT,
            on_error: None,
            docs: Docs::default(),
            #[cfg(feature = "metrics")]
            metrics: None,
            has_middleware: false,
        };
        let exchange = Exchange {
            worker: Worker::new(app.into()),
            entry: None,
            captured: captured(self.params),
            body: RefCell::new(Body::Unread(if self.body.is_empty() {
                Payload::None
            } else {
                Payload::from(self.body)
            })),
            staged: RefCell::default(),
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
        let start = u32::try_from(text.len()).unwrap_or(u32::MAX);
        text.push_str(&value);
        values.push(start..u32::try_from(text.len()).unwrap_or(u32::MAX));
        names.push(name);
    }
    Captured { names: Names::Given(names), text: PathText::Decoded(text.into()), values, rest: Vec::new() }
}
