//! The entries of a struct or a map: of the whole request, or of one name (`filter[…]`).

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::HashMap;

use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};

use super::error::Error;
use super::learn::Run;
use super::node::Node;
use super::source::{step, steps};

/// One entry: a name, and what was sent for it.
pub struct Entry<'r, 'de> {
    pub name: &'de str,
    /// The group with exactly this name.
    pub group: Option<usize>,
    /// The groups of its members, and the length of the name that they share.
    pub members: Cow<'r, [usize]>,
    pub prefix: usize,
    /// A text that nobody sent, to see what it is taken for.
    pub probe: Option<&'de str>,
}

/// The entries of a struct or a map.
pub struct Members<'r, 'de> {
    run: &'r Run<'r, 'de>,
    entries: Entries<'r, 'de>,
    value: Option<Node<'r, 'de>>,
    group: Option<usize>,
}

enum Entries<'r, 'de> {
    /// Those of the whole request, from this group on.
    All(usize),
    Some(std::vec::IntoIter<Entry<'r, 'de>>),
}

impl<'r, 'de> Members<'r, 'de> {
    pub fn all(run: &'r Run<'r, 'de>) -> Self {
        Self { run, entries: Entries::All(0), value: None, group: None }
    }

    /// The members among these groups, whose names begin with a name of this length.
    pub fn inside(run: &'r Run<'r, 'de>, groups: Cow<'r, [usize]>, prefix: usize) -> Self {
        let mut entries: Vec<Entry<'r, 'de>> = Vec::new();
        let mut known: HashMap<&'de str, usize> = HashMap::new();
        for group in groups.iter().copied().filter(|group| !run.is_hidden(*group)) {
            let full = run.groups.groups[group].name;
            let Some((name, rest)) = step(&full[prefix..]) else { continue };
            let index = *known.entry(name).or_insert_with(|| {
                let prefix = full.len() - rest.len();
                entries.push(Entry { name, group: None, members: Cow::Owned(Vec::new()), prefix, probe: None });
                entries.len() - 1
            });
            let entry = &mut entries[index];
            match rest {
                "" => entry.group = Some(group),
                _ => entry.members.to_mut().push(group),
            }
        }
        Self { run, entries: Entries::Some(entries.into_iter()), value: None, group: None }
    }

    fn entry_at(&self, index: usize) -> Option<Entry<'r, 'de>> {
        let groups = self.run.groups;
        let name = groups.groups[index].name;
        let plain = |group| Entry { name, group, members: Cow::Borrowed(&[]), prefix: 0, probe: None };
        let (base, list) = match steps(name) {
            Some((base, _)) => (base, groups.members(base)),
            None => (name, groups.members(name)),
        };
        let Some(list) = list else { return (!self.run.is_hidden(index)).then(|| plain(Some(index))) };
        // The members of a name and the name itself are one entry, where the first of them was sent.
        let own = groups.find(base);
        let first = own.into_iter().chain(list.first().copied()).min();
        if first != Some(index) {
            return None;
        }
        let own = own.filter(|group| !self.run.is_hidden(*group));
        let list: Cow<'r, [usize]> = if list.iter().any(|group| self.run.is_hidden(*group)) {
            list.iter().copied().filter(|group| !self.run.is_hidden(*group)).collect()
        } else {
            Cow::Borrowed(list)
        };
        let is_there = own.is_some() || !list.is_empty();
        is_there.then_some(Entry { name: base, group: own, members: list, prefix: base.len(), probe: None })
    }
}

impl<'r, 'de> Iterator for Members<'r, 'de> {
    type Item = Entry<'r, 'de>;

    fn next(&mut self) -> Option<Entry<'r, 'de>> {
        match &mut self.entries {
            Entries::Some(entries) => entries.next(),
            Entries::All(next) => {
                let mut at = *next;
                let mut found = None;
                while found.is_none() && at < self.run.groups.groups.len() {
                    found = self.entry_at(at);
                    at += 1;
                }
                if found.is_none() && at == self.run.groups.groups.len() {
                    at += 1;
                    found = self.run.probe.map(|name| Entry {
                        name,
                        group: None,
                        members: Cow::Borrowed(&[]),
                        prefix: 0,
                        probe: Some(name),
                    });
                }
                self.entries = Entries::All(at);
                found
            }
        }
    }
}

impl<'de> MapAccess<'de> for Members<'_, 'de> {
    type Error = Error;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Error> {
        let Some(entry) = self.next() else { return Ok(None) };
        self.group = entry.group.or_else(|| entry.members.first().copied());
        let is_key = Cell::new(false);
        let key = seed.deserialize(Key { run: self.run, name: entry.name, is_key: &is_key });
        self.value = Some(Node::entry(self.run, entry, is_key.get()));
        key.map(Some).map_err(|error| error.in_group(self.group))
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Error> {
        let Some(value) = self.value.take() else { return Err(Error::new("a value is read before its name")) };
        self.run.visit();
        seed.deserialize(value).map_err(|error| error.in_group(self.group))
    }

    fn size_hint(&self) -> Option<usize> {
        match &self.entries {
            Entries::All(next) => Some(self.run.groups.groups.len().saturating_sub(*next)),
            Entries::Some(entries) => Some(entries.len()),
        }
    }
}

/// The name of an entry. Notes whether it is read as the key of a map: nobody declares how often such a key may be
/// there, so the first of its values is taken.
struct Key<'k, 'r, 'de> {
    run: &'r Run<'r, 'de>,
    name: &'de str,
    is_key: &'k Cell<bool>,
}

macro_rules! as_text {
    ($($method:ident($($argument:ident: $type:ty),*))*) => {$(
        fn $method<V: Visitor<'de>>(self, $($argument: $type,)* visitor: V) -> Result<V::Value, Error> {
            self.is_key.set(true);
            Node::text(self.run, self.name).$method($($argument,)* visitor)
        }
    )*};
}

impl<'de> Deserializer<'de> for Key<'_, '_, 'de> {
    type Error = Error;

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.name)
    }

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_borrowed_str(self.name)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    as_text! {
        deserialize_bool() deserialize_i8() deserialize_i16() deserialize_i32() deserialize_i64() deserialize_i128()
        deserialize_u8() deserialize_u16() deserialize_u32() deserialize_u64() deserialize_u128() deserialize_f32()
        deserialize_f64() deserialize_char() deserialize_str() deserialize_string() deserialize_bytes()
        deserialize_byte_buf() deserialize_unit() deserialize_seq() deserialize_map() deserialize_ignored_any()
        deserialize_unit_struct(name: &'static str)
        deserialize_newtype_struct(name: &'static str)
        deserialize_tuple(length: usize)
        deserialize_tuple_struct(name: &'static str, length: usize)
        deserialize_struct(name: &'static str, fields: &'static [&'static str])
        deserialize_enum(name: &'static str, variants: &'static [&'static str])
    }
}
