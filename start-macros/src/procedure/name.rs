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

fn is_allowed(sign: char) -> bool {
    sign.is_ascii_alphanumeric() || matches!(sign, '_' | '-' | '.')
}

#[cfg(test)]
mod tests {
    use super::fault;

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
