//! The model of an inline module: its handlers, its inner modules, and everything else as tokens.

use proc_macro2::{Delimiter, TokenTree};
use syn::parse::ParseStream;
use syn::parse::discouraged::Speculative as _;
use syn::{Attribute, Ident, Token, Visibility};

use crate::item::ItemSpec;
use crate::item::function::Function;

/// An inline module that holds handlers.
pub struct Module {
    pub attrs: Vec<Attribute>,
    pub vis: Visibility,
    pub token: Token![mod],
    pub ident: Ident,
    pub items: Vec<ModuleItem>,
}

/// An item of such a module.
pub enum ModuleItem {
    /// A function that has an attribute of ours, or the name of a handler.
    Handler { attribute: Option<Attribute>, function: Box<Function> },
    /// A module with an attribute of ours.
    Module { attribute: Attribute, module: Box<Module> },
    /// Anything else, untouched.
    Other(TokenTree),
}

impl Module {
    /// Reads a module; one without a body is an error.
    pub fn parse(input: ParseStream<'_>, spec: &ItemSpec) -> syn::Result<Self> {
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
            if let Some(item) = at_item.then(|| handler_or_module(&content, spec)).flatten() {
                items.push(item);
                continue;
            }
            let token: TokenTree = content.parse()?;
            at_item = ends_item(&token);
            items.push(ModuleItem::Other(token));
        }
        Ok(Self { attrs, vis, token, ident, items })
    }

    /// Whether the module has a `#[cfg(…)]`.
    pub fn has_cfg(&self) -> bool {
        self.attrs.iter().any(|attr| attr.path().is_ident("cfg"))
    }
}

/// A handler or a module of ours at this place; `None` leaves the place as it is.
fn handler_or_module(input: ParseStream<'_>, spec: &ItemSpec) -> Option<ModuleItem> {
    let fork = input.fork();
    if let Ok(mut function) = fork.parse::<Function>() {
        let attribute = take_ours(&mut function.attrs, spec);
        if attribute.is_none() && !(spec.is_handler)(&function.sig.ident.to_string()) {
            return None;
        }
        input.advance_to(&fork);
        return Some(ModuleItem::Handler { attribute, function: Box::new(function) });
    }
    let fork = input.fork();
    let mut module = Module::parse(&fork, spec).ok()?;
    let attribute = take_ours(&mut module.attrs, spec)?;
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

fn take_ours(attrs: &mut Vec<Attribute>, spec: &ItemSpec) -> Option<Attribute> {
    attrs.iter().position(spec.is_ours).map(|at| attrs.remove(at))
}
