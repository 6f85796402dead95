//! What a `_middleware.rs` exports: `guard`, `middleware` or both, as functions or by `pub use`.

use proc_macro2::{TokenStream, TokenTree};

use crate::adapter::StepKind;

/// What the text of the file exports, in the order in which it runs. A text that is no Rust exports what it mentions: the
/// compiler says what is wrong with it.
pub fn exports(text: &str) -> Vec<StepKind> {
    let kinds = [StepKind::Middleware, StepKind::Guard];
    let Ok(tokens) = text.parse::<TokenStream>() else {
        return kinds.into_iter().filter(|kind| text.contains(kind.name())).collect();
    };
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    kinds.into_iter().filter(|kind| is_function(&tokens, kind.name()) || is_imported(&tokens, kind.name())).collect()
}

fn is_function(tokens: &[TokenTree], name: &str) -> bool {
    tokens.windows(2).any(|pair| is_word(&pair[0], "fn") && is_word(&pair[1], name))
}

/// Whether a `use` at the top of the file brings the name in.
fn is_imported(tokens: &[TokenTree], name: &str) -> bool {
    let imports = tokens.split(|token| is_sign(token, ';') || is_braces_of_an_item(token));
    let mut imports =
        imports.filter_map(|item| item.iter().position(|token| is_word(token, "use")).map(|at| &item[at..]));
    imports.any(|import| has_leaf(import, name)) || in_groups(tokens, name)
}

/// `use crate::{a, b as guard};`: braces that stand behind `::`.
fn in_groups(tokens: &[TokenTree], name: &str) -> bool {
    let mut is_use = false;
    let mut found = false;
    for (at, token) in tokens.iter().enumerate() {
        is_use |= is_word(token, "use");
        is_use &= !is_sign(token, ';');
        if let TokenTree::Group(group) = token {
            let is_list = is_use && (at > 0 && (is_sign(&tokens[at - 1], ':') || is_word(&tokens[at - 1], "use")));
            found |= is_list && in_list(&group.stream().into_iter().collect::<Vec<_>>(), name);
        }
    }
    found
}

fn in_list(list: &[TokenTree], name: &str) -> bool {
    let nested = |token: &TokenTree| match token {
        TokenTree::Group(group) => in_list(&group.stream().into_iter().collect::<Vec<_>>(), name),
        _ => false,
    };
    list.split(|token| is_sign(token, ',')).any(|leaf| has_leaf(leaf, name)) || list.iter().any(nested)
}

/// Whether the last word, which is the name that is brought in, is this one.
fn has_leaf(path: &[TokenTree], name: &str) -> bool {
    path.last().is_some_and(|last| is_word(last, name))
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

fn is_sign(token: &TokenTree, sign: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == sign)
}

fn is_braces_of_an_item(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == proc_macro2::Delimiter::Brace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exports_are_told_from_mentions() {
        for (text, expected) in [
            ("pub use crate::auth::require_user as guard;", "guard"),
            ("pub async fn middleware(event: APIEvent, next: Next) -> Response { next.run().await }", "middleware"),
            ("#[extractor]\npub fn guard() {}\npub use super::timed as middleware;", "middleware guard"),
            ("pub use crate::middleware::timed as guard;", "guard"),
            ("pub use crate::middleware;", "middleware"),
            ("pub use crate::{auth::guard, log::{timed as middleware}};", "middleware guard"),
            ("pub use crate::{guard as other, middleware::x};", ""),
            ("// guard\nfn other() { let guard = middleware(); }", ""),
            ("mod middleware {}\nuse middleware::x;", ""),
            ("struct A { guard: u8 }\nuse crate::guard;", "guard"),
            ("", ""),
        ] {
            let found: Vec<_> = exports(text).into_iter().map(StepKind::name).collect();
            assert_eq!(found.join(" "), expected, "{text}");
        }
    }
}
