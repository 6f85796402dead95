//! Origins (RFC 6454): those that are allowed, and whether the one of a request is among them.

/// An allowed origin, or all hosts below one.
#[derive(Debug, PartialEq, Eq)]
pub enum Allowed {
    Exactly(String),
    /// `https://*.example.com`: what stands before and behind the `*`.
    Below {
        scheme: String,
        domain: String,
    },
}

impl Allowed {
    /// Reads `https://app.example`, `http://localhost:5173` or `https://*.app.example`, as browsers write it: in lower case,
    /// without a path, and without the port that the scheme has anyway.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = |what: &str| format!("`origin({text:?})`: {what}");
        if text == "*" {
            return Err(wrong("write `any_origin()`"));
        }
        let Some((scheme, authority)) = text.split_once("://") else {
            return Err(wrong("write scheme and host, such as `https://app.example`"));
        };
        let is_scheme = |sign: char| sign.is_ascii_lowercase() || sign.is_ascii_digit() || "+-.".contains(sign);
        if scheme.is_empty() || !scheme.chars().all(is_scheme) {
            return Err(wrong("write the scheme in lower case, such as `https`"));
        }
        if authority.contains(['/', '?', '#', '@']) {
            return Err(wrong("an origin is a scheme, a host and perhaps a port: leave out what follows them"));
        }
        if authority.chars().any(|sign| sign.is_ascii_uppercase()) {
            return Err(wrong("browsers write hosts in lower case"));
        }
        if !authority.is_ascii() {
            return Err(wrong("browsers write such a host in ASCII, as `xn--…`"));
        }
        let (host, port) = match authority.rsplit_once(':') {
            Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
            _ => (authority, None),
        };
        if matches!((scheme, port), ("http", Some("80")) | ("https", Some("443"))) {
            return Err(wrong("browsers leave out the port that the scheme has anyway"));
        }
        if port.is_some_and(|port| port.parse::<u16>().is_err() || port.starts_with(['0', '+'])) {
            return Err(wrong("its port is none"));
        }
        let below = host.strip_prefix("*.");
        if crate::http::host::is_malformed(below.unwrap_or(host).as_bytes()) || host.contains('*') && below.is_none() {
            return Err(wrong("`*.` may stand before a host, and everything else is a host"));
        }
        match below {
            Some(rest) if rest.contains('*') => Err(wrong("`*.` stands once, before the host")),
            Some(_) => Ok(Self::Below { scheme: format!("{scheme}://"), domain: authority[1..].to_owned() }),
            None => Ok(Self::Exactly(text.to_owned())),
        }
    }

    /// Whether the value of an Origin field is this origin, byte by byte.
    pub fn is(&self, origin: &[u8]) -> bool {
        match self {
            Self::Exactly(text) => text.as_bytes() == origin,
            Self::Below { scheme, domain } => {
                let labels =
                    origin.strip_prefix(scheme.as_bytes()).and_then(|rest| rest.strip_suffix(domain.as_bytes()));
                labels.is_some_and(are_labels)
            }
        }
    }
}

/// One label of a host or several, of letters, digits and hyphens.
fn are_labels(text: &[u8]) -> bool {
    let is_label =
        |label: &[u8]| !label.is_empty() && label.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-');
    text.split(|byte| *byte == b'.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_compared_as_a_whole() {
        let cases = [
            ("https://app.example", "https://app.example", true),
            ("https://app.example", "https://app.example:443", false),
            ("https://app.example", "https://APP.example", false),
            ("https://app.example", "http://app.example", false),
            ("https://app.example", "https://app.example.evil.example", false),
            ("https://app.example", "https://app.example/", false),
            ("http://localhost:5173", "http://localhost:5173", true),
            ("http://localhost:5173", "http://localhost", false),
            ("http://[::1]:5173", "http://[::1]:5173", true),
            ("https://*.trusted.example", "https://a.trusted.example", true),
            ("https://*.trusted.example", "https://a.b-2.trusted.example", true),
            ("https://*.trusted.example", "https://trusted.example", false),
            ("https://*.trusted.example", "https://.trusted.example", false),
            ("https://*.trusted.example", "https://a..trusted.example", false),
            ("https://*.trusted.example", "https://eviltrusted.example", false),
            ("https://*.trusted.example", "https://evil.example/.trusted.example", false),
            ("https://*.trusted.example", "https://evil.example:1@a.trusted.example", false),
            ("https://*.trusted.example", "https://a_b.trusted.example", false),
            ("https://*.trusted.example", "https://a.trusted.example:8443", false),
            ("https://*.trusted.example", "http://a.trusted.example", false),
            ("https://*.trusted.example:8443", "https://a.trusted.example:8443", true),
            ("https://*.trusted.example", "null", false),
        ];
        for (allowed, origin, expected) in cases {
            assert_eq!(Allowed::parse(allowed).unwrap().is(origin.as_bytes()), expected, "{allowed} {origin}");
        }
    }

    #[test]
    fn what_no_browser_sends_is_refused() {
        let cases = [
            ("*", "any_origin()"),
            ("app.example", "scheme and host"),
            ("null", "scheme and host"),
            ("HTTPS://app.example", "lower case"),
            ("https://App.example", "lower case"),
            ("https://app.example/", "leave out"),
            ("https://app.example/path", "leave out"),
            ("https://me@app.example", "leave out"),
            ("https://app.example:443", "leave out the port"),
            ("http://app.example:80", "leave out the port"),
            ("https://app.example:99999", "its port"),
            ("https://app.example:", "its port"),
            ("https://", "is a host"),
            ("https://*", "is a host"),
            ("https://*.", "is a host"),
            ("https://a.*.example", "is a host"),
            ("https://*.*.example", "stands once"),
            ("https://größe.example", "xn--"),
        ];
        for (text, expected) in cases {
            let error = Allowed::parse(text).unwrap_err();
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
