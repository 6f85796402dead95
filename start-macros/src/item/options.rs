//! Reads what stands in the parentheses of an attribute, by a table of its options.
//!
//! An attribute has a struct for what it was given, and a table of `OptionSpec`s that fill it. To add
//! an option, add a field and a line to the table. The methods of `Value` read the kinds of
//! values that more than one attribute may take.

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::parse::{ParseStream, Parser as _};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Expr, Ident, Lit, LitInt, LitStr, Path, Token, Type};

/// One option of an attribute whose arguments are an `A`.
pub struct OptionSpec<A> {
    pub name: &'static str,
    pub takes: Takes<A>,
}

/// What an option takes.
pub enum Takes<A> {
    /// The option stands alone.
    Nothing(fn(&mut A)),
    /// The option is written `name = value`. `expected` is the error for any other value.
    Value { expected: &'static str, read: fn(&mut A, &Value<'_>) -> syn::Result<()> },
    /// The option is written `name(…)`. `read` is called for each of the members, which commas separate. `expected` is the
    /// error for any other form.
    List { expected: &'static str, read: fn(&mut A, &Value<'_>) -> syn::Result<()> },
}

/// A value that is about to be read.
pub struct Value<'a> {
    pub input: ParseStream<'a>,
    name: &'a Ident,
    expected: &'static str,
}

/// What is said of a response.
#[derive(Clone)]
pub enum ResponseValue {
    /// When it is sent.
    Text(LitStr),
    /// The type of its body, or one that documents it.
    Type(Box<Type>),
}

/// The arguments of one attribute, as it was given them.
pub trait AttributeArgs: Default + 'static {
    /// The options, in the order in which errors list them.
    const OPTIONS: &'static [OptionSpec<Self>];
    /// Names that people mistake for options, each with the right way to write it.
    const NOT_OPTIONS: &'static [(&'static str, &'static str)];
    /// The error for an argument that is neither a text nor begins with a name.
    const EXPECTED: &'static str;
    /// The error for a macro or a constant in place of a text.
    const WRITTEN_OUT: &'static str;

    /// Takes a text that stands alone.
    fn text(&mut self, text: LitStr) -> syn::Result<()>;

    /// Takes a word that stands alone and is no option; returns whether it means anything.
    fn word(&mut self, word: &Ident) -> bool;

    /// The error for a name that means nothing. `has_text` says whether a text stands beside it.
    fn unknown(name: &str, has_text: bool) -> String;
}

