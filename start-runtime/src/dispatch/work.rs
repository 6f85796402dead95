//! Work on a request: a handler with its guards, or a middleware, polled, its panics caught, and its outcome turned into a
//! response.

use std::cell::{Cell, OnceCell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_web::body::BoxBody;
use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse};
use tokio::time::{Sleep, sleep};

use super::blocking;
use super::chain::{self, Link};
use super::pages::PageFile;
use super::resolve::Answerer;
use crate::base::panic::catch;
use crate::kernel::{Body, Call, Captured, Entry, Exchange, Finishing, HandlerFuture, Label, Staged, Step, Worker};
use crate::response::{Outcome, Problem, broken_because, vary_by_accept};
use crate::transport::Awaiting;

/// A handler or a middleware that is running.
pub struct Work {
    future: HandlerFuture,
    /// Created when the work first has to wait, if there is a timeout.
    deadline: Option<Pin<Box<Sleep>>>,
    call: Call,
    page: Option<Box<Answerer>>,
    /// Whether both an API handler and a page could answer.
    negotiated: bool,
    /// Set if there is middleware around, or if this is one.
    level: Option<Box<Level>>,
}

/// What work with middleware around it has to remember.
#[derive(Default)]
pub struct Level {
    /// The middleware or guard; `None` for a handler.
    label: Option<Label>,
    pub inside: Rc<Inside>,
    /// How much was staged before.
    begin: usize,
    /// The exchange of the API route that has left the answer to a page.
    origin: Option<Rc<Exchange>>,
}

/// Whether a level waits for one further in, whose time is its own.
#[derive(Default)]
pub struct Inside {
    waits: Cell<bool>,
    /// Whether it has waited since this was asked last: then its own time begins anew.
    has_waited: Cell<bool>,
}

impl Inside {
    /// The level further in begins.
    pub fn enter(&self) {
        self.waits.set(true);
    }

    /// The level further in has answered.
    pub fn leave(&self) {
        self.waits.set(false);
        self.has_waited.set(true);
    }
}

/// What answers a call.
pub enum Target {
    Route(Entry),
    File(PageFile),
}

/// The call of a request, and what answers it.
#[inline]
pub fn called(
    worker: Rc<Worker>,
    http: HttpRequest,
    by: Answerer,
    body: Body,
    staged: Option<Box<Staged>>,
) -> (Call, Target) {
    let publish = worker.app.has_middleware;
    let (exchange, target) = match by {
        Answerer::Route(entry, captured) => {
            worker.observer.found(&http, entry.route.pattern);
            (exchange(worker, Some(entry), captured, body, staged), Target::Route(entry))
        }
        Answerer::File(file) => (exchange(worker, None, Captured::none(), body, staged), Target::File(file)),
    };
    let call = Call::new(http, exchange);
    if publish {
        call.publish();
    }
    (call, target)
}

/// The data of a request. Inlined, so that it is made where it stays.
#[inline]
pub fn exchange(
    worker: Rc<Worker>,
    entry: Option<Entry>,
    captured: Captured,
    body: Body,
    staged: Option<Box<Staged>>,
) -> Rc<Exchange> {
    let client = Awaiting::current();
    let (body, staged, outer, found) = (RefCell::new(body), RefCell::new(staged), OnceCell::new(), RefCell::default());
    Rc::new(Exchange { worker, entry, captured, body, staged, outer, found, client })
}

impl Level {
    /// The level of a middleware or a guard.
    pub fn of(label: Label) -> Self {
        Self { label: Some(label), ..Self::default() }
    }
}

impl Work {
    /// The work of a handler or a file, with the middleware of its route around it. `page` answers if it returns nothing.
    #[inline]
    pub fn on(call: Call, target: Target, page: Option<Box<Answerer>>, level: Option<Level>) -> Self {
        match target {
            Target::Route(entry) if entry.steps.is_empty() => {
                Self::new(call.clone(), entry.route.answer(call), page, level)
            }
            target => Self::on_but(call, target, page, level, &[]),
        }
    }

