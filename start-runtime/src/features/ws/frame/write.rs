//! Messages and control frames as bytes. A server's frames have no mask (RFC 6455, section 5.1).

use super::Kind;
use crate::features::ws::close::Close;

const FINAL: u8 = 0x80;

/// Appends one frame that is a whole message.
pub fn write_frame(out: &mut Vec<u8>, kind: Kind, payload: &[u8]) {
    out.reserve(payload.len() + 10);
    out.push(FINAL | kind as u8);
    match payload.len() {
        length @ 0..=125 => out.push(length as u8),
        length => match u16::try_from(length) {
            Ok(length) => {
                out.push(126);
                out.extend_from_slice(&length.to_be_bytes());
            }
            Err(_) => {
                out.push(127);
                out.extend_from_slice(&(length as u64).to_be_bytes());
            }
        },
    }
    out.extend_from_slice(payload);
}

/// Appends a close frame.
pub fn write_close(out: &mut Vec<u8>, close: &Close) {
    let Some(code) = close.code() else { return write_frame(out, Kind::Close, &[]) };
    let mut payload = code.get().to_be_bytes().to_vec();
    payload.extend_from_slice(close.reason().as_bytes());
    write_frame(out, Kind::Close, &payload);
}
