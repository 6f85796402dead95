//! A shape as a type of TypeScript.

use serde_json::Value;

use super::shape::{List, Member, Object, Rest, Shape, Special, Tuple, is_big};
use super::source::{doc_comment, key, note, text};

/// How long a type on one line may be.
const LINE: usize = 100;

/// How many items a list of fixed length may have to be written as a tuple.
pub const MOST_ITEMS: u64 = 16;

/// What types are called.
pub trait Names {
    /// The identifier of a named schema.
    fn named(&self, component: &str) -> String;
    /// The alias for integers that may be no exact numbers.
    fn big_integer(&self) -> String;
    /// Whether a transformer has written the values.
    fn is_transformed(&self) -> bool;
    /// Whether a member that may be missing may be undefined as well.
    fn undefined_is_missing(&self) -> bool;
}

/// How tightly a type binds, from the loosest.
#[derive(Clone, Copy, PartialEq, PartialOrd)]
enum Binding {
    Union,
    Intersection,
    Whole,
}

/// Prints a shape. Further lines are indented by `indent`.
pub fn print(shape: &Shape, names: &impl Names, indent: usize) -> String {
    printed(shape, names, indent).0
}

fn printed(shape: &Shape, names: &impl Names, indent: usize) -> (String, Binding) {
    let whole = |text: &str| (text.to_owned(), Binding::Whole);
    match shape {
        Shape::Anything => whole("unknown"),
        Shape::Nothing => whole("never"),
        Shape::Null => whole("null"),
        Shape::Boolean => whole("boolean"),
        Shape::Text(schema) if schema["format"] == "binary" => whole("Blob"),
        Shape::Text(_) => whole("string"),
        Shape::Number(schema) if is_big(schema) => (names.big_integer(), Binding::Whole),
        Shape::Number(_) => whole("number"),
        Shape::Literal(Value::String(value)) => (text(value), Binding::Whole),
        Shape::Literal(value) => (value.to_string(), Binding::Whole),
        Shape::Named(name) => (names.named(name), Binding::Whole),
        Shape::List(list) => (print_list(list, names, indent), Binding::Whole),
        Shape::Tuple(tuple) => (print_tuple(tuple, names, indent), Binding::Whole),
        Shape::Object(object) => (print_object(object, names, indent), Binding::Whole),
        Shape::OneOf(shapes) => several(shapes, names, indent, " | ", Binding::Union),
        Shape::AllOf(shapes) => several(shapes, names, indent, " & ", Binding::Intersection),
        Shape::Special(special, _) if names.is_transformed() => {
            (print_special(special, shape, names, indent), Binding::Whole)
        }
        Shape::Special(_, plain) => printed(plain, names, indent),
        Shape::Later(value) => (format!("Promise<{}>", print(value, names, indent)), Binding::Whole),
        Shape::Stream(item) => (format!("AsyncIterable<{}, void, any>", print(item, names, indent)), Binding::Whole),
    }
}

fn print_special(special: &Special, shape: &Shape, names: &impl Names, indent: usize) -> String {
    match (special, shape) {
        (Special::Named(name), _) => name.clone(),
        (Special::Map(key, value), _) => format!("Map<{}, {}>", print(key, names, indent), print(value, names, indent)),
        (Special::Set, Shape::Special(_, plain)) => match &**plain {
            Shape::List(list) => format!("Set<{}>", print(&list.items, names, indent)),
            _ => "Set<unknown>".to_owned(),
        },
        (Special::Set, _) => "Set<unknown>".to_owned(),
    }
}

/// A type in parentheses if it binds less tightly than what stands around it.
fn inside(shape: &Shape, names: &impl Names, indent: usize, around: Binding) -> String {
    let (text, binding) = printed(shape, names, indent);
    if binding < around { format!("({text})") } else { text }
}

