//! Names of types in a program: identifiers that mean nothing else there.

use std::collections::{BTreeMap, BTreeSet};

use crate::describe::NamedSchemas;

/// What no declaration may be called: reserved words, types of the language, and globals that generated code uses
/// (ECMAScript 2024, section 12.7.2; TypeScript's own words).
const TAKEN: &[&str] = &[
    "AbortSignal",
    "Array",
    "ArrayBuffer",
    "AsyncGenerator",
    "AsyncIterable",
    "Awaited",
    "Blob",
    "BodyInit",
    "Boolean",
    "Date",
    "Error",
    "Exclude",
    "Extract",
    "File",
    "FormData",
    "Function",
    "Headers",
    "HeadersInit",
    "Infinity",
    "Iterable",
    "JSON",
    "Map",
    "NaN",
    "Number",
    "Object",
    "Omit",
    "Partial",
    "Pick",
    "Promise",
    "PromiseLike",
    "ReadableStream",
    "Record",
    "RegExp",
    "Request",
    "RequestInit",
    "Response",
    "Set",
    "String",
    "Symbol",
    "TextDecoder",
    "TextDecoderStream",
    "TypeError",
    "URL",
    "URLSearchParams",
    "Uint8Array",
    "abstract",
    "any",
    "arguments",
    "as",
    "async",
    "await",
    "bigint",
    "boolean",
    "break",
    "case",
    "catch",
    "class",
    "const",
    "continue",
    "debugger",
    "declare",
    "default",
    "delete",
    "do",
    "else",
    "enum",
    "eval",
    "export",
    "extends",
    "false",
    "fetch",
    "finally",
    "for",
    "from",
    "function",
    "get",
    "globalThis",
    "if",
    "implements",
    "import",
    "in",
    "infer",
    "instanceof",
    "interface",
    "intrinsic",
    "is",
    "keyof",
    "let",
    "module",
    "namespace",
    "never",
    "new",
    "null",
    "number",
    "object",
    "of",
    "package",
    "private",
    "protected",
    "public",
    "readonly",
    "require",
    "return",
    "satisfies",
    "set",
    "static",
    "string",
    "super",
    "switch",
    "symbol",
    "this",
    "throw",
    "true",
    "try",
    "type",
    "typeof",
    "undefined",
    "unique",
    "unknown",
    "using",
    "var",
    "void",
    "while",
    "with",
    "yield",
    "z",
];

/// The identifiers of the components that a file declares: short ones where no other type of the file has the same.
/// `reserved` are the other names of the file.
pub fn identifiers(named: &NamedSchemas, declared: &[String], reserved: &[&str]) -> BTreeMap<String, String> {
    let mut used: BTreeSet<String> = TAKEN.iter().chain(reserved).map(|name| (*name).to_owned()).collect();
    let mut chosen = BTreeMap::new();
    for component in declared {
        let wanted = identifier(short(named, declared, component).unwrap_or(component));
        let mut name = wanted.clone();
        while used.contains(&name) {
            name.push('_');
        }
        used.insert(name.clone());
        chosen.insert(component.clone(), name);
    }
    chosen
}

/// The short name of a component, if no other type has the same short name, or is called like that.
fn short<'n>(named: &'n NamedSchemas, declared: &[String], component: &str) -> Option<&'n str> {
    let own = named.short.get(component)?;
    let is_other = |other: &&String| match named.short.get(*other) {
        Some(short) => short.of != own.of && (short.stem == own.stem || **other == own.name),
        None => **other == own.name && *other != component,
    };
    (!declared.iter().any(|other| is_other(&other))).then_some(own.name.as_str())
}

fn identifier(name: &str) -> String {
    let is_part = |char: char| char.is_ascii_alphanumeric() || char == '_' || char == '$';
    let name: String = name.chars().map(|char| if is_part(char) { char } else { '_' }).collect();
    let needs_start = name.is_empty() || name.starts_with(|first: char| first.is_ascii_digit());
    if needs_start { format!("_{name}") } else { name }
}

/// A name that no schema has: for what generated code declares besides.
pub fn free(chosen: &BTreeMap<String, String>, wanted: &str) -> String {
    let mut name = wanted.to_owned();
    while chosen.values().any(|known| *known == name) {
        name.push('_');
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::describe::ShortName;

    #[test]
    fn names_are_identifiers_that_mean_nothing_else() {
        let schemas = ["shop_Item", "a.b", "3d", "Promise", "class", "Client", "x-y", "x_y"];
        let mut named = NamedSchemas::default();
        for name in schemas {
            named.schemas.insert(name.to_owned(), true.into());
        }
        let item = |of: &str| ShortName { of: of.to_owned(), stem: "Item".to_owned(), name: "Item".to_owned() };
        named.short.insert("shop_Item".to_owned(), item("shop_Item"));
        named.short.insert("users_Item".to_owned(), item("users_Item"));
        let declared = schemas.map(str::to_owned);
        let chosen = identifiers(&named, &declared, &["Client"]);
        let expected = ["Item", "a_b", "_3d", "Promise_", "class_", "Client_", "x_y", "x_y_"];
        for (name, expected) in schemas.iter().zip(expected) {
            assert_eq!(chosen[*name], expected, "{name}");
        }
        let both = identifiers(&named, &["shop_Item".to_owned(), "users_Item".to_owned()], &[]);
        assert_eq!(both["shop_Item"], "shop_Item");
        assert_eq!(both["users_Item"], "users_Item");
    }
}
