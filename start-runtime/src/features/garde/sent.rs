//! The names that a client has sent, in words of the wire. garde knows fields by their names in Rust.

use actix_web::http::header;
use actix_web::web::Bytes;

use crate::http::{ParamPlace, cookies};
use crate::kernel::Call;

/// The names in one place of a request, each as its steps: `filter[year]` has two.
pub struct SentNames(Vec<Vec<String>>);

impl SentNames {
    /// The names in `place`. The body is only there for a form.
    pub fn of(call: &Call, place: ParamPlace, body: &Bytes) -> Self {
        let headers = call.http().headers();
        let pairs = |text: &[u8]| form_urlencoded::parse(text).map(|(name, _)| steps(&name)).collect();
        Self(match place {
            ParamPlace::Query => pairs(call.http().query_string().as_bytes()),
            ParamPlace::Form => pairs(body),
            ParamPlace::Header => headers
                .keys()
                .filter(|name| *name != header::COOKIE)
                .map(|name| vec![name.as_str().to_owned()])
                .collect(),
            ParamPlace::Cookie => cookies::pairs(headers).map(|cookie| vec![cookie.name().to_owned()]).collect(),
            ParamPlace::Path => Vec::new(),
        })
    }

    /// The name of the field at garde's path (`filter.max_year`, `tags[1]`): the one that was sent. The step of a
    /// flattened field is not in it, nor is that of an item: lists are sent as repeated names.
    pub fn name_of(&self, path: &str, place: ParamPlace) -> String {
        let path: Vec<&str> = path.split('.').map(|step| step.split('[').next().unwrap_or(step)).collect();
        let prefixes = self.0.iter().flat_map(|steps| (1..=steps.len()).map(|end| &steps[..end]));
        let sent = prefixes.filter(|steps| leads_to(&path, steps)).max_by_key(|steps| steps.len());
        let unsent: Vec<String>;
        let steps = match sent {
            Some(steps) => steps,
            None => {
                unsent = path.iter().map(|step| place.wire_name(step)).collect();
                &unsent
            }
        };
        let (first, rest) = steps.split_first().map_or(("", steps), |(first, rest)| (first.as_str(), rest));
        rest.iter().fold(first.to_owned(), |name, step| format!("{name}[{step}]"))
    }
}

/// Whether a name is that of the field at a path, in which the steps of flattened fields are left out.
fn leads_to(path: &[&str], name: &[String]) -> bool {
    let mut path = path.iter().rev();
    let mut name = name.iter().rev();
    let same = |step: &str, name: &str| bare(step) == bare(name);
    if !matches!((path.next(), name.next()), (Some(step), Some(name)) if same(step, name)) {
        return false;
    }
    name.all(|name| path.any(|step| same(step, name)))
}

/// A name in any case: `max_year`, `maxYear`, `max-year`.
pub fn bare(name: &str) -> String {
    name.replace(['_', '-'], "").to_lowercase()
}

/// `filter[year]` as `filter` and `year`.
fn steps(name: &str) -> Vec<String> {
    let Some((first, rest)) = name.split_once('[').filter(|_| name.ends_with(']')) else {
        return vec![name.to_owned()];
    };
    let rest = rest[..rest.len() - 1].split("][");
    std::iter::once(first).chain(rest).filter(|step| !step.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::{SentNames, steps};
    use crate::http::ParamPlace;

    #[test]
    fn a_field_has_the_name_that_was_sent() {
        let sent = ["limit", "maxYear", "filter[minYear]", "filter[deep][x-y]", "tag", "list[]"].map(steps);
        let sent = SentNames(sent.to_vec());
        for (path, expected) in [
            ("limit", "limit"),
            ("page.limit", "limit"),
            ("a.b.limit", "limit"),
            ("max_year", "maxYear"),
            ("filter.min_year", "filter[minYear]"),
            ("flat.filter.min_year", "filter[minYear]"),
            ("filter.deep.x_y", "filter[deep][x-y]"),
            ("filter", "filter"),
            ("tag[1]", "tag"),
            ("list[0]", "list"),
            ("not.sent_at_all", "not[sent_at_all]"),
        ] {
            assert_eq!(sent.name_of(path, ParamPlace::Query), expected, "{path}");
        }
        assert_eq!(SentNames(Vec::new()).name_of("x_depth", ParamPlace::Header), "x-depth");
    }
}
