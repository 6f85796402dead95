//! Who an answer is made for, as those see it who make it: whether anybody still waits for it.
//!
//! # Assumptions
//! A connection polls its service, and the bodies of its answers, on its own thread. So whoever begins to work on a request
//! finds the client of the connection that is being polled, without a place for it in the request.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::pin::pin;
use std::rc::Rc;

use tokio::sync::Notify;

thread_local! {
    /// The client of the connection that is being polled.
    static CURRENT: RefCell<Option<Rc<Recipient>>> = const { RefCell::new(None) };
}

/// The client of one connection. It leaves when the [`Attended`] of its connection is dropped.
#[derive(Default)]
pub struct Recipient {
    /// How many answers it has.
    answers: Cell<u32>,
    is_gone: Cell<bool>,
    /// Whether somebody waits for `left`.
    is_watched: Cell<bool>,
    /// Whether the connection has not yet been told that.
    is_news: Cell<bool>,
    left: Notify,
}

impl Recipient {
    fn tell(&self) {
        if self.is_watched.take() {
            self.left.notify_waiters();
        }
    }
}

/// The connection's side of a [`Recipient`]. Whatever becomes of the connection has it, until it is over.
pub struct Attended(Rc<Recipient>);

impl Attended {
    pub fn new() -> Self {
        Self(Rc::default())
    }

    /// For as long as what this returns is there, the work that begins is for this client.
    #[inline]
    pub fn enter(&self) -> Entered {
        Entered(CURRENT.replace(Some(self.0.clone())))
    }

    /// The client has ended its side, or cannot be reached.
    pub fn leave(&self) {
        if !self.0.is_gone.replace(true) {
            self.0.tell();
        }
    }

    /// An answer is complete.
    #[inline]
    pub fn answered(&self) {
        self.0.answers.set(self.0.answers.get().wrapping_add(1));
        self.0.tell();
    }

    /// Whether somebody has begun to wait for the client's leaving. Asked once each time.
    #[inline]
    pub fn is_newly_watched(&self) -> bool {
        self.0.is_news.take()
    }
}

impl Drop for Attended {
    fn drop(&mut self) {
        self.leave();
    }
}

/// See [`Attended::enter`].
pub struct Entered(Option<Rc<Recipient>>);

impl Drop for Entered {
    fn drop(&mut self) {
        drop(CURRENT.replace(self.0.take()));
    }
}

/// The client of one answer.
#[derive(Clone)]
pub struct Awaiting {
    recipient: Rc<Recipient>,
    /// How many answers came before this one.
    answers: u32,
}

impl Awaiting {
    /// The client of the work that begins now. `None` if this is not the work of a connection.
    #[inline]
    pub fn current() -> Option<Self> {
        CURRENT.with_borrow(|current| {
            let recipient = current.clone()?;
            let answers = recipient.answers.get();
            Some(Self { recipient, answers })
        })
    }

    /// Whether nobody waits for the answer: the client is gone, or has all of it.
    pub fn is_over(&self) -> bool {
        self.recipient.is_gone.get() || self.recipient.answers.get() != self.answers
    }

    /// Resolves when nobody waits for the answer any more.
    pub async fn over(self) {
        loop {
            let mut left = pin!(self.recipient.left.notified());
            // From here on, no notification is missed.
            left.as_mut().enable();
            if self.is_over() {
                return;
            }
            self.recipient.is_news.set(!self.recipient.is_watched.replace(true));
            left.await;
        }
    }
}

impl fmt::Debug for Awaiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Awaiting").field("is_over", &self.is_over()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::task::{Context, Poll, Waker};

    use super::*;

    fn is_over(future: std::pin::Pin<&mut impl Future<Output = ()>>) -> bool {
        matches!(future.poll(&mut Context::from_waker(Waker::noop())), Poll::Ready(()))
    }

    #[test]
    fn an_answer_is_over_when_its_client_leaves_or_has_it() {
        assert!(Awaiting::current().is_none());
        let client = Attended::new();
        let entered = client.enter();
        let (first, other) = (Awaiting::current().unwrap(), Attended::new());
        {
            let _other = other.enter();
            other.leave();
            assert!(Awaiting::current().unwrap().is_over());
        }
        let (mut one, mut two) = (pin!(first.clone().over()), pin!(first.clone().over()));
        assert!(!client.is_newly_watched());
        assert!(!is_over(one.as_mut()) && !is_over(two.as_mut()) && !first.is_over());
        client.answered();
        assert!(is_over(one.as_mut()) && is_over(two.as_mut()) && first.is_over());
        let second = Awaiting::current().unwrap();
        let mut one = pin!(second.over());
        assert!(!is_over(one.as_mut()));
        assert!(client.is_newly_watched() && !client.is_newly_watched());
        drop(entered);
        assert!(Awaiting::current().is_none());
        drop(client);
        assert!(is_over(one.as_mut()));
    }
}
