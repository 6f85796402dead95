//! The names of schemas in the document: readable, the same in every build, and the same whatever other types there are.
//!
//! A type is named by its path in its crate: `Item` at the root, `shop_Item` for `shop::Item`, `Page_shop_Item` for
//! `Page<shop::Item>`. A short name for the first `Item` would go to another type as soon as that one is added, whichever
//! comes first; schemars numbers them in the order in which it meets them. A program that wants a short name gives it:
//! `OpenApi::schema_name`.

use std::collections::BTreeMap;

use schemars::generate::SchemaGenerator;

/// The type that each of a generator's names stands for. schemars shows this only in its `Debug` output. If that format
/// changes, a name stands for itself, and keeps the number that schemars gave it.
pub fn ids(generator: &SchemaGenerator) -> BTreeMap<String, String> {
    let text = format!("{generator:?}");
    let parsed = text.rfind("schema_id_to_name: {").map(|at| parse(&text[at + "schema_id_to_name: {".len()..]));
    let mut ids = parsed.flatten().unwrap_or_default();
    for name in generator.definitions().keys() {
        ids.entry(name.clone()).or_insert_with(|| name.clone());
    }
    ids
}

/// Reads `SchemaUid("shop::Item", Serialize): "Item", …}` as names and types.
fn parse(mut text: &str) -> Option<BTreeMap<String, String>> {
    let mut ids = BTreeMap::new();
    loop {
        text = text.trim_start_matches([',', ' ']);
        if text.starts_with('}') {
            return Some(ids);
        }
        let (id, rest) = quoted(text.strip_prefix("SchemaUid(")?)?;
        let (_, rest) = rest.split_once("): ")?;
        let (name, rest) = quoted(rest)?;
        ids.insert(name, id);
        text = rest;
    }
}

/// Reads a string literal. Returns its value and the text after it. Escapes are Rust's; names of types need only two of
/// them.
fn quoted(text: &str) -> Option<(String, &str)> {
    let inside = text.strip_prefix('"')?;
    let mut value = String::new();
    let mut chars = inside.char_indices();
    while let Some((at, char)) = chars.next() {
        match char {
            '"' => return Some((value, &inside[at + 1..])),
            '\\' => value.push(chars.next()?.1),
            char => value.push(char),
        }
    }
    None
}

/// Chooses a name for each type, by its id; `given` are those that the program gives. Generic types come last, because
/// their names contain those of their arguments.
pub fn choose(contracts: &[BTreeMap<String, String>; 2], given: &BTreeMap<String, String>) -> BTreeMap<String, String> {
    let mut types: BTreeMap<&str, &str> = BTreeMap::new();
    for (name, id) in contracts.iter().flatten() {
        types.entry(id).or_insert(name);
    }
    let mut chosen = given.clone();
    for generic in [false, true] {
        let mut groups: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        let unnamed = types.iter().filter(|(id, _)| id.contains('<') == generic && !given.contains_key(**id));
        for (id, name) in unnamed {
            groups.entry(path_name(id, name, &chosen)).or_default().push(id);
        }
        for (id, name) in groups.iter().flat_map(|(name, ids)| apart(name, ids)) {
            let free = (1..).map(|count| if count == 1 { name.clone() } else { format!("{name}_{count}") });
            let is_taken = |name: &String| chosen.values().any(|known| known == name);
            if let Some(name) = { free }.find(|name| !is_taken(name)) {
                chosen.insert(id.to_owned(), name);
            }
        }
    }
    chosen
}

/// The name of an input schema that differs from the output schema of the same type.
pub fn input(name: &str, chosen: &BTreeMap<String, String>) -> String {
    let is_taken = |candidate: &str| chosen.values().any(|known| known == candidate);
    let name = format!("{name}Input");
    if is_taken(&name) { format!("{name}_") } else { name }
}

/// Short names for types, by the names that `chosen` has for them: `Item` for `shop_Item`, `Page_Item` for
/// `Page_shop_Item`. Several types may have one. A name that the program gives stays.
pub fn short(
    contracts: &[BTreeMap<String, String>; 2],
    given: &BTreeMap<String, String>,
    chosen: &BTreeMap<String, String>,
) -> BTreeMap<String, String> {
    let names: BTreeMap<&str, &str> =
        contracts.iter().flatten().map(|(name, id)| (id.as_str(), name.as_str())).collect();
    let mut known: BTreeMap<String, String> = given.clone();
    for generic in [false, true] {
        for (id, name) in names.iter().filter(|(id, _)| id.contains('<') == generic && !given.contains_key(**id)) {
            let head_end = id.find('<').unwrap_or(id.len());
            let head_start = id[..head_end].rfind("::").map_or(0, |at| at + 2);
            // As if the type stood at the root of its crate.
            let at_root = format!("crate::{}", &id[head_start..]);
            known.insert((*id).to_owned(), path_name(&at_root, name, &known));
        }
    }
    chosen.iter().filter_map(|(id, plain)| Some((plain.clone(), known.get(id)?.clone()))).collect()
}

