//! The methods that a route answers: the ones that its attribute names, or else the one that its
//! function is named after.

use syn::Ident;

use crate::grammar::suggest::closest;
use crate::route::args::Args;
use crate::route::kind::Kind;

/// The methods that a route can have. `ANY` stands for every method without a handler of its own.
pub const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "ANY"];

/// What a socket has in the place of a method.
pub const SOCKET: &str = "WS";

/// The method of this name, if there is one.
pub fn method(name: &str) -> Option<&'static str> {
    METHODS.into_iter().find(|method| *method == name)
}

/// The methods of a function's route.
pub fn methods(args: &Args, kind: Kind, function: &Ident, errors: &mut Vec<syn::Error>) -> Vec<&'static str> {
    let name = function.to_string();
    if kind == Kind::Page {
        if let Some((method, span)) = args.methods.iter().find(|(method, _)| *method != "GET") {
            errors.push(syn::Error::new(
                *span,
                format!("a page answers GET and HEAD: write `#[api_route({method}, …)]` for the rest"),
            ));
        }
        return vec!["GET"];
    }
    if kind == Kind::Socket {
        if let Some((method, span)) = args.methods.first() {
            errors.push(syn::Error::new(
                *span,
                format!("a WebSocket has no method: leave `{method}` out, and write `#[api_route({method}, …)]` for another route of this path"),
            ));
        }
        return vec![SOCKET];
    }
    let mut found: Vec<&'static str> = Vec::new();
    for (method, span) in &args.methods {
        if found.contains(method) {
            errors.push(syn::Error::new(*span, format!("`{method}` is written twice")));
        } else {
            found.push(method);
        }
    }
    match (found.is_empty(), method(&name)) {
        (true, Some(method)) => vec![method],
        (false, Some(method)) if !found.contains(&method) => {
            let message = format!(
                "the function is called `{method}` but the attribute says {}: rename the function or leave the method out",
                found.join(", ")
            );
            errors.push(syn::Error::new(function.span(), message));
            found
        }
        (false, _) => found,
        // The argument that could not be read may have been the method.
        (true, None) if args.broken && meant_method(&name).is_none() => found,
        (true, None) => {
            errors.push(syn::Error::new(function.span(), no_method(&name)));
            found
        }
    }
}

fn meant_method(name: &str) -> Option<&'static str> {
    method(&name.to_uppercase())
        .or_else(|| closest(name, METHODS).filter(|_| name.len() > 2 && name.chars().all(char::is_uppercase)))
}

fn no_method(name: &str) -> String {
    match meant_method(name) {
        Some(method) => format!("`{name}` is not an HTTP method: write `{method}`"),
        None => format!(
            "which method does `{name}` answer? Name the function GET, POST, PUT, PATCH, DELETE, HEAD, OPTIONS or ANY, or write it first: `#[api_route(GET, \"/…\")]`"
        ),
    }
}
