//! The sessions of a running program.

use std::sync::Arc;

use super::config::SessionConfig;
use super::store::SessionStore;
use crate::base::StartError;
use crate::kernel::{AskStore, StoreCheck};
use crate::response::Problem;

/// All sessions of a program, the default ones first.
pub struct Sessions(Vec<Arc<Opened>>);

/// The sessions of one cookie.
pub struct Opened {
    pub config: SessionConfig,
    pub store: Arc<dyn SessionStore>,
}

impl Sessions {
    pub fn open(configs: Vec<SessionConfig>) -> Result<Self, StartError> {
        let mut all: Vec<Arc<Opened>> = Vec::new();
        for config in configs {
            config.check()?;
            if all.iter().any(|other| other.config.cookie == config.cookie) {
                return Err(StartError::new(format!(
                    "`Start::session` is called twice for the cookie `{}`\n\
                     Give one of them another name: `SessionConfig::cookie(\"cart\")`",
                    config.cookie
                )));
            }
            let store = config.store();
            all.push(Arc::new(Opened { config, store }));
        }
        Ok(Self(all))
    }

    pub fn all(&self) -> impl Iterator<Item = &Opened> {
        self.0.iter().map(|one| &**one)
    }

    pub fn default_cookie(&self) -> &str {
        self.0.first().map_or("session", |one| &one.config.cookie)
    }

    /// The sessions of a cookie; without a name, the default ones.
    pub fn get(&self, cookie: Option<&str>) -> Result<Arc<Opened>, Problem> {
        let found = match cookie {
            None => self.0.first(),
            Some(cookie) => self.0.iter().find(|one| one.config.cookie == cookie),
        };
        found.cloned().ok_or_else(|| {
            let known: Vec<&str> = self.all().map(|one| one.config.cookie.as_str()).collect();
            Problem::internal(format!(
                "no sessions are set up for the cookie `{}`, only for `{}`: `Start::session` with `SessionConfig::cookie` does it",
                cookie.unwrap_or("session"),
                known.join("`, `")
            ))
        })
    }
}

impl Opened {
    /// Asks whether the store is there. `all`: the default sessions need no name of their own.
    pub fn check(&self, all: &Sessions) -> StoreCheck {
        let cookie = &self.config.cookie;
        let is_default = all.default_cookie() == cookie;
        let name = if is_default { "sessions".to_owned() } else { format!("sessions `{cookie}`") };
        let store = self.store.clone();
        let ask: AskStore = Arc::new(move || {
            let store = store.clone();
            Box::pin(async move { store.check().await.map_err(|error| error.to_string()) })
        });
        StoreCheck { name, is_needed: true, ask }
    }

    /// Where the sessions are, for people.
    pub fn place(&self) -> String {
        format!("`{}`, {}{}", self.config.cookie, self.store.place(), self.config.iron.place())
    }
}
