//! Reads a type, again and again, until each text is offered as what the type expects.

use std::cell::{Cell, RefCell};
use std::collections::HashSet;

use super::error::{Error, Kind, Mismatch, noting};
use super::node::Spelled;
use super::source::{Groups, Source};
use crate::http::ParamPlace;

/// One reading of the values.
pub struct Run<'r, 'de> {
    pub groups: &'r Groups<'de>,
    pub place: ParamPlace,
    /// A name that is added to see what it is taken for.
    pub probe: Option<&'de str>,
    known: &'r Known,
    visited: Cell<usize>,
    /// The texts that serde took without saying what it expects, and their groups.
    offered: RefCell<Vec<(&'de str, Option<usize>)>>,
}

/// What is known of the values.
#[derive(Default)]
struct Known {
    learned: Learned,
    /// Groups that are left out, because their values are bad.
    hidden: HashSet<usize>,
}

/// What mismatches have taught.
#[derive(Clone, Default)]
struct Learned {
    /// What is known of the text at each offset of the source; empty as long as nothing is.
    texts: Vec<u8>,
    /// Groups that are lists, even of one value.
    lists: HashSet<usize>,
}

/// The text is offered as what it spells.
const TYPED: u8 = 1;
/// A mismatch named exactly this text.
const NAMED: u8 = 2;
/// The text stays a text.
const PINNED: u8 = 4;

impl Learned {
    fn is(&self, offset: usize, what: u8) -> bool {
        self.texts.get(offset).is_some_and(|known| known & what != 0)
    }

    /// Returns whether this is new. A text that is pinned stays so.
    fn set_typed(&mut self, source: &Source, offset: usize, named: u8) -> bool {
        if self.is(offset, TYPED | PINNED) {
            return false;
        }
        self.texts.resize(source.size(), 0);
        self.texts[offset] = TYPED | named;
        true
    }
}

impl<'de> Run<'_, 'de> {
    /// Counts a value that is read.
    pub fn visit(&self) {
        self.visited.set(self.visited.get() + 1);
    }

    pub fn is_hidden(&self, group: usize) -> bool {
        !self.known.hidden.is_empty() && self.known.hidden.contains(&group)
    }

    pub fn is_list(&self, group: Option<usize>) -> bool {
        group.is_some_and(|group| self.known.learned.lists.contains(&group))
    }

    /// Notes that a text is offered. Returns whether it is offered as what it spells.
    pub fn offer(&self, text: &'de str, group: Option<usize>) -> bool {
        self.offered.borrow_mut().push((text, group));
        self.known.learned.is(self.groups.source.offset(text), TYPED)
    }
}

/// What one reading led to.
struct Reading<'de, T> {
    result: Result<T, Error>,
    mismatches: Vec<Mismatch>,
    /// The texts that were offered, by offset.
    offered: Vec<(usize, &'de str, Option<usize>)>,
}

impl<'de, T> Reading<'de, T> {
    fn offered(&self, offset: usize) -> Option<(&'de str, Option<usize>)> {
        let index = self.offered.binary_search_by_key(&offset, |(offset, ..)| *offset).ok()?;
        Some((self.offered[index].1, self.offered[index].2))
    }
}

/// How many values may be visited, so that a request that does not fit costs a small multiple of one that does.
struct Budget {
    values: usize,
    visited: usize,
    /// What was visited when the first error was found.
    first_error: Option<usize>,
}

impl Budget {
    /// Small requests may be read often: a struct with many flattened numbers learns one of them at a time.
    const SMALL: usize = 4096;

    /// Whether one thing may be learned at a time.
    fn allows_care(&self) -> bool {
        self.visited <= 3 * self.values + Self::SMALL / 2
    }

    fn allows_learning(&self) -> bool {
        self.visited <= 8 * self.values + Self::SMALL
    }

    fn allows_more_errors(&self) -> bool {
        self.visited - self.first_error.unwrap_or(self.visited) <= 2 * self.values + Self::SMALL
    }
}

/// Reads a type and keeps what it learns.
pub struct Learner<'de> {
    pub groups: Groups<'de>,
    place: ParamPlace,
    known: Known,
    budget: Budget,
}

impl<'de> Learner<'de> {
    pub fn new(groups: Groups<'de>, place: ParamPlace) -> Self {
        let budget = Budget { values: groups.source.len(), visited: 0, first_error: None };
        Self { groups, place, known: Known::default(), budget }
    }

    /// Leaves out a group from now on. Returns whether the rest may be read once more.
    pub fn hide(&mut self, group: usize) -> bool {
        self.known.hidden.insert(group);
        self.budget.first_error.get_or_insert(self.budget.visited);
        self.budget.allows_more_errors()
    }

