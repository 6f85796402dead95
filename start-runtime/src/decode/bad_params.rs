use serde_json::{Map, Value, json};

use crate::http::ParamPlace;
use crate::response::Problem;

/// The parameters of a request that are missing or invalid.
#[derive(Default)]
pub struct BadParams(Vec<BadParam>);

/// The detail of a missing parameter.
pub const MISSING: &str = "is missing";

/// A parameter that is missing or invalid.
pub struct BadParam {
    pub place: ParamPlace,
    pub name: String,
    pub value: Option<String>,
    /// The expected type, where it is known.
    pub expected: Option<String>,
    pub detail: String,
}

impl BadParams {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn push(&mut self, param: BadParam) {
        self.0.push(param);
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The detail of the first bad parameter.
    pub fn first_detail(self) -> String {
        self.0.into_iter().next().map(|param| param.detail).unwrap_or_default()
    }

    /// Returns an error if any parameter was bad so far: the body of a request that is refused anyway is not read.
    pub fn check(&mut self) -> Result<(), Problem> {
        if self.is_empty() { Ok(()) } else { Err(std::mem::take(self).into_problem()) }
    }

    /// A 400 that lists all of them; a 422 if they are fields of a form.
    pub fn into_problem(self) -> Problem {
        let details: Vec<String> = self.0.iter().map(BadParam::sentence).collect();
        let is_form = self.0.iter().any(|param| param.place == ParamPlace::Form);
        let errors: Vec<Value> = self.0.into_iter().map(BadParam::into_json).collect();
        Problem::new(if is_form { 422 } else { 400 }).with_detail(details.join("; ")).with("errors", errors)
    }
}

impl BadParam {
    fn sentence(&self) -> String {
        let Self { place, name, value, expected, detail } = self;
        let place = match place {
            ParamPlace::Path => "path param",
            ParamPlace::Query => "query param",
            ParamPlace::Header => "header",
            ParamPlace::Cookie => "cookie",
            ParamPlace::Form => "form field",
        };
        match (value, expected) {
            (Some(value), Some(expected)) => format!("{place} `{name}` is `{value}`, expected {expected}: {detail}"),
            (Some(value), None) => format!("{place} `{name}` is `{value}`: {detail}"),
            (None, _) if name.is_empty() => format!("{}: {detail}", place.split(' ').next().unwrap_or(place)),
            (None, _) if detail == MISSING || detail.starts_with("missing field") => {
                format!("{place} `{name}` {MISSING}")
            }
            (None, _) => format!("{place} `{name}`: {detail}"),
        }
    }

    fn into_json(self) -> Value {
        let mut members = Map::new();
        members.insert("in".into(), json!(self.place.name()));
        let optional = [
            ("name", Some(self.name)),
            ("value", self.value),
            ("expected", self.expected),
            ("detail", Some(self.detail)),
        ];
        members.extend(optional.into_iter().filter_map(|(name, value)| Some((name.into(), value?.into()))));
        members.into()
    }
}

impl IntoIterator for BadParams {
    type Item = BadParam;
    type IntoIter = std::vec::IntoIter<BadParam>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl FromIterator<BadParam> for BadParams {
    fn from_iter<I: IntoIterator<Item = BadParam>>(params: I) -> Self {
        Self(params.into_iter().collect())
    }
}
