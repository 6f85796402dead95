//! What is wrong with a value, and what serde expected in place of a text.

use std::cell::RefCell;
use std::fmt::{self, Display};
use std::ops::Range;

use serde::de::{self, Expected, Unexpected};

use crate::base::cut::{SENTENCE, cut_display};

/// Why a type cannot be read.
#[derive(Debug)]
pub struct Error {
    detail: String,
    /// The field that the error is about, if no value is: it is not there, or there under several names.
    pub field: Option<&'static str>,
    /// The group of the value.
    pub group: Option<usize>,
    /// The value in its group, if the group is a list.
    pub value: Option<usize>,
}

impl Error {
    pub fn new(detail: impl Display) -> Self {
        Self { detail: cut_display(detail, SENTENCE), field: None, group: None, value: None }
    }

    pub fn repeated(count: usize) -> Self {
        Self::new(format_args!("is there {count} times, and one value is expected"))
    }

    /// Adds the group, unless an inner value has named its own.
    pub fn in_group(mut self, group: Option<usize>) -> Self {
        self.group = self.group.or(group);
        self
    }

    /// Adds the value, unless an inner value has named its own.
    pub fn at_value(mut self, value: Option<usize>) -> Self {
        self.value = self.value.or(value);
        self
    }

    pub fn into_detail(self) -> String {
        self.detail
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.detail)
    }
}

impl std::error::Error for Error {}

impl de::Error for Error {
    fn custom<T: Display>(detail: T) -> Self {
        Self::new(detail)
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        note(&found, expected);
        Self::new(format_args!("invalid type: {found}, expected {expected}"))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        // A number that is too large for its type.
        if !matches!(found, Unexpected::Str(_)) {
            note(&found, expected);
        }
        Self::new(format_args!("invalid value: {found}, expected {expected}"))
    }

    fn missing_field(field: &'static str) -> Self {
        Self { field: Some(field), ..Self::new(format_args!("missing field `{field}`")) }
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self { field: Some(field), ..Self::new(format_args!("duplicate field `{field}`")) }
    }
}

/// A value that was offered as one thing and expected to be another.
#[derive(Debug)]
pub enum Mismatch {
    /// A text, at this offset.
    Text { offset: usize, expected: Kind },
    /// Something else than the text that it was, as a text.
    Typed(String),
}

/// What was expected in place of a text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    List,
    Members,
    /// A `f32`, which has less room than a `f64`.
    Single,
    Other,
}

/// The mismatches of one reading. serde drops the errors of variants that do not fit, so they are noted as they occur.
struct Notes {
    texts: Range<usize>,
    found: Vec<Mismatch>,
}

thread_local! {
    static NOTES: RefCell<Option<Notes>> = const { RefCell::new(None) };
}

/// Returns the mismatches that occur in `read` with texts at these addresses.
pub fn noting<T>(texts: Range<usize>, read: impl FnOnce() -> T) -> (T, Vec<Mismatch>) {
    /// A `Deserialize` of a user may itself read texts, and may panic.
    struct Restore(Option<Notes>);
    impl Drop for Restore {
        fn drop(&mut self) {
            NOTES.set(self.0.take());
        }
    }
    let restore = Restore(NOTES.replace(Some(Notes { texts, found: Vec::new() })));
    let value = read();
    let found = NOTES.take().map(|notes| notes.found).unwrap_or_default();
    drop(restore);
    (value, found)
}

fn note(found: &Unexpected<'_>, expected: &dyn Expected) {
    NOTES.with_borrow_mut(|notes| {
        let Some(notes) = notes else { return };
        let mismatch = match found {
            Unexpected::Str(text) => {
                let address = text.as_ptr().addr();
                if !notes.texts.contains(&address) {
                    return;
                }
                Mismatch::Text { offset: address - notes.texts.start, expected: kind(expected) }
            }
            Unexpected::Unsigned(number) => Mismatch::Typed(number.to_string()),
            Unexpected::Signed(number) => Mismatch::Typed(number.to_string()),
            Unexpected::Float(number) => Mismatch::Typed(number.to_string()),
            Unexpected::Bool(value) => Mismatch::Typed(value.to_string()),
            Unexpected::Unit => Mismatch::Typed(String::new()),
            _ => return,
        };
        notes.found.push(mismatch);
    });
}

/// serde says what it expects in words.
fn kind(expected: &dyn Expected) -> Kind {
    let words = cut_display(expected, 40);
    let begins = |starts: &[&str]| starts.iter().any(|start| words.starts_with(start));
    if begins(&["a sequence", "sequence", "a tuple", "tuple", "an array", "an empty array", "a set", "a list"]) {
        Kind::List
    } else if begins(&["struct", "a map", "map", "internally tagged", "adjacently tagged", "enum"]) {
        Kind::Members
    } else if words == "f32" {
        Kind::Single
    } else {
        Kind::Other
    }
}
