//! Middleware: functions around the handlers, which see an event on its way in and the answer on its way out.
//!
//! There are two forms of one trait: a function that takes [`Next`] runs the rest itself; one that does not runs before
//! the rest, and may answer in its place.

use std::marker::PhantomData;
use std::ops::Deref;
use std::panic::Location;
use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use futures_core::future::LocalBoxFuture;

use super::call::Call;
use super::record::HandlerFuture;
use crate::base::StartError;
use crate::response::{Outcome, Problem, Response};
use crate::router::RequestPath;

/// The rest of a request's way: the middleware further in, the guards, and the handler; or the 404 or 405 where there is
/// no handler.
#[must_use = "without `next.run().await` nothing further in runs: the middleware itself answers"]
pub struct Next(Box<dyn FnOnce() -> LocalBoxFuture<'static, HttpResponse>>);

impl Next {
    pub(crate) fn new(rest: impl FnOnce() -> LocalBoxFuture<'static, HttpResponse> + 'static) -> Self {
        Self(Box::new(rest))
    }

    /// Runs the rest and returns its answer, with the headers and cookies that were staged so far. Errors are responses
    /// here: the problem of an `Err`, the 500 of a panic, the 503 of a handler that took too long.
    pub async fn run(self) -> Response {
        (self.0)().await.into()
    }

    /// Runs the rest if there is no answer yet.
    async fn unless(self, answer: impl EarlyAnswer) -> Outcome {
        match answer.early() {
            Some(outcome) => outcome,
            None => Outcome::Response((self.0)().await),
        }
    }
}

impl std::fmt::Debug for Next {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Next")
    }
}

/// What a middleware takes first: the event of a call. Only [`APIEvent`](crate::APIEvent) implements it.
#[diagnostic::on_unimplemented(
    message = "a middleware takes `APIEvent` first, not `{Self}`",
    label = "write `async fn name(event: APIEvent, next: Next) -> Response`"
)]
pub trait OfCall: 'static {
    fn of_call(call: &Call) -> Self;
}

/// What a middleware answers with.
#[diagnostic::on_unimplemented(
    message = "a middleware cannot answer with `{Self}`",
    label = "return `Response`, `Problem`, `StatusCode`, or a `Result` of one of them",
    note = "without `next`, return an `Option` of one of them: `None` goes on to the handler"
)]
pub trait MiddlewareAnswer {
    fn into_outcome(self) -> Outcome;
}

macro_rules! answers {
    ($($ty:ty)*) => {$(
        impl MiddlewareAnswer for $ty {
            fn into_outcome(self) -> Outcome {
                Outcome::Response(Response::from(self).into())
            }
        }
    )*};
}
answers! { Response HttpResponse StatusCode }

impl MiddlewareAnswer for Problem {
    fn into_outcome(self) -> Outcome {
        self.into()
    }
}

impl<T: MiddlewareAnswer, E: MiddlewareError> MiddlewareAnswer for Result<T, E> {
    fn into_outcome(self) -> Outcome {
        self.map_or_else(E::refuse, T::into_outcome)
    }
}

/// What a middleware fails with: what `?` turns into a [`Problem`], or a [`Response`], which is sent as it is.
#[diagnostic::on_unimplemented(
    message = "a middleware cannot fail with `{Self}`",
    label = "return `Problem`, `Response`, or a type that implements `std::error::Error` as the error"
)]
pub trait MiddlewareError {
    fn refuse(self) -> Outcome;
}

#[diagnostic::do_not_recommend]
impl<E: Into<Problem>> MiddlewareError for E {
    fn refuse(self) -> Outcome {
        self.into().into()
    }
}

impl MiddlewareError for Response {
    fn refuse(self) -> Outcome {
        Outcome::Response(self.into())
    }
}

/// What a middleware without `next` returns: `None` or `()` goes on.
#[diagnostic::on_unimplemented(
    message = "a middleware without `next` cannot return `{Self}`",
    label = "return `Option<Response>`, where `None` goes on to the handler, or take `next: Next`",
    note = "`()`, `Result<(), E>` and `Result<Option<Response>, E>` work as well"
)]
pub trait EarlyAnswer {
    fn early(self) -> Option<Outcome>;
}

impl EarlyAnswer for () {
    fn early(self) -> Option<Outcome> {
        None
    }
}

impl<T: MiddlewareAnswer> EarlyAnswer for Option<T> {
    fn early(self) -> Option<Outcome> {
        self.map(T::into_outcome)
    }
}

impl<T: EarlyAnswer, E: MiddlewareError> EarlyAnswer for Result<T, E> {
    fn early(self) -> Option<Outcome> {
        self.map_or_else(|error| Some(error.refuse()), T::early)
    }
}

