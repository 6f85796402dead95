//! Messages, in and out.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;

use super::frame::{Kind, write_frame};

/// A message of a client, or one for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Message {
    /// Text.
    Text(String),
    /// Bytes.
    Binary(Bytes),
}

impl Message {
    /// The text of a text message.
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Binary(_) => None,
        }
    }

    /// The content, whatever its kind is.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Text(text) => text.as_bytes(),
            Self::Binary(bytes) => bytes,
        }
    }
}

/// What can be sent: text as a text message, bytes as a binary one. It is copied into the output at once, so one text can be
/// sent to any number of sockets: `&str`, `String`, `Arc<str>`, `&[u8]`, `Vec<u8>`, `Bytes`, [`Message`].
pub trait Payload {
    /// Appends the frame.
    #[doc(hidden)]
    fn append(&self, out: &mut Vec<u8>);
}

macro_rules! payloads {
    ($($kind:ident: $($ty:ty),*;)*) => {$($(
        impl Payload for $ty {
            fn append(&self, out: &mut Vec<u8>) {
                write_frame(out, Kind::$kind, self.as_ref());
            }
        }
    )*)*};
}

/// The bytes of a text.
macro_rules! texts {
    ($($ty:ty),*) => {$(
        impl Payload for $ty {
            fn append(&self, out: &mut Vec<u8>) {
                write_frame(out, Kind::Text, self.as_bytes());
            }
        }
    )*};
}

texts!(str, String, Arc<str>, Box<str>, Cow<'_, str>);
payloads! { Binary: [u8], Vec<u8>, Bytes; }

impl Payload for Message {
    fn append(&self, out: &mut Vec<u8>) {
        match self {
            Self::Text(text) => text.append(out),
            Self::Binary(bytes) => bytes.append(out),
        }
    }
}

impl<P: Payload + ?Sized> Payload for &P {
    fn append(&self, out: &mut Vec<u8>) {
        P::append(self, out);
    }
}
