//! A route that answers clients of tRPC, which its body says: which functions it calls, for the runtime to find out whose
//! procedures these are. What the body means is the compiler's business, so this is a guess that only the docs rely on.

use proc_macro2::{Delimiter, TokenStream, TokenTree};

use crate::item::function::Function;

/// The function that answers clients of tRPC.
const HANDLER: &str = "fetch_request_handler";

/// The functions that the body calls, if one of them answers clients of tRPC; as paths without spaces.
pub fn procedure_calls(function: &Function) -> Option<Vec<String>> {
    let mut calls = Vec::new();
    collect(function.body.clone(), &mut calls);
    let is_handler = |call: &String| call.rsplit("::").next() == Some(HANDLER);
    let has_handler = calls.iter().any(is_handler);
    calls.retain(|call| !is_handler(call));
    has_handler.then_some(calls)
}

fn collect(tokens: TokenStream, calls: &mut Vec<String>) {
    let mut path = String::new();
    for token in tokens {
        match token {
            TokenTree::Ident(name) => {
                // A name behind another one begins a path.
                if !path.ends_with("::") {
                    path.clear();
                }
                path += &name.to_string();
            }
            TokenTree::Punct(sign) if sign.as_char() == ':' => path.push(':'),
            TokenTree::Group(group) => {
                let called = std::mem::take(&mut path);
                if group.delimiter() == Delimiter::Parenthesis && !called.is_empty() && !calls.contains(&called) {
                    calls.push(called);
                }
                collect(group.stream(), calls);
            }
            _ => path.clear(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::procedure_calls;
    use crate::item::function::Function;

    #[test]
    fn a_body_says_which_functions_it_calls() {
        let cases = [
            ("{ trpc::fetch_request_handler(event, \"/t\", &app_router()).await }", Some(&["app_router"][..])),
            (
                "{ let router = crate::api::router().v10(); fetch_request_handler(event, \"/t\", &router).await }",
                Some(&["crate::api::router", "v10"]),
            ),
            (
                "{ start::trpc::fetch_request_handler(event, x, self::ROUTER.get_or_init(make)) }",
                Some(&["get_or_init"]),
            ),
            ("{ fetch_request_handler }", None),
            ("{ app_router() }", None),
            ("{ if (a) { b(fetch_request_handler(c)) } }", Some(&["if", "b"])),
        ];
        for (body, expected) in cases {
            let function: Function =
                syn::parse_str(&format!("async fn f(event: APIEvent) -> Response {body}")).unwrap();
            let calls = procedure_calls(&function);
            assert_eq!(
                calls.as_deref(),
                expected.map(|calls| calls.iter().map(ToString::to_string).collect::<Vec<_>>()).as_deref(),
                "{body}"
            );
        }
    }
}
