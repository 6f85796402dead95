//! `Location` of an answer that is passed on: what names a place of the upstream names the same place of the program.

use url::Url;

use super::base::{Base, Target, origin_of};

/// The location as the client has to see it; `None` if it stays as it is.
pub fn rewritten(location: &str, base: &Base, target: &Target, own_origin: &str) -> Option<String> {
    let path = match location.as_bytes() {
        [b'/', b'/', ..] => return None,
        [b'/', ..] => location.to_owned(),
        _ => path_at(location, base)?,
    };
    let path = without_dots(&path);
    let rest = path.strip_prefix(target.theirs.as_str())?;
    let slash = match rest.as_bytes().first() {
        Some(b'/') => "",
        None | Some(b'?' | b'#') => "/",
        Some(_) => return None,
    };
    let ours = format!("{}{slash}{rest}", target.ours);
    // A path that begins with two slashes would be a host.
    Some(if ours.starts_with("//") || ours.starts_with("/\\") { format!("{own_origin}{ours}") } else { ours })
}

/// The path and what follows it in a URL of the upstream.
fn path_at(location: &str, base: &Base) -> Option<String> {
    let (scheme, rest) = location.split_once("://")?;
    if rest.starts_with(['/', '\\']) || !(scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")) {
        return None;
    }
    let url = Url::parse(location).ok()?;
    if !url.username().is_empty() || url.password().is_some() {
        return None;
    }
    let (origin, _) = origin_of(&url)?;
    if origin != base.origin {
        return None;
    }
    let path = match rest.find(['/', '?', '#', '\\']) {
        None => "/",
        Some(at) if rest[at..].starts_with('\\') => &url[url::Position::BeforePath..],
        Some(at) => &rest[at..],
    };
    Some(if path.starts_with('/') { path.to_owned() } else { format!("/{path}") })
}

/// The same place without dot segments (RFC 3986, section 5.2.4), which a client would resolve out of the prefix.
fn without_dots(location: &str) -> String {
    let end = location.find(['?', '#']).unwrap_or(location.len());
    let (path, behind) = location.split_at(end);
    let plain = |segment: &str| segment.to_ascii_lowercase().replace("%2e", ".");
    if !path.split('/').any(|segment| matches!(plain(segment).as_str(), "." | "..")) {
        return location.to_owned();
    }
    let mut kept: Vec<&str> = Vec::new();
    let mut segments = path.split('/').skip(1).peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        match plain(segment).as_str() {
            ".." => drop(kept.pop()),
            "." => {}
            _ => {
                kept.push(segment);
                continue;
            }
        }
        if is_last {
            kept.push("");
        }
    }
    format!("/{}{behind}", kept.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(base: &str, ours: &str, location: &str) -> Option<String> {
        let base = Base::parse(base).unwrap();
        let theirs = base.target(&"/".parse().unwrap(), None).map(|target| target.theirs).unwrap_or_default();
        let target = Target { path_and_query: "/".to_owned(), theirs, ours: ours.to_owned() };
        rewritten(location, &base, &target, "http://own")
    }

    #[test]
    fn places_of_the_upstream_are_places_of_the_program() {
        for (location, expected) in [
            ("/", Some("/proxy/")),
            ("/a/b?c=d#e", Some("/proxy/a/b?c=d#e")),
            ("/a%2Fb", Some("/proxy/a%2Fb")),
            ("/?x", Some("/proxy/?x")),
            ("/a//b", Some("/proxy/a//b")),
            ("/../x", Some("/proxy/x")),
            ("/a/%2e%2E/../x/.", Some("/proxy/x/")),
            ("/\\evil.example", Some("/proxy/\\evil.example")),
            ("http://127.0.0.1:4001", Some("/proxy/")),
            ("http://127.0.0.1:4001/a", Some("/proxy/a")),
            ("HTTP://127.0.0.1:4001/a?b", Some("/proxy/a?b")),
            ("http://127.0.0.1:4001?b", Some("/proxy/?b")),
            ("http://127.0.0.1:4001#b", Some("/proxy/#b")),
            ("http://127.0.0.1:4001//evil.example/", Some("/proxy//evil.example/")),
            ("http://127.0.0.1:40011/a", None),
            ("http://127.0.0.1/a", None),
            ("http://127.0.0.1:4001@evil.example/", None),
            ("http://u@127.0.0.1:4001/", None),
            ("http://127.0.0.1.evil.example:4001/", None),
            ("https://127.0.0.1:4001/a", None),
            ("//127.0.0.1:4001/a", None),
            ("//evil.example/", None),
            ("http://localhost:4001/a", None),
            ("a/b", None),
            ("?a", None),
            ("#a", None),
            ("", None),
            ("../a", None),
            ("http:/a", None),
            ("http:///127.0.0.1:4001/", None),
            ("mailto:a@b", None),
        ] {
            assert_eq!(at("http://127.0.0.1:4001", "/proxy", location).as_deref(), expected, "{location}");
        }
        for (location, expected) in [
            ("/a/x", Some("/x")),
            ("/a", Some("/")),
            ("/a?x", Some("/?x")),
            ("/ab", None),
            ("/x", None),
            ("/a/../x", None),
            ("/a//evil.example", Some("http://own//evil.example")),
            ("http://x/a/b", Some("/b")),
            ("http://x:80/a/b", Some("/b")),
            ("http://X/a/b", Some("/b")),
        ] {
            assert_eq!(at("http://x/a", "", location).as_deref(), expected, "{location}");
        }
    }
}