    /// Reads a value.
    pub fn read<T>(&mut self, read: impl Fn(&Run<'_, 'de>) -> Result<T, Error>) -> Result<T, Error> {
        let mut doubt = Doubt::None;
        loop {
            let mut reading = self.once(None, &read);
            let may_go_on = self.budget.allows_learning();
            let result = std::mem::replace(&mut reading.result, Err(Error::new("")));
            match result {
                Ok(value) if may_go_on => {
                    if self.settle_bases(&read) {
                        continue;
                    }
                    // A variant before the one that fits expected something else. It goes first, if it fits then.
                    let before = self.known.learned.clone();
                    if !self.learn_exact(&reading) {
                        return Ok(value);
                    }
                    doubt = Doubt::Value(value, before);
                }
                Ok(value) => return Ok(value),
                Err(_) if matches!(doubt, Doubt::Value(..)) && may_go_on && self.learn_exact(&reading) => {}
                Err(error) => match std::mem::replace(&mut doubt, Doubt::None) {
                    Doubt::Value(value, before) => return Ok(self.one_by_one(value, before, &read)),
                    Doubt::Error(first, before) => {
                        self.known.learned = before;
                        return Err(first);
                    }
                    Doubt::None if may_go_on && (self.learn(&reading) || self.settle_bases(&read)) => {}
                    Doubt::None => {
                        let error = self.named(error, &reading);
                        let before = self.known.learned.clone();
                        if !may_go_on || !self.learn_empty(&reading) {
                            return Err(error);
                        }
                        doubt = Doubt::Error(error, before);
                    }
                },
            }
        }
    }

