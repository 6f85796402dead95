//! Fields that are for one connection and are not passed on (RFC 9110, section 7.6.1).

use actix_web::http::header::{self, HeaderMap, HeaderName};

/// Those that are for one connection whether or not `Connection` names them.
const ALWAYS: [HeaderName; 9] = [
    header::CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    header::PROXY_AUTHENTICATE,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

/// Tells which fields of a message are for one connection.
pub struct HopByHop(Vec<HeaderName>);

impl HopByHop {
    /// Reads what `Connection` names.
    pub fn of(headers: &HeaderMap) -> Self {
        let options =
            headers.get_all(header::CONNECTION).flat_map(|value| value.as_bytes().split(|byte| *byte == b','));
        Self(options.filter_map(|option| HeaderName::from_bytes(option.trim_ascii()).ok()).collect())
    }

    /// Whether this field is for one connection.
    pub fn has(&self, name: &HeaderName) -> bool {
        ALWAYS.contains(name) || self.0.contains(name)
    }
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    #[test]
    fn what_connection_names_is_for_one_connection() {
        let mut headers = HeaderMap::new();
        headers.append(header::CONNECTION, HeaderValue::from_static("close, X-One ,"));
        headers.append(header::CONNECTION, HeaderValue::from_static("x-two"));
        let fields = HopByHop::of(&headers);
        let cases = [
            ("x-one", true),
            ("x-two", true),
            ("connection", true),
            ("transfer-encoding", true),
            ("keep-alive", true),
            ("te", true),
            ("x-three", false),
            ("content-length", false),
            ("host", false),
        ];
        for (name, expected) in cases {
            assert_eq!(fields.has(&HeaderName::from_static(name)), expected, "{name}");
        }
    }
}
