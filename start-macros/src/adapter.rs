//! Tokens that every record needs: the function itself, and what calls it, describes it and submits
//! its record. No decisions here.
//!
//! Invariants: generated code names nothing in the user's module, uses absolute paths only, and keeps
//! the span of the user's type wherever that type can be wrong.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned as _;
use syn::{Path, ReturnType, Token, Type};

use crate::item::function::{Doc, DocSource, Function};
use crate::signature::arguments::{Argument, ParamKind, Source};
use crate::signature::guards::may_be_guard;

/// How a text that a function returns is sent.
#[derive(Clone, Copy)]
pub enum Text {
    Plain,
    Html,
}

/// How a function answers.
pub enum Way {
    /// With the value that it returns.
    Answer,
    /// By messages, behind a handshake. These are the tokens of its options.
    Socket(TokenStream),
}

/// The function as written, with room for a name in capitals.
pub fn untouched(Function { attrs, vis, sig, body }: &Function) -> TokenStream {
    quote! { #(#attrs)* #[allow(non_snake_case, clippy::future_not_send, clippy::unused_async)] #vis #sig #body }
}

/// A record of a function, as an anonymous constant beside it. `levels` imports the traits that choose how its types are
/// read and sent.
pub fn function_record(function: &Function, levels: &TokenStream, record: &TokenStream) -> TokenStream {
    submit(function.cfgs(), levels, record)
}

/// A record that does not depend on a function's types.
pub fn plain_record(attrs: impl IntoIterator<Item = impl ToTokens>, record: &TokenStream) -> TokenStream {
    submit(attrs, &TokenStream::new(), record)
}

fn submit(attrs: impl IntoIterator<Item = impl ToTokens>, imports: &TokenStream, record: &TokenStream) -> TokenStream {
    let attrs = attrs.into_iter();
    quote! {
        #(#attrs)*
        #[allow(warnings, clippy::all, clippy::pedantic, clippy::nursery)]
        const _: () = {
            #imports
            ::start_runtime::__rt::inventory::submit! { #record }
        };
    }
}

/// Where and how the function was written. The line is that of its name.
pub fn declaration(function: &Function, deprecated: bool) -> TokenStream {
    let name = function.sig.ident.to_string();
    let docs = function.docs().into_iter().map(|Doc { text, condition }| {
        let condition = condition.iter();
        let part = match text {
            DocSource::Comment(text) => quote!(::start_runtime::__rt::DocPart::Comment(#text)),
            DocSource::Value(value) => quote!(::start_runtime::__rt::DocPart::Text(#value)),
        };
        quote!(#(#[cfg(#condition)])* #part)
    });
    let deprecated_if = function.deprecated_if();
    let line = quote_spanned!(function.sig.ident.span()=> ::core::line!());
    quote! {
        ::start_runtime::__rt::Declaration {
            package: ::start_runtime::__rt::package!(),
            module: ::core::module_path!(),
            function: #name,
            file: ::core::file!(),
            line: #line,
            docs: &[#(#docs),*],
            deprecated: #deprecated #(|| ::core::cfg!(#deprecated_if))*,
        }
    }
}

/// A value that may be missing.
pub fn option<T: ToTokens>(value: Option<&T>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

/// The adapter: answers a call by the user's function, or says what its types are. It names the kinds of the types once,
/// for both. `status` applies to a plain value; `text` says how texts are sent; `more` is added to the docs.
pub fn adapter(
    function: &Function,
    arguments: &[Argument<'_>],
    status: Option<u16>,
    text: Text,
    way: &Way,
    more: &[TokenStream],
) -> TokenStream {
    let names = Names::of(function);
    let Names { call, docs, readers, output, answer, .. } = &names;
    let (name, span) = (&function.sig.ident, return_span(function));
    let run = match function.sig.asyncness {
        Some(_) => quote!(run_async(#call, #readers, #name, #answer)),
        None => quote!(run(#call, #readers, #name, #answer)),
    };
    let mut kinds = kinds(span, status, text, output, answer);
    let mut describe_answer = describe_answer(span, docs, answer);
    let run = match way {
        Way::Answer => run,
        Way::Socket(options) => {
            let Answer { value, .. } = Answer::at(span);
            kinds.extend(quote_spanned!(span=> ::start_runtime::__rt::checked_end(&#value);));
            describe_answer = quote!(::start_runtime::__rt::describe_socket(#docs, #options););
            quote!(run_socket(#call, #options, #readers, #name, #answer))
        }
    };
    let asked = Asked {
        ty: quote!(::start_runtime::__rt::Asked),
        future: quote!(::start_runtime::__rt::HandlerFuture),
        input: None,
        answer: quote!(Answer(#call)),
        run: quote!(::start_runtime::__rt::#run),
    };
    asked.adapter(&names, arguments, &kinds, &quote!(#describe_answer #(#more)*))
}

/// What the adapters of a kind of record are asked with, and what they answer.
pub struct Asked {
    pub ty: TokenStream,
    pub future: TokenStream,
    /// Takes what is read beside the request out of what was asked.
    pub input: Option<TokenStream>,
    /// The pattern of a call.
    pub answer: TokenStream,
    /// The future that answers it.
    pub run: TokenStream,
}

impl Asked {
    /// The adapter. `kinds` names the kinds of what the function returns, `describe` says what the docs know of them.
    pub fn adapter(
        &self,
        names: &Names<'_>,
        arguments: &[Argument<'_>],
        kinds: &TokenStream,
        describe: &TokenStream,
    ) -> TokenStream {
        let Self { ty, future, input, answer, run } = self;
        let Names { function, asked, docs, readers, output, .. } = names;
        let readers_of_all = arguments.iter().map(|argument| reader(argument, ""));
        let described = arguments.iter().map(|argument| describe_argument(argument, docs));
        let name = &function.sig.ident;
        let output_of = if function.sig.asyncness.is_some() { quote!(async_output) } else { quote!(output) };
        let mutable = input.as_ref().map(|_| quote!(mut));
        quote! {
            |#mutable #asked: #ty<'_, '_>| -> ::core::option::Option<#future> {
                #input
                let #readers = (#(#readers_of_all,)*);
                let #output = ::start_runtime::__rt::#output_of(&#readers, &#name);
                #kinds
                match #asked {
                    #ty::#answer => ::core::option::Option::Some(#run),
                    #ty::Describe(#docs) => {
                        #(#described)*
                        #describe
                        ::core::option::Option::None
                    }
                }
            }
        }
    }
}

/// The locals of an adapter.
pub struct Names<'a> {
    pub function: &'a Function,
    pub asked: Ident,
    pub call: Ident,
    pub docs: Ident,
    pub readers: Ident,
    pub output: Ident,
    pub answer: Ident,
}

impl<'a> Names<'a> {
    pub fn of(function: &'a Function) -> Self {
        Self {
            function,
            asked: local("asked"),
            call: local("call"),
            docs: local("docs"),
            readers: local("readers"),
            output: local("output"),
            answer: local("answer"),
        }
    }
}

/// Reads an argument. A parameter is read by the function of `rt` that is called `param` or as it with `like` behind it.
pub fn reader(argument: &Argument<'_>, like: &str) -> TokenStream {
    let Argument { source, ty, cfgs } = argument;
    match source {
        Source::Param { name, kind } => {
            let function = match kind {
                ParamKind::One => format_ident!("param{like}"),
                ParamKind::Optional => format_ident!("optional_param{like}"),
                ParamKind::Rest => format_ident!("rest_param{like}"),
            };
            quote_spanned!(ty.span()=> #(#cfgs)* ::start_runtime::__rt::#function::<#ty>(#name))
        }
        Source::Wrong(error) => {
            let error = error.to_compile_error();
            quote! {
                #(#cfgs)*
                { #error ::start_runtime::__rt::Reader::<::start_runtime::__rt::NowhereKind, #ty>::named("") }
            }
        }
        Source::Input { is_wrapped } => {
            let input = local("input");
            let (read, ty) =
                if *is_wrapped { (quote!(wrapped_input), quote!(#ty)) } else { (quote!(input), input_type(ty)) };
            let reader = quote_spanned! {ty.span()=>
                (&&&&&&::start_runtime::__rt::Probe::<#ty>::NEW).argument_kind().reader::<#ty>("input")
            };
            quote!(#(#cfgs)* ::start_runtime::__rt::trpc::#read(::core::clone::Clone::clone(&#input), #reader))
        }
        Source::Extractor { name } => {
            let reader = quote_spanned! {ty.span()=>
                (&&&&&&::start_runtime::__rt::Probe::<#ty>::NEW).argument_kind().reader::<#ty>(#name)
            };
            if !may_be_guard(argument) {
                return quote!(#(#cfgs)* #reader);
            }
            quote_spanned! {ty.span()=>
                #(#cfgs)*
                (&&&&::start_runtime::__rt::Probe::<#ty>::NEW).guard_kind().over(#reader)
            }
        }
    }
}

/// The wrapper of an input, with the place of its type.
fn input_type(ty: &Type) -> TokenStream {
    quote_spanned!(ty.span()=> ::start_runtime::__rt::trpc::Input<#ty>)
}

/// What a request passes on its way to a handler.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum StepKind {
    Middleware,
    Guard,
}

impl StepKind {
    /// The name of the option, and that which a `_middleware.rs` exports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Middleware => "middleware",
            Self::Guard => "guard",
        }
    }
}

/// A step for all routes of the module that this code stands in.
pub fn module_step(kind: StepKind, path: &Path) -> TokenStream {
    let step = step(kind, path, 0);
    let line = quote_spanned!(path.span()=> ::core::line!());
    let record = quote! {
        ::start_runtime::__rt::ModuleStep {
            module: ::core::module_path!(),
            below: ::core::option::Option::None,
            depth: 0,
            step: #step,
            file: ::core::file!(),
            line: #line,
        }
    };
    plain_record(std::iter::empty::<TokenStream>(), &record)
}

/// The record of a middleware or a guard that an attribute names, `up` modules above the place of this code.
pub fn step(kind: StepKind, path: &Path, up: usize) -> TokenStream {
    match kind {
        StepKind::Guard => {
            let guard = guard(path, up);
            quote!(::start_runtime::__rt::Step::Guard(#guard))
        }
        StepKind::Middleware => {
            let middleware = middleware(path, up);
            quote!(::start_runtime::__rt::Step::Middleware(#middleware))
        }
    }
}

fn middleware(written: &Path, up: usize) -> TokenStream {
    let (scope, path) = from_below(written, up);
    let span = path.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span());
    let text: String = written.to_token_stream().to_string().split_whitespace().collect();
    let name = Ident::new("__start_middleware", span);
    let (call, next) = (Ident::new("__start_call", span), Ident::new("__start_next", span));
    quote_spanned! {span=> {
        #scope
        use #path as #name;
        ::start_runtime::__rt::MiddlewareRecord {
            name: #text,
            file: ::core::file!(),
            line: ::core::line!(),
            run: |#call, #next| ::start_runtime::__rt::run_middleware(&#name, #call, #next),
        }
    } }
}

/// The record of a guard. The path of a function that is no guard leads to a type that says so.
fn guard(path: &Path, up: usize) -> TokenStream {
    let (scope, path) = from_below(path, up);
    let span = path.clone().into_iter().next().map_or_else(Span::call_site, |token| token.span());
    // Names with different marks would make rustc point at the whole attribute.
    let name = Ident::new("__start_guard", span);
    quote_spanned! {span=> {
        use ::start_runtime::__rt::guards::*;
        #scope
        use #path as #name;
        <#name as ::start_runtime::__rt::Guard>::RECORD
    } }
}

/// A path that was written `up` modules above the place of this code, and the import that it needs here.
fn from_below(path: &Path, up: usize) -> (TokenStream, TokenStream) {
    let parent = <Token![super]>::default();
    let ups: TokenStream = (0..up).map(|_| quote!(#parent ::)).collect();
    let first = path.segments.first().map(|first| first.ident.to_string()).unwrap_or_default();
    let is_absolute = path.leading_colon.is_some() || first == "crate";
    match first.as_str() {
        _ if up == 0 || is_absolute => (TokenStream::new(), quote!(#path)),
        "self" => {
            let rest = path.segments.iter().skip(1);
            (TokenStream::new(), quote!(#ups #(#rest)::*))
        }
        "super" => (TokenStream::new(), quote!(#ups #path)),
        _ => (quote!(use #ups *;), quote!(#path)),
    }
}

/// Finds the kinds of the value that is returned. All tokens, names included, have the span of the return type;
/// otherwise rustc would point at the attribute when the type cannot be returned.
fn kinds(span: Span, status: Option<u16>, text: Text, output: &Ident, answer: &Ident) -> TokenStream {
    let Answer { value, error, .. } = Answer::at(span);
    let (output, answer) = (at(output, span), at(answer, span));
    let text = match text {
        Text::Plain => quote!(Plain),
        Text::Html => quote!(Html),
    };
    let checked = Ident::new(if status.is_some() { "checked_with_status" } else { "checked" }, span);
    let code = option(status.as_ref());
    let here = |name: &str| Ident::new(&format!("__start_{name}"), span);
    let (split, found, leaf, beside, failure) =
        (here("split"), here("status"), here("leaf"), here("beside"), here("failure"));
    let failed = error_kinds(span, &error, &beside, &failure, "checked");
    quote_spanned! {span=>
        let #split = (&&&#output).split_kind();
        let #error = #split.error(&#output);
        let #value = #split.value(&#output);
        let #found = (&&&#value).status_kind();
        let #value = #found.value(&#value);
        let #leaf = (&&&&#value).leaf_kind().#checked(&#value);
        #failed
        let #answer = ::start_runtime::__rt::Answer {
            split: #split,
            status: #found,
            leaf: #leaf,
            error_status: #beside,
            error: #failure,
            code: #code,
            text: ::start_runtime::__rt::Text::#text,
        };
    }
}

/// Finds the kinds of an error that is returned: which status stands beside it, and what it is. `checked` is the method
/// whose bound says what is wrong with an error that is none.
pub fn error_kinds(span: Span, error: &Ident, beside: &Ident, failure: &Ident, checked: &str) -> TokenStream {
    let checked = Ident::new(checked, span);
    quote_spanned! {span=>
        let #beside = (&&&#error).status_kind();
        let #error = #beside.in_order(&#error);
        let #failure = (&&&&&&&&&#error).error_kind().#checked(&#error);
    }
}

/// The names of what [`kinds`] has found.
struct Answer {
    value: Ident,
    error: Ident,
}

impl Answer {
    fn at(span: Span) -> Self {
        Self { value: Ident::new("__start_value", span), error: Ident::new("__start_error", span) }
    }
}

/// What the docs say of the value that is returned.
fn describe_answer(span: Span, docs: &Ident, answer: &Ident) -> TokenStream {
    let Answer { value, error } = Answer::at(span);
    let answer = at(answer, span);
    quote! {
        #answer.split.describe(#docs);
        #answer.status.describe(#docs);
        (&&&&&&&#value).describe_output(#docs);
        (&&&&&&&#error).describe_error(#docs);
    }
}

/// A function that an attribute names, `up` modules above the place of this code.
pub fn value(path: &Path, up: usize) -> TokenStream {
    let (scope, path) = from_below(path, up);
    quote!({ #scope #path })
}

/// What an error of an extractor is answered with: the same as one of a handler.
pub fn error_outcome(result: &Type, error: &Ident, call: &Ident) -> TokenStream {
    let span = result.span();
    let (error, call) = (at(error, span), at(call, span));
    let here = |name: &str| Ident::new(&format!("__start_{name}"), span);
    let (probe, beside, failure) = (here("probe"), here("beside"), here("failure"));
    let failed = error_kinds(span, &probe, &beside, &failure, "checked");
    quote_spanned! {span=> {
        let #probe = ::start_runtime::__rt::Probe::<#result>::NEW;
        let #probe = (&&&#probe).split_kind().error(&#probe);
        #failed
        ::start_runtime::__rt::refuse(#error, #beside, #failure, #call)
    } }
}

/// What the docs say of the error in a `Result`.
pub fn describe_error(result: &Type, docs: &Ident) -> TokenStream {
    let error = local("error");
    quote_spanned! {result.span()=> {
        let #error = ::start_runtime::__rt::Probe::<#result>::NEW;
        let #error = (&&&#error).split_kind().error(&#error);
        let #error = (&&&#error).status_kind().in_order(&#error);
        (&&&&&&&#error).describe_error(#docs);
    } }
}

/// The place of the type that a function returns.
pub fn return_span(function: &Function) -> Span {
    match &function.sig.output {
        ReturnType::Default => function.sig.ident.span(),
        ReturnType::Type(_, ty) => ty.span(),
    }
}

/// What the docs and the start-up checks need to know about an argument.
fn describe_argument(argument: &Argument<'_>, docs: &Ident) -> TokenStream {
    match &argument.source {
        // The rest of the path is documented as text, whatever the type of its segments.
        Source::Param { kind: ParamKind::Rest, .. } | Source::Wrong(_) => TokenStream::new(),
        Source::Param { name, .. } => {
            let Argument { ty, cfgs, .. } = argument;
            quote_spanned!(ty.span()=> #(#cfgs)* { (&&&::start_runtime::__rt::Probe::<#ty>::NEW).describe_param(#docs, #name); })
        }
        Source::Input { is_wrapped } => {
            let Argument { ty, cfgs, .. } = argument;
            let ty = if *is_wrapped { quote!(#ty) } else { input_type(ty) };
            quote_spanned! {ty.span()=>
                #(#cfgs)* { (&&&&&&::start_runtime::__rt::Probe::<#ty>::NEW).describe_argument(#docs, "input"); }
            }
        }
        Source::Extractor { name } => describe_extractor(argument, name, docs),
    }
}

/// What the docs say of an extractor. `Option` and `Result` of `Option` are taken off; what is nested deeper documents
/// itself. An extractor function says more than whether its type is in one of these.
pub fn describe_extractor(argument: &Argument<'_>, name: &str, docs: &Ident) -> TokenStream {
    let Argument { ty, cfgs, .. } = argument;
    let (probe, outer, inner) = (local("probe"), local("outer"), local("inner"));
    let described = quote_spanned! {ty.span()=> {
        let #probe = ::start_runtime::__rt::Probe::<#ty>::NEW;
        let #outer = (&&#probe).nesting_kind();
        let #probe = #outer.inside(&#probe);
        let #inner = (&&#probe).nesting_kind();
        let #probe = #inner.inside(&#probe);
        #outer.describe(#docs, |#docs| #inner.describe(#docs, |#docs| (&&&&&&#probe).describe_argument(#docs, #name)));
    } };
    if !may_be_guard(argument) {
        return quote!(#(#cfgs)* #described);
    }
    quote_spanned! {ty.span()=>
        #(#cfgs)*
        if !(&&&&::start_runtime::__rt::Probe::<#ty>::NEW).guard_kind().describe(#docs) #described
    }
}

/// A call on the docs of a record.
pub fn on_docs(call: &TokenStream) -> TokenStream {
    let docs = local("docs");
    quote!(#docs.#call;)
}

/// What a type says of a status, for the docs of a record.
pub fn declared_type(status: u16, ty: &Type) -> TokenStream {
    let docs = local("docs");
    quote_spanned! {ty.span()=>
        (&&&&::start_runtime::__rt::Probe::<#ty>::NEW).declared_kind().declare::<#ty>(#docs, #status);
    }
}

/// A name that no code of the user's can see or shadow. The prefix is for constants: they are items,
/// which macro hygiene does not hide, and a pattern with the name of a constant is a comparison.
pub fn local(name: &str) -> Ident {
    Ident::new(&format!("__start_{name}"), Span::mixed_site())
}

/// A local at another place.
pub fn at(local: &Ident, place: Span) -> Ident {
    Ident::new(&local.to_string(), local.span().located_at(place))
}
