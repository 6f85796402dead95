use std::any::Any;
use std::cell::{OnceCell, RefCell};
use std::future::IntoFuture;
use std::net::IpAddr;
use std::pin::Pin;
use std::rc::Rc;

use actix_web::dev::AppConfig;
use actix_web::http::Method;
use actix_web::web::Bytes;
use serde::Serialize;
use serde_json::Value;

use super::checked;
use super::form_part::{self, FormPart};
use super::jar::Jar;
use crate::document;
use crate::event::{Caller, FetchResponse, RequestBuilder};
use crate::extract::Extract;
use crate::kernel::{Given, Worker};
use crate::start::Start;

/// Creates a client for the routes that are linked into the test, with default settings.
pub fn app() -> TestApp {
    app_with(Start::new())
}

/// Creates a client for the routes that are linked into the test, with settings, data and middleware.
pub fn app_with(start: Start) -> TestApp {
    let inner = Inner { start: RefCell::new(Some(start)), running: OnceCell::new(), document: OnceCell::new() };
    TestApp { inner: Rc::new(inner), headers: Vec::new(), jar: None, given: Given::default(), peer: None }
}

/// A client that calls the whole app in process. A clone is another handle to the same client.
#[derive(Clone)]
pub struct TestApp {
    inner: Rc<Inner>,
    /// Sent with each request.
    headers: Vec<(String, String)>,
    jar: Option<Rc<RefCell<Jar>>>,
    /// In place of what extractor functions would find.
    given: Given,
    /// Where the requests come from.
    peer: Option<IpAddr>,
}

struct Inner {
    start: RefCell<Option<Start>>,
    running: OnceCell<(Rc<Worker>, Box<dyn Any>)>,
    /// Generated if answers are held against it.
    document: OnceCell<Value>,
}

impl TestApp {
    /// Another client of the same app that sends this header with each of its requests. A request that sets the header
    /// itself sends its own.
    ///
    /// ```standalone_crate
    /// use start_runtime::{prelude::*, test};
    ///
    /// #[api_route("/api/me")]
    /// async fn GET(event: APIEvent) -> Option<String> {
    ///     event.request.header("authorization").map(str::to_owned)
    /// }
    ///
    /// # start_runtime::__rt::block_on(async {
    /// let stranger = test::app();
    /// let luna = stranger.with_header("Authorization", "Bearer luna");
    /// assert_eq!(luna.get("/api/me").await.text().await.unwrap(), "Bearer luna");
    /// assert_eq!(stranger.get("/api/me").await.status(), 404);
    /// # });
    /// ```
    #[must_use]
    pub fn with_header(&self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let mut client = self.clone();
        client.headers.push((name.into(), value.into()));
        client
    }

    /// Another client of the same app that keeps cookies, as a browser does: it has an empty jar, takes the cookies of
    /// each answer into it and sends those back whose path is that of a request (RFC 6265, section 5). Cookies that
    /// expire or are deleted are gone. Domains are not compared with a host, because a test has none, and cookies with
    /// `Secure` are sent. A request that sets the header `Cookie` itself sends its own.
    ///
    /// Its requests come from the program's own pages (`Sec-Fetch-Site: same-origin`), unless they say where they come from:
    /// `.header("Origin", "https://evil.example")`.
    ///
    /// ```standalone_crate
    /// use start_runtime::{prelude::*, test};
    ///
    /// #[api_route("/api/theme")]
    /// mod theme {
    ///     use super::*;
    ///
    ///     async fn GET(event: APIEvent) -> Option<String> {
    ///         event.cookies().get("theme")
    ///     }
    ///
    ///     async fn PUT(event: APIEvent) {
    ///         event.cookies().set(("theme", "dark"));
    ///     }
    /// }
    ///
    /// # fn main() { start_runtime::__rt::block_on(async {
    /// let browser = test::app().with_cookies();
    /// browser.put("/api/theme").await;
    /// assert_eq!(browser.get("/api/theme").await.text().await.unwrap(), "dark");
    /// # }) }
    /// ```
    #[must_use]
    pub fn with_cookies(&self) -> Self {
        Self { jar: Some(Rc::default()), ..self.clone() }
    }

