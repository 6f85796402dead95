//! The frames of a WebSocket (RFC 6455, section 5.2) on their way in: one that says that it is longer than a limit ends the
//! stream. actix-http compares a frame with its limit once all of it is there, so a client could have any memory.

use std::pin::Pin;
use std::task::{Context, Poll};

use actix_web::dev::Payload;
use actix_web::error::PayloadError;
use actix_web::web::Bytes;
use futures_core::Stream;

/// A payload of frames, none of which has more than `most` bytes.
pub fn frames_within(most: usize, inner: Payload) -> Payload {
    let frames = Frames::new(u64::try_from(most).unwrap_or(u64::MAX));
    Payload::Stream { payload: Box::pin(Within { inner, frames, is_over: false }) }
}

struct Within {
    inner: Payload,
    frames: Frames,
    is_over: bool,
}

impl Stream for Within {
    type Item = Result<Bytes, PayloadError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if self.is_over {
            return Poll::Ready(None);
        }
        Pin::new(&mut self.inner).poll_next(cx).map(|piece| match piece {
            Some(Ok(piece)) if !self.frames.pass(&piece) => {
                self.is_over = true;
                Some(Err(PayloadError::Overflow))
            }
            other => other,
        })
    }
}

/// Where in its frames a stream is.
struct Frames {
    most: u64,
    /// How much of the frame is left behind its length.
    left: u64,
    /// What is there of its first bytes, up to its length.
    head: [u8; LONGEST_HEAD],
    count: usize,
}

/// Two bytes, and a length of eight.
const LONGEST_HEAD: usize = 10;

/// The masking key stands between the length and the payload.
const MASK: u64 = 4;

impl Frames {
    fn new(most: u64) -> Self {
        Self { most, left: 0, head: [0; LONGEST_HEAD], count: 0 }
    }

    /// Passes over further bytes. Returns `false` if a frame is too long.
    fn pass(&mut self, mut bytes: &[u8]) -> bool {
        while !bytes.is_empty() {
            let passed = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
            self.left -= passed as u64;
            bytes = &bytes[passed..];
            let Some((first, rest)) = bytes.split_first().filter(|_| self.left == 0) else { continue };
            self.head[self.count] = *first;
            self.count += 1;
            bytes = rest;
            if let Some(length) = self.length() {
                if length > self.most {
                    return false;
                }
                let is_masked = self.head[1] & 0x80 != 0;
                self.left = length.saturating_add(if is_masked { MASK } else { 0 });
                self.count = 0;
            }
        }
        true
    }

    /// The length of the payload, once it is known.
    fn length(&self) -> Option<u64> {
        let head = &self.head[..self.count];
        match (head.get(1)? & 0x7f, head) {
            (126, [_, _, length @ ..]) => Some(u64::from(u16::from_be_bytes(length.try_into().ok()?))),
            (127, [_, _, length @ ..]) => Some(u64::from_be_bytes(length.try_into().ok()?)),
            (length, _) => Some(u64::from(length)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(length: u64, mask: bool) -> Vec<u8> {
        let masked = if mask { 0x80 } else { 0 };
        let mut frame = vec![0x81];
        match length {
            0..126 => frame.push(masked | u8::try_from(length).unwrap()),
            126..0x1_0000 => {
                frame.push(masked | 126);
                frame.extend_from_slice(&u16::try_from(length).unwrap().to_be_bytes());
            }
            _ => {
                frame.push(masked | 127);
                frame.extend_from_slice(&length.to_be_bytes());
            }
        }
        frame.extend(mask.then_some([0xff; 4]).into_iter().flatten());
        frame
    }

    fn whole(length: u64, mask: bool) -> Vec<u8> {
        let mut whole = frame(length, mask);
        whole.resize(whole.len() + usize::try_from(length).unwrap(), 0xff);
        whole
    }

    #[test]
    fn a_frame_that_is_too_long_is_known_by_its_head_wherever_it_is_cut() {
        let fitting: Vec<u8> = [0, 1, 125, 126, 200, 300]
            .iter()
            .flat_map(|length| [whole(*length, true), whole(*length, false)].concat())
            .collect();
        let too_long = [301, 65_535, 65_536, 1 << 40, (1 << 63) - 1, u64::MAX];
        for piece in 1..16 {
            let mut frames = Frames::new(300);
            assert!(fitting.chunks(piece).all(|piece| frames.pass(piece)), "pieces of {piece}");
            for length in too_long {
                let mut frames = Frames::new(300);
                let all = [fitting.as_slice(), &frame(length, true)].concat();
                assert!(!all.chunks(piece).all(|piece| frames.pass(piece)), "{length} in pieces of {piece}");
            }
        }
        let mut endless = Frames::new(u64::MAX - MASK);
        assert!(endless.pass(&frame(u64::MAX - MASK, true)) && endless.pass(&[0; 100]));
    }
}
