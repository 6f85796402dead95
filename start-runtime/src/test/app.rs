use std::any::Any;
use std::cell::{OnceCell, RefCell};
use std::future::IntoFuture;
use std::pin::Pin;
use std::rc::Rc;

use actix_web::dev::AppConfig;
use actix_web::http::Method;
use actix_web::web::Bytes;
use serde::Serialize;
use serde_json::Value;

use super::checked;
use super::form_part::{self, FormPart};
use crate::document;
use crate::event::{Caller, FetchResponse, RequestBuilder};
use crate::kernel::Worker;
use crate::start::Start;

/// Creates a client for the routes that are linked into the test, with default settings.
pub fn app() -> TestApp {
    app_with(Start::new())
}

/// Creates a client for the routes that are linked into the test, with settings, data and middleware.
pub fn app_with(start: Start) -> TestApp {
    TestApp(Rc::new(Inner { start: RefCell::new(Some(start)), running: OnceCell::new(), document: OnceCell::new() }))
}

/// A client that calls the whole app in process.
#[derive(Clone)]
pub struct TestApp(Rc<Inner>);

struct Inner {
    start: RefCell<Option<Start>>,
    running: OnceCell<(Rc<Worker>, Box<dyn Any>)>,
    /// Generated if answers are held against it.
    document: OnceCell<Value>,
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

    /// Waits until all work behind the answers is done: what handlers gave to
    /// [`APIEvent::after`](crate::APIEvent::after).
    ///
    /// ```standalone_crate
    /// use std::sync::atomic::{AtomicU32, Ordering};
    /// use start_runtime::{prelude::*, test};
    ///
    /// static LETTERS: AtomicU32 = AtomicU32::new(0);
    ///
    /// #[api_route("/api/letters")]
    /// async fn POST(event: APIEvent) -> StatusCode {
    ///     event.after(async { LETTERS.store(1, Ordering::SeqCst) });
    ///     StatusCode::ACCEPTED
    /// }
    ///
    /// # start_runtime::__rt::block_on(async {
    /// let app = test::app();
    /// assert_eq!(app.post("/api/letters").await.status(), 202);
    /// app.after_work().await;
    /// assert_eq!(LETTERS.load(Ordering::SeqCst), 1);
    /// # });
    /// ```
    pub async fn after_work(&self) {
        self.worker().await.app.after.all_done().await;
    }

    async fn worker(&self) -> Rc<Worker> {
        let start = self.0.start.borrow_mut().take();
        if let Some(start) = start {
            let prepared = start.build().unwrap_or_else(|error| panic!("the app does not start: {error}"));
            if let Err(error) = prepared.check_data().await {
                // A test may call only other routes: continue, and print the note in case it fails.
                eprintln!("note: {error}");
            }
            let outermost = prepared.worker();
            let worker = outermost.worker.clone();
            let service = outermost
                .build(AppConfig::default())
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
/// Panics when awaited if the app does not start or the request cannot be built: the test has failed then.
#[must_use = "a request does nothing until it is awaited"]
pub struct TestRequest {
    app: TestApp,
    builder: RequestBuilder,
}

impl TestRequest {
    /// Sets this header, replacing any header of the same name.
    pub fn header(self, name: impl AsRef<str>, value: impl AsRef<str>) -> Self {
        Self { builder: self.builder.header(name, value), ..self }
    }

    /// Sets a JSON body and its content type.
    pub fn json<T: Serialize + ?Sized>(self, value: &T) -> Self {
        Self { builder: self.builder.json(value), ..self }
    }

    /// Sets a form as the body, and its content type.
    pub fn form<T: Serialize + ?Sized>(self, value: &T) -> Self {
        Self { builder: self.builder.form(value), ..self }
    }

    /// Sets a multipart form as the body, and its content type.
    ///
    /// ```standalone_crate
    /// use start_runtime::prelude::*;
    /// use start_runtime::test::{self, FormPart};
    ///
    /// #[api_route("/api/uploads")]
    /// async fn POST(event: APIEvent) -> Result<String, Problem> {
    ///     let body = event.request.bytes().await?;
    ///     Ok(format!("{}: {} bytes", event.request.content_type(), body.len()))
    /// }
    ///
    /// # start_runtime::__rt::block_on(async {
    /// let parts = [FormPart::text("title", "Owl"), FormPart::file("file", "owl.png", "image/png", "hoot")];
    /// let answer = test::app().post("/api/uploads").multipart(parts).await;
    /// assert!(answer.text().await.unwrap().starts_with("multipart/form-data: "));
    /// # });
    /// ```
    pub fn multipart(self, parts: impl IntoIterator<Item = FormPart>) -> Self {
        let (content_type, body) = form_part::compose(parts);
        self.header("content-type", content_type).body(body)
    }

    /// Sets the body.
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
            let (method, path) = self.builder.target();
            let answer = self
                .builder
                .from(Caller::Test(worker.clone()))
                .await
                .unwrap_or_else(|error| panic!("the request was not sent: {error}"));
            let document = || document::document(&worker.app.table);
            checked::check(&worker, || self.app.0.document.get_or_init(document).clone(), &method, &path, answer)
        })
    }
}
