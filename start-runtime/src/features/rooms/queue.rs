//! What a member has not read yet, up to a limit.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use tokio::sync::Notify;

use super::entry::{MemberId, RoomEntry, RoomEntryKind};

/// A queue that is empty keeps room for this many entries.
const KEPT: usize = 16;

/// The queue of one member. The hub fills it, the member reads it.
pub struct Queue {
    state: Mutex<State>,
    /// Whether the member was dropped for not reading.
    is_dropped: AtomicBool,
    dropped: Notify,
}

struct State {
    entries: VecDeque<Arc<RoomEntry>>,
    reader: Option<Waker>,
    /// A member that joins sees nothing before its own `Joined`.
    waits_for: Option<MemberId>,
    /// How many entries the reader has lost.
    missed: u64,
    /// Entries were lost, nobody knows how many.
    missed_some: bool,
    has_left: bool,
}

/// How a member that does not read is treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    pub entries: usize,
    /// The oldest entries are lost, instead of the member.
    pub lags: bool,
}

/// The queue was full: the member is to leave.
pub struct Full;

impl Queue {
    pub fn new(waits_for: Option<MemberId>) -> Arc<Self> {
        let state =
            State { entries: VecDeque::new(), reader: None, waits_for, missed: 0, missed_some: false, has_left: false };
        Arc::new(Self { state: Mutex::new(state), is_dropped: AtomicBool::new(false), dropped: Notify::new() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an entry.
    pub fn push(&self, entry: &Arc<RoomEntry>, limit: Limit) -> Result<(), Full> {
        let mut state = self.state();
        if let Some(member) = state.waits_for {
            if !entry.is(RoomEntryKind::Joined, member) {
                return Ok(());
            }
            state.waits_for = None;
        }
        if state.entries.len() >= limit.entries {
            if !limit.lags {
                state.entries = VecDeque::new();
                let reader = state.reader.take();
                // Before the lock is gone: whoever reads next has to see it.
                self.is_dropped.store(true, Ordering::SeqCst);
                drop(state);
                self.dropped.notify_waiters();
                reader.into_iter().for_each(Waker::wake);
                return Err(Full);
            }
            state.entries.pop_front();
            state.missed += 1;
        }
        state.entries.push_back(entry.clone());
        let reader = state.reader.take();
        drop(state);
        reader.into_iter().for_each(Waker::wake);
        Ok(())
    }

    /// Entries were lost on their way here.
    pub fn miss(&self) {
        let mut state = self.state();
        if state.waits_for.is_none() {
            state.missed_some = true;
            let reader = state.reader.take();
            drop(state);
            reader.into_iter().for_each(Waker::wake);
        }
    }

    /// The next entry; `None` at the end.
    pub fn poll_next(&self, cx: &mut Context<'_>) -> Poll<Option<Arc<RoomEntry>>> {
        let mut state = self.state();
        if state.missed > 0 || state.missed_some {
            let count = Some(state.missed).filter(|_| !state.missed_some);
            (state.missed, state.missed_some) = (0, false);
            return Poll::Ready(Some(RoomEntry::missed(count)));
        }
        if let Some(entry) = state.entries.pop_front() {
            if state.entries.is_empty() && state.entries.capacity() > KEPT {
                state.entries = VecDeque::new();
            }
            return Poll::Ready(Some(entry));
        }
        if self.is_dropped() {
            return Poll::Ready(None);
        }
        if !state.reader.as_ref().is_some_and(|reader| reader.will_wake(cx.waker())) {
            state.reader = Some(cx.waker().clone());
        }
        Poll::Pending
    }

    pub fn is_dropped(&self) -> bool {
        self.is_dropped.load(Ordering::SeqCst)
    }

    /// Resolves when the member is dropped for not reading.
    pub fn dropped(self: &Arc<Self>) -> impl Future<Output = ()> + Send + use<> {
        let queue = self.clone();
        async move {
            let mut dropped = pin!(queue.dropped.notified());
            // From here on, no notification is missed.
            dropped.as_mut().enable();
            if !queue.is_dropped() {
                dropped.await;
            }
        }
    }

    /// Whether the member leaves now: it does so once.
    pub fn leave(&self) -> bool {
        !std::mem::replace(&mut self.state().has_left, true)
    }
}
