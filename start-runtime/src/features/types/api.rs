//! The API routes as TypeScript: what each takes and answers, and the client.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::document::{MethodTypes, PathParam, RouteTypes};
use crate::typescript::{Types, doc_comment, key, text as literal};

/// The types that the text declares. Its functions are values, which no type of the program stands in the way of.
pub const RESERVED: [&str; 19] = [
    "AnswerOf",
    "ApiError",
    "Args",
    "BareProblem",
    "Call",
    "Client",
    "ClientOptions",
    "Extra",
    "Failure",
    "HeaderValue",
    "Method",
    "PathsWith",
    "QueryValue",
    "RouteTable",
    "RouteWith",
    "Routes",
    "ServerEvent",
    "Success",
    "TypesOf",
];

/// The client, the same in every program.
const CLIENT: &str = include_str!("client.ts");

/// Where the types of the client end, and its code begins.
const CODE: &str = "// The code of the client.\n";

/// The types of the routes, and the client unless declarations are all that is wanted.
pub fn text(types: &Types<'_>, document: &Value, routes: &[RouteTypes<'_>], declarations_only: bool) -> String {
    let api = Api { types, document };
    let mut text =
        "/** The API routes by their paths: what each takes and answers. */\nexport interface Routes {\n".to_owned();
    for route in routes {
        text += &format!("  {}: {{\n", literal(route.pattern));
        for method in &route.methods {
            text += &api.method(method);
        }
        text += "  };\n";
    }
    text += "}\n\n";
    let (declarations, code) = CLIENT.split_once(CODE).unwrap_or((CLIENT, ""));
    text += declarations;
    if !declarations_only {
        text += &table(routes, document);
        text += code;
    }
    text
}

struct Api<'t, 'd> {
    types: &'t Types<'t>,
    document: &'d Value,
}

impl Api<'_, '_> {
    fn method(&self, method: &MethodTypes<'_>) -> String {
        let operation = method.operation;
        // Without a doc comment, the summary is method and path.
        let is_own = |text: &&str| !text.starts_with(&format!("{} /", method.method));
        let texts = ["summary", "description"].iter().filter_map(|name| operation[*name].as_str());
        let mut note: Vec<&str> = texts.filter(is_own).collect();
        if operation["deprecated"] == true {
            note.push("@deprecated");
        }
        let comment = doc_comment(&note.join("\n\n"), 4);
        let input = self.input(method);
        let input = if input.is_empty() { "{}".to_owned() } else { format!("{{\n{input}      }}") };
        format!(
            "{comment}    {}: {{\n      input: {input};\n      answer: {};\n    }};\n",
            method.method.to_lowercase(),
            self.answers(operation)
        )
    }

    /// The members of the input, a line for each.
    fn input(&self, method: &MethodTypes<'_>) -> String {
        let parts = [
            ("params", self.params(&method.params)),
            ("query", self.params_in(method.operation, "query")),
            ("headers", self.params_in(method.operation, "header")),
        ];
        let mut lines = String::new();
        for (name, fields) in parts {
            let Some(Fields { text, required }) = fields else { continue };
            lines += &format!("        {name}{}: {text};\n", if required { "" } else { "?" });
        }
        let body = &method.operation["requestBody"];
        if let Some(content) = body["content"].as_object() {
            let mark = if body["required"] == true { "" } else { "?" };
            lines += &format!("        body{mark}: {};\n", self.body(content));
        }
        lines
    }

    fn params(&self, params: &[PathParam<'_>]) -> Option<Fields> {
        let field = |param: &PathParam<'_>| {
            let text = match (param.is_catch_all, param.schema) {
                (true, _) => "string | readonly string[]".to_owned(),
                (false, Some(schema)) => self.types.of_text(schema, 8),
                (false, None) => "string".to_owned(),
            };
            (param.name.to_owned(), text, param.required)
        };
        fields(params.iter().map(field).collect(), None)
    }

    /// The parameters of a query, or those in headers.
    fn params_in(&self, operation: &Value, place: &str) -> Option<Fields> {
        let all = operation["parameters"].as_array().into_iter().flatten().filter(|param| param["in"] == place);
        let (maps, named): (Vec<&Value>, Vec<&Value>) =
            all.partition(|param| param["style"] == "form" && param["schema"]["type"] == "object");
        let field = |param: &&Value| {
            let name = param["name"].as_str().unwrap_or_default();
            let schema = &param["schema"];
            let text =
                if param["style"] == "deepObject" { self.types.of(schema, 8) } else { self.types.of_text(schema, 8) };
            (name.to_owned(), text, param["required"] == true)
        };
        let map = maps.first().map(|param| self.types.of(&param["schema"], 8));
        fields(named.iter().map(field).collect(), map)
    }

    fn body(&self, content: &Map<String, Value>) -> String {
        let types = content.iter().map(|(content_type, media)| {
            let own = || self.types.of(&media["schema"], 8);
            match content_type.as_str() {
                "application/x-www-form-urlencoded" => format!("{} | URLSearchParams", own()),
                "multipart/form-data" => format!("{} | FormData", own()),
                "application/octet-stream" => {
                    "Blob | ArrayBuffer | Uint8Array | ReadableStream<Uint8Array> | string".to_owned()
                }
                name if is_text(name) => "string".to_owned(),
                _ => own(),
            }
        });
        union(types.collect())
    }

