//! Middleware around a handler: each link runs the next one further in, from the outside in; the answer comes back the same
//! way.
//!
//! - Each link is work of its own: its panic and its delay are its own problem, which the links further out see as an answer.
//! - A guard is a link that goes on by itself.

use std::cell::RefCell;
use std::rc::Rc;

use actix_web::HttpResponse;
use futures_core::future::LocalBoxFuture;

use super::work::{Level, Work};
use crate::kernel::{Call, GuardRecord, HandlerFuture, Label, Next, ProgramMiddleware, Step};
use crate::response::Outcome;

/// A middleware or a guard.
pub enum Link {
    Program(ProgramMiddleware),
    Step(Step),
}

struct Chain {
    call: Call,
    links: Vec<Link>,
    rest: RefCell<Option<Rest>>,
}

/// Begins what all links are around.
type Rest = Box<dyn FnOnce() -> Work>;

/// The work of links, outermost first, and of what they are around.
pub fn around(call: Call, links: Vec<Link>, rest: impl FnOnce() -> Work + 'static) -> Work {
    let chain = Chain { call: call.clone(), links, rest: RefCell::new(Some(Box::new(rest))) };
    let all = level(Rc::new(chain), 0);
    Work::waiting(call, Box::pin(async move { Outcome::Response(all.await) }))
}

/// The answer of a link and what is further in.
fn level(chain: Rc<Chain>, at: usize) -> LocalBoxFuture<'static, HttpResponse> {
    Box::pin(async move {
        let Some(link) = chain.links.get(at) else {
            let rest = chain.rest.take();
            return match rest {
                Some(rest) => rest().await,
                None => HttpResponse::InternalServerError().finish(),
            };
        };
        let level = Level::of(link.label());
        let (inside, inner) = (level.inside.clone(), chain.clone());
        let next = Next::new(move || {
            Box::pin(async move {
                inside.enter();
                let response = self::level(inner, at + 1).await;
                inside.leave();
                response
            })
        });
        let (call, running) = (chain.call.clone(), chain.clone());
        let work = Box::pin(async move { running.links[at].run(running.call.clone(), next).await });
        Work::within(call, work, level).await
    })
}

impl Link {
    fn label(&self) -> Label {
        match self {
            Self::Program(middleware) => middleware.label(),
            Self::Step(step) => step.label(),
        }
    }

    fn run(&self, call: Call, next: Next) -> HandlerFuture {
        match self {
            Self::Program(middleware) => middleware.run(call, next),
            Self::Step(Step::Middleware(middleware)) => (middleware.run)(call, next),
            Self::Step(Step::Guard(guard)) => guarded(*guard, call, next),
        }
    }
}

fn guarded(guard: GuardRecord, call: Call, next: Next) -> HandlerFuture {
    Box::pin(async move {
        match (guard.check)(call).await {
            Ok(()) => Outcome::Response(next.run().await.into()),
            Err(refused) => refused,
        }
    })
}
