//! The arguments of `#[extractor(…)]`.

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::{BinOp, Expr, ExprLit, Ident, Lit, LitStr};

use crate::grammar::suggest::closest;
use crate::item::options::{AttributeArgs, OptionSpec, ResponseValue, Takes, Value};

/// The arguments as written.
#[derive(Default)]
pub struct Args {
    /// The schemes between the bars.
    pub security: Vec<Expr>,
    pub responses: Vec<(u16, ResponseValue)>,
}

const SECURITY: &str = "`security` takes where the credential is: write `security = bearer(\"token\")`, `basic(\"login\")`, `header(\"key\", \"X-Api-Key\")`, `cookie(\"session\", \"sid\")`, the name of a scheme that the program declares, or several of them with `|` between them";

impl Args {
    fn schemes(&mut self, value: &Value<'_>) -> syn::Result<()> {
        let span = value.input.span();
        let all: Expr = value.input.parse().map_err(|_| syn::Error::new(span, SECURITY))?;
        let mut rest = vec![all];
        while let Some(expr) = rest.pop() {
            match expr {
                Expr::Binary(both) if matches!(both.op, BinOp::BitOr(_)) => {
                    rest.push(*both.right);
                    rest.push(*both.left);
                }
                Expr::Lit(ExprLit { lit, .. }) if !matches!(lit, Lit::Str(_)) => {
                    return Err(syn::Error::new(lit.span(), SECURITY));
                }
                scheme @ (Expr::Lit(_) | Expr::Call(_) | Expr::MethodCall(_) | Expr::Path(_) | Expr::Macro(_)) => {
                    self.security.push(scheme);
                }
                other => return Err(syn::Error::new(other.span(), SECURITY)),
            }
        }
        Ok(())
    }

    fn response(&mut self, value: &Value<'_>) -> syn::Result<()> {
        let (status, span, value) = value.status_and_response()?;
        if self.responses.iter().any(|(known, _)| *known == status) {
            return Err(syn::Error::new(span, format!("{status} is written twice: say both in one text")));
        }
        if status < 300 {
            let message = "an extractor refuses: the statuses of an answer belong to the route";
            return Err(syn::Error::new(span, message));
        }
        self.responses.push((status, value));
        Ok(())
    }
}

impl AttributeArgs for Args {
    const OPTIONS: &'static [OptionSpec<Self>] = &[
        OptionSpec { name: "security", takes: Takes::Value { expected: SECURITY, read: Self::schemes } },
        OptionSpec {
            name: "responses",
            takes: Takes::List {
                expected: "`responses` takes the statuses that the function refuses with, each with a text or a type: write `responses(401 = \"No token, or a bad one\", 403 = \"Not an admin\")`",
                read: Self::response,
            },
        },
    ];
    const NOT_OPTIONS: &'static [(&'static str, &'static str)] = &[
        ("status", "the status of a refusal is that of the error which the function returns"),
        ("guard", "a guard that needs another takes its type as an argument: `user: User`"),
    ];
    const WRITTEN_OUT: &'static str = "an extractor takes options with a name, such as `security = bearer(\"token\")`";
    const EXPECTED: &'static str = "expected `security = bearer(\"token\")` or `responses(403 = \"Not an admin\")`";

    fn text(&mut self, path: LitStr) -> syn::Result<()> {
        Err(syn::Error::new(path.span(), "an extractor has no path: the routes that take its type have one"))
    }

    fn word(&mut self, _: &Ident) -> bool {
        false
    }

    fn unknown(name: &str, _: bool) -> String {
        let options: Vec<&str> = Self::OPTIONS.iter().map(|option| option.name).collect();
        match closest(name, options.iter().copied()) {
            Some(known) => format!("`{name}` is not an option of an extractor: did you mean `{known}`?"),
            None => format!("`{name}` is not an option of an extractor ({})", options.join(", ")),
        }
    }
}

/// Whether the text alone says where the credential is: the name of a scheme does not.
pub fn is_declared(scheme: &Expr) -> bool {
    !matches!(scheme, Expr::Lit(_))
}

/// The place of a scheme.
pub fn span(scheme: &Expr) -> Span {
    scheme.span()
}
