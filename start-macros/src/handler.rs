//! The model of an annotated item: a function by its signature, a module by its handlers.
//!
//! Bodies stay opaque tokens: a half-typed body must not make the attribute fail, or editors lose
//! completion inside of it.

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::discouraged::Speculative as _;
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Expr, ExprLit, Ident, Lit, Meta, Pat, Signature, Token, Visibility};

use crate::args::method;
use crate::route::Kind;

/// A function; its body is not read.
pub struct Function {
    pub attrs: Vec<Attribute>,
    pub vis: Visibility,
    pub sig: Signature,
    body: TokenStream,
}

/// An inline module that holds handlers.
pub struct Module {
    pub attrs: Vec<Attribute>,
    vis: Visibility,
    token: Token![mod],
    pub ident: Ident,
    pub items: Vec<ModuleItem>,
}

/// An item of such a module.
pub enum ModuleItem {
    /// A function that is called like a method or has an attribute of ours.
    Handler { attribute: Option<Attribute>, function: Box<Function> },
    /// A module with an attribute of ours.
    Module { attribute: Attribute, module: Box<Module> },
    /// Anything else, untouched.
    Other(TokenTree),
}

/// What an attribute may stand on.
pub enum Item {
    Function(Box<Function>),
    Module(Box<Module>),
}

impl Parse for Item {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let fork = input.fork();
        if let Ok(function) = fork.parse() {
            input.advance_to(&fork);
            return Ok(Self::Function(Box::new(function)));
        }
        let fork = input.fork();
        Attribute::parse_outer(&fork)?;
        fork.parse::<Visibility>()?;
        if fork.peek(Token![mod]) {
            return Ok(Self::Module(Box::new(input.parse()?)));
        }
        Err(fork
            .error("a route is a function or an inline module: `async fn GET() -> … { … }` or `mod students { … }`"))
    }
}

impl Parse for Function {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        Ok(Self {
            attrs: Attribute::parse_outer(input)?,
            vis: input.parse()?,
            sig: input.parse()?,
            body: body(input)?.into(),
        })
    }
}

fn body(input: ParseStream<'_>) -> syn::Result<TokenTree> {
    match input.parse()? {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Ok(group.into()),
        other => Err(syn::Error::new(other.span(), "a handler needs a body")),
    }
}

impl Parse for Module {
    fn parse(input: ParseStream<'_>) -> syn::Result<Self> {
        let mut attrs = Attribute::parse_outer(input)?;
        let (vis, token, ident) = (input.parse()?, input.parse()?, input.parse()?);
        if input.peek(Token![;]) {
            let cure = "the attribute works on a module with a body, `mod students { … }`: put it on the functions in the module's file instead";
            return Err(input.error(cure));
        }
        let content;
        syn::braced!(content in input);
        attrs.extend(Attribute::parse_inner(&content)?);
        let mut items = Vec::new();
        let mut at_item = true;
        while !content.is_empty() {
            if let Some(item) = at_item.then(|| route_item(&content)).flatten() {
                items.push(item);
                continue;
            }
            let token: TokenTree = content.parse()?;
            at_item = ends_item(&token);
            items.push(ModuleItem::Other(token));
        }
        Ok(Self { attrs, vis, token, ident, items })
    }
}

/// A handler or a module of ours at this place; `None` leaves the place as it is.
fn route_item(input: ParseStream<'_>) -> Option<ModuleItem> {
    let fork = input.fork();
    if let Ok(mut function) = fork.parse::<Function>() {
        let attribute = take_route_attribute(&mut function.attrs);
        if attribute.is_none() && method(&function.sig.ident.to_string()).is_none() {
            return None;
        }
        input.advance_to(&fork);
        return Some(ModuleItem::Handler { attribute, function: Box::new(function) });
    }
    let fork = input.fork();
    let mut module = fork.parse::<Module>().ok()?;
    let attribute = take_route_attribute(&mut module.attrs)?;
    input.advance_to(&fork);
    Some(ModuleItem::Module { attribute, module: Box::new(module) })
}

fn ends_item(token: &TokenTree) -> bool {
    match token {
        TokenTree::Punct(punct) => punct.as_char() == ';',
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Ident(_) | TokenTree::Literal(_) => false,
    }
}

fn take_route_attribute(attrs: &mut Vec<Attribute>) -> Option<Attribute> {
    attrs.iter().position(|attr| Kind::of(attr).is_some()).map(|at| attrs.remove(at))
}

impl Function {
    /// The function as written, with room for a name in capitals.
    pub fn untouched(&self) -> TokenStream {
        let Self { attrs, vis, sig, body } = self;
        quote::quote! { #(#attrs)* #[allow(non_snake_case, clippy::future_not_send, clippy::unused_async)] #vis #sig #body }
    }

    /// The braces and what is in them.
    pub fn body(&self) -> &TokenStream {
        &self.body
    }

    /// The doc comment, lines joined, one leading space of each line left out.
    pub fn docs(&self) -> String {
        docs(&self.attrs)
    }

    /// `#[cfg(…)]` attributes, which the generated code has to share.
    pub fn cfgs(&self) -> impl Iterator<Item = &Attribute> {
        self.attrs.iter().filter(|attr| attr.path().is_ident("cfg"))
    }

    /// Whether the function carries Rust's own `#[deprecated]`.
    pub fn is_deprecated(&self) -> bool {
        self.attrs.iter().any(|attr| attr.path().is_ident("deprecated"))
    }
}

impl Module {
    /// The module with each handler as written, followed by what `generated` gives for it.
    pub fn with(&self, generated: &TokenStream) -> TokenStream {
        let Self { attrs, vis, token, ident, .. } = self;
        let (inner, outer): (Vec<_>, Vec<_>) =
            attrs.iter().partition(|attr| matches!(attr.style, syn::AttrStyle::Inner(_)));
        let body = quote::quote! { #(#inner)* #generated };
        let body = Group::new(Delimiter::Brace, body);
        quote::quote! { #(#outer)* #vis #token #ident #body }
    }
}

fn docs(attrs: &[Attribute]) -> String {
    let lines = attrs.iter().filter(|attr| attr.path().is_ident("doc")).filter_map(|attr| match &attr.meta {
        Meta::NameValue(meta) => match &meta.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    });
    let lines: Vec<String> = lines
        .flat_map(|text| {
            text.split('\n').map(|line| line.strip_prefix(' ').unwrap_or(line).to_owned()).collect::<Vec<_>>()
        })
        .collect();
    lines.join("\n").trim().to_owned()
}

/// The name of an argument: of `year` in `year: u16`, of `body` in `Json(body): Json<Body>`.
pub fn argument_name(pattern: &Pat) -> Option<&Ident> {
    match pattern {
        Pat::Ident(pattern) => Some(&pattern.ident),
        Pat::TupleStruct(pattern) if pattern.elems.len() == 1 => argument_name(&pattern.elems[0]),
        _ => None,
    }
}

/// The text of an identifier, `type` for `r#type`.
pub fn unraw(ident: &Ident) -> String {
    let text = ident.to_string();
    text.strip_prefix("r#").map_or_else(|| text.clone(), str::to_owned)
}

/// The text of a type as a person writes it.
pub fn type_text(ty: &impl ToTokens) -> String {
    let text = ty.to_token_stream().to_string();
    text.replace(" :: ", "::")
        .replace(" < ", "<")
        .replace(" > ", ">")
        .replace(" >", ">")
        .replace(" ,", ",")
        .replace("& ", "&")
}
