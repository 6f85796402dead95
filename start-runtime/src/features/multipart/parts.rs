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
/// The limits also apply to parts that are skipped. After an error, every call returns the same error.
pub struct Parts {
    state: State,
    limits: Limits,
    /// How many parts there have been so far.
    count: usize,
    /// How many bytes have been held in memory so far: names, content types and text.
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
    /// The current part, until it is read to its end.
    field: Option<Field>,
    /// How many bytes of the current part were read.
    read: u64,
    /// Which limits apply to the current part.
    kind: Kind,
    /// Whether the body exceeded its limit.
    over: Rc<Cell<bool>>,
}

/// The headers of the current part.
#[derive(Default)]
pub struct Head {
    pub name: String,
    pub file_name: Option<String>,
    pub content_type: Option<String>,
}

/// What a part counts as.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// A file, with the limit in bytes that its type sets, if any.
    File(u64),
    /// Read and discarded: only the limit of the body applies.
    Skipped,
}

impl Parts {
    pub(super) fn new(call: &Call, limits: MultipartLimits, reader: &'static str) -> Self {
        let limits = Limits::of(call.exchange(), limits);
        let state = Reading::new(call, limits.total, reader)
            .map_or_else(State::Failed, |reading| State::Reading(Box::new(reading)));
        Self { state, limits, count: 0, text: 0, head: Head::default() }
    }

    /// Returns the next part; `None` at the end. Whatever was not read of the previous part is discarded.
    ///
    /// # Errors
    /// - 415 if the content type is another one
    /// - 400 if the body is not a multipart form
    /// - 413 if a limit is exceeded
    /// - 500 if the body was read before
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

    /// Sets what the current part counts as, where the caller knows better than its headers.
    pub(super) fn count_as(&mut self, kind: Kind) {
        if let State::Reading(reading) = &mut self.state {
            reading.kind = kind;
        }
    }

    /// How many bytes of one part may be read into memory.
    pub(super) fn memory(&self) -> u64 {
        self.limits.memory
    }

    /// Returns the next piece of the current part.
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

    /// Counts the bytes that arrived of the current part. Returns a 413 if a limit is exceeded.
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

    /// Stops reading: from now on, every call returns this problem.
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
            // RFC 7578 does not allow `filename*` in forms, but some clients send it in place of `filename`.
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
