//! The model of a function: its signature, and its body as tokens.
//!
//! The body stays opaque: a half-typed body must not make the attribute fail, or editors lose
//! completion inside of it.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::{Attribute, Expr, ExprLit, Lit, Meta, Signature, Visibility};

/// A function whose body has not been read.
pub struct Function {
    pub attrs: Vec<Attribute>,
    pub vis: Visibility,
    pub sig: Signature,
    /// The braces and everything between them.
    pub body: TokenStream,
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

impl Function {
    /// The doc comment: its lines joined, without the leading space of each line.
    pub fn docs(&self) -> String {
        let lines: Vec<String> = self.attrs.iter().filter_map(doc_text).flat_map(|text| unindented(&text)).collect();
        lines.join("\n").trim().to_owned()
    }

    /// The `#[cfg(…)]` attributes, which the generated code has to share.
    pub fn cfgs(&self) -> impl Iterator<Item = &Attribute> {
        self.attrs.iter().filter(|attr| attr.path().is_ident("cfg"))
    }

    /// Whether the function carries Rust's own `#[deprecated]`.
    pub fn is_deprecated(&self) -> bool {
        self.attrs.iter().any(|attr| attr.path().is_ident("deprecated"))
    }
}

/// The text of `#[doc = "…"]`, which is what a doc comment is.
fn doc_text(attr: &Attribute) -> Option<String> {
    match &attr.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => match &meta.value {
            Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

fn unindented(text: &str) -> Vec<String> {
    text.split('\n').map(|line| line.strip_prefix(' ').unwrap_or(line).to_owned()).collect()
}