    /// The same without the middleware that has run already.
    fn on_but(call: Call, target: Target, page: Option<Box<Answerer>>, level: Option<Level>, done: &[Step]) -> Self {
        let entry = match target {
            Target::Route(entry) => entry,
            Target::File(file) => return Self::new(call.clone(), file.answer(call), page, level),
        };
        let is_done = |step: &Step| step.is_middleware() && done.iter().any(|done| done.label() == step.label());
        let steps = entry.steps.iter().filter(|step| !is_done(step));
        if !steps.clone().any(Step::is_middleware) {
            return Self::new(call.clone(), guarded(entry, call), page, level);
        }
        let inside = call.clone();
        let links = steps.copied().map(Link::Step).collect();
        let rest = move || Self::new(inside.clone(), entry.route.answer(inside), page, Some(Level::default()));
        chain::around(call, links, rest)
    }

    /// The work of a level with middleware around it.
    pub fn within(call: Call, future: HandlerFuture, level: Level) -> Self {
        Self::new(call, future, None, Some(level))
    }

    /// Work that only waits for levels further in.
    pub fn waiting(call: Call, future: HandlerFuture) -> Self {
        let level = Level::default();
        level.inside.enter();
        Self::new(call, future, None, Some(level))
    }

    #[inline]
    fn new(call: Call, future: HandlerFuture, page: Option<Box<Answerer>>, level: Option<Level>) -> Self {
        let level = level.map(|level| {
            let begin = call.exchange().staged.borrow_mut().as_mut().map_or(0, |staged| staged.begin_level());
            Box::new(Level { begin, ..level })
        });
        Self { future, deadline: None, call, negotiated: page.is_some(), page, level }
    }

    /// The call; that of the page, once it answers.
    pub fn call(&self) -> &Call {
        &self.call
    }
}

/// Asks the guards one after the other, then the handler. Nothing of the request is judged before.
fn guarded(entry: Entry, call: Call) -> HandlerFuture {
    Box::pin(async move {
        for step in entry.steps {
            if let Step::Guard(guard) = step
                && let Err(outcome) = (guard.check)(call.clone()).await
            {
                return outcome;
            }
        }
        entry.route.answer(call).await
    })
}

impl Future for Work {
    type Output = HttpResponse;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<HttpResponse> {
        self.proceed(cx)
    }
}

impl Work {
    fn proceed(&mut self, cx: &mut Context<'_>) -> Poll<HttpResponse> {
        loop {
            let outcome = match self.step(cx) {
                Ok(Poll::Pending) => {
                    ready!(self.poll_deadline(cx));
                    return Poll::Ready(self.took_too_long());
                }
                Ok(Poll::Ready(outcome)) => outcome,
                Err(panic) => return Poll::Ready(self.failed(&format!("panicked: {panic}"), Problem::internal)),
            };
            let reads = matches!(*self.call.http().method(), Method::GET | Method::HEAD);
            if reads
                && matches!(outcome, Outcome::Empty(None) | Outcome::Missing)
                && let Some(page) = self.page.take()
            {
                self.turn_to_page(*page);
                continue;
            }
            let finishing = self.call.exchange().staged.borrow_mut().as_mut().and_then(|staged| staged.finish());
            if let Some(finishing) = finishing {
                self.future = Box::pin(finished(self.call.clone(), finishing, outcome));
                continue;
            }
            return Poll::Ready(self.response(outcome, reads));
        }
    }

    fn step(&mut self, cx: &mut Context<'_>) -> Result<Poll<Outcome>, String> {
        let is_around = self.level.as_ref().is_some_and(|level| level.label.is_some() || level.inside.waits.get());
        let mut step = || catch(|| self.future.as_mut().poll(cx));
        // What is further in is timed there.
        if is_around { step() } else { blocking::watched(step, || self.call.exchange().entry) }
    }

    /// The API handler returned nothing: the page of the same path answers, and keeps what was staged so far.
    fn turn_to_page(&mut self, page: Answerer) {
        let api = self.call.exchange().clone();
        let body = api.body.replace(Body::Read("the API route of this path"));
        let staged = api.staged.take();
        let (call, target) = called(api.worker.clone(), self.call.http().clone(), page, body, staged);
        let outer = match &self.level {
            // Only the outermost level knows when the request ends.
            Some(_) => Some(api.outer(self.call.http())),
            None => api.outer.get().cloned(),
        };
        if let Some(outer) = outer {
            call.exchange().outer.get_or_init(|| outer);
        }
        let level = self.level.as_ref().map(|_| Level::default());
        let done = api.entry.map_or(&[][..], |entry| entry.steps);
        let work = Self::on_but(call.clone(), target, None, level, done);
        if let Some(level) = &mut self.level {
            level.origin = Some(api);
        }
        self.call = call;
        // The middleware of the page makes responses.
        let is_around = self.level.is_some() || work.level.is_some();
        self.future = if is_around { Box::pin(async move { Outcome::Response(work.await) }) } else { work.future };
    }

