//! The opening handshake (RFC 6455, section 4.2): which requests may become sockets, and what they are answered.

use actix_web::HttpRequest;
use actix_web::http::header::{self, HeaderName};
use actix_web::http::{StatusCode, Version};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use sha1::{Digest as _, Sha1};

use super::origin;
use super::settings::Sockets;
use crate::response::{Problem, Response};

/// RFC 6455, section 1.3.
const GUID: &[u8] = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// A good request for a socket.
#[derive(Debug)]
pub struct Handshake {
    accept: String,
    /// The first of the route's protocols that the client offers.
    pub protocol: Option<&'static str>,
}

/// Judges a GET request. No extension is in use: all that are offered are declined.
pub fn judge(http: &HttpRequest, sockets: &Sockets, protocols: &[&'static str]) -> Result<Handshake, Problem> {
    if http.version() < Version::HTTP_11 {
        return Err(upgrade_required("a WebSocket begins with HTTP/1.1, and this is an older version"));
    }
    if !has_token(http, &header::UPGRADE, "websocket") {
        return Err(upgrade_required("this is a WebSocket: ask for it with `Upgrade: websocket` (RFC 6455)"));
    }
    if !has_token(http, &header::CONNECTION, "upgrade") {
        return Err(upgrade_required("the Connection header does not name `upgrade` (RFC 6455, section 4.2.1)"));
    }
    if only(http, &header::SEC_WEBSOCKET_VERSION) != Some(b"13") {
        let problem = upgrade_required("the Sec-WebSocket-Version is not 13 (RFC 6455, section 4.4)");
        return Err(problem.header("Sec-WebSocket-Version", "13"));
    }
    let key = only(http, &header::SEC_WEBSOCKET_KEY).filter(|key| is_key(key)).ok_or_else(|| {
        Problem::bad_request("there is not one Sec-WebSocket-Key of 16 bytes in base64 (RFC 6455, section 4.2.1)")
    })?;
    if !origin::is_welcome(http, sockets) {
        tracing::info!(
            target: "start_runtime::ws",
            "GET {}: a page of {:?} may not open a socket here. Allow it with `Start::sockets(Sockets::new().origin(…))`",
            http.path(),
            http.headers().get(header::ORIGIN).and_then(|origin| origin.to_str().ok()).unwrap_or("another origin"),
        );
        return Err(Problem::forbidden("its `Origin` is not the host that the request was sent to"));
    }
    Ok(Handshake { accept: accept(key), protocol: protocol(http, protocols) })
}

impl Handshake {
    /// The 101.
    pub fn response(&self) -> Response {
        let response = Response::empty()
            .status(StatusCode::SWITCHING_PROTOCOLS)
            .header("Connection", "Upgrade")
            .header("Upgrade", "websocket")
            .header("Sec-WebSocket-Accept", &self.accept);
        match self.protocol {
            Some(protocol) => response.header("Sec-WebSocket-Protocol", protocol),
            None => response,
        }
    }
}

/// A 426 (RFC 9110, section 15.5.22). The connection adds its option.
pub fn upgrade_required(detail: &'static str) -> Problem {
    Problem::new(StatusCode::UPGRADE_REQUIRED)
        .with_detail(detail)
        .header("Upgrade", "websocket")
        .header("Connection", "Upgrade")
}

/// Whether a list in the header has this element, in any case.
fn has_token(http: &HttpRequest, name: &HeaderName, token: &str) -> bool {
    elements(http, name).any(|element| element.eq_ignore_ascii_case(token.as_bytes()))
}

fn elements<'h>(http: &'h HttpRequest, name: &HeaderName) -> impl Iterator<Item = &'h [u8]> {
    let lines = http.headers().get_all(name);
    lines.flat_map(|line| line.as_bytes().split(|byte| *byte == b',')).map(<[u8]>::trim_ascii)
}

/// The value of a header that is there once.
fn only<'h>(http: &'h HttpRequest, name: &HeaderName) -> Option<&'h [u8]> {
    let mut lines = http.headers().get_all(name);
    lines.next().filter(|_| lines.next().is_none()).map(|value| value.as_bytes().trim_ascii())
}

