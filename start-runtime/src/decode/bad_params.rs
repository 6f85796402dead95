use std::borrow::Cow;

use serde_json::{Map, Value, json};

use crate::base::cut::{SENTENCE, VALUE, cut};
use crate::http::ParamPlace;
use crate::response::Problem;

/// The parameters of a request that are missing or invalid. Only the first are reported one by one, so that no request
/// makes an answer large.
#[derive(Default)]
pub struct BadParams {
    params: Vec<BadParam>,
    /// How many characters of the client are in them.
    length: usize,
    /// Whether more are bad than are listed here.
    more: bool,
}

/// The detail of a missing parameter.
pub const MISSING: &str = "is missing";
/// How many parameters are reported.
const MOST: usize = 20;
/// How many characters of names, values and details are reported. In JSON, a character takes up to six bytes.
const MOST_LENGTH: usize = 4000;

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

    /// Adds a parameter. Long names and values are cut.
    pub fn push(&mut self, param: BadParam) {
        if self.is_full() {
            self.more = true;
            return;
        }
        let param = param.cut();
        self.length += param.length();
        self.params.push(param);
    }

    pub fn is_empty(&self) -> bool {
        self.params.is_empty()
    }

    /// Whether no more parameters are reported.
    pub fn is_full(&self) -> bool {
        self.params.len() >= MOST || self.length >= MOST_LENGTH
    }

    /// Notes that more parameters may be bad than are listed.
    pub fn and_more(&mut self) {
        self.more = true;
    }

    /// Returns an error if any parameter was bad so far: the body of a request that is refused anyway is not read.
    pub fn check(&mut self) -> Result<(), Problem> {
        if self.is_empty() { Ok(()) } else { Err(std::mem::take(self).into_problem()) }
    }

    /// A 400 that lists all of them; a 422 if they are fields of a form.
    pub fn into_problem(self) -> Problem {
        let mut details: Vec<String> = self.params.iter().map(BadParam::sentence).collect();
        if self.more {
            details.push("and perhaps more".to_owned());
        }
        let is_form = self.params.iter().any(|param| param.place == ParamPlace::Form);
        let errors: Vec<Value> = self.params.into_iter().map(BadParam::into_json).collect();
        Problem::new(if is_form { 422 } else { 400 }).with_detail(details.join("; ")).with("errors", errors)
    }

    /// Changes each parameter.
    pub fn map(mut self, change: impl Fn(BadParam) -> BadParam) -> Self {
        self.params = self.params.into_iter().map(change).collect();
        self
    }
}

impl BadParam {
    fn cut(mut self) -> Self {
        let shorten = |text: &mut String, most| {
            if let Cow::Owned(short) = cut(text, most) {
                *text = short;
            }
        };
        shorten(&mut self.name, VALUE);
        shorten(&mut self.detail, SENTENCE);
        if let Some(value) = &mut self.value {
            shorten(value, VALUE);
        }
        self
    }

    fn length(&self) -> usize {
        self.name.chars().count()
            + self.detail.chars().count()
            + self.value.as_deref().map_or(0, |value| value.chars().count())
    }

    fn sentence(&self) -> String {
        let Self { place, name, value, expected, detail } = self;
        let place = place.noun();
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

impl FromIterator<BadParam> for BadParams {
    fn from_iter<I: IntoIterator<Item = BadParam>>(params: I) -> Self {
        let mut bad = Self::new();
        params.into_iter().for_each(|param| bad.push(param));
        bad
    }
}
