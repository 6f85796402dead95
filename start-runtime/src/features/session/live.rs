//! The session of one request, as all that ask for it share it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::time::SystemTime;

use actix_web::{HttpMessage as _, HttpRequest};
use serde_json::Value;
use tokio::sync::OnceCell;

use super::keep;
use super::loading::Brought;
use super::opened::Opened;
use super::record::{SessionRecord, age, random_id};
use crate::http::client;
use crate::kernel::Call;
use crate::response::Problem;

/// The sessions of a request, in its extensions: one for each cookie that was asked for.
#[derive(Clone, Default)]
pub struct LiveSessions(Vec<Rc<Live>>);

/// The session of a request. It never holds the request, whose extensions hold it.
pub struct Live {
    pub opened: Arc<Opened>,
    /// Read by the first that asks; others wait for it.
    state: OnceCell<RefCell<State>>,
    /// Whether writing it is part of finishing the answer.
    is_staged: Cell<bool>,
}

/// The session as it is now.
pub struct State {
    pub record: SessionRecord,
    /// How often the data was replaced by this request.
    pub revision: u32,
    pub change: Change,
    /// Whether the client has no such session yet.
    pub is_new: bool,
    /// The id under which the store has it.
    pub known_as: Option<String>,
    pub has_cookie: bool,
    pub chunks: Vec<String>,
    pub is_https: bool,
    /// Why the new data cannot be kept.
    pub fault: Option<String>,
}

/// What has to be written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Change {
    Nothing,
    /// Only that it was used.
    Use,
    Data,
    End,
}

impl Live {
    /// The session of a request, which may be known already.
    pub async fn of(call: &Call, opened: Arc<Opened>) -> Result<Rc<Self>, Problem> {
        let live = Self::shared(call.http(), opened);
        let state = live.state.get_or_try_init(async || {
            let brought = live.opened.load(call.http()).await?;
            Ok::<_, Problem>(RefCell::new(State::new(brought, &live.opened, client::is_https(call.http()))))
        });
        let has_changed = state.await?.borrow().change != Change::Nothing;
        if has_changed {
            live.stage(call);
        }
        Ok(live)
    }

    fn shared(http: &HttpRequest, opened: Arc<Opened>) -> Rc<Self> {
        let mut extensions = http.extensions_mut();
        if extensions.get::<LiveSessions>().is_none() {
            extensions.insert(LiveSessions::default());
        }
        let new = || Rc::new(Self { opened: opened.clone(), state: OnceCell::new(), is_staged: Cell::new(false) });
        let Some(LiveSessions(all)) = extensions.get_mut::<LiveSessions>() else { return new() };
        match all.iter().find(|live| Arc::ptr_eq(&live.opened, &opened)) {
            Some(live) => live.clone(),
            None => {
                all.push(new());
                all[all.len() - 1].clone()
            }
        }
    }

    /// Looks at the session.
    pub fn read<R>(&self, look: impl FnOnce(&State) -> R) -> Option<R> {
        Some(look(&self.state.get()?.borrow()))
    }

    /// Changes the session, which is written with the answer to `call`.
    pub fn write(self: &Rc<Self>, call: &Call, change: impl FnOnce(&mut State)) {
        if let Some(state) = self.state.get() {
            change(&mut state.borrow_mut());
            self.stage(call);
        }
    }

    fn stage(self: &Rc<Self>, call: &Call) {
        if !self.is_staged.replace(true) {
            let live = self.clone();
            call.exchange().staged.borrow_mut().get_or_insert_default().finish_with(move || keep::keep(live));
        }
    }

    /// Takes what has to be written. Later changes are staged anew.
    pub fn take(&self) -> Option<State> {
        self.is_staged.set(false);
        let mut state = self.state.get()?.borrow_mut();
        let taken = State {
            record: state.record.clone(),
            known_as: state.known_as.take(),
            chunks: std::mem::take(&mut state.chunks),
            fault: state.fault.clone(),
            ..*state
        };
        state.change = Change::Nothing;
        match taken.change {
            Change::Nothing => {}
            Change::End => state.known_as = None,
            Change::Use | Change::Data => {
                state.known_as = (!self.opened.config.iron.is_written()).then(|| taken.record.id.clone());
            }
        }
        Some(taken)
    }
}

impl State {
    fn new(brought: Brought, opened: &Opened, is_https: bool) -> Self {
        let Brought { record, has_cookie, is_foreign, is_in_store, chunks } = brought;
        let is_new = record.is_none();
        let known_as = record.as_ref().filter(|_| is_in_store).map(|record| record.id.clone());
        let mut record = record.unwrap_or_else(SessionRecord::begin);
        let now = SystemTime::now();
        let change = match () {
            () if is_foreign => Change::Data,
            () if !is_new && age(record.seen_at, now) >= opened.config.idle_timeout / 10 => Change::Use,
            () => Change::Nothing,
        };
        if change != Change::Nothing {
            record.seen_at = now;
        }
        if is_foreign && opened.config.shows_ids() {
            // Nobody has seen the other one, and it may have been no secret.
            record.id = random_id();
        }
        Self { record, revision: 0, change, is_new, known_as, has_cookie, chunks, is_https, fault: None }
    }

    /// Replaces the data.
    pub fn set(&mut self, data: Value) {
        self.record.data = data;
        self.revision += 1;
        self.record.seen_at = SystemTime::now();
        self.change = Change::Data;
    }

    /// Says whose it is.
    pub fn set_owner(&mut self, owner: String) {
        self.record.owner = Some(owner);
        self.record.seen_at = SystemTime::now();
        self.change = Change::Data;
    }

    /// Ends the session. What is set afterwards belongs to a new one.
    pub fn end(&mut self) {
        self.record = SessionRecord::begin();
        self.revision += 1;
        self.is_new = true;
        self.fault = None;
        self.change = Change::End;
    }

    /// Gives the session another id.
    pub fn rotate(&mut self) {
        self.record.id = random_id();
        self.record.seen_at = SystemTime::now();
        self.change = Change::Data;
    }
}
