//! Schemas for [Zod](https://zod.dev) 4, of types that are received.
//!
//! Zod takes what serde reads, and refuses what it does not: unknown members are passed over unless they are denied,
//! `default` and `Option` may be missing, lengths are counted in characters.

use std::cell::RefCell;
use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::print::{MOST_ITEMS, Names as _};
use super::shape::{List, Member, Object, Rest, Shape, Tuple};
use super::source::{doc_comment, key, note, text};
use super::types::{Types, used};
use crate::describe::NamedSchemas;

/// How many alternatives a type may be written out as, before it becomes an intersection.
const MOST_WRITTEN_OUT: usize = 16;

/// Zod schemas for named schemas.
pub struct Zod<'a> {
    types: Types<'a>,
    /// Types that refer to themselves.
    recursive: BTreeSet<String>,
    helpers: RefCell<BTreeSet<Helper>>,
}

/// What generated code needs besides Zod.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Helper {
    Chars,
    Json,
    Day,
}

impl Helper {
    fn source(self) -> &'static str {
        match self {
            // JSON of a lone surrogate is no text for a server that knows UTF-8.
            Self::Chars => {
                "/** A text of Unicode characters, which is what a server can read. Its length is counted in characters. */\n\
                 const chars = (least = 0, most = Infinity) =>\n  \
                 z.string().refine((value) => {\n    \
                 const length = [...value].length;\n    \
                 return length >= least && length <= most && !/\\p{Surrogate}/u.test(value);\n  \
                 }, { error: most === Infinity ? `at least ${least} characters` : `${least} to ${most} characters` });\n"
            }
            // An escape that is left once escaped backslashes are gone is one of a lone surrogate.
            Self::Json => {
                "/** Any value of JSON whose texts are Unicode characters. */\n\
                 const json = () => z.json().refine((value) => !/\\\\ud[89a-f]/.test(JSON.stringify(value).replace(/\\\\\\\\/g, '')));\n"
            }
            Self::Day => {
                "/** Whether a text begins with a day that the calendar has. */\n\
                 const isDay = (value: string): boolean => {\n  \
                 const [year, month, day] = value.slice(0, 10).split('-').map(Number) as [number, number, number];\n  \
                 const date = new Date(0);\n  \
                 date.setUTCFullYear(year, month - 1, day);\n  \
                 return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;\n\
                 };\n"
            }
        }
    }
}

/// The names of the helpers, which no type may have.
const RESERVED: [&str; 3] = ["chars", "json", "isDay"];

const DAY: &str = r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])";
const TIME: &str = r"(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?";
const OFFSET: &str = r"(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)";
const UUID: &str = "[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}";

