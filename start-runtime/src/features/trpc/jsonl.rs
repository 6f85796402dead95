//! A batch whose answers are sent as they come: lines of JSON, in the form that `httpBatchStreamLink` reads.
//!
//! The first line has a placeholder for each call. What a placeholder stands for comes in a later line, and may have
//! placeholders itself: `[[value], [key, type, id], …]`. Type 0 is a promise, type 1 an async iterable.

use std::borrow::Cow;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Context as Polling, Poll};

use actix_web::HttpResponse;
use actix_web::web::Bytes;
use futures_core::future::LocalBoxFuture;
use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use serde_json::{Value, json};

use super::ask::{Asked, Format};
use super::envelope::{Context, Of};
use super::error::Error;
use super::handle::perform;
use super::pieces::{self, Items, Pieces, next_item};
use super::superjson;
use crate::base::idle::Idle;
use crate::base::panic::catch;
use crate::kernel::{Later, Produced, ProducedItem, ProducedValue};
use crate::response::Problem;
use crate::transport::ToItsEnd;

const PROMISE: u8 = 0;
const ITERABLE: u8 = 1;

/// How much is put into one piece of the body.
const PIECE: usize = 32 * 1024;

/// Begins to answer all calls.
pub fn answer(context: Context, calls: Vec<Asked>) -> HttpResponse {
    let mut response = pieces::response(Body::new(context.clone(), calls), "application/json");
    context.vary(response.headers_mut());
    response.extensions_mut().insert(ToItsEnd);
    response
}

/// Something that has happened, in the call that it belongs to.
struct Done {
    call: Rc<Asked>,
    id: usize,
    what: What,
}

enum What {
    Called(Result<Produced, Error>),
    Promise(Result<Produced, Problem>),
    Item(Items, Option<Result<ProducedItem, Problem>>),
}

/// The value of a line, with its placeholders, and what a transformer says of it.
struct Encoded {
    text: Cow<'static, str>,
    marks: superjson::Marks,
}

impl<T: Into<Cow<'static, str>>> From<T> for Encoded {
    fn from(text: T) -> Self {
        Self { text: text.into(), marks: None }
    }
}

struct Body {
    context: Context,
    /// What is being waited for.
    waiting: FuturesUnordered<LocalBoxFuture<'static, Done>>,
    /// Lines that are not sent yet.
    lines: String,
    next_id: usize,
    ping: Option<Idle>,
}

