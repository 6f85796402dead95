use std::fmt;
use std::fmt::Write as _;
use std::marker::PhantomData;
use std::time::Duration;

use actix_web::web::Bytes;
use serde::Serialize;

use crate::response::{Problem, to_json};

/// An event of an event stream (WHATWG HTML, section 9.2): data, as JSON or as text, with an id, a name, a time to connect
/// again, and comments. `T` is the type of the data, for the document.
///
/// ```
/// use start_runtime::ServerEvent;
///
/// let event = ServerEvent::json(["owl"]).event("arrived").id(7);
/// assert_eq!(event.to_string(), "data: [\"owl\"]\nevent: arrived\nid: 7\n\n");
/// assert_eq!(ServerEvent::text("one\r\ntwo").to_string(), "data: one\ndata: two\n\n");
/// ```
///
/// An id or a name with a line break or a NUL cannot be sent, nor can a value that JSON cannot express: a stream that yields
/// such an event breaks off there, and the log says why. [`ServerEvent::checked`] finds out before.
pub struct ServerEvent<T = String> {
    fields: Fields,
    /// Why it cannot be sent.
    fault: Option<Box<str>>,
    data: PhantomData<fn() -> T>,
}

/// The fields, each ending its line.
#[derive(Clone)]
enum Fields {
    Own(String),
    /// With the empty line behind them.
    Shared(Bytes),
}

impl<T: Serialize> ServerEvent<T> {
    /// An event with a value, or what a reference points to, as JSON.
    #[allow(clippy::needless_pass_by_value, reason = "so that no caller has to write a reference")]
    pub fn json(data: T) -> Self {
        match to_json(&data) {
            Ok(json) => Self::of_json(&json),
            Err(error) => {
                let mut event = Self::empty();
                let name = std::any::type_name::<T>().trim_start_matches('&');
                event.fault = Some(format!("{name} does not serialize to JSON: {error}").into());
                event
            }
        }
    }
}

impl ServerEvent<String> {
    /// An event with text. Clients see each CR LF, CR and LF in it as one LF: event streams know no other line breaks.
    pub fn text(data: impl AsRef<str>) -> Self {
        Self::of_text(data.as_ref())
    }
}

impl<T> ServerEvent<T> {
    /// An event without data: clients dispatch none, and remember its id and its retry. It can carry comments.
    pub fn empty() -> Self {
        Self { fields: Fields::Own(String::new()), fault: None, data: PhantomData }
    }

    /// An event with JSON that is written already, such as that of a message which many clients get. What is no JSON is
    /// sent as the text that it is; bytes that are not UTF-8 cannot be sent.
    pub fn of_json(json: &[u8]) -> Self {
        match std::str::from_utf8(json) {
            Ok(json) => Self::of_text(json),
            Err(error) => {
                let mut event = Self::empty();
                event.fault = Some(format!("JSON that is not UTF-8: {error}").into());
                event
            }
        }
    }

    fn of_text(text: &str) -> Self {
        let mut fields = String::with_capacity(text.len() + 48);
        write_lines(&mut fields, "data: ", text);
        Self { fields: Fields::Own(fields), fault: None, data: PhantomData }
    }

    /// A comment alone, which no client shows.
    pub fn comment_only(comment: impl AsRef<str>) -> Self {
        Self::empty().comment(comment)
    }

    /// Sets the id: a client that connects again sends that of the last event that it has seen, as
    /// [`LastEventId`](crate::LastEventId) reads it. An empty one makes it forget the id.
    #[must_use]
    pub fn id(self, id: impl fmt::Display) -> Self {
        self.field("id", id)
    }

    /// Sets the name, which clients listen to: `source.addEventListener("arrived", …)`. Without one it is `message`.
    #[must_use]
    pub fn event(self, name: impl fmt::Display) -> Self {
        self.field("event", name)
    }

    /// Sets how long a client waits before it connects again, in whole milliseconds. It keeps that for the whole stream.
    #[must_use]
    pub fn retry(self, wait: Duration) -> Self {
        self.field("retry", wait.as_millis())
    }

    /// Adds a comment, which no client shows.
    #[must_use]
    pub fn comment(mut self, comment: impl AsRef<str>) -> Self {
        write_lines(self.fields_mut(), ": ", comment.as_ref());
        self
    }

    fn field(mut self, name: &str, value: impl fmt::Display) -> Self {
        let fields = self.fields_mut();
        let start = fields.len();
        let begin = start + name.len() + 2;
        let written = write!(fields, "{name}: {value}");
        let is_bad = written.is_err() || fields[begin..].contains(['\r', '\n', '\0']);
        if is_bad {
            let value = fields[begin.min(fields.len())..].escape_debug().to_string();
            fields.truncate(start);
            self.fault.get_or_insert_with(|| {
                format!("the {name} \"{value}\" of an event contains a line break or a NUL").into()
            });
        } else {
            fields.push('\n');
        }
        self
    }

    fn fields_mut(&mut self) -> &mut String {
        if let Fields::Shared(bytes) = &self.fields {
            // It was made of text, and ends with the empty line.
            let text = String::from_utf8_lossy(&bytes[..bytes.len() - 1]).into_owned();
            self.fields = Fields::Own(text);
        }
        match &mut self.fields {
            Fields::Own(fields) => fields,
            Fields::Shared(_) => unreachable!("made its own above"),
        }
    }

    /// The event itself, if it can be sent: for ids and names that come from clients.
    ///
    /// # Errors
    /// Returns a 400 that says what is wrong.
    pub fn checked(self) -> Result<Self, Problem> {
        match self.fault {
            Some(fault) => Err(Problem::bad_request(String::from(fault))),
            None => Ok(self),
        }
    }