    fn answers(&self, operation: &Value) -> String {
        let mut answers: Vec<String> = Vec::new();
        for (status, response) in operation["responses"].as_object().into_iter().flatten() {
            let response = self.resolved(response);
            let is_range = status.ends_with("XX") || status == "default";
            let number = if is_range { "number" } else { status };
            let content = response["content"].as_object();
            let is_success = status.starts_with('2');
            let answer = match content {
                Some(content) => union(content.iter().map(|(name, media)| self.content(name, media)).collect()),
                None if is_range => "unknown".to_owned(),
                None if is_success => "undefined".to_owned(),
                None => "BareProblem".to_owned(),
            };
            let answer = if is_success {
                format!("Success<{number}, {answer}>")
            } else {
                format!("Failure<{number}, {answer}>")
            };
            if !answers.contains(&answer) {
                answers.push(answer);
            }
        }
        union(answers)
    }

    /// What the client makes of a content.
    fn content(&self, content_type: &str, media: &Value) -> String {
        let schema = &media["schema"];
        if content_type == "text/event-stream" {
            return format!("AsyncGenerator<ServerEvent<{}>>", self.types.of(schema, 6));
        }
        if is_json(content_type) {
            return self.types.of(schema, 6);
        }
        if is_text(content_type) {
            return "string".to_owned();
        }
        if content_type == "*/*" && schema["format"] != "binary" { "unknown".to_owned() } else { "Blob".to_owned() }
    }

    fn resolved<'v>(&'v self, response: &'v Value) -> &'v Value {
        let name = response["$ref"].as_str().and_then(|target| target.strip_prefix("#/components/responses/"));
        name.and_then(|name| self.document["components"]["responses"].get(name)).unwrap_or(response)
    }
}

/// Members of an input in braces, and whether one of them has to be there.
struct Fields {
    text: String,
    required: bool,
}

fn fields(fields: Vec<(String, String, bool)>, map: Option<String>) -> Option<Fields> {
    let required = fields.iter().any(|(_, _, required)| *required);
    let mut seen: BTreeMap<String, ()> = BTreeMap::new();
    let mut members = Vec::new();
    for (name, text, required) in fields {
        if seen.insert(name.clone(), ()).is_none() {
            members.push(format!("{}{}: {text}", key(&name), if required { "" } else { "?" }));
        }
    }
    let own = (!members.is_empty()).then(|| format!("{{ {} }}", members.join("; ")));
    let text = match (own, map) {
        (None, None) => return None,
        (Some(one), None) | (None, Some(one)) => one,
        (Some(own), Some(map)) => format!("{own} & ({map})"),
    };
    Some(Fields { text, required })
}

fn union(mut types: Vec<String>) -> String {
    let mut seen: Vec<String> = Vec::new();
    types.retain(|text| {
        !seen.contains(text) && {
            seen.push(text.clone());
            true
        }
    });
    if types.iter().any(|text| text == "unknown") {
        return "unknown".to_owned();
    }
    if types.is_empty() { "never".to_owned() } else { types.join(" | ") }
}

fn is_json(content_type: &str) -> bool {
    content_type == "application/json" || content_type.ends_with("+json")
}

fn is_text(content_type: &str) -> bool {
    content_type.starts_with("text/")
}

/// What the client has to know of each route: the paths, how a body is sent, and where events are text.
fn table(routes: &[RouteTypes<'_>], document: &Value) -> String {
    let mut text = "const routes: RouteTable = {\n".to_owned();
    for route in routes {
        let paths: Vec<String> = route.paths.iter().map(|path| literal(path)).collect();
        let mut members = vec![format!("paths: [{}]", paths.join(", "))];
        let words = |word: fn(&MethodTypes<'_>, &Value) -> Option<&'static str>| {
            let of = |method: &MethodTypes<'_>| {
                Some(format!("{}: '{}'", method.method.to_lowercase(), word(method, document)?))
            };
            route.methods.iter().filter_map(of).collect::<Vec<_>>().join(", ")
        };
        for (name, words) in [("bodies", words(body_kind)), ("events", words(event_kind))] {
            if !words.is_empty() {
                members.push(format!("{name}: {{ {words} }}"));
            }
        }
        text += &format!("  {}: {{ {} }},\n", literal(route.pattern), members.join(", "));
    }
    text + "};\n\n"
}

fn body_kind(method: &MethodTypes<'_>, _: &Value) -> Option<&'static str> {
    let content = method.operation["requestBody"]["content"].as_object()?;
    let (content_type, _) = content.iter().next()?;
    Some(match content_type.as_str() {
        "application/x-www-form-urlencoded" => "form",
        "multipart/form-data" => "multipart",
        "application/octet-stream" => "bytes",
        name if is_text(name) => "text",
        _ => "json",
    })
}

/// Whether the data of events is text: then it need not be JSON.
fn event_kind(method: &MethodTypes<'_>, document: &Value) -> Option<&'static str> {
    let schema = &method.operation["responses"]["200"]["content"]["text/event-stream"]["schema"];
    let name = schema["$ref"].as_str().and_then(|target| target.strip_prefix("#/components/schemas/"));
    let schema = name.and_then(|name| document["components"]["schemas"].get(name)).unwrap_or(schema);
    (schema["type"] == "string").then_some("text")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_types_of_the_client_are_reserved() {
        let declared = CLIENT.lines().filter_map(|line| {
            let line = line.strip_prefix("export ").unwrap_or(line);
            let words: Vec<&str> = line.split(|char: char| !char.is_ascii_alphanumeric()).collect();
            matches!(words.as_slice(), ["type" | "interface" | "class", ..]).then(|| words[1].to_owned())
        });
        let mut declared: Vec<String> = declared.chain(["Routes".to_owned()]).collect();
        declared.sort_unstable();
        assert_eq!(declared, RESERVED);
    }

    #[test]
    fn the_client_has_its_types_first() {
        let (types, code) = CLIENT.split_once(CODE).unwrap();
        assert!(types.contains("export interface ClientOptions") && !types.contains("function "), "{types}");
        assert!(code.contains("export function createClient"), "{code}");
    }
}
