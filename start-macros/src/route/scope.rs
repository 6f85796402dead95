//! What a handler inherits from the modules around it: the prefix of its path, and options.

use proc_macro2::Span;
use syn::{Expr, LitStr, Path};

use crate::adapter::StepKind;
use crate::route::args::{Args, Response};
use crate::route::kind::Kind;
use crate::route::path::{join, segments};
use crate::route::rate::RateLimit;

/// The attributes of the modules around an item, joined.
pub struct Scope {
    pub kind: Kind,
    pub prefix: String,
    pub prefix_span: Span,
    pub options: SharedOptions,
    /// Whether a module around has a `#[cfg(…)]`.
    pub cfg: bool,
}

/// The options that a module hands to its handlers.
#[derive(Clone, Default)]
pub struct SharedOptions {
    pub tag: Option<String>,
    pub hidden: bool,
    pub deprecated: bool,
    pub security: Option<String>,
    pub body_limit: Option<Expr>,
    /// Outermost first; of one attribute, middleware before guards.
    pub steps: Vec<StepPath>,
    pub rate_limit: Option<RateLimit>,
    pub rate_limit_by: Option<FunctionPath>,
    pub responses: Vec<Response>,
}

/// A middleware or a guard, as an attribute names it.
#[derive(Clone)]
pub struct StepPath {
    pub kind: StepKind,
    pub path: Path,
    /// How many modules stand between the attribute and the function.
    pub up: usize,
}

/// Another function that an attribute names.
#[derive(Clone)]
pub struct FunctionPath {
    pub path: Path,
    /// How many modules stand between the attribute and the function.
    pub up: usize,
}

impl Scope {
    /// The scope outside all modules.
    pub fn outermost(kind: Kind, prefix: String) -> Self {
        Self { kind, prefix, prefix_span: Span::call_site(), options: SharedOptions::default(), cfg: false }
    }

    /// The scope inside a module with these arguments. Arguments that a module cannot have add errors.
    pub fn inside_module(&self, args: &Args, errors: &mut Vec<syn::Error>) -> Self {
        if let Some((_, span)) = args.methods.first() {
            errors.push(syn::Error::new(
                *span,
                "a module has no method: name its functions GET, POST, … or put the method on a function",
            ));
        }
        if let Some((_, span)) = args.status {
            errors.push(syn::Error::new(span, "`status` belongs to one handler: put it on the function"));
        }
        let own = args.path.as_ref().map(LitStr::value);
        let prefix = join(&self.prefix, own.as_deref().unwrap_or_default());
        let prefix_span = args.path.as_ref().map_or(self.prefix_span, LitStr::span);
        if !prefix.is_empty() {
            errors.extend(segments(&prefix, prefix_span).err().into_iter().flatten());
        }
        let mut options = self.options.with(args);
        options.steps.iter_mut().for_each(|step| step.up += 1);
        options.rate_limit_by.iter_mut().for_each(|path| path.up += 1);
        Self { kind: self.kind, prefix, prefix_span, options, cfg: self.cfg }
    }

    /// The same scope for an item whose own attribute makes this kind of route.
    pub fn of_kind(&self, kind: Kind) -> Self {
        Self { kind, prefix: self.prefix.clone(), options: self.options.clone(), ..*self }
    }
}

impl SharedOptions {
    /// These options, where an attribute inside does not say otherwise.
    pub fn with(&self, args: &Args) -> Self {
        let own = |status: u16| args.responses.iter().any(|response| response.status == status);
        let outer = self.responses.iter().filter(|response| !own(response.status));
        let of_kind = |kind| move |path: &Path| StepPath { kind, path: path.clone(), up: 0 };
        let middleware = args.middleware.iter().map(of_kind(StepKind::Middleware));
        let guards = args.guards.iter().map(of_kind(StepKind::Guard));
        let by = args.rate_limit_by.as_ref().map(|path| FunctionPath { path: path.clone(), up: 0 });
        Self {
            steps: self.steps.iter().cloned().chain(middleware).chain(guards).collect(),
            rate_limit: args.rate_limit.or(self.rate_limit),
            rate_limit_by: by.or_else(|| self.rate_limit_by.clone()),
            tag: args.tag.as_ref().map(LitStr::value).or_else(|| self.tag.clone()),
            hidden: args.hidden || self.hidden,
            deprecated: args.deprecated || self.deprecated,
            security: args.security.as_ref().map(LitStr::value).or_else(|| self.security.clone()),
            body_limit: args.body_limit.as_ref().or(self.body_limit.as_ref()).cloned(),
            responses: outer.chain(&args.responses).cloned().collect(),
        }
    }
}