fn is_key(key: &[u8]) -> bool {
    BASE64_STANDARD.decode(key).is_ok_and(|bytes| bytes.len() == 16)
}

fn accept(key: &[u8]) -> String {
    BASE64_STANDARD.encode(Sha1::new().chain_update(key).chain_update(GUID).finalize())
}

fn protocol(http: &HttpRequest, protocols: &[&'static str]) -> Option<&'static str> {
    let is_offered =
        |protocol: &str| elements(http, &header::SEC_WEBSOCKET_PROTOCOL).any(|offered| offered == protocol.as_bytes());
    protocols.iter().copied().find(|protocol| is_offered(protocol))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    const GOOD: [(&str, &str); 5] = [
        ("host", "a.example"),
        ("upgrade", "websocket"),
        ("connection", "Upgrade"),
        ("sec-websocket-version", "13"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
    ];

    /// The status for a good request with these headers in place of its own; an empty value leaves one out.
    fn status(changes: &[(&str, &str)]) -> u16 {
        let mut request = TestRequest::default();
        for (name, value) in GOOD.into_iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name)) {
            request = request.append_header((name, value));
        }
        for (name, value) in changes.iter().filter(|(_, value)| !value.is_empty()) {
            request = request.append_header((*name, *value));
        }
        judge(&request.to_http_request(), &Sockets::new(), &[])
            .map_or_else(|problem| problem.status().as_u16(), |_| 101)
    }

    #[test]
    fn only_good_requests_become_sockets() {
        let key = "sec-websocket-key";
        let version = "sec-websocket-version";
        for (changes, expected) in [
            (&[][..], 101),
            (&[("upgrade", "WebSocket"), ("connection", "keep-alive, UPGRADE")], 101),
            (&[("upgrade", "h2c, websocket")], 101),
            (&[("upgrade", "h2c"), ("upgrade", "websocket")], 101),
            (&[("upgrade", "")], 426),
            (&[("upgrade", "websocket/13")], 426),
            (&[("upgrade", "h2c")], 426),
            (&[("connection", "")], 426),
            (&[("connection", "keep-alive")], 426),
            (&[(version, "")], 426),
            (&[(version, "12")], 426),
            (&[(version, "013")], 426),
            (&[(version, "13, 8")], 426),
            (&[(version, "13"), (version, "13")], 426),
            (&[(key, "")], 400),
            (&[(key, "dGhlIHNhbXBsZSBub25jZQ")], 400),
            (&[(key, "dGhlIHNhbXBsZSBub25jZR==")], 400),
            (&[(key, "dGhlIHNhbXBsZSBub25j")], 400),
            (&[(key, "not base64 at all !!!!==")], 400),
            (&[(key, "dGhlIHNhbXBsZSBub25jZQ=="), (key, "dGhlIHNhbXBsZSBub25jZQ==")], 400),
            (&[("origin", "http://a.example")], 101),
            (&[("origin", "http://b.example")], 403),
            (&[("origin", "null")], 403),
        ] {
            assert_eq!(status(changes), expected, "{changes:?}");
        }
    }

    #[test]
    fn the_key_of_the_standard_has_the_answer_of_the_standard() {
        assert_eq!(accept(b"dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn the_server_prefers_its_own_order_of_protocols() {
        let chosen = |offers: &[&str]| {
            let mut request = TestRequest::default();
            for offer in offers {
                request = request.append_header(("sec-websocket-protocol", *offer));
            }
            protocol(&request.to_http_request(), &["chat.v2", "chat.v1"])
        };
        assert_eq!(chosen(&["chat.v1, chat.v2"]), Some("chat.v2"));
        assert_eq!(chosen(&["chat.v1", "x,chat.v2"]), Some("chat.v2"));
        assert_eq!(chosen(&["chat.v1"]), Some("chat.v1"));
        assert_eq!(chosen(&["Chat.v1, chat.v", ""]), None);
        assert_eq!(chosen(&[]), None);
    }
}
