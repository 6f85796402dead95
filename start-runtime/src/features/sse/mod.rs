//! Server-Sent Events (WHATWG HTML, section 9.2): answers that go on, one event after the other.
//!
//! | file | what it does |
//! |---|---|
//! | `event` | one event, in the form in which it is sent |
//! | `item` | what a stream may yield |
//! | `events` | the answer: its headers, and the comments that keep it alive |
//! | `last_event_id` | what a client that connects again has seen |
//!
//! The transport ends event streams when the server stops or the client leaves; nothing here waits for that.

mod event;
mod events;
mod item;
mod last_event_id;

use crate::kernel::Capability;
pub use event::ServerEvent;
pub use events::{DEFAULT_KEEP_ALIVE, Events};
pub use item::EventItem;
pub use last_event_id::LastEventId;

pub const CAPABILITY: Capability = Capability::TYPES_ONLY;
