//! The values of the path parameters, as the router found them.

use actix_web::http::uri::PathAndQuery;

use crate::http::is_alike;
use crate::router::{Span, Values, slice};

/// The values of the parameters, as ranges in the text of the path.
pub struct Captured {
    pub names: Names,
    pub text: PathText,
    pub values: Values,
    /// The ranges of a catch-all's segments, so that an encoded slash stays inside its segment.
    pub rest: Vec<Span>,
}

/// The names of the parameters: the pattern's, or those of a test.
pub enum Names {
    Pattern(&'static [&'static str]),
    Given(Vec<String>),
}

impl Names {
    pub fn get(&self, index: usize) -> Option<&str> {
        match self {
            Self::Pattern(names) => names.get(index).copied(),
            Self::Given(names) => names.get(index).map(String::as_str),
        }
    }
}

/// The decoded path. If nothing was encoded, these are the request's own bytes.
pub enum PathText {
    None,
    Raw(PathAndQuery),
    Decoded(Box<str>),
}

impl Captured {
    pub fn none() -> Self {
        Self { names: Names::Pattern(&[]), text: PathText::None, values: Values::new(), rest: Vec::new() }
    }

    /// Iterates over names and values, in the order of the path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.values
            .iter()
            .enumerate()
            .filter_map(|(index, span)| Some((self.names.get(index)?, slice(self.text(), *span))))
    }

    pub fn get(&self, name: &str) -> Option<&str> {
        let index = match &self.names {
            Names::Pattern(names) => names.iter().position(|known| *known == name),
            Names::Given(names) => names.iter().position(|known| known == name),
        };
        Some(slice(self.text(), *self.values.get(index?)?))
    }

    /// The name of the pattern that is the same but for `_` and case.
    pub fn name_like(&self, name: &str) -> Option<&str> {
        let names = || (0..self.values.len()).filter_map(|index| self.names.get(index));
        names().find(|known| *known == name).or_else(|| names().find(|known| is_alike(known, name)))
    }

    /// Iterates over the segments of the catch-all.
    pub fn rest(&self) -> impl Iterator<Item = &str> {
        self.rest.iter().map(|span| slice(self.text(), *span))
    }

    fn text(&self) -> &str {
        match &self.text {
            PathText::None => "",
            PathText::Raw(path) => path.path(),
            PathText::Decoded(text) => text,
        }
    }
}
