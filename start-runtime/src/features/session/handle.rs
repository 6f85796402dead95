//! The session as a handler has it.

use std::fmt;
use std::ops::Deref;
use std::rc::Rc;
use std::time::SystemTime;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::live::{Live, State};
use crate::kernel::Call;
use crate::response::Problem;

/// What a session can hold. Every type that has a default and can be written and read by serde is one.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be the data of a session",
    label = "not the data of a session",
    note = "add `#[derive(Default, serde::Serialize, serde::Deserialize)]` to `{Self}`: a session begins with the default, and is kept as JSON"
)]
pub trait SessionData: Default + Serialize + DeserializeOwned + 'static {}

impl<T: Default + Serialize + DeserializeOwned + 'static> SessionData for T {}

/// The session of a client, as an argument of a handler or by [`APIEvent::session`](crate::APIEvent::session). It derefs to
/// its data.
///
/// ```
/// use start_runtime::{Session, prelude::*};
///
/// #[derive(Default, serde::Serialize, serde::Deserialize)]
/// struct Login {
///     user: Option<String>,
/// }
///
/// #[api_route("/api/me")]
/// async fn GET(session: Session<Login>) -> Result<String, Problem> {
///     session.user.clone().ok_or_else(|| Problem::unauthorized("log in first"))
/// }
///
/// #[api_route("/api/login")]
/// async fn POST(mut session: Session<Login>, Json(user): Json<String>) {
///     session.update(|login| login.user = Some(user));
///     session.rotate();
/// }
///
/// #[api_route("/api/logout")]
/// mod logout {
///     use super::*;
///     async fn POST(mut session: Session<Login>) {
///         session.clear();
///     }
/// }
/// # fn main() {}
/// ```
///
/// A session that the client does not have, or that is over, forged or unreadable, is empty: it has the default of the
/// data. Changes are written with the answer, whatever the handler returns; only after a panic they are not. Nothing is
/// written if nothing has changed.
///
/// All that ask for the session of one request share it: a change is seen by those that ask later, and by the next
/// `update`. Two types may look at one session: `update` writes those members that it has changed, and leaves the others.
pub struct Session<T: SessionData> {
    data: T,
    /// The revision that the data is that of; `None` if it has to be read anew.
    revision: Option<u32>,
    /// Whether a `T` is kept.
    is_kept: bool,
    live: Rc<Live>,
    call: Call,
}

impl<T: SessionData> Session<T> {
    pub(super) fn new(live: Rc<Live>, call: Call) -> Self {
        let (data, is_kept) = current(&live);
        let revision = live.read(|state| state.revision);
        Self { data, revision, is_kept, live, call }
    }

    /// Changes the data. Returns what the closure returns.
    ///
    /// It receives the data as it is now, with what others have changed while this request was handled. A value that JSON
    /// cannot express (a map whose keys are no text) makes the answer a 500 with the reason in the log.
    pub fn update<R>(&mut self, change: impl FnOnce(&mut T) -> R) -> R {
        let now = self.live.read(|state| state.revision);
        // A panic in the closure, and data that is not JSON, leave something behind that nobody has kept.
        if self.revision.take() != now {
            (self.data, self.is_kept) = current(&self.live);
        }
        let is_kept = self.is_kept;
        let before = serde_json::to_value(&self.data);
        let returned = change(&mut self.data);
        match (before, serde_json::to_value(&self.data)) {
            (Ok(before), Ok(after)) if before == after => {}
            (before, Ok(after)) => self.live.write(&self.call, |state| {
                let kept = std::mem::take(&mut state.record.data);
                state.set(if is_kept { merge(kept, &before.unwrap_or_default(), after) } else { after });
            }),
            (_, Err(error)) => {
                let fault = format!("the session's `{}` cannot be kept as JSON: {error}", std::any::type_name::<T>());
                self.live.write(&self.call, |state| {
                    state.set(Value::Null);
                    state.fault = Some(fault);
                });
                return returned;
            }
        }
        self.revision = self.live.read(|state| state.revision);
        self.is_kept |= self.revision != now;
        returned
    }

    /// Replaces the data: `update` that forgets all of what was there before.
    pub fn set(&mut self, data: T) {
        self.update(|before| *before = data);
    }

    /// Ends the session: the client forgets its cookie, and a store forgets the session. What is set afterwards belongs to
    /// a new one.
    ///
    /// A copy of a cookie that has the session in it still opens until the session's time is over. Where that is too long,
    /// keep sessions in a store.
    pub fn clear(&mut self) {
        self.live.write(&self.call, State::end);
        self.data = T::default();
        self.revision = None;
    }