    /// The same event in one piece of memory that its clones share: for events that many clients get.
    #[must_use]
    pub fn shared(mut self) -> Self {
        if let Fields::Own(fields) = self.fields {
            self.fields = Fields::Shared(whole(fields));
        }
        self
    }

    /// The same event, of whatever type its data are: for streams whose events have different types.
    pub fn untyped<U>(self) -> ServerEvent<U> {
        ServerEvent { fields: self.fields, fault: self.fault, data: PhantomData }
    }

    /// The event as it is sent, or why it cannot be.
    pub(super) fn into_bytes(self) -> Result<Bytes, Box<str>> {
        match (self.fault, self.fields) {
            (Some(fault), _) => Err(fault),
            (None, Fields::Own(fields)) => Ok(whole(fields)),
            (None, Fields::Shared(bytes)) => Ok(bytes),
        }
    }
}

/// The fields with the empty line that ends an event.
fn whole(mut fields: String) -> Bytes {
    fields.push('\n');
    fields.into()
}

/// Writes each line of a text behind a prefix. The end of the text is the end of a line, too.
fn write_lines(out: &mut String, prefix: &str, text: &str) {
    let mut rest = text;
    loop {
        let end = memchr::memchr2(b'\r', b'\n', rest.as_bytes());
        out.push_str(prefix);
        out.push_str(&rest[..end.unwrap_or(rest.len())]);
        out.push('\n');
        let Some(end) = end else { return };
        let length = if rest[end..].starts_with("\r\n") { 2 } else { 1 };
        rest = &rest[end + length..];
    }
}

impl<T> Clone for ServerEvent<T> {
    fn clone(&self) -> Self {
        Self { fields: self.fields.clone(), fault: self.fault.clone(), data: PhantomData }
    }
}

/// The event as it is sent.
impl<T> fmt::Display for ServerEvent<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fields {
            Fields::Own(fields) => writeln!(f, "{fields}"),
            Fields::Shared(bytes) => f.write_str(&String::from_utf8_lossy(bytes)),
        }
    }
}

impl<T> fmt::Debug for ServerEvent<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ServerEvent").field("text", &self.to_string()).field("fault", &self.fault).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    /// What a client makes of a stream (WHATWG HTML, section 9.2.6): the name, the data and the last id of each event.
    fn interpreted(stream: &str) -> Vec<(String, String, String)> {
        let (mut events, mut id) = (Vec::new(), String::new());
        let (mut name, mut data) = (String::new(), String::new());
        let stream = stream.replace("\r\n", "\n").replace('\r', "\n");
        for line in stream.split('\n') {
            if line.is_empty() {
                if !data.is_empty() {
                    data.pop();
                    let name = if name.is_empty() { "message" } else { &name };
                    events.push((name.to_owned(), data.clone(), id.clone()));
                }
                name.clear();
                data.clear();
                continue;
            }
            let (field, value) = line.split_once(':').unwrap_or((line, ""));
            let value = value.strip_prefix(' ').unwrap_or(value);
            match field {
                "event" => value.clone_into(&mut name),
                "data" => data = data + value + "\n",
                "id" if !value.contains('\0') => value.clone_into(&mut id),
                _ => {}
            }
        }
        events
    }

    #[test]
    fn clients_see_the_text_with_its_line_breaks_as_lf() {
        for text in [
            "",
            " ",
            "one",
            "one\ntwo",
            "one\r\ntwo\r\n\r\nthree",
            "one\rtwo",
            "\n",
            "\r",
            "\r\n",
            "\n\r",
            "\r\r\n",
            "end\n",
            "  two",
            ":colon",
            "data: x\nid: 99\n\nevent: y",
            "\u{feff}bom",
            "\u{2028}\u{85}\t",
            "é 🦀",
            "nul\0",
        ] {
            let sent = ServerEvent::text(text).id(7).event("e").to_string();
            let seen = text.replace("\r\n", "\n").replace('\r', "\n");
            assert_eq!(interpreted(&sent), [("e".to_owned(), seen, "7".to_owned())], "{text:?}: {sent:?}");
            let comment = ServerEvent::<()>::comment_only(text).to_string();
            assert!(interpreted(&comment).is_empty(), "{comment:?}");
        }
    }

    #[test]
    fn what_is_no_event_is_refused_and_what_is_shared_stays_the_same() {
        for (value, is_good) in
            [("", true), ("a: b", true), (" é", true), ("a\nb", false), ("a\r", false), ("\0", false)]
        {
            assert_eq!(ServerEvent::text("x").id(value).checked().is_ok(), is_good, "{value:?}");
            assert_eq!(ServerEvent::text("x").event(value).into_bytes().is_ok(), is_good, "{value:?}");
        }
        let problem = ServerEvent::text("x").event("a\nb").checked().unwrap_err();
        assert_eq!(problem.status(), 400);
        let unwritable = ServerEvent::json(BTreeMap::from([((1, 2), 3)]));
        assert!(unwritable.clone().checked().is_err() && unwritable.into_bytes().is_err());
        let event = ServerEvent::json(1).retry(Duration::from_millis(1500));
        let shared = event.clone().shared();
        assert_eq!(event.to_string(), "data: 1\nretry: 1500\n\n");
        assert_eq!(shared.clone().into_bytes().unwrap(), event.to_string());
        assert_eq!(shared.id(2).to_string(), "data: 1\nretry: 1500\nid: 2\n\n");
        assert_eq!(ServerEvent::<()>::empty().to_string(), "\n");
    }
}
