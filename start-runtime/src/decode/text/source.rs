//! The names and values of a request, in one text, grouped by name.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use smallvec::SmallVec;

use super::error::Error;
use crate::base::cut::VALUE;

/// Names and values in the order in which they were sent.
///
/// All of them stand in one text, with a byte between them, so that the address of a value is its own: an error of serde
/// names a value by the text alone.
#[derive(Default)]
pub struct Source {
    text: String,
    pairs: Vec<(Range<usize>, Range<usize>)>,
}

impl Source {
    pub fn push(&mut self, name: &str, value: &str) {
        let name = self.add(name);
        let value = self.add(value);
        self.pairs.push((name, value));
    }

    fn add(&mut self, text: &str) -> Range<usize> {
        let start = self.text.len();
        self.text.push_str(text);
        let end = self.text.len();
        self.text.push('\0');
        start..end
    }

    /// The address of the whole text.
    pub fn range(&self) -> Range<usize> {
        let start = self.text.as_ptr().addr();
        start..start + self.text.len()
    }

    /// The length of the text.
    pub(super) fn size(&self) -> usize {
        self.text.len()
    }

    /// Where a text begins that is a part of this one.
    pub(super) fn offset(&self, text: &str) -> usize {
        text.as_ptr().addr() - self.text.as_ptr().addr()
    }

    pub(super) fn name(&self, index: usize) -> &str {
        &self.text[self.pairs[index].0.clone()]
    }

    pub(super) fn value(&self, index: usize) -> &str {
        &self.text[self.pairs[index].1.clone()]
    }

    pub(super) fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Groups the values by name. `base` says what a name is to the type that is read.
    pub(super) fn groups(&self, base: impl Fn(&str) -> Base) -> Groups<'_> {
        let mut groups: Vec<Group<'_>> = Vec::new();
        let mut by_name: HashMap<&str, usize> = HashMap::with_capacity(self.len().min(1024));
        for index in 0..self.len() {
            let name = self.name(index);
            let group = *by_name.entry(name).or_insert_with(|| {
                groups.push(Group { name, values: SmallVec::new() });
                groups.len() - 1
            });
            groups[group].values.push(index);
        }
        let mut bases: HashMap<&str, Base> = HashMap::new();
        for (index, group) in groups.iter().enumerate() {
            let Some((name, _)) = steps(group.name) else { continue };
            if let Base::Members(list) = bases.entry(name).or_insert_with(|| base(name)) {
                list.push(index);
            }
        }
        Groups { source: self, groups, by_name, bases }
    }
}

impl<N: AsRef<str>, V: AsRef<str>> FromIterator<(N, V)> for Source {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(pairs: I) -> Self {
        let mut source = Self::default();
        pairs.into_iter().for_each(|(name, value)| source.push(name.as_ref(), value.as_ref()));
        source
    }
}

/// The values with one name.
pub struct Group<'a> {
    pub name: &'a str,
    pub values: SmallVec<[usize; 2]>,
}

/// All values, by name.
pub struct Groups<'a> {
    pub source: &'a Source,
    pub groups: Vec<Group<'a>>,
    by_name: HashMap<&'a str, usize>,
    /// The names that stand before brackets.
    bases: HashMap<&'a str, Base>,
}

/// What `name` in `name[…]` is.
pub enum Base {
    /// A struct or a map: these are the groups of its members.
    Members(Vec<usize>),
    /// Nothing: the brackets are part of the name.
    Plain,
    /// A field that serde reads before it knows the type.
    Unknown,
}

impl<'a> Groups<'a> {
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    pub fn find(&self, name: &str) -> Option<usize> {
        self.by_name.get(name).copied()
    }

    /// The groups that are members of a name.
    pub fn members(&self, base: &str) -> Option<&[usize]> {
        match self.bases.get(base)? {
            Base::Members(list) => Some(list),
            _ => None,
        }
    }

    /// A name before brackets of which nobody knows whether it has members.
    pub fn unknown_base(&self) -> Option<&'a str> {
        let is_unknown = |name: &&str| matches!(self.bases.get(name), Some(Base::Unknown)) && self.find(name).is_none();
        // Most requests have no such name at all.
        let any = self.bases.values().any(|base| matches!(base, Base::Unknown));
        let names = any.then(|| self.groups.iter().filter_map(|group| Some(steps(group.name)?.0)));
        names?.find(is_unknown)
    }

    /// Sets what a name before brackets is.
    pub fn settle(&mut self, name: &'a str, has_members: bool) {
        let own = |(index, group): (usize, &Group<'a>)| {
            steps(group.name).is_some_and(|(base, _)| base == name).then_some(index)
        };
        let base = if has_members {
            Base::Members(self.groups.iter().enumerate().filter_map(own).collect())
        } else {
            Base::Plain
        };
        self.bases.insert(name, base);
    }

    /// The name that an error is about.
    pub fn name_of<'e>(&'e self, error: &'e Error) -> Option<&'e str> {
        match error.group {
            Some(group) => Some(self.groups[group].name),
            None => error.field,
        }
    }

    /// The value that an error is about: an element, or all values of its name.
    pub fn value_of(&self, error: &Error) -> Option<Cow<'a, str>> {
        let group = error.group?;
        match error.value {
            Some(index) if self.groups[group].values.len() > 1 => Some(self.source.value(index).into()),
            _ => self.joined(group),
        }
    }

    /// The values of a group as one text, as far as it is shown.
    pub fn joined(&self, group: usize) -> Option<Cow<'a, str>> {
        match self.groups.get(group)?.values.as_slice() {
            [only] => Some(self.source.value(*only).into()),
            values => {
                let shown: Vec<&str> = values.iter().take(VALUE).map(|index| self.source.value(*index)).collect();
                Some(shown.join(", ").into())
            }
        }
    }
}

/// The first step of `a[b][c]` and the rest. `None` for a name that is not of this form, or has too many steps: each is
/// a level of the stack.
pub fn steps(name: &str) -> Option<(&str, &str)> {
    const MOST: usize = 16;
    let (base, rest) = name.split_at(name.find('[')?);
    let mut left = rest;
    for _ in 0..MOST {
        let (_, after) = step(left)?;
        if after.is_empty() {
            return (!base.is_empty() && !base.contains(']')).then_some((base, rest));
        }
        left = after;
    }
    None
}

/// The text in the first brackets, and what follows them.
pub fn step(rest: &str) -> Option<(&str, &str)> {
    let (inside, after) = rest.strip_prefix('[')?.split_once(']')?;
    (!inside.is_empty() && !inside.contains('[')).then_some((inside, after))
}

#[cfg(test)]
mod tests {
    use super::steps;

    #[test]
    fn names_of_members_have_steps() {
        let cases = [
            ("a[b]", Some(("a", "[b]"))),
            ("a[b][c]", Some(("a", "[b][c]"))),
            ("a", None),
            ("a[]", None),
            ("[a]", None),
            ("a[b", None),
            ("a[b]c", None),
            ("a[b[c]]", None),
            ("a]b[c]", None),
        ];
        for (name, expected) in cases {
            assert_eq!(steps(name), expected, "{name}");
        }
        assert_eq!(steps(&format!("a{}", "[b]".repeat(17))), None);
    }
}
