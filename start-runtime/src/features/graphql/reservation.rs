//! GraphQL over Server-Sent Events, the mode of a single connection: one stream has the answers to any number of
//! operations, which other requests begin and end. A token ties them together.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use actix_web::HttpResponse;
use actix_web::http::Method;
use actix_web::web::Bytes;
use async_graphql::Value;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::sync::mpsc;

use super::ask::{self, Asked};
use super::handle::Handling;
use super::refusal::{Ended, Refusal};
use super::schema::GraphqlSchema;
use super::stream::{Events, WAITING, complete_of, events, next_of, panicked};
use super::task::{self, Task};
use crate::event::APIEvent;
use crate::response::{Problem, Response};

const TOKEN: &str = "x-graphql-event-stream-token";

/// How many streams may be reserved and not yet opened. They cost nothing but memory, and anybody may reserve one.
const MOST_WAITING: usize = 1000;

/// How long a reservation waits for its stream.
const PATIENCE: Duration = Duration::from_secs(60);

/// The streams of a program, by their tokens.
#[derive(Default)]
pub struct Reservations(Arc<Mutex<HashMap<String, Arc<Reservation>>>>);

struct Reservation {
    made: Instant,
    sender: mpsc::Sender<Bytes>,
    /// Until the stream is opened.
    receiver: Mutex<Option<mpsc::Receiver<Bytes>>>,
    operations: Mutex<Operations>,
}

/// Those that go on, by their ids.
#[derive(Default)]
struct Operations {
    all: HashMap<String, Going>,
    /// How many there were.
    count: u64,
}

struct Going {
    /// Another operation may have the same id later.
    number: u64,
    /// `None` while it is about to begin.
    task: Option<Task>,
}

/// What a request wants of a stream.
pub enum Wanted {
    /// A token.
    Token,
    /// Something of the stream with this token.
    Stream(String),
}

/// What a request wants of a stream, if it wants anything.
pub fn wanted(event: &APIEvent) -> Option<Wanted> {
    let token = event.request.header(TOKEN).map(str::to_owned);
    // A program may have a parameter of this name for itself.
    let is_known = |token: &str| reservations(event).is_some_and(|all| lock(&all.0).contains_key(token));
    let params = || event.request.search_params();
    let token = token.or_else(|| params().get("token").filter(|token| is_known(token)).map(str::to_owned));
    match (token, event.request.method()) {
        (Some(token), method) if *method != Method::PUT => Some(Wanted::Stream(token)),
        (_, &Method::PUT) => Some(Wanted::Token),
        (None, &Method::DELETE) => Some(Wanted::Stream(String::new())),
        _ => None,
    }
}

fn reservations(event: &APIEvent) -> Option<&Reservations> {
    event.request.call().exchange().worker.app.state.get()
}

pub async fn answer<S: GraphqlSchema>(handling: Rc<Handling<S>>, wanted: Wanted) -> Result<HttpResponse, Ended> {
    let event = handling.event.clone();
    let Some(all) = reservations(&event) else {
        return Err(Problem::internal("streams belong to a program, and this event to none").into());
    };
    let token = match wanted {
        Wanted::Token => {
            let token = all.reserve()?;
            return Ok(Response::new(token).status(201).header("cache-control", "no-store").into());
        }
        Wanted::Stream(token) => token,
    };
    let Some(reservation) = lock(&all.0).get(&token).cloned() else {
        return Err(Problem::not_found("there is no stream with this token").into());
    };
    match *event.request.method() {
        Method::DELETE => {
            let params = event.request.search_params();
            let Some(id) = params.get("operationId") else {
                return Err(Refusal::malformed("the request has no `operationId`").into());
            };
            let ended = lock(&reservation.operations).all.remove(id);
            drop(ended);
            Ok(Response::empty().into())
        }
        Method::POST => begin(handling, reservation).await,
        _ => {
            let Some(receiver) = lock(&reservation.receiver).take() else {
                return Err(Problem::conflict("this stream is open already").into());
            };
            Ok(events(Events::new(receiver, Open { all: all.0.clone(), token })))
        }
    }
}

