//! The routes of `Start::proxy`.

use super::base::Base;
use super::forward::Proxy;
use crate::base::StartError;
use crate::event::APIEvent;
use crate::kernel::built_in::route_below;
use crate::kernel::{Asked, HandlerFuture, Opening};
use crate::response::Outcome;
use crate::router::Segment;

/// What is forwarded where: patterns as they were written.
#[derive(Default)]
pub struct Proxies(pub Vec<(String, Proxy)>);

impl Proxies {
    /// Adds the routes.
    pub fn open(self, opening: &mut Opening<'_>) -> Result<(), StartError> {
        for (pattern, proxy) in &self.0 {
            let wrong = |reason: String| StartError::new(format!("`proxy({pattern:?}, …)`: {reason}"));
            let route = route_below("proxy", pattern, handler).map_err(wrong)?;
            let base = Base::parse(&proxy.base).map_err(wrong)?;
            let has_rest = route.paths[0].segments.iter().any(Segment::is_catch_all);
            if base.takes_rest() && !has_rest {
                return Err(wrong(
                    "the upstream ends with `$`, so end the path with a catch-all: `/api/auth/$`".to_owned(),
                ));
            }
            opening.routes.push(route);
            if has_rest {
                opening.passages.push(route);
            }
        }
        opening.state.insert(self);
        Ok(())
    }
}

fn handler(asked: Asked<'_, '_>) -> Option<HandlerFuture> {
    let call = asked.call()?;
    Some(Box::pin(async move {
        let exchange = call.exchange();
        let pattern = exchange.entry.map_or("", |entry| entry.route.pattern);
        let proxies = exchange.worker.app.state.get::<Proxies>();
        let Some((_, proxy)) = proxies.and_then(|proxies| proxies.0.iter().find(|(known, _)| known == pattern)) else {
            return Outcome::Missing;
        };
        match APIEvent::new(&call).forward(proxy.clone()).await {
            Ok(response) => Outcome::Response(response.into()),
            Err(problem) => Outcome::Problem(problem),
        }
    }))
}
