//! Pieces of TypeScript source: literals, names of members, comments.

use serde_json::Value;

/// A string literal. What JSON escapes is a string of JavaScript, too (ECMAScript 2019).
pub fn text(value: &str) -> String {
    // A text always serializes.
    let json = serde_json::to_string(value).unwrap_or_default();
    // Not `</script>`, should the file ever be a part of a page.
    json.replace("</", "<\\/").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

/// The name of a member, in quotes unless it is an identifier. Words that are reserved need none there.
pub fn key(name: &str) -> String {
    if is_identifier(name) && name != "__proto__" { name.to_owned() } else { text(name) }
}

/// Whether a text is an identifier: an ASCII one, so that no reader needs tables of Unicode.
pub fn is_identifier(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'$';
    !name.is_empty() && name.bytes().all(is_part) && !name.starts_with(|first: char| first.is_ascii_digit())
}

/// A doc comment with its line break, every line indented; nothing for an empty text.
pub fn doc_comment(text: &str, indent: usize) -> String {
    let text = text.trim().replace("*/", "*\\/").replace('\r', "");
    let space = " ".repeat(indent);
    if text.is_empty() {
        return String::new();
    }
    if !text.contains('\n') {
        return format!("{space}/** {text} */\n");
    }
    let line = |line: &str| format!("{space} * {line}").trim_end().to_owned() + "\n";
    format!("{space}/**\n{}{space} */\n", text.lines().map(line).collect::<String>())
}

/// What the annotations of a schema say to readers: its description, and a line for each fact that its type does not
/// show.
pub fn note(schema: &Value) -> String {
    let mut lines: Vec<String> = Vec::new();
    if let Some(text) = schema["description"].as_str().filter(|text| !text.trim().is_empty()) {
        lines.push(text.trim().to_owned());
    }
    let mut facts = Vec::new();
    if let Some(format) = schema["format"].as_str().filter(|_| schema["type"] == "string" || has_text(schema)) {
        facts.push(format!("@format {format}"));
    }
    if let Some(value) = schema.get("default") {
        facts.push(format!("@default {value}"));
    }
    if schema["deprecated"] == true {
        facts.push("@deprecated".to_owned());
    }
    if !facts.is_empty() {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.extend(facts);
    }
    lines.join("\n")
}

fn has_text(schema: &Value) -> bool {
    schema["type"].as_array().is_some_and(|names| names.iter().any(|name| name == "string"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn names_that_are_no_identifiers_are_quoted() {
        let cases = [
            ("name", "name"),
            ("class", "class"),
            ("$ref", "$ref"),
            ("x-count", "\"x-count\""),
            ("3rd", "\"3rd\""),
            ("", "\"\""),
            ("größe", "\"größe\""),
            ("a\"b\\c\n", "\"a\\\"b\\\\c\\n\""),
            ("__proto__", "\"__proto__\""),
        ];
        for (name, expected) in cases {
            assert_eq!(key(name), expected, "{name}");
        }
    }

    #[test]
    fn a_comment_ends_where_it_is_meant_to() {
        let cases = [
            ("", 2, ""),
            ("One.", 2, "  /** One. */\n"),
            ("a */ alert(1) /*", 0, "/** a *\\/ alert(1) /* */\n"),
            ("One.\r\n\r\nTwo.", 2, "  /**\n   * One.\n   *\n   * Two.\n   */\n"),
        ];
        for (text, indent, expected) in cases {
            assert_eq!(doc_comment(text, indent), expected, "{text}");
        }
    }

    #[test]
    fn a_note_has_what_the_type_does_not_show() {
        let cases = [
            (json!({}), ""),
            (json!({ "description": "When." }), "When."),
            (json!({ "type": "string", "format": "date-time" }), "@format date-time"),
            (json!({ "type": "integer", "format": "uint8", "default": 3 }), "@default 3"),
            (json!({ "description": "Old.", "deprecated": true }), "Old.\n\n@deprecated"),
        ];
        for (schema, expected) in cases {
            assert_eq!(note(&schema), expected, "{schema}");
        }
    }
}
