//! Settings for parts of a program: which one holds for a path. A part is a path with everything below it.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use smallvec::SmallVec;

/// Values for the parts of a program. The part with the most segments counts; of two with equally many, the one that is
/// written out.
pub struct Scopes<T>(Vec<(Prefix, T)>);

/// The beginning of paths, in whole segments.
#[derive(PartialEq, Eq)]
struct Prefix(Vec<Step>);

#[derive(PartialEq, Eq)]
enum Step {
    Literal(String),
    /// Any one segment that is not empty.
    One,
}

impl<T> Scopes<T> {
    /// Reads paths such as `/`, `/api` and `/api/[house]`. The error says what is wrong with which of them.
    pub fn new(parts: impl IntoIterator<Item = (String, T)>) -> Result<Self, String> {
        let mut scopes: Vec<(Prefix, T)> = Vec::new();
        for (path, value) in parts {
            let prefix = Prefix::parse(&path).map_err(|reason| format!("{path:?}: {reason}"))?;
            if scopes.iter().any(|(known, _)| *known == prefix) {
                return Err(format!("{path:?}: it is set twice"));
            }
            scopes.push((prefix, value));
        }
        scopes.sort_by_key(|(prefix, _)| prefix.rank());
        Ok(Self(scopes))
    }

    /// The value for the path of a request, as the client sent it. The segments are told apart and decoded as the router
    /// does it, and a path that the router refuses is in the part that it begins with.
    pub fn find(&self, raw: &str) -> Option<&T> {
        if let [(prefix, value)] = self.0.as_slice()
            && prefix.0.is_empty()
        {
            return Some(value);
        }
        let segments = segments(raw);
        self.0.iter().find(|(prefix, _)| prefix.covers(&segments)).map(|(_, value)| value)
    }
}

impl Prefix {
    fn parse(path: &str) -> Result<Self, String> {
        let Some(rest) = path.strip_prefix('/') else { return Err("it begins with a slash".to_owned()) };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.is_empty() {
            return Ok(Self(Vec::new()));
        }
        rest.split('/').map(step).collect::<Result<_, _>>().map(Self)
    }

    /// Smaller for what comes first.
    fn rank(&self) -> (std::cmp::Reverse<usize>, Vec<bool>) {
        (std::cmp::Reverse(self.0.len()), self.0.iter().map(|step| *step == Step::One).collect())
    }

    fn covers(&self, segments: &[Cow<'_, str>]) -> bool {
        let fits = |(step, segment): (&Step, &Cow<'_, str>)| match step {
            Step::Literal(text) => text == segment,
            Step::One => !segment.is_empty(),
        };
        segments.len() >= self.0.len() && self.0.iter().zip(segments).all(fits)
    }
}

fn step(segment: &str) -> Result<Step, String> {
    let name = segment.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if name.is_some_and(|name| !name.is_empty() && name.chars().all(|sign| sign.is_alphanumeric() || sign == '_')) {
        return Ok(Step::One);
    }
    if segment.contains("...") || segment.contains('*') {
        return Err("a path covers everything below it: leave the catch-all out".to_owned());
    }
    if let Some(sign) = segment.chars().find(|sign| "[]{}$?#:".contains(*sign)) {
        return Err(format!("write `[name]` for any one segment, and `{sign}` itself percent-encoded"));
    }
    if segment.is_empty() {
        return Err("a segment of it is empty: nothing can ask for it".to_owned());
    }
    Ok(Step::Literal(percent_decode_str(segment).decode_utf8_lossy().into_owned()))
}

fn segments(raw: &str) -> SmallVec<[Cow<'_, str>; 8]> {
    let rest = raw.strip_prefix('/').unwrap_or(raw);
    let rest = rest.strip_suffix('/').unwrap_or(rest);
    rest.split('/').map(|segment| percent_decode_str(segment).decode_utf8_lossy()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_closest_part_counts() {
        let paths = ["/", "/api", "/api/[house]", "/api/owls", "/api/owls/[name]/letters", "/a%2Fb"];
        let scopes = Scopes::new(paths.map(|path| (path.to_owned(), path))).unwrap();
        let cases = [
            ("/", "/"),
            ("/x", "/"),
            ("/api", "/api"),
            ("/api/", "/api"),
            ("/apix", "/"),
            ("/%61pi", "/api"),
            ("/API", "/"),
            ("/api/owls", "/api/owls"),
            ("/api/owls/hedwig", "/api/owls"),
            ("/api/owls/hedwig/letters/1", "/api/owls/[name]/letters"),
            ("/api/cats/letters", "/api/[house]"),
            ("/api//x", "/api"),
            ("/a%2fb/c", "/a%2Fb"),
            ("/a/b", "/"),
            ("/api/owls/%zz", "/api/owls"),
            ("/api/owls/../cats", "/api/owls"),
            ("*", "/"),
        ];
        for (path, expected) in cases {
            assert_eq!(scopes.find(path), Some(&expected), "{path}");
        }
        let one = Scopes::new([("/api/".to_owned(), 1)]).unwrap();
        assert_eq!((one.find("/api/x"), one.find("/")), (Some(&1), None));
    }

    #[test]
    fn a_path_that_is_none_is_refused() {
        for path in ["", "api", "/api//x", "/[...rest]", "/api/*", "/{id}", "/$id", "/:id", "/a?b", "/x-[id]", "/[]"] {
            assert!(Scopes::new([(path.to_owned(), ())]).is_err(), "{path}");
        }
        let twice = ["/api/[a]", "/api/[b]/"].map(|path| (path.to_owned(), ()));
        assert!(Scopes::new(twice).is_err_and(|error| error.contains("set twice")));
    }
}