    fn once<T>(
        &mut self,
        probe: Option<&'de str>,
        read: &impl Fn(&Run<'_, 'de>) -> Result<T, Error>,
    ) -> Reading<'de, T> {
        let run = Run {
            groups: &self.groups,
            place: self.place,
            probe,
            known: &self.known,
            visited: Cell::new(0),
            offered: RefCell::default(),
        };
        let source = self.groups.source;
        let (result, mismatches) = noting(source.range(), || read(&run));
        // One more, so that a reading of nothing is not for free.
        self.budget.visited += run.visited.get() + 1;
        let offered = if mismatches.is_empty() && result.is_ok() { Vec::new() } else { run.offered.take() };
        let mut offered: Vec<_> = offered.into_iter().map(|(text, group)| (source.offset(text), text, group)).collect();
        offered.sort_unstable_by_key(|(offset, ..)| *offset);
        Reading { result, mismatches, offered }
    }

    /// Learns from the mismatches of a reading that failed. Returns whether anything is new.
    fn learn<T>(&mut self, reading: &Reading<'de, T>) -> bool {
        let mut is_new = false;
        for mismatch in &reading.mismatches {
            let Mismatch::Text { offset, expected } = mismatch else { continue };
            let Some((text, group)) = reading.offered(*offset) else { continue };
            match (expected, group) {
                (Kind::List, Some(group)) => is_new |= self.known.learned.lists.insert(group),
                (Kind::Single, _) if !is_single(text) => {}
                _ if spells(text) && self.known.learned.set_typed(self.groups.source, *offset, NAMED) => {
                    is_new = true;
                    // The values of one name are of one type, as a rule.
                    if let Some(group) = group.filter(|group| self.groups.groups[*group].values.len() > 1) {
                        let values = self.groups.groups[group].values.clone();
                        self.type_values(values);
                    }
                }
                _ => {}
            }
        }
        if is_new && !self.budget.allows_care() {
            let values = 0..self.groups.source.len();
            self.type_values(values.filter(|value| !self.groups.source.value(*value).is_empty()).collect::<Vec<_>>());
        }
        is_new || self.unlearn(reading)
    }

    /// A text that was offered as a number was meant as a text. Returns whether there is one.
    fn unlearn<T>(&mut self, reading: &Reading<'de, T>) -> bool {
        let typed = reading.mismatches.iter().find_map(|mismatch| match mismatch {
            Mismatch::Typed(text) => Some(text),
            Mismatch::Text { .. } => None,
        });
        let Some(typed) = typed else { return false };
        let same = reading.offered.iter().filter(|(offset, text, _)| {
            self.known.learned.is(*offset, TYPED) && spelling(text).is_some_and(|spelling| spelling == *typed)
        });
        let best =
            same.map(|(offset, ..)| *offset).max_by_key(|offset| (!self.known.learned.is(*offset, NAMED), *offset));
        let Some(offset) = best else { return false };
        self.known.learned.texts[offset] = PINNED;
        true
    }

    /// Learns texts that are written exactly as a number or a boolean is. Returns whether there are any.
    fn learn_exact<T>(&mut self, reading: &Reading<'de, T>) -> bool {
        let mut is_new = false;
        for mismatch in &reading.mismatches {
            let Mismatch::Text { offset, expected } = mismatch else { continue };
            let Some((text, group)) = reading.offered(*offset) else { continue };
            is_new |= match (expected, group) {
                (Kind::List, Some(group)) => self.known.learned.lists.insert(group),
                (Kind::Single, _) if !is_single(text) => false,
                _ => is_exact(text) && self.known.learned.set_typed(self.groups.source, *offset, NAMED),
            };
        }
        is_new
    }

    /// Takes empty texts for nothing: an optional value that was left empty.
    fn learn_empty<T>(&mut self, reading: &Reading<'de, T>) -> bool {
        let empty = reading.offered.iter().filter(|(_, text, _)| text.is_empty());
        empty.fold(false, |any, (offset, ..)| self.known.learned.set_typed(self.groups.source, *offset, 0) | any)
    }

    /// Offers values as what they spell.
    fn type_values(&mut self, values: impl IntoIterator<Item = usize>) {
        let source = self.groups.source;
        for text in values.into_iter().map(|value| source.value(value)).filter(|text| spells(text)) {
            self.known.learned.set_typed(source, source.offset(text), 0);
        }
    }

    /// All that was learned together did not lead to another value: tries each of the first things alone.
    fn one_by_one<T>(&mut self, mut value: T, before: Learned, read: &impl Fn(&Run<'_, 'de>) -> Result<T, Error>) -> T {
        const MOST: usize = 8;
        let tried = std::mem::replace(&mut self.known.learned, before);
        let known = &self.known.learned;
        let typed = |(offset, own): (usize, &u8)| (own & TYPED != 0 && !known.is(offset, TYPED)).then_some(offset);
        let typed = tried.texts.iter().enumerate().filter_map(typed).map(|offset| (Some(offset), None));
        let mut lists: Vec<usize> = tried.lists.difference(&known.lists).copied().collect();
        lists.sort_unstable();
        let steps = typed.chain(lists.into_iter().map(|group| (None, Some(group))));
        for (offset, list) in steps.take(MOST).collect::<Vec<_>>() {
            if !self.budget.allows_learning() {
                break;
            }
            let before = self.known.learned.clone();
            if let Some(offset) = offset {
                self.known.learned.set_typed(self.groups.source, offset, NAMED);
            }
            self.known.learned.lists.extend(list);
            match self.once(None, read).result {
                Ok(better) => value = better,
                Err(_) => self.known.learned = before,
            }
        }
        value
    }

    /// Finds out whether names before brackets are structs or maps inside of something that serde reads before it knows
    /// the type. Returns whether any is.
    fn settle_bases<T>(&mut self, read: &impl Fn(&Run<'_, 'de>) -> Result<T, Error>) -> bool {
        let mut found = false;
        while let Some(base) = self.groups.unknown_base() {
            let reading = self.once(Some(base), read);
            let own = self.groups.source.offset(base);
            let is_members = |mismatch: &Mismatch| matches!(mismatch, Mismatch::Text { offset, expected: Kind::Members } if *offset == own);
            let has_members = reading.mismatches.iter().any(is_members);
            self.groups.settle(base, has_members);
            found |= has_members;
            if !self.budget.allows_care() {
                break;
            }
        }
        found
    }

    /// Names the group of a text that serde had read before it knew its type.
    fn named<T>(&self, error: Error, reading: &Reading<'de, T>) -> Error {
        if error.group.is_some() || error.field.is_some() {
            return error;
        }
        let last = reading.mismatches.iter().rev().find_map(|mismatch| match mismatch {
            Mismatch::Text { offset, .. } => reading.offered(*offset),
            Mismatch::Typed(_) => None,
        });
        error.in_group(last.and_then(|(_, group)| group))
    }
}

/// A reading that may turn out worse than the one before.
enum Doubt<T> {
    None,
    /// The value before, and what was known of its texts.
    Value(T, Learned),
    /// The error before, and what was known of its texts.
    Error(Error, Learned),
}

/// Whether a text is a number that a `f32` can hold: serde makes larger ones infinite.
fn is_single(text: &str) -> bool {
    text.is_empty() || text.parse().is_ok_and(f32::is_finite)
}

fn spells(text: &str) -> bool {
    !matches!(Spelled::of(text), Spelled::Text)
}

/// How serde shows what a text spells.
fn spelling(text: &str) -> Option<String> {
    match Spelled::of(text) {
        Spelled::Nothing => Some(String::new()),
        Spelled::Bool(value) => Some(value.to_string()),
        Spelled::Unsigned(number) => Some(number.to_string()),
        Spelled::Signed(number) => Some(number.to_string()),
        Spelled::Float(number) => Some(number.to_string()),
        Spelled::Text => None,
    }
}

/// Whether a text is `true`, `false`, or a number without an exponent, a sign or zeros that it does not need.
fn is_exact(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let is_number = all_digits(whole) && (whole == "0" || !whole.starts_with('0')) && fraction.is_none_or(all_digits);
    (is_number && spells(text)) || matches!(text, "true" | "false")
}
