use std::fmt;
use std::future::poll_fn;
use std::task::{Context, Poll, ready};

use actix_web::web::Bytes;

use super::head::Head;
use super::limits::{Limits, MultipartLimits};
use super::part::Part;
use super::reader::{Broken, Reader};
use super::refused::{bad_head, boundary, broken, too_large};
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
    /// How many of them were stored as files.
    files: usize,
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
    reader: Reader<Capped>,
    boundary: String,
    /// Whether there is a current part, which was not read to its end.
    in_part: bool,
    /// How many bytes of the current part were read.
    read: u64,
    /// Which limits apply to the current part.
    kind: Kind,
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
        Self { state, limits, count: 0, files: 0, text: 0, head: Head::default() }
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
        let head = match &mut self.state {
            State::Reading(reading) => poll_fn(|cx| reading.reader.poll_head(cx)).await,
            State::Failed(problem) => return Err(problem.clone()),
            State::Ended => Ok(None),
        };
        match head {
            Ok(Some(head)) => self.begin(&head).map(Some),
            Ok(None) => {
                self.state = State::Ended;
                Ok(None)
            }
            Err(error) => Err(self.fail(&error)),
        }
    }

    fn begin(&mut self, head: &[u8]) -> Result<Part<'_>, Problem> {
        let State::Reading(reading) = &mut self.state else { return Ok(Part(self)) };
        match Head::parse(head, &reading.boundary) {
            Ok(head) => self.head = head,
            Err(error) => {
                let problem = bad_head(error, &self.head.name);
                return Err(self.refuse(problem));
            }
        }
        reading.in_part = true;
        reading.read = 0;
        reading.kind = if self.head.file_name.is_some() { Kind::File(u64::MAX) } else { Kind::Text };
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
        Ok(Part(self))
    }

    /// Sets what the current part counts as, where the caller knows better than its headers.
    pub(super) fn count_as(&mut self, kind: Kind) {
        if let State::Reading(reading) = &mut self.state {
            reading.kind = kind;
        }
    }

    /// Counts a file that is stored. Returns a 413 if there are too many.
    pub(super) fn count_file(&mut self) -> Result<(), Problem> {
        self.files += 1;
        let limit = self.limits.files;
        if self.files <= limit {
            return Ok(());
        }
        let problem =
            too_large(&format!("more than the {limit} files that are stored here"), &self.head.name, limit as u64);
        Err(self.refuse(problem))
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
        if !reading.in_part {
            return Poll::Ready(Ok(None));
        }
        Poll::Ready(match ready!(reading.reader.poll_content(cx)) {
            Ok(Some(chunk)) => self.within_limits(chunk.len() as u64).map(|()| Some(chunk)),
            Ok(None) => {
                reading.in_part = false;
                Ok(None)
            }
            Err(error) => Err(self.fail(&error)),
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

    fn fail(&mut self, error: &Broken) -> Problem {
        let is_over = matches!(&self.state, State::Reading(reading) if reading.reader.body().is_over());
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
        let boundary = boundary(call.http())?;
        if declared_length(call.http()).is_some_and(|length| length > limit) {
            return Err(crate::kernel::too_large(limit));
        }
        let payload = call.exchange().body.borrow_mut().take(reader)?;
        let body = Capped::new(payload, call.http(), limit);
        let reader = Reader::new(body, &boundary);
        Ok(Self { reader, boundary, in_part: false, read: 0, kind: Kind::Skipped })
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parts")
    }
}
