//! The name of a procedure, where the attribute says it: texts with dots between them.

/// Names that tRPC keeps for itself: an object with one of these is taken for a promise or a function.
const RESERVED: [&str; 3] = ["then", "call", "apply"];

/// What is wrong with a name, if anything is.
pub fn fault(name: &str) -> Option<String> {
    if name.is_empty() {
        return Some(
            "a procedure has a name: write one, such as `\"greeting.hello\"`, or leave the text out".to_owned(),
        );
    }
    if name.split('.').any(str::is_empty) {
        return Some(format!(
            "a part of `{name}` is empty: write one dot between two names, such as `\"greeting.hello\"`"
        ));
    }
    if let Some(sign) = name.chars().find(|sign| !is_allowed(*sign)) {
        let cure = match sign {
            '/' => format!(
                ": the routers that it is in stand before it with dots, `\"{}\"`",
                name.replace('/', ".").trim_matches('.')
            ),
            ',' => ": clients put commas between the calls of a batch".to_owned(),
            _ => String::new(),
        };
        return Some(format!(
            "`{sign}` cannot be in the name of a procedure, which has letters, digits, `_`, `-` and dots{cure}"
        ));
    }
    let reserved = name.split('.').find(|part| RESERVED.contains(part))?;
    Some(format!("tRPC keeps the name `{reserved}` for itself: choose another"))
}

/// What is wrong with the name of a function whose attribute says no other, if anything is.
pub fn fault_of_function(name: &str, attribute: &str) -> Option<String> {
    let name = camel_case(name);
    RESERVED.contains(&name.as_str()).then(|| {
        format!("tRPC keeps the name `{name}` for itself: write another, such as `#[{attribute}(\"{name}It\")]`, or rename the function")
    })
}

/// The name that a function gives its procedure: `addPost` for `add_post`. The runtime has the same rule, for modules too.
pub fn camel_case(name: &str) -> String {
    let name = name.strip_prefix("r#").unwrap_or(name);
    let mut words = name.split('_').filter(|word| !word.is_empty());
    let mut text = words.next().unwrap_or(name).to_owned();
    for word in words {
        let mut chars = word.chars();
        text.extend(chars.next().into_iter().flat_map(char::to_uppercase));
        text.push_str(chars.as_str());
    }
    text
}

fn is_allowed(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-' | '.')
}

#[cfg(test)]
mod tests {
    use super::{camel_case, fault, fault_of_function};

    #[test]
    fn names_of_functions_become_camel_case() {
        for (name, expected) in
            [("add_post", "addPost"), ("r#type", "type"), ("_x", "x"), ("list_2", "list2"), ("_", "_")]
        {
            assert_eq!(camel_case(name), expected, "{name}");
        }
        for (name, is_good) in
            [("then", false), ("call", false), ("r#apply", false), ("then_", false), ("call_me", true)]
        {
            assert_eq!(fault_of_function(name, "trpc::query").is_none(), is_good, "{name}");
        }
    }

    #[test]
    fn names_have_letters_digits_and_dots() {
        for good in ["hello", "greeting.hello", "a.b.c", "add-post", "add_post", "v2.x1", "thenable"] {
            assert_eq!(fault(good), None, "{good}");
        }
        for wrong in
            ["", ".", "a.", ".a", "a..b", "a/b", "a,b", "a b", "größe", "a?b", "then", "a.call", "apply.b", "a%2Eb"]
        {
            assert!(fault(wrong).is_some(), "{wrong}");
        }
    }
}
