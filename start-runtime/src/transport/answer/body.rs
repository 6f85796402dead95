//! The body of an answer, piece by piece: what it promised is counted, and its panics are caught.

use std::fmt;
use std::task::{Context, Poll};

use actix_http::body::{BoxBody, MessageBody as _};
use bytes::Bytes;

use crate::base::panic::{catch, drop_quietly};

/// A body that is being sent.
pub struct Body {
    /// Taken when it is at its end.
    body: Option<BoxBody>,
    /// Bytes that are still promised, for a body with a length.
    remaining: Option<u64>,
    /// A piece that is held back until it is known that nothing follows it.
    last: Option<Bytes>,
}

/// What comes next of a body.
#[derive(Debug)]
pub enum Next {
    /// A piece, not empty.
    Piece(Bytes),
    /// The body is complete.
    End,
    /// The body is not what it promised.
    Fault(Fault),
}

/// How a body failed.
#[derive(Debug, PartialEq, Eq)]
pub enum Fault {
    /// It returned an error.
    Error(String),
    /// It panicked.
    Panic(String),
    /// It ended this many bytes before its announced length.
    Short(u64),
    /// It has more than its announced length.
    Long,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Error(error) => write!(f, "its body failed: {error}"),
            Self::Panic(message) => write!(f, "its body panicked: {message}"),
            Self::Short(missing) => write!(f, "its body ended {missing} bytes before the length that it announced"),
            Self::Long => f.write_str("its body has more bytes than it announced"),
        }
    }
}

impl Body {
    /// A body with a length in bytes, if it announced one.
    pub fn new(body: BoxBody, length: Option<u64>) -> Self {
        Self { body: Some(body), remaining: length, last: None }
    }

    /// The next piece.
    pub fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<Next> {
        loop {
            let polled = match &mut self.body {
                Some(body) => catch(|| body.as_pin_mut().poll_next(cx)),
                None => Ok(Poll::Ready(None)),
            };
            match polled {
                Ok(Poll::Pending) => {
                    // All that was promised is there: nobody waits for what may come behind.
                    return match self.last.take() {
                        Some(last) => {
                            self.close();
                            Poll::Ready(Next::Piece(last))
                        }
                        None => Poll::Pending,
                    };
                }
                Ok(Poll::Ready(Some(Ok(piece)))) if piece.is_empty() => {}
                Ok(Poll::Ready(Some(Ok(piece)))) => match self.count(piece) {
                    Some(next) => return Poll::Ready(next),
                    None => continue,
                },
                Ok(Poll::Ready(None)) => {
                    self.close();
                    return Poll::Ready(match (self.last.take(), self.remaining) {
                        (Some(last), _) => Next::Piece(last),
                        (None, None | Some(0)) => Next::End,
                        (None, Some(missing)) => Next::Fault(Fault::Short(missing)),
                    });
                }
                Ok(Poll::Ready(Some(Err(error)))) => return Poll::Ready(self.fault(error_text(&*error))),
                Err(message) => return Poll::Ready(self.fault(Fault::Panic(message))),
            }
        }
    }

    /// Counts a piece. `None` if it is held back.
    fn count(&mut self, piece: Bytes) -> Option<Next> {
        let Some(remaining) = &mut self.remaining else { return Some(Next::Piece(piece)) };
        match remaining.checked_sub(piece.len() as u64) {
            None => Some(self.fault(Fault::Long)),
            Some(0) => {
                *remaining = 0;
                self.last = Some(piece);
                None
            }
            Some(left) => {
                *remaining = left;
                Some(Next::Piece(piece))
            }
        }
    }

    fn fault(&mut self, fault: Fault) -> Next {
        self.close();
        self.last = None;
        Next::Fault(fault)
    }

    fn close(&mut self) {
        if let Some(body) = self.body.take() {
            drop_quietly(body, "the body of an answer");
        }
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        self.close();
    }
}

/// The text of an error, which is user's code, too.
fn error_text(error: &dyn std::error::Error) -> Fault {
    catch(|| error.to_string()).map_or_else(Fault::Panic, Fault::Error)
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::Waker;

    use actix_http::body::{BodySize, MessageBody};

    use super::*;

    struct Pieces(Vec<Option<Result<&'static str, &'static str>>>);

    impl MessageBody for Pieces {
        type Error = std::io::Error;

        fn size(&self) -> BodySize {
            BodySize::Stream
        }

        fn poll_next(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
            match if self.0.is_empty() { return Poll::Ready(None) } else { self.0.remove(0) } {
                None => Poll::Pending,
                Some(Ok("panic")) => panic!("in the body"),
                Some(Ok(text)) => Poll::Ready(Some(Ok(Bytes::from_static(text.as_bytes())))),
                Some(Err(text)) => Poll::Ready(Some(Err(std::io::Error::other(text)))),
            }
        }
    }

    fn read(pieces: Vec<Option<Result<&'static str, &'static str>>>, length: Option<u64>) -> (String, Option<Fault>) {
        let mut body = Body::new(BoxBody::new(Pieces(pieces)), length);
        let (mut text, mut cx) = (String::new(), Context::from_waker(Waker::noop()));
        loop {
            match body.poll_next(&mut cx) {
                Poll::Pending => text.push('.'),
                Poll::Ready(Next::Piece(piece)) => text.push_str(std::str::from_utf8(&piece).unwrap()),
                Poll::Ready(Next::End) => return (text, None),
                Poll::Ready(Next::Fault(fault)) => return (text, Some(fault)),
            }
        }
    }

    #[test]
    fn promises_are_counted() {
        let ok = |text| Some(Ok(text));
        for (pieces, length, text, fault) in [
            (vec![ok("ab"), None, ok(""), ok("c")], None, "ab.c", None),
            (vec![ok("ab"), ok("c")], Some(3), "abc", None),
            (vec![ok("ab"), ok("c"), None, None], Some(3), "abc", None),
            (vec![ok("ab")], Some(3), "ab", Some(Fault::Short(1))),
            (vec![ok("ab"), ok("cd")], Some(3), "ab", Some(Fault::Long)),
            (vec![ok("abc"), ok("def")], Some(3), "", Some(Fault::Long)),
            (vec![], Some(0), "", None),
            (vec![ok("ab"), Some(Err("gone"))], None, "ab", Some(Fault::Error("gone".to_owned()))),
            (vec![ok("ab"), ok("panic")], None, "ab", Some(Fault::Panic("in the body".to_owned()))),
        ] {
            assert_eq!(read(pieces, length), (text.to_owned(), fault));
        }
    }
}
