//! The model of a function: its signature, and its body as tokens.
//!
//! The body stays opaque: a half-typed body must not make the attribute fail, or editors lose
//! completion inside of it.

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::parse::{Parse, ParseStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Attribute, Expr, ExprLit, Lit, Meta, Signature, Token, Visibility};

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
    /// The doc comment, piece by piece. The value of `#[doc = …]` may be a macro, which only the compiler expands.
    pub fn docs(&self) -> Vec<Doc> {
        self.attrs.iter().flat_map(unwrapped).filter_map(Doc::of).collect()
    }

    /// The conditions under which the function carries Rust's own `#[deprecated]` by a `cfg_attr`.
    pub fn deprecated_if(&self) -> Vec<Meta> {
        let deprecated = self.attrs.iter().flat_map(unwrapped).filter(|(meta, ..)| meta.path().is_ident("deprecated"));
        deprecated.filter_map(|(_, condition, _)| condition).collect()
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

/// A piece of documentation.
pub struct Doc {
    pub text: DocSource,
    /// The condition of a `cfg_attr` around it.
    pub condition: Option<Meta>,
}

pub enum DocSource {
    /// A doc comment, without its slashes and stars.
    Comment(String),
    /// The value of `#[doc = …]`.
    Value(Box<Expr>),
}

impl Doc {
    fn of((meta, condition, source): (Meta, Option<Meta>, Option<String>)) -> Option<Self> {
        let Meta::NameValue(meta) = meta else { return None };
        if !meta.path.is_ident("doc") {
            return None;
        }
        let text = match (meta.value, source.as_deref()) {
            (Expr::Lit(ExprLit { lit: Lit::Str(text), .. }), Some(source)) if source.starts_with("//") => {
                DocSource::Comment(text.value())
            }
            (Expr::Lit(ExprLit { lit: Lit::Str(text), .. }), Some(source)) if source.starts_with("/*") => {
                DocSource::Comment(without_stars(&text.value()))
            }
            (value, _) => DocSource::Value(Box::new(value)),
        };
        Some(Self { text, condition })
    }
}

/// The attribute itself, or those in a `cfg_attr` with their condition; and what stands in the source.
fn unwrapped(attr: &Attribute) -> Vec<(Meta, Option<Meta>, Option<String>)> {
    if !attr.path().is_ident("cfg_attr") {
        return vec![(attr.meta.clone(), None, attr.pound_token.span().source_text())];
    }
    let metas = attr.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated).unwrap_or_default();
    let mut metas = metas.into_iter();
    let condition = metas.next();
    metas.map(|meta| (meta, condition.clone(), None)).collect()
}

/// The text of a block comment without the column of stars, if it has one, as rustdoc reads it.
fn without_stars(text: &str) -> String {
    let lines: Vec<&str> = text.lines().collect();
    // The first line stands behind the opening of the comment: it need not have a star.
    let first = usize::from(lines.first().is_some_and(|line| !line.trim_start().starts_with('*')));
    let mut column = None;
    for line in lines[first.min(lines.len())..].iter().filter(|line| !line.trim().is_empty()) {
        let star = line.find('*').filter(|star| line[..*star].trim().is_empty());
        if star.is_none() || column.is_some_and(|column| star != Some(column)) {
            return text.to_owned();
        }
        column = star;
    }
    let Some(column) = column else { return text.to_owned() };
    let bare = |line: &&str| {
        let star = line.find('*').filter(|star| *star == column && line[..*star].trim().is_empty());
        star.map_or(*line, |star| &line[star + 1..]).to_owned()
    };
    lines.iter().map(bare).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::without_stars;

    #[test]
    fn a_column_of_stars_is_no_text() {
        let cases = [
            (" * One. ", " One. "),
            ("\n * One.\n *\n *   code\n ", "\n One.\n\n   code\n "),
            (" One.\n * Two.\n", " One.\n Two."),
            ("\n One.\n Two.\n", "\n One.\n Two.\n"),
            ("\n * one\n   two\n", "\n * one\n   two\n"),
            (" é größe *\n * Two.\n *日", " é größe *\n Two.\n日"),
            ("", ""),
        ];
        for (text, expected) in cases {
            assert_eq!(without_stars(text), expected, "{text:?}");
        }
    }
}