/// Reads the arguments; each argument that is wrong becomes an error and is left out.
pub fn parse<A: AttributeArgs>(tokens: TokenStream, errors: &mut Vec<syn::Error>) -> A {
    let arguments = split_at_commas(tokens);
    let has_text = arguments.iter().any(is_text);
    let mut reader = Reader { args: A::default(), given: Vec::new(), errors: Vec::new(), has_text };
    for argument in arguments {
        errors.extend((|input: ParseStream<'_>| reader.argument(input)).parse2(argument).err());
        errors.append(&mut reader.errors);
    }
    reader.args
}

struct Reader<A> {
    args: A,
    /// The options that have a value already.
    given: Vec<&'static str>,
    /// Mistakes inside of lists: each member that is wrong is left out.
    errors: Vec<syn::Error>,
    /// Whether one of the arguments is a text.
    has_text: bool,
}

impl<A: AttributeArgs> Reader<A> {
    fn argument(&mut self, input: ParseStream<'_>) -> syn::Result<()> {
        if input.peek(LitStr) {
            self.args.text(input.parse()?)?;
            return end(input);
        }
        let Ok(name) = input.parse::<Ident>() else { return Err(input.error(A::EXPECTED)) };
        if input.peek(Token![=]) {
            input.parse::<Token![=]>()?;
            self.option(&name, input)?;
            return end(input);
        }
        if input.peek(syn::token::Paren)
            && let Some(OptionSpec { takes: Takes::List { expected, read }, name: known }) = find::<A>(&name)
        {
            self.list(&name, known, expected, *read, input)?;
            return end(input);
        }
        if input.peek(Token![!]) || input.peek(Token![::]) {
            return Err(syn::Error::new(name.span(), A::WRITTEN_OUT));
        }
        self.word(&name)?;
        end(input)
    }

    /// Reads the members of `name(…)`.
    fn list(
        &mut self,
        name: &Ident,
        known: &'static str,
        expected: &'static str,
        read: fn(&mut A, &Value<'_>) -> syn::Result<()>,
        input: ParseStream<'_>,
    ) -> syn::Result<()> {
        let content;
        syn::parenthesized!(content in input);
        if self.given.contains(&known) {
            return Err(syn::Error::new(name.span(), format!("`{known}` is written twice")));
        }
        if content.is_empty() {
            return Err(syn::Error::new(name.span(), expected));
        }
        self.given.push(known);
        for member in split_at_commas(content.parse()?) {
            let args = &mut self.args;
            let read = |input: ParseStream<'_>| {
                read(args, &Value { input, name, expected })?;
                end(input)
            };
            self.errors.extend(read.parse2(member).err());
        }
        Ok(())
    }

    /// Reads the value of `name = value`.
    fn option(&mut self, name: &Ident, input: ParseStream<'_>) -> syn::Result<()> {
        let error = |message: &str| Err(syn::Error::new(name.span(), message));
        match find::<A>(name) {
            Some(OptionSpec { takes: Takes::Nothing(_), name }) => {
                error(&format!("`{name}` takes no value: write `{name}` alone, or leave it out"))
            }
            Some(OptionSpec { takes: Takes::List { expected, .. }, .. }) => error(expected),
            Some(OptionSpec { name, .. }) if self.given.contains(name) => error(&format!("`{name}` is written twice")),
            Some(OptionSpec { takes: Takes::Value { expected, read }, name: known }) => {
                read(&mut self.args, &Value { input, name, expected })?;
                self.given.push(known);
                Ok(())
            }
            None => match A::NOT_OPTIONS.iter().find(|(other, _)| name == other) {
                Some((_, cure)) => error(cure),
                None => error(&A::unknown(&name.to_string(), true)),
            },
        }
    }

    /// Takes a name that stands alone.
    fn word(&mut self, name: &Ident) -> syn::Result<()> {
        match find::<A>(name).map(|option| &option.takes) {
            Some(Takes::Nothing(set)) => set(&mut self.args),
            Some(Takes::Value { expected, .. } | Takes::List { expected, .. }) => {
                return Err(syn::Error::new(name.span(), expected));
            }
            None if self.args.word(name) => {}
            None => {
                let cure = A::NOT_OPTIONS.iter().find(|(other, _)| name == other).map(|(_, cure)| (*cure).to_owned());
                let message = cure.unwrap_or_else(|| A::unknown(&name.to_string(), self.has_text));
                return Err(syn::Error::new(name.span(), message));
            }
        }
        Ok(())
    }
}

fn find<A: AttributeArgs>(name: &Ident) -> Option<&'static OptionSpec<A>> {
    A::OPTIONS.iter().find(|option| name == option.name)
}

/// Returns an error unless the argument ends here. Arguments are split at commas, so anything left means that one is
/// missing.
fn end(input: ParseStream<'_>) -> syn::Result<()> {
    if input.is_empty() { Ok(()) } else { Err(input.error("a comma is missing before this")) }
}

/// Whether an argument is a text, also one that a macro has passed on.
fn is_text(argument: &TokenStream) -> bool {
    (|input: ParseStream<'_>| input.parse::<LitStr>()).parse2(argument.clone()).is_ok()
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

impl Value<'_> {
    fn unexpected(&self, span: Span) -> syn::Error {
        syn::Error::new(span, self.expected)
    }

    /// A text.
    pub fn text(&self) -> syn::Result<LitStr> {
        self.input.parse().map_err(|error: syn::Error| self.unexpected(error.span()))
    }

    /// A text, or several in brackets.
    pub fn texts(&self) -> syn::Result<Vec<LitStr>> {
        if !self.input.peek(syn::token::Bracket) {
            return Ok(vec![self.text()?]);
        }
        let content;
        let brackets = syn::bracketed!(content in self.input);
        let texts = Punctuated::<LitStr, Token![,]>::parse_terminated(&content);
        let texts: Vec<LitStr> = texts.map_err(|error| self.unexpected(error.span()))?.into_iter().collect();
        if texts.is_empty() { Err(self.unexpected(brackets.span.join())) } else { Ok(texts) }
    }

    /// A final HTTP status, with its place.
    pub fn status(&self) -> syn::Result<(u16, Span)> {
        let span = self.input.span();
        let literal: LitInt = self.input.parse().map_err(|_| self.unexpected(span))?;
        match literal.base10_parse::<u16>() {
            Ok(status @ 200..=599) => Ok((status, literal.span())),
            _ => Err(self.unexpected(literal.span())),
        }
    }

    /// `404 = "a text"` or `404 = Type`, where 404 is a final HTTP status, with its place.
    pub fn status_and_response(&self) -> syn::Result<(u16, Span, ResponseValue)> {
        let (status, span) = self.status()?;
        self.input.parse::<Token![=]>().map_err(|_| self.unexpected(span))?;
        let at = self.input.span();
        if self.input.peek(LitStr) {
            let text: LitStr = self.input.parse()?;
            if text.value().trim().is_empty() {
                return Err(syn::Error::new(text.span(), "write when this status is sent"));
            }
            return Ok((status, span, ResponseValue::Text(text)));
        }
        // A path that is a value, such as a constant, is found out by the compiler.
        if self.input.is_empty() || self.input.peek(Lit) {
            return Err(self.unexpected(if self.input.is_empty() { span } else { at }));
        }
        match self.input.parse()? {
            ty @ (Type::Path(_) | Type::Tuple(_) | Type::Reference(_) | Type::Paren(_)) => {
                Ok((status, span, ResponseValue::Type(Box::new(ty))))
            }
            other => Err(self.unexpected(other.span())),
        }
    }

    /// The path of one function.
    pub fn path(&self) -> syn::Result<Path> {
        let span = self.input.span();
        match self.paths()?.as_slice() {
            [path] => Ok(path.clone()),
            _ => Err(self.unexpected(span)),
        }
    }

    /// The path of a function, or several in parentheses.
    pub fn paths(&self) -> syn::Result<Vec<Path>> {
        let span = self.input.span();
        let paths = if self.input.peek(syn::token::Paren) {
            let content;
            syn::parenthesized!(content in self.input);
            let paths = Punctuated::<Path, Token![,]>::parse_terminated(&content);
            paths.map_err(|error| self.unexpected(error.span()))?.into_iter().collect()
        } else {
            vec![self.input.parse().map_err(|_| self.unexpected(span))?]
        };
        if paths.is_empty() || self.input.peek(syn::token::Paren) {
            return Err(self.unexpected(span));
        }
        Ok(paths)
    }

    /// A value, or several in parentheses.
    pub fn values(&self) -> syn::Result<Vec<Expr>> {
        let span = self.input.span();
        let values = match self.input.parse().map_err(|_| self.unexpected(span))? {
            Expr::Tuple(tuple) => tuple.elems.into_iter().collect(),
            value => vec![value],
        };
        if values.is_empty() { Err(self.unexpected(span)) } else { Ok(values) }
    }

    /// A number of bytes. It may be any expression, because a limit is often a constant of the program. An expression
    /// that cannot be a number is refused here; the compiler checks the rest, because the type is `usize`.
    pub fn bytes(&self) -> syn::Result<Expr> {
        let value: Expr = self.input.parse().map_err(|_| self.unexpected(self.name.span()))?;
        match &value {
            Expr::Lit(literal) if !matches!(literal.lit, Lit::Int(_)) => Err(self.unexpected(literal.span())),
            _ => Ok(value),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The arguments of an attribute that is not one of ours.
    #[derive(Default)]
    struct Tea {
        kind: Option<LitStr>,
        sugar: bool,
        cups: Vec<u16>,
        words: Vec<String>,
    }

    impl AttributeArgs for Tea {
        const OPTIONS: &'static [OptionSpec<Self>] = &[
            OptionSpec {
                name: "kind",
                takes: Takes::Value {
                    expected: "a kind of tea",
                    read: |tea, value| value.text().map(|kind| tea.kind = Some(kind)),
                },
            },
            OptionSpec { name: "sugar", takes: Takes::Nothing(|tea| tea.sugar = true) },
            OptionSpec {
                name: "cups",
                takes: Takes::List {
                    expected: "cups by their size",
                    read: |tea, value| value.status().map(|(size, _)| tea.cups.push(size)),
                },
            },
        ];
        const NOT_OPTIONS: &'static [(&'static str, &'static str)] = &[("milk", "not in this house")];
        const EXPECTED: &'static str = "tea";
        const WRITTEN_OUT: &'static str = "no macros";

        fn text(&mut self, text: LitStr) -> syn::Result<()> {
            self.words.push(text.value());
            Ok(())
        }

        fn word(&mut self, word: &Ident) -> bool {
            self.words.push(word.to_string());
            word == "hot"
        }

        fn unknown(name: &str, _: bool) -> String {
            format!("{name}?")
        }
    }

    fn read(text: &str) -> (Tea, Vec<String>) {
        let mut errors = Vec::new();
        let tea = parse(text.parse().expect("tokens"), &mut errors);
        (tea, errors.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn options_go_where_the_table_says() {
        let (tea, errors) = read("\"now\", hot, kind = \"green\", sugar");
        assert_eq!(errors, [""; 0]);
        assert_eq!(tea.kind.map(|kind| kind.value()).as_deref(), Some("green"));
        assert!(tea.sugar);
        assert_eq!(tea.words, ["now", "hot"]);
    }

    #[test]
    fn a_list_is_read_member_by_member() {
        let (tea, errors) = read("cups(200, big, 300 400, 500,)");
        assert_eq!(errors, ["cups by their size", "a comma is missing before this"]);
        assert_eq!(tea.cups, [200, 300, 500]);
        for text in ["cups", "cups()", "cups = 200"] {
            assert_eq!(read(text).1, ["cups by their size"], "{text}");
        }
        assert_eq!(read("cups(200), cups(300)").1, ["`cups` is written twice"]);
    }

    #[test]
    fn every_argument_that_is_wrong_is_reported() {
        let cases: [(&str, &[&str]); 9] = [
            ("kind", &["a kind of tea"]),
            ("kind = 1", &["a kind of tea"]),
            ("kind = 1, kind = \"green\"", &["a kind of tea"]),
            ("kind = \"green\", kind = 1", &["`kind` is written twice"]),
            ("sugar = 2", &["`sugar` takes no value: write `sugar` alone, or leave it out"]),
            ("milk = 1", &["not in this house"]),
            ("cold, lemon = 1", &["cold?", "lemon?"]),
            ("1", &["tea"]),
            ("hot sugar", &["a comma is missing before this"]),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text).1, expected, "{text}");
        }
    }
}