/// Begins an operation whose answers go to the stream.
async fn begin<S: GraphqlSchema>(
    handling: Rc<Handling<S>>,
    reservation: Arc<Reservation>,
) -> Result<HttpResponse, Ended> {
    let Asked::One(request) = ask::read(&handling.event, &handling.graphql.limits, &handling.graphql.documents).await?
    else {
        return Err(Refusal::malformed("an operation is one request, and the body is a list").into());
    };
    let id = match request.extensions.0.get("operationId") {
        Some(Value::String(id)) if !id.is_empty() => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        _ => return Err(Refusal::malformed("`extensions` has no `operationId`, which is a string").into()),
    };
    let place = Place::take(&reservation, id.clone(), handling.graphql.limits.operations)?;
    let number = place.number;
    let ready = handling.ready(*request).await?;
    let (sender, failing) = (reservation.sender.clone(), reservation.sender.clone());
    let event = handling.event.clone();
    let failed = id.clone();
    let name = id.clone();
    let work = async move {
        handling.stream(ready, async |body| sender.send(next_of(&name, &body)).await.is_ok()).await;
        // Whoever reads this may use the id again.
        drop(place);
        let _ = sender.send(complete_of(&name)).await;
    };
    let task = task::begin(&event, work, async move || {
        let _ = failing.send(next_of(&failed, &panicked())).await;
        let _ = failing.send(complete_of(&failed)).await;
    });
    // It may have been ended, or the stream closed, before it began.
    if let Some(going) = lock(&reservation.operations).all.get_mut(&id).filter(|going| going.number == number) {
        going.task = Some(task);
    }
    Ok(Response::empty().status(202).into())
}

/// The place of an operation among those of its stream. It is free again when this is dropped.
struct Place {
    reservation: Arc<Reservation>,
    id: String,
    number: u64,
}

impl Place {
    fn take(reservation: &Arc<Reservation>, id: String, most: usize) -> Result<Self, Ended> {
        let mut operations = lock(&reservation.operations);
        if operations.all.contains_key(&id) {
            return Err(Problem::conflict("the stream has an operation with this id already").into());
        }
        if operations.all.len() >= most {
            return Err(Refusal::limit(format!("the stream has {most} operations already")).into());
        }
        operations.count += 1;
        let number = operations.count;
        operations.all.insert(id.clone(), Going { number, task: None });
        Ok(Self { reservation: reservation.clone(), id, number })
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut operations = lock(&self.reservation.operations);
        if operations.all.get(&self.id).is_some_and(|going| going.number == self.number)
            && let Some(Going { task: Some(task), .. }) = operations.all.remove(&self.id)
        {
            // It still has something to say.
            task.leave();
        }
    }
}

/// A stream that a client reads.
struct Open {
    all: Arc<Mutex<HashMap<String, Arc<Reservation>>>>,
    token: String,
}

impl Drop for Open {
    fn drop(&mut self) {
        let reservation = lock(&self.all).remove(&self.token);
        if let Some(reservation) = reservation {
            let operations = std::mem::take(&mut lock(&reservation.operations).all);
            drop(operations);
        }
    }
}

impl Reservations {
    /// Reserves a stream, and returns its token: 256 random bits.
    fn reserve(&self) -> Result<String, Problem> {
        let mut all = lock(&self.0);
        let is_waiting = |reservation: &Reservation| lock(&reservation.receiver).is_some();
        if all.values().filter(|reservation| is_waiting(reservation)).count() >= MOST_WAITING {
            all.retain(|_, reservation| !is_waiting(reservation) || reservation.made.elapsed() < PATIENCE);
            if all.values().filter(|reservation| is_waiting(reservation)).count() >= MOST_WAITING {
                return Err(Problem::new(503).with_detail("too many streams are reserved: try again later"));
            }
        }
        let mut bytes = [0; 32];
        getrandom::getrandom(&mut bytes).map_err(Problem::internal)?;
        let token = URL_SAFE_NO_PAD.encode(bytes);
        let (sender, receiver) = mpsc::channel(WAITING);
        let reservation = Reservation {
            made: Instant::now(),
            sender,
            receiver: Mutex::new(Some(receiver)),
            operations: Mutex::default(),
        };
        all.insert(token.clone(), Arc::new(reservation));
        Ok(token)
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
