//! Tests without sockets: a client for the whole app, and events to call a handler on its own.
//!
//! ```
//! use start_runtime::{prelude::*, test};
//!
//! #[api_route("/api/[house]/password")]
//! mod password {
//!     use start_runtime::APIEvent;
//!
//!     pub async fn GET(event: APIEvent) -> String {
//!         format!("{}: caput draconis", &event.params["house"])
//!     }
//! }
//!
//! # start_runtime::__rt::block_on(async {
//! // Through middleware, router and extractors, as from a socket:
//! let answer = test::app().get("/api/gryffindor/password").await;
//! assert_eq!(answer.status(), 200);
//! assert_eq!(answer.text().await.unwrap(), "gryffindor: caput draconis");
//!
//! // The handler alone, a plain function:
//! let event = test::event("/api/gryffindor/password").param("house", "gryffindor").build();
//! assert_eq!(password::GET(event).await, "gryffindor: caput draconis");
//! # });
//! ```
//!
//! A test is an `async fn` with `#[start_runtime::test]`.

mod app;
#[allow(missing_docs, reason = "for the tests of Start itself; not public API")]
mod checked;
mod event;
mod form_part;
mod jar;

pub use app::{TestApp, TestRequest, app, app_with};
#[doc(hidden)]
pub use checked::{AnswerCheck, Answered};
pub use event::{EventBuilder, after_work, event};
pub use form_part::FormPart;