    fn response(&mut self, outcome: Outcome, reads: bool) -> HttpResponse {
        let (http, exchange) = (self.call.http(), self.call.exchange());
        let problem = match outcome {
            Outcome::Response(response) => match broken_because(&response) {
                Some(cause) => Err(Problem::internal(cause)),
                None => Ok(response),
            },
            Outcome::Problem(problem) => Err(problem),
            Outcome::Empty(Some(status)) => Ok(HttpResponse::with_body(status, BoxBody::new(()))),
            Outcome::Empty(None) if !reads => Ok(HttpResponse::with_body(StatusCode::NO_CONTENT, BoxBody::new(()))),
            Outcome::Empty(None) | Outcome::Missing => {
                Err(Problem::not_found(format!("there is nothing at `{}`", http.path())))
            }
        };
        let app = &exchange.worker.app;
        let mut response = problem.unwrap_or_else(|problem| app.render(problem, http));
        if self.level.is_some() {
            self.settle(&mut response);
        } else if let Some(staged) = exchange.staged.take() {
            if let Some(refused) = staged.refused() {
                response = app.render(Problem::internal(refused), http);
            }
            staged.apply(&mut response);
        }
        if self.negotiated {
            vary_by_accept(&mut response);
        }
        response
    }

    /// Writes what was staged into the response of a level, and keeps it for the levels further out.
    fn settle(&mut self, response: &mut HttpResponse) {
        let exchange = self.call.exchange().clone();
        let mut staged = exchange.staged.take();
        if let Some(staged) = &mut staged {
            if let Some(refused) = staged.take_refused() {
                *response = exchange.worker.app.render(Problem::internal(refused), self.call.http());
            }
            staged.settle(response);
        }
        let owner = self.level.as_mut().and_then(|level| level.origin.take()).unwrap_or(exchange);
        owner.staged.replace(staged);
    }

    /// Ready when the time of the work is up.
    fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(limit) = self.call.exchange().worker.app.timeouts.request else { return Poll::Pending };
        if let Some(level) = &self.level {
            if level.inside.has_waited.take() {
                self.deadline = None;
            }
            if level.inside.waits.get() {
                return Poll::Pending;
            }
        }
        self.deadline.get_or_insert_with(|| Box::pin(sleep(limit))).as_mut().poll(cx)
    }

    /// Drops the handler at the point it has reached. What it has staged is not sent, as with a panic.
    fn took_too_long(&mut self) -> HttpResponse {
        let handler = std::mem::replace(&mut self.future, Box::pin(std::future::pending()));
        if let Err(panic) = catch(|| drop(handler)) {
            tracing::error!(target: "start_runtime::problem", "a handler that was dropped panicked: {panic}");
        }
        self.failed("took longer than the request timeout", |cause| {
            Problem::new(StatusCode::SERVICE_UNAVAILABLE).with_detail("the answer took too long").with_cause(cause)
        })
    }

    /// The response for work that did not finish. The cause names it.
    fn failed(&mut self, how: &str, problem: impl FnOnce(String) -> Problem) -> HttpResponse {
        let label = self.level.as_ref().and_then(|level| level.label);
        let name = match (label, self.call.exchange().entry) {
            (Some(Label { what, name, file, line }), _) => format!("the {what} `{name}` ({file}:{line})"),
            (None, Some(entry)) => format!("{} ({})", entry.route.function_path(), entry.route.place()),
            (None, None) => String::new(),
        };
        let problem = problem(format!("{name} {how}"));
        let mut response = self.call.exchange().worker.app.render(problem, self.call.http());
        if let Some(level) = &self.level {
            if let Some(staged) = &mut *self.call.exchange().staged.borrow_mut() {
                staged.forget_since(level.begin);
            }
            self.settle(&mut response);
        }
        response
    }
}

/// The outcome of a handler once all is done that has to be done before its answer: the same, unless that fails.
async fn finished(call: Call, finishing: Finishing, outcome: Outcome) -> Outcome {
    match finishing.await {
        Ok(all) => {
            let mut staged = call.exchange().staged.borrow_mut();
            all.into_iter().for_each(|finished| staged.get_or_insert_default().set_finished(finished));
            outcome
        }
        Err(problem) => Outcome::Problem(problem),
    }
}
