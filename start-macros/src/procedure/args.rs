//! The arguments of `#[trpc::query(…)]` and its siblings.

use syn::{Expr, Ident, LitStr, Path};

use crate::grammar::suggest::closest;
use crate::item::options::{AttributeArgs, OptionSpec, Takes};
use crate::procedure::name;

/// The arguments as written.
#[derive(Default)]
pub struct Args {
    pub name: Option<LitStr>,
    pub deprecated: bool,
    pub middleware: Vec<Path>,
    pub guards: Vec<Path>,
    pub meta: Vec<Expr>,
}

const INPUT: &str = "the input is an argument of the function: write `async fn hello(input: String) -> String`";
const ROUTE: &str = "this belongs to the route that serves the procedures: write it in `#[api_route(…)]` there";

impl AttributeArgs for Args {
    const OPTIONS: &'static [OptionSpec<Self>] = &[
        OptionSpec { name: "deprecated", takes: Takes::Nothing(|args| args.deprecated = true) },
        OptionSpec {
            name: "middleware",
            takes: Takes::Value {
                expected: "`middleware` takes functions: write `middleware = timed`, or `middleware = (timed, logged)`, the outermost first",
                read: |args, value| value.paths().map(|middleware| args.middleware = middleware),
            },
        },
        OptionSpec {
            name: "guard",
            takes: Takes::Value {
                expected: "`guard` takes functions with `#[extractor]`: write `guard = require_user`, or `guard = (require_user, require_admin)`",
                read: |args, value| value.paths().map(|guards| args.guards = guards),
            },
        },
        OptionSpec {
            name: "meta",
            takes: Takes::Value {
                expected: "`meta` takes values: write `meta = Role::Admin`, or `meta = (Role::Admin, Cost(5))`",
                read: |args, value| value.values().map(|meta| args.meta = meta),
            },
        },
    ];
    const NOT_OPTIONS: &'static [(&'static str, &'static str)] = &[
        ("name", "the name is written as it is: `#[trpc::query(\"greeting.hello\")]`"),
        ("guards", "write `guard = require_user`, or `guard = (require_user, require_admin)`"),
        ("middlewares", "write `middleware = timed`, or `middleware = (timed, logged)`"),
        ("input", INPUT),
        ("output", "the output is what the function returns: write `-> Student`"),
        ("method", "the kind of the procedure says it: queries answer GET, mutations POST"),
        ("status", "return `trpc::Error` for another status than 200"),
        ("security", "write `guard = require_user`, and `#[extractor(security = …)]` above that function"),
        ("body_limit", ROUTE),
        ("rate_limit", ROUTE),
        ("tag", ROUTE),
        ("hidden", ROUTE),
    ];
    const WRITTEN_OUT: &'static str = "the name is written out as text, such as \"greeting.hello\": constants and macros are not known yet when the attribute is read";
    const EXPECTED: &'static str =
        "expected the name of the procedure, such as \"greeting.hello\", or an option such as `guard = require_user`";

    fn text(&mut self, name: LitStr) -> syn::Result<()> {
        if self.name.is_some() {
            let message = "a procedure has one name: write a second attribute on a second function";
            return Err(syn::Error::new(name.span(), message));
        }
        let fault = name::fault(&name.value()).map(|fault| syn::Error::new(name.span(), fault));
        self.name = Some(name);
        fault.map_or(Ok(()), Err)
    }

    fn word(&mut self, _: &Ident) -> bool {
        false
    }

    fn unknown(name: &str, _: bool) -> String {
        let options: Vec<&str> = Self::OPTIONS.iter().map(|option| option.name).collect();
        match closest(name, options.iter().copied()) {
            Some(known) => format!("`{name}` is not an option of a procedure: did you mean `{known}`?"),
            None => format!(
                "`{name}` is not an option of a procedure ({}); a name is a text, such as \"greeting.hello\"",
                options.join(", ")
            ),
        }
    }
}
