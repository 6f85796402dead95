//! Where a request is forwarded to: an origin, and a path there.

use actix_web::http::Uri;
use url::{Host, Url};

use super::client::Origin;
use crate::kernel::Entry;
use crate::response::Problem;
use crate::router::Segment;

/// A base: `http://127.0.0.1:4001`, `http://127.0.0.1:4001/auth`, `http://127.0.0.1:4001/$`.
pub struct Base {
    pub origin: Origin,
    /// Host and port, as the field `Host` has them.
    pub authority: String,
    /// The path, without a slash at its end.
    path: String,
    /// Whether only what the catch-all of the route stands for is appended, and not the whole path.
    takes_rest: bool,
}

/// The target of one request, and how its paths are called on either side. Neither prefix ends with a slash.
pub struct Target {
    pub path_and_query: String,
    /// What all paths of the upstream begin with.
    pub theirs: String,
    /// What stands for it in paths of the program.
    pub ours: String,
}

impl Base {
    /// Reads a base. The error says what is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = |reason: &str| format!("`{text}` is no upstream: {reason}");
        let url = Url::parse(text).map_err(|error| wrong(&format!("{error}; write `http://127.0.0.1:4001`")))?;
        let is_https = match url.scheme() {
            "http" => false,
            "https" if cfg!(feature = "proxy-tls") => true,
            "https" => return Err(wrong("https takes the feature `proxy-tls` of start-runtime")),
            _ => return Err(wrong("its scheme is not http or https")),
        };
        if !url.username().is_empty() || url.password().is_some() {
            return Err(wrong("a user does not belong there; send a header"));
        }
        if url.query().is_some() || url.fragment().is_some() {
            return Err(wrong("it ends with its path"));
        }
        let (path, takes_rest) = match url.path().strip_suffix("/$") {
            Some(path) => (path, true),
            None => (url.path().trim_end_matches('/'), false),
        };
        if path.contains('$') {
            return Err(wrong("`$` stands at its end, as a segment of its own: `http://127.0.0.1:4001/$`"));
        }
        let (origin, authority) = origin_of(&url).ok_or_else(|| wrong("it has no host"))?;
        Ok(Self { origin: Origin { is_https, ..origin }, authority, path: path.to_owned(), takes_rest })
    }

    /// Whether the base ends with `$`.
    pub fn takes_rest(&self) -> bool {
        self.takes_rest
    }

    /// The target for a request to a route. Path and query are taken as the client sent them.
    pub fn target(&self, uri: &Uri, entry: Option<Entry>) -> Result<Target, Problem> {
        let raw = uri.path();
        let query = uri.path_and_query().map_or("", |target| &target.as_str()[raw.len().min(target.as_str().len())..]);
        let at = match (self.takes_rest, entry) {
            (false, _) => 0,
            (true, entry) => begin_of_rest(raw, entry).ok_or_else(|| {
                Problem::internal(
                    "the upstream ends with `$`, so the route has to end with a catch-all, such as `/api/auth/$`",
                )
            })?,
        };
        let (ours, rest) = raw.split_at(at);
        let rest = if rest.is_empty() { "/" } else { rest };
        Ok(Target {
            path_and_query: format!("{}{rest}{query}", self.path),
            theirs: self.path.clone(),
            ours: ours.to_owned(),
        })
    }
}

/// The origin of a URL, and its authority without the port that is that of the scheme.
pub fn origin_of(url: &Url) -> Option<(Origin, String)> {
    let host = match url.host()? {
        Host::Domain(name) => name.to_owned(),
        Host::Ipv4(address) => address.to_string(),
        Host::Ipv6(address) => address.to_string(),
    };
    let authority = match url.port() {
        Some(port) => format!("{}:{port}", url.host_str()?),
        None => url.host_str()?.to_owned(),
    };
    let port = url.port_or_known_default()?;
    Some((Origin { is_https: url.scheme() == "https", host, port, public_only: false }, authority))
}

/// Where in a path that begins which the catch-all at the end of a route stands for, with its slash.
fn begin_of_rest(raw: &str, entry: Option<Entry>) -> Option<usize> {
    let segments = entry?.path.segments;
    let (last, before) = segments.split_last()?;
    if !matches!(last, Segment::Rest | Segment::OptionalRest) {
        return None;
    }
    let mut slashes = raw.bytes().enumerate().filter(|(_, byte)| *byte == b'/').map(|(at, _)| at);
    Some(slashes.nth(before.len()).unwrap_or(raw.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bases_are_read() {
        let read = |text: &str| {
            let Base { origin, authority, path, takes_rest } = Base::parse(text)?;
            Ok::<_, String>(format!("{} {} {authority} {path:?} {takes_rest}", origin.host, origin.port))
        };
        for (text, expected) in [
            ("http://127.0.0.1:4001", "127.0.0.1 4001 127.0.0.1:4001 \"\" false"),
            ("http://127.0.0.1:4001/", "127.0.0.1 4001 127.0.0.1:4001 \"\" false"),
            ("http://Owls.Example:80/a/", "owls.example 80 owls.example \"/a\" false"),
            ("http://[::1]:4001/$", "::1 4001 [::1]:4001 \"\" true"),
            ("http://x/a/b/$", "x 80 x \"/a/b\" true"),
        ] {
            assert_eq!(read(text).unwrap(), expected, "{text}");
        }
        for text in [
            "",
            "x",
            "127.0.0.1:4001",
            "/a",
            "ftp://x",
            "http://",
            "http://u@x",
            "http://x?a",
            "http://x/$/a",
            "http://x/a$",
        ] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
