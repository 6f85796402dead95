//! Whether a page may open a socket: browsers say where it comes from, and no page can change what they say.

use actix_web::HttpRequest;
use actix_web::http::header;

use super::settings::Sockets;
use crate::http::{authority, client};

/// Whether a text is an origin as browsers write one.
pub fn is_origin(text: &str) -> bool {
    authority::of_any_origin(text.as_bytes()).is_some() && text.to_lowercase() == text
}

/// Whether a request comes from a page of the program, from one that is let in, or from no page. The scheme is not looked
/// at: a program behind a proxy does not know its own.
pub fn is_welcome(http: &HttpRequest, sockets: &Sockets) -> bool {
    let mut origins = http.headers().get_all(header::ORIGIN);
    let (Some(origin), None) = (origins.next(), origins.next()) else {
        return sockets.any_origin || !http.headers().contains_key(header::ORIGIN);
    };
    let origin = origin.as_bytes();
    sockets.any_origin
        || sockets.origins.iter().any(|known| known.as_bytes() == origin)
        || authority::of_any_origin(origin).is_some_and(|origin| origin.is_of(client::host_of(http).as_bytes()))
}

#[cfg(test)]
mod tests {
    use actix_web::test::TestRequest;

    use super::*;

    #[test]
    fn pages_of_other_hosts_are_not_welcome() {
        let sockets = Sockets::new().origin("https://app.example");
        for (host, origin, expected) in [
            ("a.example", "https://a.example", true),
            ("a.example", "http://a.example", true),
            ("A.Example", "http://a.example", true),
            ("a.example:4000", "http://a.example:4000", true),
            ("a.example:4000", "wss://a.example:4000", true),
            ("a.example:4000", "chrome-extension://a.example:4000", true),
            ("a.example:80", "http://a.example", true),
            ("a.example:443", "https://a.example", true),
            ("[::1]:4000", "http://[::1]:4000", true),
            ("a.example", "https://app.example", true),
            ("a.example", "http://app.example", false),
            ("a.example:4000", "http://a.example", false),
            ("a.example:4000", "http://a.example:4001", false),
            ("a.example", "http://b.example", false),
            ("a.example", "http://a.example.evil.example", false),
            ("a.example", "http://x@a.example", false),
            ("a.example", "http://a.example/", false),
            ("a.example", "a.example", false),
            ("a.example", "://a.example", false),
            ("a.example", "null", false),
            ("a.example", "", false),
        ] {
            let request = TestRequest::default().insert_header(("host", host)).insert_header(("origin", origin));
            assert_eq!(is_welcome(&request.to_http_request(), &sockets), expected, "{host} {origin}");
        }
        let none = TestRequest::default().insert_header(("host", "a.example")).to_http_request();
        assert!(is_welcome(&none, &sockets));
        let two = TestRequest::default().append_header(("origin", "http://a.example"));
        let two = two.append_header(("origin", "http://a.example")).insert_header(("host", "a.example"));
        assert!(!is_welcome(&two.to_http_request(), &sockets));
    }
}
