//! What stands in the parentheses of an attribute: methods, a path, options.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser as _};
use syn::spanned::Spanned as _;
use syn::{Expr, Ident, Lit, LitInt, LitStr, Token};

use crate::grammar::suggest::closest;

/// The methods that a route can have. `ANY` is every method that has no handler of its own.
pub const METHODS: [&str; 8] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "ANY"];

const STATUS: &str = "`status` takes a final HTTP status from 200 to 599: write `status = 201`";
const TAG: &str = "`tag` takes a text: write `tag = \"students\"`";

const SECURITY: &str = "`security` takes the name of a security scheme: write `security = \"token\"`";
const BODY_LIMIT: &str = "`body_limit` takes a number of bytes: write `body_limit = 64 * 1024 * 1024`";

const OPTIONS: [&str; 6] = ["status", "tag", "hidden", "deprecated", "security", "body_limit"];

/// The arguments of `#[api_route(…)]` or `#[page_route(…)]`, as written.
#[derive(Default)]
pub struct Args {
    pub methods: Vec<(&'static str, Span)>,
    pub path: Option<LitStr>,
    pub status: Option<(u16, Span)>,
    pub tag: Option<LitStr>,
    pub hidden: bool,
    pub deprecated: bool,
    pub security: Option<LitStr>,
    pub body_limit: Option<Expr>,
    /// Whether an argument could not be read: what seems to be missing may be that one.
    pub broken: bool,
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
                args.broken = true;
            }
        }
        args
    }

    fn argument(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        if input.peek(LitStr) {
            self.set_path(input.parse()?)?;
            return end(input);
        }
        let Ok(name) = input.parse::<Ident>() else {
            return Err(input.error(
                "expected a path such as \"/api/students\", a method such as GET, or an option such as `status = 201`",
            ));
        };
        if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            self.set_option(&name, input)?;
            return end(input);
        }
        if input.peek(Token![!]) || input.peek(Token![::]) {
            return Err(syn::Error::new(
                name.span(),
                "an argument is written out: macros and constants are not known yet when the attribute is read",
            ));
        }
        match (method(&name.to_string()), name.to_string().as_str()) {
            (Some(method), _) => self.methods.push((method, name.span())),
            (None, "hidden") => self.hidden = true,
            (None, "deprecated") => self.deprecated = true,
            (None, "status") => return Err(syn::Error::new(name.span(), STATUS)),
            (None, "security") => return Err(syn::Error::new(name.span(), SECURITY)),
            (None, "tag") => return Err(syn::Error::new(name.span(), TAG)),
            (None, "body_limit") => return Err(syn::Error::new(name.span(), BODY_LIMIT)),
            (None, _) => return Err(unknown(&name)),
        }
        end(input)
    }

    fn set_path(&mut self, path: LitStr) -> syn::Result<()> {
        if let Some(method) = method(&path.value().to_uppercase()) {
            return Err(syn::Error::new(path.span(), format!("a method is written without quotes: `{method}`")));
        }
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
            "status" if self.status.is_some() => return Err(twice(name)),
            "status" => self.status = Some(status(input)?),
            "tag" if self.tag.is_some() => return Err(twice(name)),
            "tag" => {
                self.tag = Some(input.parse().map_err(|error: syn::Error| syn::Error::new(error.span(), TAG))?);
            }
            "security" if self.security.is_some() => return Err(twice(name)),
            "security" => {
                self.security =
                    Some(input.parse().map_err(|error: syn::Error| syn::Error::new(error.span(), SECURITY))?);
            }
            "body_limit" if self.body_limit.is_some() => return Err(twice(name)),
            "body_limit" => self.body_limit = Some(body_limit(name, input)?),
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
    let literal: LitInt = input.parse().map_err(|_| syn::Error::new(span, STATUS))?;
    match literal.base10_parse::<u16>() {
        Ok(status @ 200..=599) => Ok((status, literal.span())),
        _ => Err(syn::Error::new(literal.span(), STATUS)),
    }
}

/// Any expression, because a limit is often a constant of the program. What can be seen to be no number
/// of bytes is refused here, the rest by the compiler: its type is `usize`.
fn body_limit(name: &Ident, input: ParseStream<'_>) -> syn::Result<Expr> {
    let value: Expr = input.parse().map_err(|_| syn::Error::new(name.span(), BODY_LIMIT))?;
    match &value {
        Expr::Lit(literal) if !matches!(literal.lit, Lit::Int(_)) => Err(syn::Error::new(literal.span(), BODY_LIMIT)),
        _ => Ok(value),
    }
}

/// After an argument comes a comma, and commas have been taken out.
fn end(input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() { Ok(()) } else { Err(input.error("a comma is missing before this")) }
}

fn twice(name: &Ident) -> syn::Error {
    syn::Error::new(name.span(), format!("`{name}` is written twice"))
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
