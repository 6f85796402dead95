//! Sessions: typed data of a client that lasts from request to request.
//!
//! - A session is read once per request, however many ask for it, and written once: before the answer goes out, and only
//!   if something has changed.
//! - What a client sends is never trusted: a cookie that does not open is an empty session, and no error.
//! - Where the data is kept is the matter of a [`SessionStore`]. By default it is in the cookie itself, sealed.

mod config;
mod documented;
mod event;
mod handle;
mod keep;
mod live;
mod loading;
mod opened;
mod record;
#[cfg(feature = "redis")]
mod redis;
mod sealed;
mod settings;
mod store;

#[cfg(feature = "session-iron")]
mod iron;
#[cfg(not(feature = "session-iron"))]
#[path = "iron_left_out.rs"]
mod iron;

use crate::base::StartError;
use crate::kernel::{BannerLine, Capability, Opening, Settings};
pub use config::SessionConfig;
pub use event::{clear_session, update_session, use_session};
pub use handle::{Session, SessionData};
#[cfg(feature = "session-iron")]
pub use iron::Iron;
use opened::Sessions;
pub use record::SessionRecord;
pub use store::{SessionStore, StoreError, StoreFuture};

pub const CAPABILITY: Capability = Capability { open, command: None };

/// Checks the settings, and keeps them for the handlers.
fn open(settings: &mut Settings, opening: &mut Opening<'_>) -> Result<(), StartError> {
    let Some(configs) = settings.take::<Vec<SessionConfig>>() else { return Ok(()) };
    let sessions = Sessions::open(configs)?;
    documented::remember(sessions.default_cookie());
    opening.session_cookies = sessions.all().map(|one| one.config.cookie.clone()).collect();
    opening.banner.extend(sessions.all().map(|one| BannerLine::note(format!("sessions: {}", one.place()))));
    opening.checks.extend(sessions.all().filter(|one| one.config.has_store()).map(|one| one.check(&sessions)));
    opening.state.insert(sessions);
    Ok(())
}
