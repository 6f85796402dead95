//! The two routes.

use futures_util::future::join_all;
use serde_json::{Map, json};

use super::Checks;
use crate::kernel::{Asked, HandlerFuture};
use crate::response::{Outcome, Response};

/// What answers a call.
type Answers = fn(Asked<'_, '_>) -> Option<HandlerFuture>;

/// The name of each route, its path, and what answers.
pub const ALL: [(&str, &str, Answers); 2] = [("live", "/health/live", live), ("ready", "/health/ready", ready)];

fn live(asked: Asked<'_, '_>) -> Option<HandlerFuture> {
    asked.call()?;
    Some(Box::pin(async { answer(Response::json(json!({ "status": "live" }))) }))
}

fn ready(asked: Asked<'_, '_>) -> Option<HandlerFuture> {
    let call = asked.call()?;
    Some(Box::pin(async move {
        let Some(Checks(checks)) = call.exchange().worker.app.state.get() else { return Outcome::Missing };
        let found = join_all(checks.iter().map(|check| check.is_good())).await;
        let word = |is_good: bool| if is_good { "ok" } else { "failed" };
        let named = checks.iter().zip(&found).map(|(check, is_good)| (check.name.clone(), word(*is_good).into()));
        let named: Map<_, _> = named.collect();
        let is_ready = found.iter().all(|is_good| *is_good);
        let status = if is_ready { "ready" } else { "not ready" };
        let response = Response::json(json!({ "status": status, "checks": named }));
        answer(response.status(if is_ready { 200 } else { 503 }))
    }))
}

fn answer(response: Response) -> Outcome {
    Outcome::Response(response.header("cache-control", "no-store").into())
}
