//! Decodes pairs of names and values: queries, forms, headers, cookies.

use serde::de::DeserializeOwned;

use super::{BadParam, BadParams};
use crate::http::ParamPlace;
use crate::response::Problem;

/// Reads `application/x-www-form-urlencoded` text (WHATWG URL, section 5). Repeated keys become a `Vec`. Every bad
/// value is added to `bad`, not only the first.
pub fn parse<T: DeserializeOwned>(text: &[u8], place: ParamPlace, bad: &mut BadParams) -> Option<T> {
    let pairs: Vec<(String, String)> = form_urlencoded::parse(text).into_owned().collect();
    match read(&pairs) {
        Ok(value) => Some(value),
        Err(error) => {
            collect::<T>(pairs, error, place, bad);
            None
        }
    }
}

/// Reads pairs that do not come from text.
pub fn from_pairs<T: DeserializeOwned>(
    pairs: &[(String, String)],
    place: ParamPlace,
    bad: &mut BadParams,
) -> Option<T> {
    match read(pairs) {
        Ok(value) => Some(value),
        Err(error) => {
            collect::<T>(pairs.to_vec(), error, place, bad);
            None
        }
    }
}

/// Reads the query of a URL. Returns a 400 that lists the bad parameters.
pub fn parse_query<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let mut bad = BadParams::new();
    parse(query.as_bytes(), ParamPlace::Query, &mut bad).ok_or_else(|| bad.into_problem())
}

/// Where a value is wrong, and why.
struct Wrong {
    name: Option<String>,
    detail: String,
}

fn read<T: DeserializeOwned>(pairs: &[(String, String)]) -> Result<T, Wrong> {
    let text = form_urlencoded::Serializer::new(String::new()).extend_pairs(pairs).finish();
    let deserializer = serde_html_form::Deserializer::from_bytes(text.as_bytes());
    serde_path_to_error::deserialize(deserializer).map_err(|error| {
        // The first step of the path is the name; later steps are indexes of a repeated key.
        let name = error.path().iter().find_map(|step| match step {
            serde_path_to_error::Segment::Map { key } => Some(key.clone()),
            _ => None,
        });
        Wrong { name, detail: error.inner().to_string() }
    })
}

/// Collects all bad values: serde stops at the first one, so it is removed and the rest is read again.
fn collect<T: DeserializeOwned>(
    mut pairs: Vec<(String, String)>,
    first: Wrong,
    place: ParamPlace,
    bad: &mut BadParams,
) {
    let mut wrong = first;
    loop {
        let name = wrong.name.or_else(|| missing_field(&wrong.detail)).unwrap_or_default();
        let values: Vec<&str> = pairs.iter().filter(|(key, _)| *key == name).map(|(_, value)| value.as_str()).collect();
        let value = (!values.is_empty()).then(|| values.join(", "));
        let known = value.is_some();
        let detail = if values.len() > 1 && wrong.detail == "unsupported value" {
            format!("is there {} times, and one value is expected", values.len())
        } else {
            wrong.detail
        };
        bad.push(BadParam { place, name: name.clone(), value, expected: None, detail });
        pairs.retain(|(key, _)| *key != name);
        match read::<T>(&pairs) {
            // Without the bad value another one may turn out bad: that is the next, unless it is the one that was just
            // removed.
            Err(next)
                if known
                    && next.name.clone().or_else(|| missing_field(&next.detail)).as_deref() != Some(name.as_str()) =>
            {
                wrong = next
            }
            _ => return,
        }
    }
}

fn missing_field(detail: &str) -> Option<String> {
    Some(detail.strip_prefix("missing field `")?.split('`').next()?.to_owned())
}
