//! Runs a handler: polls it, catches its panics, and turns its outcome into a response.

use std::cell::{OnceCell, RefCell};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_web::body::BoxBody;
use actix_web::dev::{Payload, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::{Error, HttpRequest, HttpResponse};
use tokio::time::{Sleep, sleep};

use super::blocking;
use super::resolve::Answerer;
use crate::base::panic::catch;
use crate::http::FetchedFor;
use crate::kernel::{App, Body, Call, Captured, Entry, Exchange, Finishing, HandlerFuture, Staged, Worker};
use crate::response::{Outcome, Problem, broken_because, finish, is_interim, mark_representation, vary_by_accept};

/// The future that answers a request.
pub enum Run {
    /// Answered without a handler.
    Ready(Option<Box<ServiceResponse>>),
    /// A handler is running.
    Handler(Handler),
}

/// A handler that is running.
pub struct Handler {
    future: HandlerFuture,
    /// Created when a handler first has to wait, if handlers have a timeout.
    deadline: Option<Pin<Box<Sleep>>>,
    call: Call,
    page: Option<Box<Answerer>>,
    /// Whether both an API handler and a page could answer.
    negotiated: bool,
}

impl Run {
    pub fn ready(response: ServiceResponse) -> Self {
        Self::Ready(Some(Box::new(response)))
    }

    pub fn answer(
        worker: &Rc<Worker>,
        http: HttpRequest,
        payload: Payload,
        by: Answerer,
        page: Option<Answerer>,
    ) -> Self {
        let (future, call) = start(worker.clone(), http, by, Body::Unread(payload), None);
        let negotiated = page.is_some();
        Self::Handler(Handler { future, deadline: None, call, negotiated, page: page.map(Box::new) })
    }
}

fn start(
    worker: Rc<Worker>,
    http: HttpRequest,
    by: Answerer,
    body: Body,
    staged: Option<Box<Staged>>,
) -> (HandlerFuture, Call) {
    let publish = worker.app.has_middleware;
    let (entry, captured, file) = match by {
        Answerer::Route(entry, captured) => (Some(entry), captured, None),
        Answerer::File(file) => (None, Captured::none(), Some(file)),
    };
    if let Some(entry) = entry {
        worker.observer.found(&http, entry.route.pattern);
    }
    let (body, staged, outer, found) = (RefCell::new(body), RefCell::new(staged), OnceCell::new(), RefCell::default());
    let exchange = Exchange { worker, entry, captured, body, staged, outer, found };
    let call = Call::new(http, Rc::new(exchange));
    if publish {
        call.publish();
    }
    let future = match (entry, file) {
        (Some(entry), _) if entry.guards.is_empty() => entry.route.answer(call.clone()),
        (Some(entry), _) => guarded(entry, call.clone()),
        (None, Some(file)) => file.answer(call.clone()),
        (None, None) => Box::pin(async { Outcome::Missing }),
    };
    (future, call)
}

/// Asks the guards one after the other, then the handler. Nothing of the request is judged before.
fn guarded(entry: Entry, call: Call) -> HandlerFuture {
    Box::pin(async move {
        for guard in entry.guards {
            if let Err(outcome) = (guard.check)(call.clone()).await {
                return outcome;
            }
        }
        entry.route.answer(call).await
    })
}

impl Future for Run {
    type Output = Result<ServiceResponse, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut *self {
            Self::Ready(response) => match response.take() {
                Some(response) => Poll::Ready(Ok(*response)),
                None => Poll::Pending,
            },
            Self::Handler(handler) => handler.poll(cx).map(Ok),
        }
    }
}

impl Handler {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ServiceResponse> {
        loop {
            let polled = blocking::watched(|| catch(|| self.future.as_mut().poll(cx)), || self.call.exchange().entry);
            let outcome = match polled {
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
            let response = self.response(outcome, reads);
            return Poll::Ready(end(&self.call.exchange().worker.app, self.call.http(), response));
        }
    }

    /// The API handler returned nothing: the page of the same path answers, and keeps what was staged so far.
    fn turn_to_page(&mut self, page: Answerer) {
        let api = self.call.exchange();
        let body = api.body.replace(Body::Read("the API route of this path"));
        let staged = api.staged.take();
        let (future, call) = start(api.worker.clone(), self.call.http().clone(), page, body, staged);
        if let Some(outer) = api.outer.get() {
            call.exchange().outer.get_or_init(|| outer.clone());
        }
        (self.future, self.call) = (future, call);
    }

    fn response(&self, outcome: Outcome, reads: bool) -> HttpResponse {
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
        if let Some(staged) = exchange.staged.take() {
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

    /// Ready when the handler's time is up.
    fn poll_deadline(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(limit) = self.call.exchange().worker.app.timeouts.request else { return Poll::Pending };
        self.deadline.get_or_insert_with(|| Box::pin(sleep(limit))).as_mut().poll(cx)
    }

    /// Drops the handler at the point it has reached. What it has staged is not sent, as with a panic.
    fn took_too_long(&mut self) -> ServiceResponse {
        let handler = std::mem::replace(&mut self.future, Box::pin(std::future::pending()));
        if let Err(panic) = catch(|| drop(handler)) {
            tracing::error!(target: "start_runtime::problem", "a handler that was dropped panicked: {panic}");
        }
        self.failed("took longer than the request timeout", |cause| {
            Problem::new(StatusCode::SERVICE_UNAVAILABLE).with_detail("the answer took too long").with_cause(cause)
        })
    }

    /// The response for a handler that did not finish. The cause names the handler.
    fn failed(&self, how: &str, problem: impl FnOnce(String) -> Problem) -> ServiceResponse {
        let entry = self.call.exchange().entry;
        let handler = entry
            .map_or_else(String::new, |entry| format!("{} ({})", entry.route.function_path(), entry.route.place()));
        let problem = problem(format!("{handler} {how}"));
        let response = self.call.exchange().worker.app.render(problem, self.call.http());
        end(&self.call.exchange().worker.app, self.call.http(), response)
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

/// A handler is dropped when its answer was handed over, and when nobody waits for it any more. What is fetched ends with
/// the request that it is fetched for.
impl Drop for Handler {
    fn drop(&mut self) {
        if let Some(outer) = self.call.exchange().outer.get()
            && FetchedFor::of(self.call.http()).is_none()
        {
            outer.end();
        }
    }
}

/// The last step of every answer. An interim status cannot end one: the client would wait for the answer behind it, and
/// take the next one for it (RFC 9110, section 15.2). Neither can a response that could not be built.
pub fn end(app: &App, http: &HttpRequest, mut response: HttpResponse) -> ServiceResponse {
    if let Some(cause) = unfit(&response) {
        response = app.render(Problem::internal(cause), http);
        if let Some(cause) = unfit(&response) {
            tracing::error!(target: "start_runtime::problem", "on_error: {cause}");
            response = Problem::new(500).into_http_response();
        }
    }
    if app.has_middleware {
        mark_representation(&mut response);
    }
    finish(http.clone(), response)
}

/// Why a response cannot be the answer.
fn unfit(response: &HttpResponse) -> Option<String> {
    let interim = || is_interim(response).then(|| format!("{} is not the status of an answer", response.status()));
    broken_because(response).or_else(interim)
}
