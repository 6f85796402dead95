//! A message of a client over a WebSocket: its parts are cut out of its text, so that it takes no more memory than this.

use actix_web::web::Bytes;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::connection_params::ConnectionParams;
use super::split::members;

/// How long an id may be, as JSON.
pub const MOST_ID: usize = 1024;

/// The parts of a message.
#[derive(Default)]
pub struct Message {
    id: Option<Bytes>,
    pub method: String,
    params: Option<Bytes>,
    data: Option<Bytes>,
}

/// Which procedure is called, and with what.
#[derive(Default)]
pub struct Params {
    pub path: String,
    pub input: Option<Bytes>,
    pub last_event_id: Option<String>,
}

impl Message {
    /// The parts of a text; `None` if it is no object.
    pub fn read(text: &Bytes) -> Option<Self> {
        let mut message = Self::default();
        let each = |name: String, value: Bytes| match name.as_str() {
            "id" => message.id = Some(value),
            "method" => message.method = parsed(&value).unwrap_or_default(),
            "params" => message.params = Some(value),
            "data" => message.data = Some(value),
            _ => {}
        };
        members(text, each).ok().map(|()| message)
    }

    /// A number or a text that is not long.
    pub fn id(&self) -> Option<Value> {
        let text = self.id.as_ref().filter(|id| id.len() <= MOST_ID)?;
        parsed(text).filter(|id: &Value| id.is_number() || id.is_string())
    }

    /// What the client says of itself, if this is what the message is for.
    pub fn connection_params(&self) -> Option<ConnectionParams> {
        let text = self.data.as_ref().map_or(Some("null"), |data| std::str::from_utf8(data).ok())?;
        ConnectionParams::parse(text).ok().filter(|_| self.method == "connectionParams")
    }

    /// `None` if there are none.
    pub fn params(&self) -> Option<Params> {
        let mut params = Params::default();
        let each = |name: String, value: Bytes| match name.as_str() {
            "path" => params.path = parsed(&value).unwrap_or_default(),
            // A copy: the rest of the message is not kept for as long as the call goes on.
            "input" => params.input = Some(Bytes::copy_from_slice(&value)),
            "lastEventId" => params.last_event_id = parsed(&value),
            _ => {}
        };
        members(self.params.as_ref()?, each).ok().map(|()| params)
    }
}

impl Params {
    /// How many bytes a call keeps of them.
    pub fn size(&self) -> usize {
        let [input, last] =
            [self.input.as_deref().unwrap_or_default(), self.last_event_id.as_deref().unwrap_or_default().as_bytes()];
        self.path.len() + input.len() + last.len()
    }
}

fn parsed<T: DeserializeOwned>(text: &[u8]) -> Option<T> {
    serde_json::from_slice(text).ok()
}