impl<'a> Zod<'a> {
    /// The schemas of a file that declares what `roots` refer to. `reserved` are the other names of the file.
    pub fn new<'v>(named: &'a NamedSchemas, roots: impl IntoIterator<Item = &'v Value>, reserved: &[&str]) -> Self {
        let reserved: Vec<&str> = RESERVED.iter().chain(reserved).copied().collect();
        let types = Types::new(named, roots, &reserved).with_undefined();
        let is_recursive = |name: &&String| {
            let schema = types.schema(name);
            schema.is_some_and(|schema| used(named, [schema]).contains(name))
        };
        let recursive = types.components().filter(is_recursive).cloned().collect();
        Self { types, recursive, helpers: RefCell::default() }
    }

    /// The schema that takes what a JSON Schema allows. Further lines are indented by `indent`.
    pub fn of(&self, schema: &Value, indent: usize) -> String {
        self.print(&self.types.read(schema), indent)
    }

    /// The schemas of the named types, each with its type: `export const Item` and `export type Item`. What they need
    /// besides stands before them; print what uses them first.
    pub fn declarations(&self) -> String {
        let (mut order, mut seen) = (Vec::new(), BTreeSet::new());
        for name in self.types.components() {
            self.visit(name, &mut seen, &mut order);
        }
        let declarations: Vec<String> = order.iter().map(|name| self.declaration(name)).collect();
        let helpers: Vec<String> = self.helpers.borrow().iter().map(|helper| helper.source().to_owned()).collect();
        helpers.into_iter().chain(self.types.alias_if_used()).chain(declarations).collect::<Vec<_>>().join("\n")
    }

    /// Adds a type behind those that it refers to.
    fn visit(&self, name: &str, seen: &mut BTreeSet<String>, order: &mut Vec<String>) {
        if !seen.insert(name.to_owned()) {
            return;
        }
        let mut needed = Vec::new();
        if let Some(schema) = self.types.schema(name) {
            super::read::references(schema, &mut needed);
        }
        for other in needed {
            self.visit(&other, seen, order);
        }
        order.push(name.to_owned());
    }

    fn declaration(&self, component: &str) -> String {
        let Some(schema) = self.types.schema(component) else { return String::new() };
        let name = self.types.named(component);
        let comment = doc_comment(&note(schema), 0);
        let text = match self.types.read(schema) {
            Shape::Object(object) if is_range(component, &object) => {
                self.print(&Shape::Object(Object { rest: Rest::Refused, ..object }), 0)
            }
            shape => self.print(&shape, 0),
        };
        if self.recursive.contains(component) {
            // TypeScript cannot infer the type of what refers to itself.
            let own = self.types.of(schema, 0);
            return format!("{comment}export type {name} = {own};\nexport const {name}: z.ZodType<{name}> = {text};\n");
        }
        format!("{comment}export const {name} = {text};\nexport type {name} = z.infer<typeof {name}>;\n")
    }

    fn need(&self, helper: Helper) {
        self.helpers.borrow_mut().insert(helper);
    }

    fn print(&self, shape: &Shape, indent: usize) -> String {
        match shape {
            Shape::Anything => {
                self.need(Helper::Json);
                "json()".to_owned()
            }
            Shape::Nothing => "z.never()".to_owned(),
            Shape::Null => "z.null()".to_owned(),
            Shape::Boolean => "z.boolean()".to_owned(),
            Shape::Text(schema) => self.text(schema),
            Shape::Number(schema) => number(schema),
            Shape::Literal(Value::String(value)) => format!("z.literal({})", text(value)),
            Shape::Literal(value) => format!("z.literal({value})"),
            Shape::Named(component) => {
                let name = self.types.named(component);
                if self.recursive.contains(component) { format!("z.lazy(() => {name})") } else { name }
            }
            Shape::List(list) => self.list(list, indent),
            Shape::Tuple(tuple) => self.tuple(tuple, indent),
            Shape::Object(object) => self.object(object, indent),
            Shape::OneOf(shapes) => self.one_of(shapes, indent),
            Shape::AllOf(shapes) => self.all_of(shape, shapes, indent),
            // Zod reads JSON.
            Shape::Special(_, plain) => self.print(plain, indent),
            // Only what is sent has these.
            Shape::Later(value) | Shape::Stream(value) => self.print(value, indent),
        }
    }

    fn text(&self, schema: &Value) -> String {
        let has_more = ["minLength", "maxLength", "pattern"].iter().any(|name| schema.get(name).is_some());
        match schema["format"].as_str().and_then(|format| self.format(format)) {
            Some(of_format) if has_more => format!("{of_format}.and({})", self.plain_text(schema)),
            Some(of_format) => of_format,
            None => self.plain_text(schema),
        }
    }

    fn plain_text(&self, schema: &Value) -> String {
        self.need(Helper::Chars);
        let bound = |name: &str| schema[name].as_u64();
        let mut text = match (bound("minLength"), bound("maxLength")) {
            (None, None) => "chars()".to_owned(),
            (least, None) => format!("chars({})", least.unwrap_or(0)),
            (least, Some(most)) => format!("chars({}, {most})", least.unwrap_or(0)),
        };
        if let Some(pattern) = schema["pattern"].as_str() {
            text += &format!(".regex(new RegExp({}, 'u'))", super::source::text(pattern));
        }
        text
    }

    /// The schema of a format that the types of known crates have; their own spellings, as they write them.
    fn format(&self, format: &str) -> Option<String> {
        let dated = |pattern: String| {
            self.need(Helper::Day);
            format!("z.string().regex(/^{pattern}$/).refine(isDay, {{ error: 'no day of the calendar' }})")
        };
        Some(match format {
            "date-time" => dated(format!("{DAY}T{TIME}{OFFSET}")),
            "partial-date-time" => dated(format!("{DAY}T{TIME}")),
            "date" => dated(DAY.to_owned()),
            "partial-time" => format!("z.string().regex(/^{TIME}$/)"),
            "uuid" => format!("z.string().regex(/^(?:(?:urn:uuid:)?{UUID}|\\{{{UUID}\\}}|[0-9a-fA-F]{{32}})$/)"),
            "email" => "z.email({ pattern: z.regexes.html5Email })".to_owned(),
            "uri" => "z.url()".to_owned(),
            "ipv4" => "z.ipv4()".to_owned(),
            "ipv6" => "z.ipv6()".to_owned(),
            "ip" => "z.union([z.ipv4(), z.ipv6()])".to_owned(),
            "binary" => "z.instanceof(Blob)".to_owned(),
            _ => return None,
        })
    }

    fn list(&self, list: &List, indent: usize) -> String {
        // The type of a list of a known length is that of a tuple, and a schema has to have the same.
        if let Some(most) = list.most.filter(|most| *most == 0 || list.least == Some(*most) && *most <= MOST_ITEMS) {
            let item = if most == 0 { String::new() } else { self.print(&list.items, indent) };
            return format!("z.tuple([{}])", vec![item; usize::try_from(most).unwrap_or_default()].join(", "));
        }
        let mut text = format!("z.array({})", self.print(&list.items, indent));
        if let Some(least) = list.least.filter(|least| *least > 0) {
            text += &format!(".min({least})");
        }
        if let Some(most) = list.most {
            text += &format!(".max({most})");
        }
        text
    }

    fn tuple(&self, tuple: &Tuple, indent: usize) -> String {
        let item = |(index, shape): (usize, &Shape)| {
            let text = self.print(shape, indent);
            if index < tuple.least { text } else { format!("{text}.optional()") }
        };
        let items: Vec<String> = tuple.items.iter().enumerate().map(item).collect();
        let rest = tuple.rest.as_ref().map(|rest| format!(".rest({})", self.print(rest, indent)));
        format!("z.tuple([{}]){}", items.join(", "), rest.unwrap_or_default())
    }

    fn object(&self, object: &Object, indent: usize) -> String {
        if object.members.is_empty()
            && let Rest::Of(shapes) = &object.rest
        {
            return self.map(shapes, indent);
        }
        let members = self.members(&object.members, indent);
        match &object.rest {
            Rest::Ignored if denies_others(object) => format!("z.strictObject({members})"),
            Rest::Ignored => format!("z.object({members})"),
            Rest::Refused => format!("z.strictObject({members})"),
            Rest::Of(shapes) => {
                let shapes: Vec<Shape> = shapes.iter().map(|(_, shape)| shape.clone()).collect();
                format!("z.object({members}).catchall({})", self.one_of(&shapes, indent))
            }
        }
    }

    /// Members whose names are not known.
    fn map(&self, shapes: &[(Option<String>, Shape)], indent: usize) -> String {
        let names: Vec<String> = shapes
            .iter()
            .map(|(pattern, _)| match pattern {
                // serde_json reads a key as a number of JSON, which has no leading zeros.
                Some(pattern) if pattern == r"^\d+$" => r"z.string().regex(/^(?:0|[1-9]\d*)$/)".to_owned(),
                Some(pattern) if pattern == r"^-?\d+$" => r"z.string().regex(/^-?(?:0|[1-9]\d*)$/)".to_owned(),
                Some(pattern) => self.plain_text(&json!({ "pattern": pattern })),
                None => self.plain_text(&Value::Null),
            })
            .collect();
        let names =
            if let [only] = names.as_slice() { only.clone() } else { format!("z.union([{}])", names.join(", ")) };
        let mut values: Vec<Shape> = Vec::new();
        for (_, shape) in shapes {
            if !values.contains(shape) {
                values.push(shape.clone());
            }
        }
        format!("z.record({names}, {})", self.one_of(&values, indent))
    }

    fn members(&self, members: &[Member], indent: usize) -> String {
        if members.is_empty() {
            return "{}".to_owned();
        }
        let space = " ".repeat(indent);
        let line = |member: &Member| {
            let optional = if member.is_required { "" } else { ".optional()" };
            let comment = doc_comment(&note(&member.schema), indent + 2);
            format!("{comment}{space}  {}: {}{optional},\n", key(&member.name), self.print(&member.shape, indent + 2))
        };
        format!("{{\n{}{space}}}", members.iter().map(line).collect::<String>())
    }

    fn one_of(&self, shapes: &[Shape], indent: usize) -> String {
        let rest: Vec<&Shape> = shapes.iter().filter(|shape| **shape != Shape::Null).collect();
        let nullable = if rest.len() < shapes.len() && !rest.is_empty() { ".nullable()" } else { "" };
        let text = match rest.as_slice() {
            [] => "z.null()".to_owned(),
            [only] => self.print(only, indent),
            several => self.several(several, indent),
        };
        format!("{text}{nullable}")
    }

    fn several(&self, shapes: &[&Shape], indent: usize) -> String {
        let word = |shape: &&Shape| match shape {
            Shape::Literal(Value::String(value)) => Some(text(value)),
            _ => None,
        };
        if let Some(words) = shapes.iter().map(word).collect::<Option<Vec<_>>>() {
            return format!("z.enum([{}])", words.join(", "));
        }
        let strict: Vec<Shape> = with_one_member(shapes).unwrap_or_default();
        let strict: Vec<&Shape> = strict.iter().collect();
        let shapes = if strict.is_empty() { shapes } else { &strict };
        let alternatives: Vec<String> = shapes.iter().map(|shape| self.print(shape, indent)).collect();
        match tag(shapes) {
            Some(tag) => format!("z.discriminatedUnion({}, [{}])", text(tag), alternatives.join(", ")),
            None => format!("z.union([{}])", alternatives.join(", ")),
        }
    }

    /// Objects that are written out, because none of several parts knows the members of the others.
    fn all_of(&self, whole: &Shape, shapes: &[Shape], indent: usize) -> String {
        let alternatives = self.types.definitions().alternatives(whole, 0);
        if let Some(objects) = alternatives.filter(|objects| (1..=MOST_WRITTEN_OUT).contains(&objects.len())) {
            let is_mixed = objects.len() > 1;
            let objects: Vec<Shape> = objects
                .into_iter()
                .map(|mut object| {
                    // A part that refuses other members does not know those of the whole.
                    if object.rest == Rest::Refused {
                        object.rest = Rest::Ignored;
                    }
                    Shape::Object(object)
                })
                .collect();
            return if is_mixed { self.one_of(&objects, indent) } else { self.print(&objects[0], indent) };
        }
        let mut texts = shapes.iter().map(|shape| self.print(shape, indent));
        let first = texts.next().unwrap_or_else(|| "json()".to_owned());
        texts.fold(first, |all, next| format!("{all}.and({next})"))
    }
}

