//! One worker's connection to a server.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::{Arc, Weak};
use std::time::Duration;

use redis::{AsyncConnectionConfig, Client, ErrorKind, RedisError, RedisResult, ServerErrorKind};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout_at};

use super::fault::RedisFault;
use super::handle::Server;

/// A connection whose questions do not wait for each other.
pub type Connection = redis::aio::MultiplexedConnection;

/// How long after a failure nothing tries to connect.
const PAUSE: Duration = Duration::from_millis(100);

thread_local! {
    /// The all of this worker.
    static CONNECTORS: RefCell<Vec<(Weak<Server>, Rc<Connector>)>> = const { RefCell::new(Vec::new()) };
}

/// A worker's way to a server.
pub struct Connector {
    client: Client,
    place: String,
    connection: RefCell<Option<Numbered>>,
    /// How many connections there were.
    count: Cell<u64>,
    /// Why the last attempt to connect failed, and when.
    failure: RefCell<Option<(Instant, RedisFault)>>,
    /// Held while connecting.
    connecting: Mutex<()>,
}

#[derive(Clone)]
struct Numbered {
    number: u64,
    connection: Connection,
}

/// The connector of this worker.
pub fn of(server: &Arc<Server>) -> Rc<Connector> {
    CONNECTORS.with_borrow_mut(|all| {
        let known = all.iter().find(|(known, _)| known.as_ptr() == Arc::as_ptr(server));
        if let Some((_, connector)) = known {
            return connector.clone();
        }
        // Tests make many.
        all.retain(|(known, _)| known.strong_count() > 0);
        let connector = Rc::new(Connector::new(server));
        all.push((Arc::downgrade(server), connector.clone()));
        connector
    })
}

impl Connector {
    fn new(server: &Server) -> Self {
        Self {
            client: server.client.clone(),
            place: server.place.clone(),
            connection: RefCell::default(),
            count: Cell::default(),
            failure: RefCell::default(),
            connecting: Mutex::new(()),
        }
    }

    /// Asks something until the deadline, which is `limit` after the beginning.
    pub async fn ask<T>(
        &self,
        deadline: Instant,
        limit: Duration,
        question: impl AsyncFn(&mut Connection) -> RedisResult<T>,
    ) -> Result<T, RedisFault> {
        let late = || RedisFault::new(&self.place, format!("no answer within {limit:?}"));
        let mut is_second = false;
        loop {
            let Numbered { number, mut connection } = self.connected(deadline, &late).await?;
            let error = match timeout_at(deadline, question(&mut connection)).await {
                Ok(Ok(answer)) => return Ok(answer),
                Ok(Err(error)) => error,
                // Answers come in order, so all others would wait as well.
                Err(_) => {
                    self.lost(number);
                    return Err(late());
                }
            };
            if is_lost(&error) {
                self.lost(number);
                if !std::mem::replace(&mut is_second, true) {
                    continue;
                }
            }
            return Err(RedisFault::new(&self.place, error));
        }
    }

    /// The connection, made if there is none.
    async fn connected(&self, deadline: Instant, late: &impl Fn() -> RedisFault) -> Result<Numbered, RedisFault> {
        if let Some(connection) = self.connection.borrow().clone() {
            return Ok(connection);
        }
        let known = self.failure.borrow().clone();
        let _alone = match known {
            Some((at, fault)) if at.elapsed() < PAUSE => return Err(fault),
            // The server was away: one finds out whether it still is, and the others do not wait.
            Some((_, fault)) => self.connecting.try_lock().map_err(|_| fault)?,
            None => timeout_at(deadline, self.connecting.lock()).await.map_err(|_| late())?,
        };
        // Whoever was here before has either.
        if let Some(connection) = self.connection.borrow().clone() {
            return Ok(connection);
        }
        if let Some((at, fault)) = &*self.failure.borrow()
            && at.elapsed() < PAUSE
        {
            return Err(fault.clone());
        }
        // The deadline is ours, and not one for each step.
        let config = AsyncConnectionConfig::new().set_connection_timeout(None).set_response_timeout(None);
        let connecting = self.client.get_multiplexed_async_connection_with_config(&config);
        let made = match timeout_at(deadline, connecting).await {
            Ok(made) => made.map_err(|error| RedisFault::new(&self.place, error)),
            Err(_) => Err(late()),
        };
        match made {
            Ok(connection) => {
                self.count.set(self.count.get() + 1);
                let connection = Numbered { number: self.count.get(), connection };
                *self.connection.borrow_mut() = Some(connection.clone());
                *self.failure.borrow_mut() = None;
                Ok(connection)
            }
            Err(fault) => {
                *self.failure.borrow_mut() = Some((Instant::now(), fault.clone()));
                Err(fault)
            }
        }
    }

    /// Forgets a connection, unless another one is there already.
    fn lost(&self, number: u64) {
        let mut connection = self.connection.borrow_mut();
        if connection.as_ref().is_some_and(|connection| connection.number == number) {
            *connection = None;
        }
    }
}

/// Whether another connection may do better: after a failover, the old primary is read-only.
fn is_lost(error: &RedisError) -> bool {
    let is_demoted = error.kind() == ErrorKind::Server(ServerErrorKind::ReadOnly);
    is_demoted || error.is_unrecoverable_error() || error.is_connection_dropped() || error.is_io_error()
}
