//! The messages of a WebSocket, put together from their frames. Small frames are copied together, so that a message takes
//! no more memory than its text, however it is cut.

use actix_web::web::{Bytes, BytesMut};
use actix_ws::{CloseReason, Item, Message};

/// A message that is whole.
pub enum Whole {
    /// UTF-8.
    Text(Bytes),
    Binary,
    Ping(Bytes),
    Pong,
    Close(Option<CloseReason>),
}

/// The frames of a message that has not ended.
pub struct Pieces {
    payload: BytesMut,
    is_text: bool,
    /// How many bytes a message may have.
    most: usize,
}

/// The client is not one that can be talked with: its message is too large, or is no text.
#[derive(Debug, PartialEq, Eq)]
pub struct Unreadable;

impl Pieces {
    pub fn new(most: usize) -> Self {
        Self { payload: BytesMut::new(), is_text: false, most }
    }

    /// The message that ends with this frame, if one does.
    pub fn join(&mut self, frame: Message) -> Result<Option<Whole>, Unreadable> {
        match frame {
            Message::Text(text) => Ok(Some(Whole::Text(text.into_bytes()))),
            Message::Binary(_) => Ok(Some(Whole::Binary)),
            Message::Ping(payload) => Ok(Some(Whole::Ping(payload))),
            Message::Pong(_) => Ok(Some(Whole::Pong)),
            Message::Close(reason) => Ok(Some(Whole::Close(reason))),
            Message::Nop => Ok(None),
            Message::Continuation(item) => self.piece(item),
        }
    }

    fn piece(&mut self, item: Item) -> Result<Option<Whole>, Unreadable> {
        let (payload, is_last) = match item {
            Item::FirstText(payload) => {
                self.is_text = true;
                (payload, false)
            }
            Item::FirstBinary(payload) => {
                self.is_text = false;
                (payload, false)
            }
            Item::Continue(payload) => (payload, false),
            Item::Last(payload) => (payload, true),
        };
        if self.payload.len() + payload.len() > self.most {
            return Err(Unreadable);
        }
        self.payload.extend_from_slice(&payload);
        if !is_last {
            return Ok(None);
        }
        let payload = std::mem::take(&mut self.payload).freeze();
        match (self.is_text, std::str::from_utf8(&payload)) {
            (true, Ok(_)) => Ok(Some(Whole::Text(payload))),
            (true, Err(_)) => Err(Unreadable),
            (false, _) => Ok(Some(Whole::Binary)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(pieces: &mut Pieces, frames: &[Item]) -> Result<Option<Bytes>, Unreadable> {
        let mut whole = None;
        for frame in frames {
            whole = match frame {
                Item::FirstText(part) => pieces.join(Message::Continuation(Item::FirstText(part.clone())))?,
                Item::FirstBinary(part) => pieces.join(Message::Continuation(Item::FirstBinary(part.clone())))?,
                Item::Continue(part) => pieces.join(Message::Continuation(Item::Continue(part.clone())))?,
                Item::Last(part) => pieces.join(Message::Continuation(Item::Last(part.clone())))?,
            };
        }
        Ok(match whole {
            Some(Whole::Text(text)) => Some(text),
            _ => None,
        })
    }

    #[test]
    fn frames_are_one_message_up_to_the_limit() {
        let part = |text: &'static str| Bytes::from_static(text.as_bytes());
        let mut pieces = Pieces::new(5);
        let frames =
            [Item::FirstText(part("a")), Item::Continue(part("")), Item::Continue(part("bc")), Item::Last(part("d"))];
        for _ in 0..2 {
            assert_eq!(text(&mut pieces, &frames), Ok(Some(part("abcd"))));
        }
        let cut = [Item::FirstText(Bytes::from_static(b"\xc3")), Item::Last(Bytes::from_static(b"\xa9"))];
        assert_eq!(text(&mut pieces, &cut), Ok(Some(part("é"))));
        assert_eq!(text(&mut pieces, &[Item::FirstBinary(part("a")), Item::Last(part("b"))]), Ok(None));
        let broken = [Item::FirstText(Bytes::from_static(b"\xc3")), Item::Last(part("a"))];
        assert_eq!(text(&mut Pieces::new(5), &broken), Err(Unreadable));
        let large = [Item::FirstText(part("abc")), Item::Continue(part("abc"))];
        assert_eq!(text(&mut pieces, &large), Err(Unreadable));
    }
}
