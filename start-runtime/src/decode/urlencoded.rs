//! Decodes `application/x-www-form-urlencoded` text (WHATWG URL, section 5): queries and forms.

use serde::de::DeserializeOwned;

use super::{BadParams, text};
use crate::http::ParamPlace;
use crate::response::Problem;

/// Reads such a text. Repeated keys become a `Vec`. Every bad value is added to `bad`, not only the first.
pub fn parse<T: DeserializeOwned>(text: &[u8], place: ParamPlace, bad: &mut BadParams) -> Option<T> {
    text::read_fields(&form_urlencoded::parse(text).collect(), place, bad)
}

/// Reads the query of a URL. Returns a 400 that lists the bad parameters.
pub fn parse_query<T: DeserializeOwned>(query: &str) -> Result<T, Problem> {
    let mut bad = BadParams::new();
    parse(query.as_bytes(), ParamPlace::Query, &mut bad).ok_or_else(|| bad.into_problem())
}
