use std::cell::Cell;
use std::fmt;
use std::future::poll_fn;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use actix_multipart::{Field, Multipart as Source, MultipartError};
use actix_web::web::Bytes;
use futures_core::Stream as _;
use futures_util::stream;

use super::limits::{Limits, MultipartLimits};
use super::part::Part;
use super::refused::{broken, check_content_type, too_large};
use crate::kernel::{Call, Capped, declared_length};
use crate::response::Problem;

/// The parts of a multipart body, one after the other: [`Request::multipart`](crate::Request::multipart).
///
/// Limits hold for what is skipped as well. After an error every call gives it again.
pub struct Parts {
    state: State,
    limits: Limits,
    /// How many parts there were.
    count: usize,
    /// How much there was of what is held in memory: names and text.
    text: u64,
    pub(super) head: Head,
}

enum State {
    Reading(Box<Reading>),
    Failed(Problem),
    Ended,
}

struct Reading {
    source: Source,
    /// The part at hand, until it is read to its end.
    field: Option<Field>,
    /// How much of that part was read.
    read: u64,
    /// What that part is limited by.
    kind: Kind,
    /// Whether the body went over its limit.
    over: Rc<Cell<bool>>,
}

/// What the part at hand says about itself.
#[derive(Default)]
pub struct Head {
    pub name: String,
    pub file_name: Option<String>,
    pub content_type: Option<String>,
}

/// What a part is counted as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// A file, of at most so many bytes if its type says so.
    File(u64),
    /// Read away: only the body's limit holds.
    Skipped,
}

impl Parts {
    pub(super) fn new(call: &Call, limits: MultipartLimits, reader: &'static str) -> Self {
        let limits = Limits::of(call.exchange(), limits);
        let state = Reading::new(call, limits.total, reader)
            .map_or_else(State::Failed, |reading| State::Reading(Box::new(reading)));
        Self { state, limits, count: 0, text: 0, head: Head::default() }
    }

