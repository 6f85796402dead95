use std::time::Duration;

use crate::start::Start;

/// Which pages of other origins may call a part of the program from a browser, and read its answers
/// ([Fetch standard](https://fetch.spec.whatwg.org/#http-cors-protocol)). For [`Start::cors`] and [`Start::cors_at`].
///
/// ```
/// use std::time::Duration;
/// use start_runtime::{Cors, Start};
///
/// let start = Start::new().cors(
///     Cors::new()
///         .origin("https://app.example")
///         .origin("https://*.preview.example")
///         .methods(["GET", "PUT", "DELETE"])
///         .headers(["content-type", "x-token"])
///         .expose(["ETag"])
///         .credentials()
///         .max_age(Duration::from_secs(600)),
/// );
/// ```
///
/// The fields are on every answer to a page of an allowed origin: also on that of an argument that refuses, on a 404, a
/// 405, and a 500 after a panic. Preflights are answered before guards, middleware and handlers. A page of another origin
/// is served like anybody, without the fields, and its browser then keeps the answer from it: CORS protects nothing on the
/// server. What does is `Start::csrf`.
#[derive(Clone, Debug)]
#[must_use = "hand it to `Start::cors`"]
pub struct Cors {
    pub(super) origins: Origins,
    pub(super) methods: Option<Vec<String>>,
    pub(super) headers: Vec<String>,
    pub(super) expose: Vec<String>,
    pub(super) credentials: bool,
    pub(super) max_age: Option<Duration>,
}

#[derive(Clone, Debug)]
pub enum Origins {
    These(Vec<String>),
    Any,
    /// CORS is off.
    Nowhere,
}

/// Parts of the program, by their paths.
#[derive(Default)]
pub struct Parts(pub Vec<(String, Cors)>);

impl Default for Cors {
    fn default() -> Self {
        Self::new()
    }
}

impl Cors {
    /// No origin is allowed yet; GET, HEAD and POST are the methods. No request header is allowed but those that need no
    /// permission, no header of the answer is exposed, and no credentials are.
    pub fn new() -> Self {
        Self {
            origins: Origins::These(Vec::new()),
            methods: None,
            headers: Vec::new(),
            expose: Vec::new(),
            credentials: false,
            max_age: None,
        }
    }

    /// No CORS: for a part of a program that has it, with [`Start::cors_at`].
    pub fn none() -> Self {
        Self { origins: Origins::Nowhere, ..Self::new() }
    }

    /// Allows an origin: scheme, host and, if it is not that of the scheme, port, such as `https://app.example` or
    /// `http://localhost:5173`. `https://*.app.example` allows all hosts below `app.example`, not `app.example` itself, and
    /// with one scheme and port: allow a domain only if all its hosts are yours. The origin `null`, which pages from files
    /// and sandboxes have, cannot be allowed.
    ///
    /// # Errors
    /// What no browser sends as an origin, such as one with a path, is an error at start-up.
    pub fn origin(mut self, origin: impl Into<String>) -> Self {
        match &mut self.origins {
            Origins::These(origins) => origins.push(origin.into()),
            Origins::Any | Origins::Nowhere => self.origins = Origins::These(vec![origin.into()]),
        }
        self
    }

    /// Allows all origins, `null` included: for public data. Together with [`Cors::credentials`] it is an error at
    /// start-up.
    pub fn any_origin(mut self) -> Self {
        self.origins = Origins::Any;
        self
    }

    /// Sets the methods that are allowed, in place of GET, HEAD and POST. These three need no permission: a page may send
    /// them in any case, if it uses no header that is not allowed.
    pub fn methods<M: Into<String>>(mut self, methods: impl IntoIterator<Item = M>) -> Self {
        self.methods = Some(methods.into_iter().map(Into::into).collect());
        self
    }

    /// Allows request headers: `content-type` for JSON, `authorization`, and those of your own.
    pub fn headers<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.headers.extend(names.into_iter().map(Into::into));
        self
    }

    /// Lets pages read these headers of answers, such as `ETag`. A few can be read anyway: `Cache-Control`,
    /// `Content-Language`, `Content-Length`, `Content-Type`, `Expires`, `Last-Modified` and `Pragma`.
    pub fn expose<N: Into<String>>(mut self, names: impl IntoIterator<Item = N>) -> Self {
        self.expose.extend(names.into_iter().map(Into::into));
        self
    }

    /// Lets pages send cookies, and read answers to requests with cookies.
    pub fn credentials(mut self) -> Self {
        self.credentials = true;
        self
    }

    /// Sets how long a browser may remember the answer to a preflight, in whole seconds; browsers choose unless set (5
    /// seconds, by the standard), and cut it off at some hours.
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = Some(age);
        self
    }
}

/// Settings of CORS.
impl Start {
    /// Lets pages of other origins call the program. Parts of it may have other rules: [`Start::cors_at`].
    ///
    /// # Errors
    /// Settings that no browser would follow are an error at start-up.
    pub fn cors(self, cors: Cors) -> Self {
        self.cors_at("/", cors)
    }

    /// Lets pages of other origins call a part of the program: a path and everything below it, whether something is served
    /// there or not. `[name]` stands for any one segment, so that the pattern of a route can be written as it is. If several
    /// parts have a path, the one with the most segments counts, alone.
    ///
    /// ```
    /// use start_runtime::{Cors, Start};
    ///
    /// let start = Start::new()
    ///     .cors(Cors::new().any_origin())
    ///     .cors_at("/api/admin", Cors::none())
    ///     .cors_at("/api/[house]/letters", Cors::new().origin("https://owls.example").methods(["PUT"]));
    /// ```
    ///
    /// # Errors
    /// A path that is none, or that has rules already, is an error at start-up, and so are settings that no browser would
    /// follow.
    pub fn cors_at(mut self, path: impl Into<String>, cors: Cors) -> Self {
        self.settings.edit(|Parts(parts)| parts.push((path.into(), cors)));
        self
    }
}
