//! The session of an event.

use std::sync::Arc;

use actix_web::HttpMessage as _;

use super::SessionConfig;
use super::handle::{Session, SessionData};
use super::live::Live;
use super::opened::{Opened, Sessions};
use crate::event::APIEvent;
use crate::kernel::Call;
use crate::response::Problem;

/// Sessions.
impl APIEvent {
    /// The session of the client, with typed data. [`Session`] is the same as an argument.
    ///
    /// ```
    /// use start_runtime::prelude::*;
    ///
    /// #[derive(Default, serde::Serialize, serde::Deserialize)]
    /// struct Visits {
    ///     count: u32,
    /// }
    ///
    /// #[api_route("/api/visits")]
    /// async fn POST(event: APIEvent) -> Result<String, Problem> {
    ///     let mut session = event.session::<Visits>().await?;
    ///     session.update(|visits| visits.count += 1);
    ///     Ok(format!("you were here {} times", session.count))
    /// }
    /// # fn main() {}
    /// ```
    ///
    /// A test of a handler alone leaves the settings with its event:
    /// `test::event("/").local(SessionConfig::new(Secrets::random()))`.
    ///
    /// # Errors
    /// Returns a 503 if the store of the sessions cannot be asked, and a 500 if no sessions are set up.
    pub async fn session<T: SessionData>(&self) -> Result<Session<T>, Problem> {
        of(self.request.call(), None).await
    }

    /// The same for sessions in another cookie than the default one.
    ///
    /// ```no_run
    /// use start_runtime::{SessionConfig, prelude::*};
    ///
    /// #[derive(Default, serde::Serialize, serde::Deserialize)]
    /// struct Cart {
    ///     books: Vec<u32>,
    /// }
    ///
    /// #[api_route("/api/cart")]
    /// async fn GET(event: APIEvent) -> Result<Vec<u32>, Problem> {
    ///     Ok(event.session_in::<Cart>("cart").await?.books.clone())
    /// }
    ///
    /// #[start_runtime::main]
    /// async fn main() -> std::io::Result<()> {
    ///     let (login, cart) = (SessionConfig::from_env()?, SessionConfig::from_env()?.cookie("cart"));
    ///     Start::new().session(login).session(cart).serve().await
    /// }
    /// ```
    ///
    /// # Errors
    /// As [`APIEvent::session`]: a 500 as well if no sessions are set up for this cookie.
    pub async fn session_in<T: SessionData>(&self, cookie: &str) -> Result<Session<T>, Problem> {
        of(self.request.call(), Some(cookie)).await
    }
}

/// Ending sessions.
impl APIEvent {
    /// Ends all sessions of an owner ([`Session::set_owner`]), in all programs that share the store, and returns how many
    /// there were: when a user is locked out, or wants to be logged out everywhere. A request that is under way keeps what
    /// it has read, and writes nothing of it. [`Session::end_others`] spares the session of the request itself.
    ///
    /// These are the sessions of the default cookie; for others, [`SessionConfig::end_sessions_of`].
    ///
    /// # Errors
    /// As [`APIEvent::session`]: a 500 as well if the store does not know owners. Sessions in a sealed cookie cannot be
    /// ended.
    pub async fn end_sessions_of(&self, owner: &str) -> Result<u64, Problem> {
        Ok(opened(self.request.call(), None)?.store.remove_all(owner, None).await?)
    }
}

/// The session of a call.
pub async fn of<T: SessionData>(call: &Call, cookie: Option<&str>) -> Result<Session<T>, Problem> {
    let live = Live::of(call, opened(call, cookie)?).await?;
    Ok(Session::new(live, call.clone()))
}

fn opened(call: &Call, cookie: Option<&str>) -> Result<Arc<Opened>, Problem> {
    if let Some(sessions) = call.exchange().worker.app.state.get::<Sessions>() {
        return sessions.get(cookie);
    }
    // The event of a test belongs to no program.
    let mut extensions = call.http().extensions_mut();
    if let Some(config) = extensions.remove::<SessionConfig>() {
        let sessions = Sessions::open(vec![config]).map_err(Problem::internal)?;
        extensions.insert(Arc::new(sessions));
    }
    match extensions.get::<Arc<Sessions>>() {
        Some(sessions) => sessions.get(cookie),
        None => Err(Problem::internal(format!("no sessions are set up: {HOW}"))),
    }
}

/// What to write where sessions are missing.
pub const HOW: &str = "`Start::new().session(SessionConfig::from_env()?)`";

/// The session of the client: `useSession` of the originals.
///
/// # Errors
/// Those of [`APIEvent::session`].
pub async fn use_session<T: SessionData>(event: &APIEvent) -> Result<Session<T>, Problem> {
    event.session().await
}

/// Changes the session of the client: `updateSession` of the originals.
///
/// # Errors
/// Those of [`APIEvent::session`].
pub async fn update_session<T: SessionData, R>(
    event: &APIEvent,
    change: impl FnOnce(&mut T) -> R,
) -> Result<R, Problem> {
    Ok(event.session::<T>().await?.update(change))
}

/// Ends the session of the client: `clearSession` of the originals.
///
/// # Errors
/// Those of [`APIEvent::session`].
pub async fn clear_session(event: &APIEvent) -> Result<(), Problem> {
    event.session::<serde_json::Value>().await?.clear();
    Ok(())
}