    /// The next part; `None` at the end. What was not read of the part before is read away.
    ///
    /// # Errors
    /// 415 for another content type, 400 for what is no multipart form, 413 over a limit, 500 if the
    /// body was read before.
    pub async fn next(&mut self) -> Result<Option<Part<'_>>, Problem> {
        while self.chunk().await?.is_some() {}
        let field = match &mut self.state {
            State::Reading(reading) => poll_fn(|cx| Pin::new(&mut reading.source).poll_next(cx)).await,
            State::Failed(problem) => return Err(problem.clone()),
            State::Ended => None,
        };
        match field {
            Some(Ok(field)) => self.begin(field).map(Some),
            Some(Err(error)) => Err(self.fail(error)),
            None => {
                self.state = State::Ended;
                Ok(None)
            }
        }
    }

    fn begin(&mut self, field: Field) -> Result<Part<'_>, Problem> {
        self.head = Head::of(&field);
        self.count += 1;
        if self.count > self.limits.parts {
            let limit = self.limits.parts;
            let problem =
                too_large(&format!("more than the {limit} parts that are read here"), &self.head.name, limit as u64);
            return Err(self.refuse(problem));
        }
        self.text += self.head.length();
        if self.text > self.limits.all_text {
            let problem = self.too_much_text();
            return Err(self.refuse(problem));
        }
        if let State::Reading(reading) = &mut self.state {
            reading.field = Some(field);
            reading.read = 0;
            reading.kind = if self.head.file_name.is_some() { Kind::File(u64::MAX) } else { Kind::Text };
        }
        Ok(Part(self))
    }

    /// Says what the part at hand is counted as, where that is known better than from its headers.
    pub(super) fn count_as(&mut self, kind: Kind) {
        if let State::Reading(reading) = &mut self.state {
            reading.kind = kind;
        }
    }

    /// How much of a part is read into memory.
    pub(super) fn memory(&self) -> u64 {
        self.limits.memory
    }

    /// The next piece of the part at hand.
    pub(super) async fn chunk(&mut self) -> Result<Option<Bytes>, Problem> {
        poll_fn(|cx| self.poll_chunk(cx)).await
    }

    pub(super) fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<Bytes>, Problem>> {
        let reading = match &mut self.state {
            State::Reading(reading) => reading,
            State::Failed(problem) => return Poll::Ready(Err(problem.clone())),
            State::Ended => return Poll::Ready(Ok(None)),
        };
        let Some(field) = &mut reading.field else { return Poll::Ready(Ok(None)) };
        Poll::Ready(match ready!(Pin::new(field).poll_next(cx)) {
            Some(Ok(chunk)) => self.within_limits(chunk.len() as u64).map(|()| Some(chunk)),
            Some(Err(error)) => Err(self.fail(error)),
            None => {
                reading.field = None;
                Ok(None)
            }
        })
    }

    /// Counts what has arrived of the part at hand.
    fn within_limits(&mut self, length: u64) -> Result<(), Problem> {
        let State::Reading(reading) = &mut self.state else { return Ok(()) };
        reading.read += length;
        let (limit, what) = match reading.kind {
            Kind::Text => (self.limits.text_field, "a text field"),
            Kind::File(own) => (self.limits.file.min(own), "a file"),
            Kind::Skipped => return Ok(()),
        };
        if reading.kind == Kind::Text {
            self.text += length;
        }
        let problem = if reading.read > limit {
            let what = format!("larger than the {limit} bytes that {what} may have here");
            too_large(&what, &self.head.name, limit)
        } else if self.text > self.limits.all_text {
            self.too_much_text()
        } else {
            return Ok(());
        };
        Err(self.refuse(problem))
    }

    fn too_much_text(&self) -> Problem {
        let limit = self.limits.all_text;
        let what = format!("all text fields and names are larger than the {limit} bytes that they may have together");
        too_large(&what, &self.head.name, limit)
    }

    fn fail(&mut self, error: MultipartError) -> Problem {
        let is_over = matches!(&self.state, State::Reading(reading) if reading.over.get());
        let limit = self.limits.total;
        let problem = if is_over {
            let what = format!("the body is larger than the {limit} bytes that are read here");
            too_large(&what, &self.head.name, limit)
        } else {
            broken(error, &self.head.name)
        };
        self.refuse(problem)
    }

    /// Nothing more is read, and what was read so far is dropped.
    pub(super) fn refuse(&mut self, problem: Problem) -> Problem {
        self.state = State::Failed(problem.clone());
        problem
    }
}

impl Reading {
    fn new(call: &Call, limit: u64, reader: &'static str) -> Result<Self, Problem> {
        check_content_type(call.http())?;
        if declared_length(call.http()).is_some_and(|length| length > limit) {
            return Err(crate::kernel::too_large(limit));
        }
        let payload = call.exchange().body.borrow_mut().take(reader)?;
        let mut payload = Capped::new(payload, call.http(), limit);
        let over = Rc::new(Cell::new(false));
        let told = over.clone();
        let body = stream::poll_fn(move |cx| {
            let chunk = Pin::new(&mut payload).poll_next(cx);
            told.set(payload.is_over());
            chunk
        });
        let source = Source::new(call.http().headers(), body);
        Ok(Self { source, field: None, read: 0, kind: Kind::Skipped, over })
    }
}

impl Head {
    fn length(&self) -> u64 {
        let texts = [Some(&self.name), self.file_name.as_ref(), self.content_type.as_ref()];
        texts.into_iter().flatten().map(|text| text.len() as u64).sum()
    }

    fn of(field: &Field) -> Self {
        let disposition = field.content_disposition();
        let file_name = disposition.and_then(|disposition| {
            let plain = disposition.get_filename().map(str::to_owned);
            // RFC 7578 has no `filename*` in forms, yet some clients send it in place of `filename`.
            let extended =
                || disposition.get_filename_ext().map(|name| String::from_utf8_lossy(&name.value).into_owned());
            plain.or_else(extended)
        });
        Self {
            name: field.name().unwrap_or_default().to_owned(),
            file_name,
            content_type: field.content_type().map(ToString::to_string),
        }
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parts")
    }
}
