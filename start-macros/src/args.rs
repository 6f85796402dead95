//! What stands in the parentheses of an attribute: methods, a path, options.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser as _};
use syn::{Ident, LitInt, LitStr, Token};

use crate::suggest::closest;

/// The methods that a route can have. `ANY` is every method that has no handler of its own.
pub const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "ANY"];

const OPTIONS: [&str; 4] = ["status", "tag", "hidden", "deprecated"];

/// The arguments of `#[api_route(…)]` or `#[page_route(…)]`, as written.
#[derive(Default)]
pub struct Args {
    pub methods: Vec<(&'static str, Span)>,
    pub path: Option<LitStr>,
    pub status: Option<(u16, Span)>,
    pub tag: Option<LitStr>,
    pub hidden: bool,
    pub deprecated: bool,
}

/// The method of this name, if there is one.
pub fn method(name: &str) -> Option<&'static str> {
    METHODS.into_iter().find(|method| *method == name)
}

impl Args {
    /// Reads the arguments; each argument that is wrong gives an error and is left out.
    pub fn parse(tokens: TokenStream, errors: &mut Vec<syn::Error>) -> Self {
        let mut args = Self::default();
        for argument in split_at_commas(tokens) {
            if let Err(error) = (|input: ParseStream<'_>| args.argument(input)).parse2(argument) {
                errors.push(error);
            }
        }
        args
    }

    fn argument(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        if input.peek(LitStr) {
            return self.set_path(input.parse()?);
        }
        let Ok(name) = input.parse::<Ident>() else {
            return Err(input.error(
                "expected a path such as \"/api/students\", a method such as GET, or an option such as `status = 201`",
            ));
        };
        if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            return self.set_option(&name, input);
        }
        match (method(&name.to_string()), name.to_string().as_str()) {
            (Some(method), _) => self.methods.push((method, name.span())),
            (None, "hidden") => self.hidden = true,
            (None, "deprecated") => self.deprecated = true,
            (None, _) => return Err(unknown(&name)),
        }
        Ok(())
    }

    fn set_path(&mut self, path: LitStr) -> syn::Result<()> {
        if self.path.is_some() {
            return Err(syn::Error::new(
                path.span(),
                "a route has one path: write a second attribute on a second function",
            ));
        }
        self.path = Some(path);
        Ok(())
    }

    fn set_option(&mut self, name: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        match name.to_string().as_str() {
            "status" => self.status = Some(status(input)?),
            "tag" => {
                let expected = "`tag` takes a text: write `tag = \"students\"`";
                self.tag = Some(input.parse().map_err(|error: syn::Error| syn::Error::new(error.span(), expected))?);
            }
            "hidden" | "deprecated" => {
                return Err(syn::Error::new(
                    name.span(),
                    format!("`{name}` takes no value: write `{name}` alone, or leave it out"),
                ));
            }
            "method" | "methods" => {
                return Err(syn::Error::new(
                    name.span(),
                    "a method is written as it is: `#[api_route(GET, \"/api/students\")]`",
                ));
            }
            "path" => {
                return Err(syn::Error::new(
                    name.span(),
                    "the path is written as it is: `#[api_route(\"/api/students\")]`",
                ));
            }
            _ => return Err(unknown(name)),
        }
        Ok(())
    }
}

fn status(input: ParseStream<'_>) -> syn::Result<(u16, Span)> {
    let span = input.span();
    let expected = "`status` takes a final HTTP status from 200 to 599: write `status = 201`";
    let literal: LitInt = input.parse().map_err(|_| syn::Error::new(span, expected))?;
    match literal.base10_parse::<u16>() {
        Ok(status @ 200..=599) => Ok((status, literal.span())),
        _ => Err(syn::Error::new(literal.span(), expected)),
    }
}

fn unknown(name: &Ident) -> syn::Error {
    let text = name.to_string();
    let message = match method(&text.to_uppercase()) {
        Some(method) => format!("`{text}` is not an HTTP method: write `{method}`"),
        None => match closest(&text, METHODS.into_iter().chain(OPTIONS)) {
            Some(known) => format!("`{text}` is neither a method nor an option: did you mean `{known}`?"),
            None => {
                format!("`{text}` is neither a method ({}) nor an option ({})", METHODS.join(", "), OPTIONS.join(", "))
            }
        },
    };
    syn::Error::new(name.span(), message)
}

fn split_at_commas(tokens: TokenStream) -> Vec<TokenStream> {
    let mut arguments = vec![TokenStream::new()];
    for token in tokens {
        match (&token, arguments.last_mut()) {
            (TokenTree::Punct(punct), _) if punct.as_char() == ',' => arguments.push(TokenStream::new()),
            (_, Some(last)) => last.extend([token]),
            (_, None) => {}
        }
    }
    arguments.retain(|argument| !argument.is_empty());
    arguments
}
