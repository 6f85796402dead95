//! A call of a procedure: through its middleware and guards to its function, with panics caught and a time limit.

use std::cell::RefCell;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::Poll;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::body::MessageBody as _;
use actix_web::http::StatusCode;
use actix_web::http::header;
use actix_web::web::Bytes;
use futures_core::future::LocalBoxFuture;
use tokio::time::sleep;

use super::table::Entry;
use crate::base::panic::{catch, drop_quietly};
use crate::event::APIEvent;
use crate::kernel::{Call, MiddlewareRecord, Next, Produced, ProducedValue, RawInput, Step};
use crate::response::{Outcome, Problem};

/// What a call ends with.
pub type Called = Result<Produced, Problem>;

/// Calls a procedure. A panic and a call that takes too long end as problems, which the log explains.
pub async fn call(entry: &'static Entry, call: &Call, input: RawInput) -> Called {
    let limit = call.exchange().worker.app.timeouts.request.map(before_the_request);
    let mut work = level(entry, call.to_procedure(entry.procedure), input, 0);
    let mut deadline = None;
    let called = poll_fn(|cx| {
        match catch(|| work.as_mut().poll(cx)) {
            Ok(Poll::Ready(called)) => return Poll::Ready(called),
            Ok(Poll::Pending) => {}
            Err(panic) => return Poll::Ready(Err(Problem::internal(format!("{} panicked: {panic}", name(entry))))),
        }
        let Some(limit) = limit else { return Poll::Pending };
        deadline.get_or_insert_with(|| Box::pin(sleep(limit))).as_mut().poll(cx).map(|()| {
            let problem = Problem::new(StatusCode::SERVICE_UNAVAILABLE).with_detail("the answer took too long");
            Err(problem.with_cause(format!("{} took longer than the request timeout", name(entry))))
        })
    });
    let called = called.await;
    drop_quietly(work, "a procedure");
    called
}

/// The request as a whole has the same limit, and is answered without the shape of tRPC when it is over.
fn before_the_request(limit: Duration) -> Duration {
    limit.saturating_sub(Duration::from_millis(20)).max(limit / 2)
}

fn name(entry: &Entry) -> String {
    let declaration = &entry.procedure.declaration;
    format!("{} ({})", declaration.function_path(), declaration.place())
}

/// The rest of a call behind the steps that it has passed.
fn level(entry: &'static Entry, call: Call, input: RawInput, at: usize) -> LocalBoxFuture<'static, Called> {
    let Some(step) = entry.steps.get(at) else { return entry.procedure.answer(call, input) };
    match step {
        Step::Guard(guard) => Box::pin(async move {
            (guard.check)(call.clone()).await.map_err(Outcome::into_problem)?;
            level(entry, call, input, at + 1).await
        }),
        Step::Middleware(middleware) => Box::pin(around(*middleware, entry, call, input, at + 1)),
    }
}

/// Marks the response that stands for what the procedure has returned.
struct Carried;

/// Runs a middleware. What is further in is a response for it; if it returns that, what the procedure has returned is the
/// answer, with the headers that the middleware has added.
async fn around(middleware: MiddlewareRecord, entry: &'static Entry, call: Call, input: RawInput, at: usize) -> Called {
    let inner: Rc<RefCell<Option<Called>>> = Rc::default();
    let kept = inner.clone();
    let inside = call.clone();
    let next = Next::new(move || {
        Box::pin(async move {
            let called = level(entry, inside, input, at).await;
            let response = stand_in(&called);
            kept.replace(Some(called));
            response
        })
    });
    let outcome = (middleware.run)(call.clone(), next).await;
    let response = match outcome {
        Outcome::Response(response) => response,
        Outcome::Problem(problem) => return Err(problem),
        Outcome::Empty(_) => return Ok(Produced::Undefined),
        Outcome::Missing => return Err(Problem::not_found("there is no such thing")),
    };
    let is_carried = response.extensions().get::<Carried>().is_some();
    match inner.take().filter(|_| is_carried) {
        Some(called) => {
            let event = APIEvent::new(&call);
            for (name, value) in response.headers() {
                if let Ok(value) = value.to_str()
                    && ![header::CONTENT_TYPE, header::CONTENT_LENGTH].contains(name)
                {
                    event.response.append_header(name.as_str(), value);
                }
            }
            called
        }
        None => own_answer(response),
    }
}

/// What a middleware sees: the status, and the value if it is there.
fn stand_in(called: &Called) -> HttpResponse {
    let mut response = match called {
        Ok(Produced::Value(value)) => HttpResponse::Ok().content_type("application/json").body(value.json.clone()),
        Ok(_) => HttpResponse::Ok().finish(),
        Err(problem) => problem.clone().into_http_response(),
    };
    response.extensions_mut().insert(Carried);
    response
}

/// What a middleware answers with in place of the procedure: an error by its status, else a value.
fn own_answer(response: HttpResponse) -> Called {
    let status = response.status();
    let (_, body) = response.into_parts();
    let body = body.try_into_bytes().unwrap_or_default();
    let json = serde_json::from_slice::<serde_json::Value>(&body).ok();
    if status.is_success() {
        let json = match json {
            Some(_) => body,
            None if body.is_empty() => return Ok(Produced::Undefined),
            None => Bytes::from(serde_json::Value::from(String::from_utf8_lossy(&body)).to_string()),
        };
        return Ok(ProducedValue { json, marks: None, later: Vec::new() }.into());
    }
    let problem = Problem::new(if status.is_redirection() { StatusCode::INTERNAL_SERVER_ERROR } else { status });
    let detail = json.as_ref().and_then(|json| json.get("detail")?.as_str());
    Err(match detail {
        Some(detail) => problem.with_detail(detail.to_owned()),
        None if status.is_redirection() => problem.with_cause("a middleware answered a procedure with a redirect"),
        None => problem,
    })
}