impl Body {
    fn new(context: Context, calls: Vec<Asked>) -> Self {
        let waiting = FuturesUnordered::new();
        let mut lines = String::from("{");
        let next_id = calls.len();
        for (id, call) in calls.into_iter().enumerate() {
            let separator = if id == 0 { "" } else { "," };
            let _ = write!(lines, "{separator}\"{id}\":[[0],[null,{PROMISE},{id}]]");
            let (context, call) = (context.clone(), Rc::new(call));
            let work: LocalBoxFuture<'static, Done> = Box::pin(async move {
                let called = perform(&context, &call, true, Format::Json).await;
                Done { call, id, what: What::Called(called) }
            });
            waiting.push(work);
        }
        lines.push('}');
        let mut lines = String::from_utf8_lossy(&context.text(lines.as_bytes(), &None)).into_owned();
        lines.push('\n');
        let ping = context.settings.jsonl_ping.and_then(Idle::new);
        Self { context, waiting, lines, next_id, ping }
    }

    fn id(&mut self) -> usize {
        self.next_id += 1;
        self.next_id - 1
    }

    /// A line. With a transformer, it is written as a whole.
    fn line(&mut self, id: usize, status: u8, Encoded { text, marks }: Encoded) {
        if self.context.settings.transformer.is_none() {
            let _ = writeln!(self.lines, "[{id},{status},{text}]");
            return;
        }
        let text = format!("[{id},{status},{text}]");
        let text = self.context.text(text.as_bytes(), &superjson::below("2", marks));
        self.lines.push_str(&String::from_utf8_lossy(&text));
        self.lines.push('\n');
    }

    fn done(&mut self, Done { call, id, what }: Done) {
        match what {
            What::Called(called) => self.called(&call, id, called),
            What::Promise(value) => match value.and_then(|value| self.encoded(&call, value)) {
                Ok(value) => self.line(id, 0, value),
                Err(problem) => self.failed(&call, id, 1, problem),
            },
            What::Item(_, None) => self.line(id, 0, "[[]]".into()),
            What::Item(items, Some(item)) => match item.and_then(|item| self.encoded(&call, item.value)) {
                Ok(value) => {
                    self.line(id, 1, value);
                    self.wait_for_item(&call, id, items);
                }
                Err(problem) => self.failed(&call, id, 2, problem),
            },
        }
    }

    /// A call has its result: a property of an object, which is one itself.
    fn called(&mut self, call: &Rc<Asked>, id: usize, called: Result<Produced, Error>) {
        let (result, data) = (self.next_id, self.next_id + 1);
        self.next_id += 2;
        let value = called.and_then(|produced| self.encoded(call, produced).map_err(Error::from));
        match value {
            Ok(value) => {
                self.line(id, 0, format!("[[{{\"result\":0}}],[\"result\",{PROMISE},{result}]]").into());
                self.line(result, 0, format!("[[{{\"data\":0}}],[\"data\",{PROMISE},{data}]]").into());
                self.line(data, 0, value);
            }
            Err(error) => {
                let shape = self.context.shape(&error, Of::asked(call));
                self.line(id, 0, json!([[{ "error": shape }]]).to_string().into());
            }
        }
    }

    fn failed(&mut self, call: &Rc<Asked>, id: usize, status: u8, problem: Problem) {
        let shape = self.context.shape(&problem.into(), Of::asked(call));
        self.line(id, status, shape.to_string().into());
    }

    /// A value with its placeholders. What they stand for is waited for from now on.
    fn encoded(&mut self, call: &Rc<Asked>, produced: Produced) -> Result<Encoded, Problem> {
        match produced {
            Produced::Undefined => Ok("[[]]".into()),
            Produced::Value(ProducedValue { json, marks, later }) if later.is_empty() => {
                let text = format!("[[{}]]", String::from_utf8_lossy(&json));
                Ok(Encoded { text: text.into(), marks: superjson::below("0.0", marks.map(|marks| *marks)) })
            }
            Produced::Value(value) => self.with_placeholders(call, value),
            Produced::Stream(items) => {
                let id = self.id();
                self.wait_for_item(call, id, items);
                Ok(format!("[[0],[null,{ITERABLE},{id}]]").into())
            }
        }
    }

    fn with_placeholders(
        &mut self,
        call: &Rc<Asked>,
        ProducedValue { json, marks, later }: ProducedValue,
    ) -> Result<Encoded, Problem> {
        let mut value: Value = serde_json::from_slice(&json).map_err(Problem::internal)?;
        let mut later: HashMap<String, Later> = later.into_iter().collect();
        let mut definitions = String::new();
        let mut replace = |body: &mut Self, key: Value, value: &mut Value| {
            let Some(found) = value.as_str().and_then(|mark| later.remove(mark)) else { return };
            *value = 0.into();
            let id = body.id();
            let kind = match found {
                Later::Promise(promise) => {
                    body.wait_for_promise(call, id, promise);
                    PROMISE
                }
                Later::Iterable(items) => {
                    body.wait_for_item(call, id, items);
                    ITERABLE
                }
            };
            let _ = write!(definitions, ",[{key},{kind},{id}]");
        };
        match &mut value {
            Value::Object(members) => {
                members.iter_mut().for_each(|(key, value)| replace(self, key.as_str().into(), value));
            }
            value => replace(self, Value::Null, value),
        }
        if !later.is_empty() {
            let path = &call.path;
            return Err(Problem::internal(format!(
                "`{path}` has a `Deferred` or a `Streamed` deep in its value: it stands directly in the struct that is returned, yielded or deferred"
            )));
        }
        let text = format!("[[{value}]{definitions}]");
        Ok(Encoded { text: text.into(), marks: superjson::below("0.0", marks.map(|marks| *marks)) })
    }

    fn wait_for_promise(
        &mut self,
        call: &Rc<Asked>,
        id: usize,
        mut promise: LocalBoxFuture<'static, Result<Produced, Problem>>,
    ) {
        let call = call.clone();
        self.waiting.push(Box::pin(async move {
            let value = poll_fn(|cx| match catch(|| promise.as_mut().poll(cx)) {
                Ok(polled) => polled,
                Err(panic) => Poll::Ready(Err(Problem::internal(format!("a deferred value panicked: {panic}")))),
            });
            let what = What::Promise(value.await);
            Done { call, id, what }
        }));
    }

    fn wait_for_item(&mut self, call: &Rc<Asked>, id: usize, mut items: Items) {
        let call = call.clone();
        self.waiting.push(Box::pin(async move {
            let item = next_item(&mut items, &call.path).await;
            Done { call, id, what: What::Item(items, item) }
        }));
    }
}

impl Pieces for Body {
    fn poll_piece(&mut self, cx: &mut Polling<'_>) -> Poll<Option<Bytes>> {
        let is_over = loop {
            match self.waiting.poll_next_unpin(cx) {
                Poll::Ready(Some(done)) => {
                    self.done(done);
                    if self.lines.len() >= PIECE {
                        break false;
                    }
                }
                Poll::Ready(None) => break true,
                Poll::Pending => break false,
            }
        };
        if !self.lines.is_empty() {
            if let Some(ping) = &mut self.ping {
                ping.spoke();
            }
            return Poll::Ready(Some(std::mem::take(&mut self.lines).into()));
        }
        if is_over {
            return Poll::Ready(None);
        }
        match &mut self.ping {
            Some(ping) => ping.poll(cx).map(|()| Some(Bytes::from_static(b" "))),
            None => Poll::Pending,
        }
    }
}
