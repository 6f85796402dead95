//! Runs a handler: polls it, catches its panics, and turns its outcome into a response.

use std::cell::RefCell;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_web::body::BoxBody;
use actix_web::dev::{Payload, ServiceResponse};
use actix_web::http::{Method, StatusCode};
use actix_web::{Error, HttpRequest, HttpResponse};
use tokio::time::{Sleep, sleep};

use super::drain::Drain;
use super::resolve::Answerer;
use crate::base::panic::catch;
use crate::kernel::{Body, Call, Captured, Exchange, HandlerFuture, Staged, Worker};
use crate::response::{Outcome, Problem, finish, vary_by_accept};

/// The future that answers a request.
pub enum Run {
    /// Answered without a handler.
    Ready(Option<Box<ServiceResponse>>),
    /// A handler is running.
    Handler(Handler),
    /// Answered, except that the rest of a small body is still to be read.
    Drain(Box<Drain>),
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
    pub fn ready(payload: Payload, response: ServiceResponse) -> Self {
        if Drain::is_needed(&payload, response.request()) {
            return Self::Drain(Box::new(Drain::new(payload, response)));
        }
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
    let exchange = Exchange { worker, entry, captured, body: RefCell::new(body), staged: RefCell::new(staged) };
    let call = Call::new(http, Rc::new(exchange));
    if publish {
        call.publish();
    }
    let future = match (entry, file) {
        (Some(entry), _) => (entry.route.handler)(call.clone()),
        (None, Some(file)) => file.answer(call.clone()),
        (None, None) => Box::pin(async { Outcome::Missing }),
    };
    (future, call)
}

impl Future for Run {
    type Output = Result<ServiceResponse, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut *self {
            Self::Ready(response) => match response.take() {
                Some(response) => Poll::Ready(Ok(*response)),
                None => Poll::Pending,
            },
            Self::Handler(handler) => {
                let response = ready!(handler.poll(cx));
                let exchange = handler.call.exchange();
                if !matches!(&*exchange.body.borrow(), Body::Unread(payload) if Drain::is_needed(payload, response.request()))
                {
                    return Poll::Ready(Ok(response));
                }
                if let Body::Unread(payload) = exchange.body.replace(Body::Read("nobody, the answer was on its way")) {
                    *self = Self::Drain(Box::new(Drain::new(payload, response)));
                }
                self.poll(cx)
            }
            Self::Drain(drain) => drain.poll(cx).map(Ok),
        }
    }
}

impl Handler {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<ServiceResponse> {
        loop {
            let outcome = match catch(|| self.future.as_mut().poll(cx)) {
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
            let response = self.response(outcome, reads);
            return Poll::Ready(finish(self.call.http().clone(), response));
        }
    }

    /// The API handler returned nothing: the page of the same path answers, and keeps what was staged so far.
    fn turn_to_page(&mut self, page: Answerer) {
        let api = self.call.exchange();
        let body = api.body.replace(Body::Read("the API route of this path"));
        let staged = api.staged.take();
        (self.future, self.call) = start(api.worker.clone(), self.call.http().clone(), page, body, staged);
    }

    fn response(&self, outcome: Outcome, reads: bool) -> HttpResponse {
        let (http, exchange) = (self.call.http(), self.call.exchange());
        let problem = match outcome {
            Outcome::Response(response) if response.status().is_informational() && !response.upgrade() => {
                // A client would wait for the final response, and mistake the next one for it.
                Err(Problem::internal(format!("{} is no status of an answer", response.status())))
            }
            Outcome::Response(response) => Ok(response),
            Outcome::Problem(problem) => Err(problem),
            Outcome::Empty(Some(status)) => Ok(HttpResponse::with_body(status, BoxBody::new(()))),
            Outcome::Empty(None) if !reads => Ok(HttpResponse::with_body(StatusCode::NO_CONTENT, BoxBody::new(()))),
            Outcome::Empty(None) | Outcome::Missing => {
                Err(Problem::not_found(format!("there is nothing at `{}`", http.path())))
            }
        };
        let mut response = problem.unwrap_or_else(|problem| exchange.worker.app.render(problem, http));
        if let Some(staged) = exchange.staged.take() {
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
        finish(self.call.http().clone(), response)
    }
}
