//! Connections that wait for their next request, each worker its own.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::time::Duration;

use tokio::time::{Instant, sleep};

use super::link::{Connection, Idle, Lease};
use super::{Origin, after};

/// How many connections to one origin may wait.
const MOST_IDLE: usize = 64;

/// How long a connection waits, if the upstream says nothing of it.
const IDLE: Duration = Duration::from_secs(15);

/// No upstream is believed to wait longer.
const LONGEST: Duration = Duration::from_secs(60);

/// The upstream's patience ends so much earlier for us, or by half: a request may be on its way for so long.
const MARGIN: Duration = Duration::from_secs(1);

/// How often connections are looked through.
const SWEEP: Duration = Duration::from_secs(1);

thread_local! {
    static WAITING: RefCell<HashMap<Origin, Vec<Connection>>> = RefCell::default();
    static IS_SWEPT: Cell<bool> = const { Cell::new(false) };
}

/// A connection that was used before, if one is there that has not waited longer than `most`.
pub async fn take(origin: &Origin, most: Option<Duration>) -> Option<Lease> {
    loop {
        // The last one has waited the shortest time.
        let mut connection = WAITING.with_borrow_mut(|waiting| waiting.get_mut(origin)?.pop())?;
        let now = Instant::now();
        let Some(Idle { since, until }) = connection.idle.take() else { continue };
        if until <= now {
            continue;
        }
        if most.is_some_and(|most| now.saturating_duration_since(since) > most) {
            connection.idle = Some(Idle { since, until });
            WAITING.with_borrow_mut(|waiting| waiting.entry(origin.clone()).or_default().push(connection));
            return None;
        }
        if connection.is_ready().await {
            return Some(Lease::new(connection));
        }
    }
}

/// Keeps a connection for the next request. `limit` is what the upstream says of its patience.
pub fn put(mut connection: Connection, limit: Option<Duration>) {
    let time = limit.map_or(IDLE, |limit| limit.saturating_sub(MARGIN.min(limit / 2)).min(LONGEST));
    if time.is_zero() {
        return;
    }
    connection.idle = Some(Idle { since: Instant::now(), until: after(time) });
    // At the end of a thread there is nobody left who could use it.
    let _ = WAITING.try_with(|waiting| {
        let mut waiting = waiting.borrow_mut();
        let waiting = waiting.entry(connection.origin.clone()).or_default();
        if waiting.len() < MOST_IDLE {
            waiting.push(connection);
        }
    });
    sweep();
}

/// Closes connections whose time is over, or that the other side has closed, as long as there are any.
fn sweep() {
    struct Swept;
    impl Drop for Swept {
        fn drop(&mut self) {
            let _ = IS_SWEPT.try_with(|is_swept| is_swept.set(false));
        }
    }
    if tokio::runtime::Handle::try_current().is_err() || IS_SWEPT.try_with(|swept| swept.replace(true)).unwrap_or(true)
    {
        return;
    }
    let swept = Swept;
    actix_web::rt::spawn(async move {
        let _swept = swept;
        loop {
            sleep(SWEEP).await;
            let now = Instant::now();
            let is_over = |connection: &Connection| {
                connection.idle.is_none_or(|idle| idle.until <= now) || connection.is_closed()
            };
            let is_empty = WAITING.with_borrow_mut(|waiting| {
                waiting.retain(|_, connections| {
                    connections.retain(|connection| !is_over(connection));
                    !connections.is_empty()
                });
                waiting.is_empty()
            });
            if is_empty {
                return;
            }
        }
    });
}
