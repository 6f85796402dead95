//! The future of a request: the work that answers it, and the last step of every answer.

use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_web::dev::{Payload, ServiceResponse};
use actix_web::{Error, HttpRequest, HttpResponse};

use super::chain::{self, Link};
use super::resolve::Answerer;
use super::work::{Level, Work, called, exchange};
use crate::http::FetchedFor;
use crate::kernel::{App, Body, Call, Captured, ProgramMiddleware, Worker};
use crate::response::{Outcome, Problem, broken_because, finish, is_interim, keep_part, mark_representation};

/// The future that answers a request.
pub enum Run {
    /// Answered without a handler.
    Ready(Option<Box<ServiceResponse>>),
    /// A handler is running.
    Handler(Handler),
}

/// The work that answers a request.
pub struct Handler {
    work: Work,
}

impl Run {
    pub fn ready(response: ServiceResponse) -> Self {
        Self::Ready(Some(Box::new(response)))
    }

    #[inline]
    pub fn answer(
        worker: &Rc<Worker>,
        http: HttpRequest,
        payload: Payload,
        by: Answerer,
        page: Option<Answerer>,
    ) -> Self {
        let (call, target) = called(worker.clone(), http, by, Body::Unread(payload), None);
        Self::Handler(Handler { work: Work::on(call, target, page.map(Box::new), None) })
    }

    /// The same with middleware around it.
    pub fn answer_within(
        around: Vec<ProgramMiddleware>,
        worker: &Rc<Worker>,
        http: HttpRequest,
        payload: Payload,
        by: Answerer,
        page: Option<Answerer>,
    ) -> Self {
        let (call, target) = called(worker.clone(), http, by, Body::Unread(payload), None);
        let (inside, page) = (call.clone(), page.map(Box::new));
        let rest = move || Work::on(inside, target, page, Some(Level::default()));
        Self::Handler(Handler { work: chain::around(call, around.into_iter().map(Link::Program).collect(), rest) })
    }

    /// Answers with what needs no handler, with middleware around it.
    pub fn unanswered_within(
        around: Vec<ProgramMiddleware>,
        worker: &Rc<Worker>,
        http: HttpRequest,
        payload: Payload,
        answer: impl FnOnce(&HttpRequest) -> HttpResponse + 'static,
    ) -> Self {
        let exchange = exchange(worker.clone(), None, Captured::none(), Body::Unread(payload), None);
        let call = Call::new(http, exchange);
        let inside = call.clone();
        let rest = move || {
            let http = inside.http().clone();
            Work::within(inside, Box::pin(async move { Outcome::Response(answer(&http)) }), Level::default())
        };
        Self::Handler(Handler { work: chain::around(call, around.into_iter().map(Link::Program).collect(), rest) })
    }
}

impl Future for Run {
    type Output = Result<ServiceResponse, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut *self {
            Self::Ready(response) => match response.take() {
                Some(response) => Poll::Ready(Ok(*response)),
                None => Poll::Pending,
            },
            Self::Handler(Handler { work }) => {
                let response = ready!(Pin::new(&mut *work).poll(cx));
                let call = work.call();
                Poll::Ready(Ok(end(&call.exchange().worker.app, call.http(), response)))
            }
        }
    }
}

/// A handler is dropped when its answer was handed over, and when nobody waits for it any more. What is fetched ends with
/// the request that it is fetched for.
impl Drop for Handler {
    fn drop(&mut self) {
        let call = self.work.call();
        if let Some(outer) = call.exchange().outer.get()
            && FetchedFor::of(call.http()).is_none()
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
        keep_part(&mut response);
    }
    finish(http.clone(), response)
}

/// Why a response cannot be the answer.
fn unfit(response: &HttpResponse) -> Option<String> {
    let interim = || is_interim(response).then(|| format!("{} is not the status of an answer", response.status()));
    broken_because(response).or_else(interim)
}