/// A function or closure that stands around handlers. `Form` says which form it has; the compiler finds it.
///
/// ```
/// use start_runtime::{Next, prelude::*};
///
/// /// Sees the request, then the answer.
/// async fn timed(event: APIEvent, next: Next) -> Response {
///     let begin = std::time::Instant::now();
///     let answer = next.run().await;
///     println!("{} took {:?}", event.request.path(), begin.elapsed());
///     answer.header("Server-Timing", format!("app;dur={}", begin.elapsed().as_millis()))
/// }
///
/// /// Answers early, or goes on.
/// async fn closed(event: APIEvent) -> Option<Problem> {
///     event.request.path().starts_with("/cellar").then(|| Problem::forbidden("the cellar is closed"))
/// }
/// # let _ = start_runtime::Start::new().middleware(timed).middleware(closed);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a middleware",
    label = "write `async fn name(event: APIEvent, next: Next) -> Response`, or without `next`: `async fn name(event: APIEvent) -> Option<Response>`",
    note = "with `next`, it returns `Response`, `Problem`, `StatusCode` or a `Result` of one of them; without, `()`, an `Option` of one of them, or a `Result` of these",
    note = "a closure writes its types: `async |event: APIEvent, next: Next| next.run().await`; it is `Send + Sync + 'static`, and needs `move` if it uses a variable"
)]
pub trait Middleware<Form>: Sized + 'static {
    /// Begins the work on a request. The work holds on to the middleware.
    fn begin(this: impl Deref<Target = Self> + 'static, call: Call, next: Next) -> HandlerFuture;
}

/// The form with `next`.
pub struct Around<E>(PhantomData<E>);
/// The form without `next`.
pub struct Before<E>(PhantomData<E>);
/// The form without `next` that does not wait.
pub struct BeforeAtOnce<E>(PhantomData<E>);

impl<F, E, R> Middleware<Around<E>> for F
where
    F: AsyncFn(E, Next) -> R + 'static,
    E: OfCall,
    R: MiddlewareAnswer,
{
    fn begin(this: impl Deref<Target = Self> + 'static, call: Call, next: Next) -> HandlerFuture {
        Box::pin(async move { this(E::of_call(&call), next).await.into_outcome() })
    }
}

impl<F, E, R> Middleware<Before<E>> for F
where
    F: AsyncFn(E) -> R + 'static,
    E: OfCall,
    R: EarlyAnswer,
{
    fn begin(this: impl Deref<Target = Self> + 'static, call: Call, next: Next) -> HandlerFuture {
        Box::pin(async move {
            let answer = this(E::of_call(&call)).await;
            next.unless(answer).await
        })
    }
}

impl<F, E, R> Middleware<BeforeAtOnce<E>> for F
where
    F: Fn(E) -> R + 'static,
    E: OfCall,
    R: EarlyAnswer,
{
    fn begin(this: impl Deref<Target = Self> + 'static, call: Call, next: Next) -> HandlerFuture {
        Box::pin(async move {
            let answer = this(E::of_call(&call));
            next.unless(answer).await
        })
    }
}

/// What a step is called in logs and listings, and where it is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Label {
    /// `middleware` or `guard`.
    pub what: &'static str,
    pub name: &'static str,
    pub file: &'static str,
    pub line: u32,
}

/// A middleware that an attribute names.
#[derive(Clone, Copy)]
pub struct MiddlewareRecord {
    /// The path as written.
    pub name: &'static str,
    pub file: &'static str,
    pub line: u32,
    pub run: fn(Call, Next) -> HandlerFuture,
}

impl MiddlewareRecord {
    pub fn label(&self) -> Label {
        Label { what: "middleware", name: self.name, file: self.file, line: self.line }
    }
}

/// Begins a middleware: what generated code calls.
pub fn run_middleware<Form, M: Middleware<Form>>(middleware: &'static M, call: Call, next: Next) -> HandlerFuture {
    M::begin(middleware, call, next)
}

/// A middleware of the program itself, or of the paths below a prefix.
#[derive(Clone)]
pub struct ProgramMiddleware {
    label: Label,
    /// The prefix as written.
    prefix: String,
    /// Its segments, once it has been read.
    segments: Vec<String>,
    run: Arc<dyn Fn(Call, Next) -> HandlerFuture + Send + Sync>,
}