    /// Gives the session another id, and keeps its data. Do it when a client gets more rights, as with a login: whoever
    /// knew the old id has nothing then (session fixation).
    pub fn rotate(&mut self) {
        self.live.write(&self.call, State::rotate);
    }

    /// Says whose session it is, by a name of yours such as the key of a user. All sessions of one owner can be ended at
    /// once, if they are in a store: [`Session::end_others`], [`APIEvent::end_sessions_of`](crate::APIEvent::end_sessions_of).
    ///
    /// ```
    /// use start_runtime::{Session, prelude::*};
    ///
    /// #[derive(Default, serde::Serialize, serde::Deserialize)]
    /// struct Login {
    ///     user: Option<String>,
    /// }
    ///
    /// #[api_route("/api/login")]
    /// async fn POST(mut session: Session<Login>, Json(user): Json<String>) {
    ///     session.set_owner(&user);
    ///     session.update(|login| login.user = Some(user));
    ///     session.rotate();
    /// }
    ///
    /// /// After this, one of several browsers is logged in.
    /// #[api_route("/api/password")]
    /// async fn PUT(session: Session<Login>, Json(password): Json<String>) -> Result<(), Problem> {
    ///     // … change it, and then:
    ///     # let _ = password;
    ///     session.end_others().await?;
    ///     Ok(())
    /// }
    /// # fn main() {}
    /// ```
    pub fn set_owner(&mut self, owner: impl Into<String>) {
        let owner = owner.into();
        if self.owner().as_ref() != Some(&owner) {
            self.live.write(&self.call, |state| state.set_owner(owner));
        }
    }

    /// Whose session it is, as [`Session::set_owner`] has said.
    pub fn owner(&self) -> Option<String> {
        self.live.read(|state| state.record.owner.clone()).flatten()
    }

    /// Ends all other sessions of the same owner, in all programs that share the store, and returns how many there were.
    /// A session without an owner has no others.
    ///
    /// # Errors
    /// Returns a 503 if the store cannot be asked, and a 500 if it does not know owners: sessions in a sealed cookie cannot
    /// be ended.
    pub async fn end_others(&self) -> Result<u64, Problem> {
        let Some(owner) = self.owner() else { return Ok(0) };
        let known = self.live.read(|state| state.known_as.clone()).flatten();
        Ok(self.live.opened.store.remove_all(&owner, known.as_deref()).await?)
    }

    /// The id: 256 random bits in base64url, or what another program has given it. One that was never written changes from
    /// request to request.
    pub fn id(&self) -> String {
        self.live.read(|state| state.record.id.clone()).unwrap_or_default()
    }

    /// Whether the request did not bring a session.
    pub fn is_new(&self) -> bool {
        self.live.read(|state| state.is_new).unwrap_or(true)
    }

    /// When the session began.
    pub fn created_at(&self) -> SystemTime {
        self.live.read(|state| state.record.created_at).unwrap_or_else(SystemTime::now)
    }
}

/// The data as it is now, and whether a `T` is kept.
fn current<T: SessionData>(live: &Live) -> (T, bool) {
    let kept = live.read(|state| match &state.record.data {
        Value::Null => None,
        data => Some(T::deserialize(data)),
    });
    match kept.flatten() {
        Some(Ok(data)) => (data, true),
        Some(Err(error)) => {
            let name = std::any::type_name::<T>();
            tracing::warn!(target: "start_runtime::session", "a session is no `{name}` and counts as empty: {error}");
            (T::default(), false)
        }
        None => (T::default(), false),
    }
}

/// Writes what has changed over what is kept. Members that neither version has belong to somebody else.
fn merge(kept: Value, before: &Value, after: Value) -> Value {
    if kept == *before {
        return after;
    }
    let (Value::Object(mut kept), Value::Object(before)) = (kept, before) else { return after };
    let Value::Object(after) = after else { return after };
    kept.retain(|name, _| !before.contains_key(name) || after.contains_key(name));
    for (name, value) in after {
        if before.get(&name) != Some(&value) || !kept.contains_key(&name) {
            kept.insert(name, value);
        }
    }
    Value::Object(kept)
}

impl<T: SessionData> Deref for Session<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.data
    }
}

impl<T: SessionData + fmt::Debug> fmt::Debug for Session<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Session").field(&self.data).finish()
    }
}