/// Whether it is one of the types of `std::time`, which serde reads strictly while their schemas do not say so.
fn denies_others(object: &Object) -> bool {
    let [first, second] = object.members.as_slice() else { return false };
    matches!((first.name.as_str(), second.name.as_str()), ("secs", "nanos") | ("secs_since_epoch", "nanos_since_epoch"))
        && first.schema["format"] == "uint64"
        && second.schema["format"] == "uint32"
}

/// Whether it is a range of `std::ops`, which serde reads strictly while its schema does not say so.
fn is_range(name: &str, object: &Object) -> bool {
    let [start, end] = object.members.as_slice() else { return false };
    name.starts_with("Range_of_")
        && (start.name.as_str(), end.name.as_str()) == ("start", "end")
        && start.is_required
        && end.is_required
        && start.shape == end.shape
}

/// The alternatives of a `Result` or a `Bound`, which serde reads with one member only while their schemas do not say so.
fn with_one_member(shapes: &[&Shape]) -> Option<Vec<Shape>> {
    let named = |shape: &Shape| match shape {
        Shape::Object(Object { members, rest: Rest::Ignored }) => match members.as_slice() {
            [only] if only.is_required => Some(only.name.clone()),
            _ => None,
        },
        Shape::Literal(Value::String(word)) => Some(word.clone()),
        _ => None,
    };
    let names: Vec<String> = shapes.iter().map(|shape| named(shape)).collect::<Option<_>>()?;
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let strict = |shape: &Shape| match shape {
        Shape::Object(object) => Shape::Object(Object { rest: Rest::Refused, ..object.clone() }),
        word => word.clone(),
    };
    let is_known = matches!(names.as_slice(), ["Ok", "Err"] | ["Included", "Excluded", "Unbounded"]);
    is_known.then(|| shapes.iter().map(|shape| strict(shape)).collect())
}