impl ProgramMiddleware {
    /// A middleware that the caller of the caller adds.
    #[track_caller]
    pub fn new<Form, M: Middleware<Form> + Send + Sync>(prefix: String, middleware: M) -> Self {
        let place = Location::caller();
        let name = std::any::type_name_of_val(&middleware);
        let label = Label { what: "middleware", name, file: place.file(), line: place.line() };
        let middleware = Arc::new(middleware);
        let run = Arc::new(move |call: Call, next: Next| M::begin(middleware.clone(), call, next));
        Self { label, prefix, segments: Vec::new(), run }
    }

    pub fn label(&self) -> Label {
        self.label
    }

    pub fn run(&self, call: Call, next: Next) -> HandlerFuture {
        (self.run)(call, next)
    }

    /// Whether the path is the prefix or below it.
    fn covers(&self, path: &[&str]) -> bool {
        path.len() >= self.segments.len() && self.segments.iter().zip(path).all(|(segment, text)| segment == text)
    }

    fn read_prefix(&mut self) -> Result<(), String> {
        if let Some(sign) = self.prefix.chars().find(|sign| "?#[]{}$()*".contains(*sign)) {
            return Err(format!(
                "`{sign}` has no meaning in a prefix: it is the begin of a path, such as `/api/admin`, without params. For the routes of a module or a folder, write `middleware = …` or a `_middleware.rs`"
            ));
        }
        let path = RequestPath::parse(&self.prefix).map_err(|error| error.to_string())?;
        if path.has_empty_segment() {
            return Err("a segment of it is empty: nothing can ask for it".to_owned());
        }
        self.segments = (0..path.segment_count()).map(|index| path.segment(index).to_owned()).collect();
        Ok(())
    }
}

/// All middleware of a program, outermost first.
#[derive(Default)]
pub struct ProgramMiddlewares(Vec<ProgramMiddleware>);

impl ProgramMiddlewares {
    /// Sorts them: shorter prefixes are further out, and of one prefix the one that was added first.
    pub fn read(mut all: Vec<ProgramMiddleware>) -> Result<Self, StartError> {
        for middleware in &mut all {
            middleware.read_prefix().map_err(|reason| {
                let Label { file, line, .. } = middleware.label;
                StartError::new(format!("`middleware_at({:?}, …)` at {file}:{line}: {reason}", middleware.prefix))
            })?;
        }
        all.sort_by_key(|middleware| middleware.segments.len());
        Ok(Self(all))
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Those that stand around a path, outermost first. The path is compared as the router reads it, so that `%61dmin` is
    /// `admin`; one that cannot be read is compared as it is.
    pub fn covering(&self, path: &str) -> Vec<ProgramMiddleware> {
        if self.0.iter().all(|middleware| middleware.segments.is_empty()) {
            return self.0.clone();
        }
        let chosen = |segments: &[&str]| self.0.iter().filter(|one| one.covers(segments)).cloned().collect();
        match RequestPath::parse(path) {
            Ok(read) => {
                let segments: Vec<&str> = (0..read.segment_count()).map(|index| read.segment(index)).collect();
                chosen(&segments)
            }
            Err(_) => chosen(&path.trim_start_matches('/').split('/').collect::<Vec<_>>()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct NoEvent;

    impl OfCall for NoEvent {
        fn of_call(_: &Call) -> Self {
            Self
        }
    }

    #[test]
    fn a_prefix_covers_itself_and_what_is_below() {
        let at =
            |prefix: &str| ProgramMiddleware::new(prefix.to_owned(), async |_: NoEvent, next: Next| next.run().await);
        let all = ProgramMiddlewares::read(["/a/b", "/", "/a/", "/gr%C3%B6%C3%9Fe"].map(at).into()).expect("prefixes");
        let covering =
            |path: &str| all.covering(path).iter().map(|one| one.prefix.clone()).collect::<Vec<_>>().join(" ");
        for (path, expected) in [
            ("/", "/"),
            ("/a", "/ /a/"),
            ("/a/", "/ /a/"),
            ("/a/b/c", "/ /a/ /a/b"),
            ("/%61/b", "/ /a/ /a/b"),
            ("/a%2Fb", "/"),
            ("/ab", "/"),
            ("/A", "/"),
            ("/a//b", "/ /a/"),
            ("/a/b/%FF", "/ /a/ /a/b"),
            ("/gr%c3%b6%c3%9fe/x", "/ /gr%C3%B6%C3%9Fe"),
            ("*", "/"),
        ] {
            assert_eq!(covering(path), expected, "{path}");
        }
        for wrong in ["a", "", "/a//b", "/[id]", "/a/*", "/a?b", "/%", "/a/.."] {
            assert!(ProgramMiddlewares::read(vec![at(wrong)]).is_err(), "{wrong}");
        }
    }
}
