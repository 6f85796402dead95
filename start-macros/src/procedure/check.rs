//! Checks: what was written becomes a procedure, or a list of everything that is wrong with it. Decisions only.

use syn::ReturnType;

use crate::adapter::StepKind;
use crate::item::function::Function;
use crate::procedure::args::Args;
use crate::procedure::input::{self, arguments};
use crate::procedure::kind::Kind;
use crate::procedure::name;
use crate::signature;
use crate::signature::arguments::Argument;

/// A checked procedure.
pub struct Procedure<'a> {
    pub kind: Kind,
    pub name: Option<String>,
    pub deprecated: bool,
    /// Middleware and guards, outermost first.
    pub steps: Vec<(StepKind, syn::Path)>,
    /// What guards and middleware may read of it.
    pub meta: Vec<syn::Expr>,
    pub function: &'a Function,
    pub arguments: Vec<Argument<'a>>,
}

impl Procedure<'_> {
    /// Its name, without those of the modules around it.
    pub fn path(&self) -> String {
        self.name.clone().unwrap_or_else(|| name::camel_case(&self.function.sig.ident.to_string()))
    }
}

/// Checks a function against its attribute. Every mistake is added to `errors`.
pub fn procedure<'a>(
    kind: Kind,
    args: Args,
    function: &'a Function,
    errors: &mut Vec<syn::Error>,
) -> Option<Procedure<'a>> {
    let errors_before = errors.len();
    signature::check(function, errors);
    signature::arguments::check(function, input::UNNAMED, errors);
    let arguments = arguments(function, errors);
    if kind == Kind::Subscription && matches!(function.sig.output, ReturnType::Default) {
        let message = "a subscription returns a stream: write `-> impl Stream<Item = T>`";
        errors.push(syn::Error::new(function.sig.ident.span(), message));
    }
    if args.name.is_none()
        && let Some(fault) = name::fault_of_function(&function.sig.ident.to_string(), kind.attribute())
    {
        errors.push(syn::Error::new(function.sig.ident.span(), fault));
    }
    if kind != Kind::Mutation {
        errors.extend(input::body(function).map(|ty| {
            let message = format!(
                "a {} is called by GET, which has no body: write `#[trpc::mutation]`, or take JSON, `input: T`",
                kind.word()
            );
            syn::Error::new_spanned(ty, message)
        }));
    }
    if errors.len() > errors_before {
        return None;
    }
    let Args { name, deprecated, middleware, guards, meta } = args;
    let of_kind = |kind| move |path| (kind, path);
    let middleware = middleware.into_iter().map(of_kind(StepKind::Middleware));
    let steps = middleware.chain(guards.into_iter().map(of_kind(StepKind::Guard))).collect();
    let deprecated = deprecated || function.is_deprecated();
    Some(Procedure { kind, name: name.map(|name| name.value()), deprecated, steps, meta, function, arguments })
}