/// The name of a type by its path without the crate: `Page_shop_Item` for `app::Page<app::shop::Item>`.
fn path_name(id: &str, name: &str, chosen: &BTreeMap<String, String>) -> String {
    let (head, arguments) = id.split_once('<').unwrap_or((id, ""));
    let own = head.rsplit("::").next().unwrap_or(head);
    let is_own = name.strip_prefix(own).is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_digit()));
    if !is_own {
        return sanitized(name);
    }
    // schemars writes arguments without separators: a known type ends where its path ends.
    let mut arguments = arguments.trim_end_matches('>').replace('[', "Array ");
    let mut known: Vec<(&String, &String)> = chosen.iter().filter(|(id, _)| id.contains("::")).collect();
    known.sort_by_key(|(id, _)| std::cmp::Reverse(id.len()));
    for (id, name) in known {
        arguments = arguments.replace(id, &format!(" {name} "));
    }
    let words = arguments.split(|char: char| !char.is_alphanumeric() && char != '_' && char != ':');
    let words = words.map(|word| word.rsplit("::").next().unwrap_or(word)).filter(|word| !word.is_empty());
    let path = head.split_once("::").map_or(head, |(_, inside)| inside).replace("::", "_");
    sanitized(&words.fold(path, |name, word| format!("{name}_{word}")))
}

/// Names for types that have one path in different crates: each gets its crate.
fn apart<'a>(name: &str, ids: &[&'a str]) -> Vec<(&'a str, String)> {
    if let [only] = ids {
        return vec![(*only, name.to_owned())];
    }
    let with_crate = |id: &&'a str| (*id, format!("{}_{name}", sanitized(id.split("::").next().unwrap_or(id))));
    ids.iter().map(with_crate).collect()
}

/// Replaces the characters that the name of a component must not have (OpenAPI 3.1.0, section 4.8.7.1).
fn sanitized(name: &str) -> String {
    let allowed = |char: char| if char.is_ascii_alphanumeric() || "._-".contains(char) { char } else { '_' };
    name.chars().map(allowed).collect::<String>().trim_matches('_').to_owned()
}

#[cfg(test)]
mod tests {
    use schemars::JsonSchema;
    use schemars::generate::SchemaSettings;

    use super::*;

    mod shop {
        #[derive(schemars::JsonSchema)]
        pub struct Item {
            pub _id: u32,
        }
    }

    mod users {
        #[derive(schemars::JsonSchema)]
        pub struct Item {
            pub _name: String,
        }
    }

    #[derive(JsonSchema)]
    struct Page<T> {
        _items: Vec<T>,
    }

    #[derive(JsonSchema)]
    struct Pair<A, B> {
        _a: A,
        _b: B,
    }

    #[derive(JsonSchema)]
    #[schemars(rename = "Both_{A}_and_{B}")]
    struct Renamed<A, B> {
        _a: A,
        _b: B,
    }

    #[derive(JsonSchema)]
    struct All {
        _pair: Pair<shop::Item, users::Item>,
        _text: Page<String>,
        _lists: Page<Vec<u8>>,
        _shop: Page<shop::Item>,
        _renamed: Renamed<String, bool>,
    }

    /// If this fails after an update, the `Debug` output of schemars no longer has the format that `ids` reads.
    #[test]
    fn names_tell_types_apart_and_are_readable() {
        let mut generator = SchemaSettings::draft2020_12().into_generator();
        generator.subschema_for::<All>();
        let chosen = choose(&[ids(&generator), BTreeMap::new()], &BTreeMap::new());
        let mut names: Vec<&str> = chosen.values().map(String::as_str).collect();
        names.sort_unstable();
        let here = "describe_names_tests_";
        let expected = [
            "Both_string_and_boolean".to_owned(),
            format!("{here}All"),
            format!("{here}Page_Array_uint8"),
            format!("{here}Page_{here}shop_Item"),
            format!("{here}Page_string"),
            format!("{here}Pair_{here}shop_Item_{here}users_Item"),
            format!("{here}shop_Item"),
            format!("{here}users_Item"),
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn names_do_not_depend_on_other_types() {
        let chosen = |first: fn(&mut SchemaGenerator), second: fn(&mut SchemaGenerator)| {
            let mut generator = SchemaSettings::draft2020_12().into_generator();
            first(&mut generator);
            second(&mut generator);
            choose(&[ids(&generator), BTreeMap::new()], &BTreeMap::new())
        };
        let one = |generator: &mut SchemaGenerator| drop(generator.subschema_for::<Page<shop::Item>>());
        let other = |generator: &mut SchemaGenerator| drop(generator.subschema_for::<Page<users::Item>>());
        let nothing = |_: &mut SchemaGenerator| {};
        let both = chosen(one, other);
        assert_eq!(both, chosen(other, one));
        for alone in [chosen(one, nothing), chosen(other, nothing)] {
            assert!(alone.iter().all(|(id, name)| both[id] == *name), "{alone:?} {both:?}");
        }
    }

    #[test]
    fn a_name_that_the_program_gives_is_taken() {
        let mut generator = SchemaSettings::draft2020_12().into_generator();
        generator.subschema_for::<Page<shop::Item>>();
        let id = <shop::Item as JsonSchema>::schema_id().into_owned();
        let given = BTreeMap::from([(id.clone(), "Item".to_owned())]);
        let chosen = choose(&[ids(&generator), BTreeMap::new()], &given);
        assert_eq!(chosen[&id], "Item");
        assert!(chosen.values().any(|name| name == "describe_names_tests_Page_Item"), "{chosen:?}");
    }
}
