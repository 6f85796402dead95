use super::SessionConfig;
use crate::start::Start;

/// Registered where sessions are set up, so that the start-up checks can miss it.
pub struct IsSetUp;

/// Settings of sessions.
impl Start {
    /// Sets up sessions: [`APIEvent::session`](crate::APIEvent::session) and [`Session`](crate::Session).
    ///
    /// Call it again for sessions in a second cookie, which
    /// [`APIEvent::session_in`](crate::APIEvent::session_in) opens by the cookie's name; the first ones are the default. It
    /// is an error at start-up if two have the same cookie, or if browsers would ignore one of them.
    pub fn session(mut self, config: SessionConfig) -> Self {
        self.settings.edit(|all: &mut Vec<SessionConfig>| all.push(config));
        self.provide(IsSetUp)
    }
}