/// The member that says which of the objects a value is.
fn tag<'s>(shapes: &[&'s Shape]) -> Option<&'s str> {
    let objects: Vec<&Object> = shapes
        .iter()
        .map(|shape| if let Shape::Object(object) = shape { Some(object) } else { None })
        .collect::<Option<_>>()?;
    let literal = |object: &'s Object, name: &str| {
        let member = object.members.iter().find(|member| member.name == name && member.is_required)?;
        if let Shape::Literal(value @ Value::String(_)) = &member.shape { Some(value) } else { None }
    };
    let candidates = objects.first()?.members.iter().map(|member| member.name.as_str());
    { candidates }.find(|name| {
        let values: Option<Vec<&Value>> = objects.iter().map(|object| literal(object, name)).collect();
        values.is_some_and(|values| values.iter().enumerate().all(|(index, value)| !values[..index].contains(value)))
    })
}

/// A number with its bounds. An integer has to be one that JavaScript knows exactly.
fn number(schema: &Value) -> String {
    let is_integer = schema["type"] == "integer"
        || schema["type"].as_array().is_some_and(|names| names.iter().any(|name| name == "integer"));
    let mut text = if is_integer { "z.int()" } else { "z.number()" }.to_owned();
    for (name, method) in [
        ("minimum", "gte"),
        ("exclusiveMinimum", "gt"),
        ("maximum", "lte"),
        ("exclusiveMaximum", "lt"),
        ("multipleOf", "multipleOf"),
    ] {
        if let Some(bound) = schema.get(name).filter(|bound| bound.is_number() && is_exact(bound)) {
            text += &format!(".{method}({bound})");
        }
    }
    // `NonZero` of a signed integer.
    if let Some(other) = schema["not"]["const"].as_i64() {
        text += &format!(".refine((value) => value !== {other}, {{ error: 'not {other}' }})");
    }
    if schema["format"] == "float" {
        text += &format!(".gte(-{MOST_FLOAT}).lte({MOST_FLOAT})");
    }
    text
}

/// The largest number of 32 bits, which serde does not exceed.
const MOST_FLOAT: &str = "3.4028234663852886e38";

/// Whether JavaScript reads the bound as it is written. A bound beyond that holds for all exact integers.
fn is_exact(bound: &Value) -> bool {
    bound.as_f64().is_some_and(|bound| bound.abs() <= 9_007_199_254_740_991.0) || bound.is_f64()
}
