//! Middleware that leaves its name on the way in and on the way out.

use start_runtime::test::{TestApp, app_with};
use start_runtime::{Next, Start, prelude::*};

/// The names of all that a request has passed.
#[derive(Clone, Default)]
pub struct Passed(pub Vec<&'static str>);

/// Adds a name to those that the request has passed.
pub fn pass(event: &APIEvent, name: &'static str) {
    let mut passed = event.locals.get::<Passed>().unwrap_or_default();
    passed.0.push(name);
    event.locals.insert(passed);
}

/// The names so far.
pub fn passed(event: &APIEvent) -> String {
    event.locals.get::<Passed>().unwrap_or_default().0.join(" ")
}

/// Adds a name on the way in, and the same on the way out.
pub async fn around(name: &'static str, event: APIEvent, next: Next) -> Response {
    pass(&event, name);
    next.run().await.append_header("X-After", name)
}

macro_rules! middleware {
    ($($name:ident)*) => {$(
        pub async fn $name(event: APIEvent, next: Next) -> Response {
            around(stringify!($name), event, next).await
        }
    )*};
}
middleware! { program scope deeper module inner route second below }

/// The program with middleware at three levels.
pub fn app() -> TestApp {
    app_with(start())
}

pub fn start() -> Start {
    // The order in which prefixes are added does not matter.
    Start::new().middleware_at("/mw/deep/er", deeper).middleware_at("/mw", scope).middleware(program)
}