    /// A client of the same app whose requests bring this value: it takes the place of what the function with
    /// `#[extractor]` would find for its type, in arguments and in guards. The function is not called. Several values of
    /// different types may be given, and the client itself stays as it is.
    ///
    /// ```standalone_crate
    /// use start_runtime::{prelude::*, test};
    ///
    /// #[derive(Clone)]
    /// struct User(&'static str);
    ///
    /// #[extractor(security = bearer("token"))]
    /// async fn current_user() -> Result<User, Problem> {
    ///     Err(Problem::unauthorized("nobody has a token in this example"))
    /// }
    ///
    /// #[api_route("/api/me", guard = current_user)]
    /// async fn GET(user: User) -> &'static str {
    ///     user.0
    /// }
    ///
    /// # start_runtime::__rt::block_on(async {
    /// let app = test::app();
    /// let harry = app.with(User("harry"));
    /// assert_eq!(harry.get("/api/me").await.text().await.unwrap(), "harry");
    /// assert_eq!(app.get("/api/me").await.status(), 401);
    /// # });
    /// ```
    pub fn with<T: Extract + Clone>(&self, value: T) -> Self {
        let mut client = self.clone();
        client.given.insert(value);
        client
    }

    /// Another client of the same app whose requests come over a connection from this address. Without it there is no
    /// connection, and [`APIEvent::client_address`](crate::APIEvent::client_address) is `None`.
    ///
    /// ```standalone_crate
    /// use start_runtime::{prelude::*, test};
    ///
    /// #[api_route("/api/whoami")]
    /// async fn GET(event: APIEvent) -> Option<String> {
    ///     event.client_address().map(|address| address.to_string())
    /// }
    ///
    /// # start_runtime::__rt::block_on(async {
    /// let app = test::app_with(Start::new().trusted_proxies(["10.0.0.0/8"]));
    /// let proxy = app.with_address([10, 0, 0, 1]).with_header("X-Forwarded-For", "192.0.2.7");
    /// assert_eq!(proxy.get("/api/whoami").await.text().await.unwrap(), "192.0.2.7");
    /// # });
    /// ```
    #[must_use]
    pub fn with_address(&self, address: impl Into<IpAddr>) -> Self {
        Self { peer: Some(address.into()), ..self.clone() }
    }

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
        TestRequest {
            app: self.clone(),
            builder: RequestBuilder::new(method, path).given(self.given.clone()).peer(self.peer),
        }
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

    /// Begins to stop the app, as SIGTERM does with a server: [`APIEvent::stopping`](crate::APIEvent::stopping) resolves. The
    /// client goes on working.
    pub async fn stop(&self) {
        self.worker().await.app.stopping.begin();
    }

    async fn worker(&self) -> Rc<Worker> {
        let start = self.inner.start.borrow_mut().take();
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
            let _ = self.inner.running.set((worker, Box::new(service)));
        }
        match self.inner.running.get() {
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
            let Self { app, mut builder } = self;
            let worker = app.worker().await;
            let (method, path) = builder.target();
            let asked = path.split(['?', '#']).next().unwrap_or_default();
            for (name, value) in app.headers.iter().rev() {
                builder = builder.default_header(name, || Some(value.clone()));
            }
            if let Some(jar) = &app.jar {
                builder = builder.default_header("cookie", || jar.borrow_mut().header(asked));
                if !["origin", "referer"].iter().any(|name| builder.has_header(name)) {
                    builder = builder.default_header("sec-fetch-site", || Some("same-origin".to_owned()));
                }
            }
            let answer = builder
                .from(Caller::Test(worker.clone()))
                .await
                .unwrap_or_else(|error| panic!("the request was not sent: {error}"));
            if let Some(jar) = &app.jar {
                jar.borrow_mut().take(asked, answer.headers());
            }
            let document = || document::document(&worker.app.table);
            checked::check(&worker, || app.inner.document.get_or_init(document).clone(), &method, &path, answer)
        })
    }
}