fn several(shapes: &[Shape], names: &impl Names, indent: usize, sign: &str, binding: Binding) -> (String, Binding) {
    let mut all: Vec<String> = Vec::new();
    for shape in shapes {
        let text = inside(shape, names, indent, binding);
        if !all.contains(&text) {
            all.push(text);
        }
    }
    if let [only] = all.as_slice() {
        return (only.clone(), Binding::Whole);
    }
    (all.join(sign), binding)
}

fn print_list(list: &List, names: &impl Names, indent: usize) -> String {
    match (list.least, list.most) {
        (_, Some(0)) => "[]".to_owned(),
        (Some(least), Some(most)) if least == most && most <= MOST_ITEMS => {
            let item = printed(&list.items, names, indent).0;
            let count = usize::try_from(most).unwrap_or_default();
            format!("[{}]", vec![item; count].join(", "))
        }
        _ => format!("{}[]", inside(&list.items, names, indent, Binding::Whole)),
    }
}

fn print_tuple(tuple: &Tuple, names: &impl Names, indent: usize) -> String {
    let item = |(index, shape): (usize, &Shape)| {
        let mark = if index < tuple.least { "" } else { "?" };
        match mark {
            "" => printed(shape, names, indent).0,
            mark => format!("{}{mark}", inside(shape, names, indent, Binding::Whole)),
        }
    };
    let rest = tuple.rest.as_ref().map(|rest| format!("...{}[]", inside(rest, names, indent, Binding::Whole)));
    let items: Vec<String> = tuple.items.iter().enumerate().map(item).chain(rest).collect();
    format!("[{}]", items.join(", "))
}

/// An object, on one line if that is short and nothing has a comment.
fn print_object(object: &Object, names: &impl Names, indent: usize) -> String {
    let members = lines(object, names, indent + 2);
    if members.is_empty() {
        return "{ [key: string]: unknown }".to_owned();
    }
    let line = members.iter().map(|(_, member)| member.as_str()).collect::<Vec<_>>().join("; ");
    let has_comment = members.iter().any(|(comment, _)| !comment.is_empty());
    if !has_comment && !line.contains('\n') && line.len() + indent < LINE {
        return format!("{{ {line} }}");
    }
    block(&members, indent)
}

/// The members of an object in braces, each on lines of its own.
pub fn print_members(object: &Object, names: &impl Names, indent: usize) -> String {
    let members = lines(object, names, indent + 2);
    if members.is_empty() { "{ [key: string]: unknown }".to_owned() } else { block(&members, indent) }
}

fn block(members: &[(String, String)], indent: usize) -> String {
    let space = " ".repeat(indent);
    let line = |(comment, member): &(String, String)| format!("{comment}{space}  {member};\n");
    format!("{{\n{}{space}}}", members.iter().map(line).collect::<String>())
}

/// Comment and text of each member.
fn lines(object: &Object, names: &impl Names, indent: usize) -> Vec<(String, String)> {
    let member = |member: &Member| {
        let mark = if member.is_required { "" } else { "?" };
        let undefined = if !member.is_required && names.undefined_is_missing() { " | undefined" } else { "" };
        let comment = doc_comment(&note(&member.schema), indent);
        (comment, format!("{}{mark}: {}{undefined}", key(&member.name), print(&member.shape, names, indent)))
    };
    let mut lines: Vec<(String, String)> = object.members.iter().map(member).collect();
    if let Rest::Of(shapes) = &object.rest {
        lines.push((String::new(), format!("[key: string]: {}", index(object, shapes, names, indent))));
    }
    lines
}

/// The type of all members: TypeScript holds those with a name against it, too.
fn index(object: &Object, shapes: &[(Option<String>, Shape)], names: &impl Names, indent: usize) -> String {
    let own = shapes.iter().map(|(_, shape)| shape.clone());
    let all: Vec<Shape> = own.chain(object.members.iter().map(|member| member.shape.clone())).collect();
    if all.contains(&Shape::Anything) {
        return "unknown".to_owned();
    }
    let mut text = several(&all, names, indent, " | ", Binding::Union).0;
    if object.members.iter().any(|member| !member.is_required) {
        text += " | undefined";
    }
    text
}
