//! Tokens of procedures: the record, and what calls the function and describes it. No decisions here.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::Expr;

use crate::adapter::{self, Asked, Names, option};
use crate::item::function::Function;
use crate::procedure::check::Procedure;
use crate::procedure::kind::Kind;
use crate::procedure::router::Router;
use crate::signature::arguments::Argument;

/// The record of a procedure.
pub fn procedure(procedure: &Procedure<'_>) -> TokenStream {
    let Procedure { kind, name, deprecated, steps, meta, function, arguments } = procedure;
    let declaration = adapter::declaration(function, *deprecated);
    let name = option(name.as_ref());
    let steps = steps.iter().map(|(kind, path)| adapter::step(*kind, path, 0));
    let meta = option((!meta.is_empty()).then(|| self::meta(meta)).as_ref());
    let adapter = adapter(function, arguments, *kind == Kind::Subscription);
    let kind = match kind {
        Kind::Query => quote!(Query),
        Kind::Mutation => quote!(Mutation),
        Kind::Subscription => quote!(Subscription),
    };
    let record = quote! {
        ::start_runtime::__rt::Procedure {
            declaration: #declaration,
            kind: ::start_runtime::__rt::ProcedureKind::#kind,
            name: #name,
            steps: &[#(#steps),*],
            meta: #meta,
            adapter: #adapter,
        }
    };
    let levels = quote! {
        use ::start_runtime::__rt::procedure_levels::*;
        use ::start_runtime::__rt::trpc::levels::*;
    };
    adapter::function_record(function, &levels, &record)
}

/// The adapter. `is_stream` says whether the function has to return a stream.
fn adapter(function: &Function, arguments: &[Argument<'_>], is_stream: bool) -> TokenStream {
    let names = Names::of(function);
    let Names { asked, call, docs, readers, output, answer, .. } = &names;
    let (name, input, span) = (&function.sig.ident, adapter::local("input"), adapter::return_span(function));
    let run = if function.sig.asyncness.is_some() { quote!(run_async) } else { quote!(run) };
    let kinds = kinds(span, is_stream, output, answer);
    let describe = describe_answer(span, docs, answer);
    let asked = Asked {
        ty: quote!(::start_runtime::__rt::ProcedureAsked),
        future: quote!(::start_runtime::__rt::ProcedureFuture),
        input: Some(quote!(let #input = #asked.input();)),
        answer: quote!(Answer(#call, _)),
        run: quote!(::start_runtime::__rt::trpc::#run(#call, #readers, #name, #answer)),
    };
    asked.adapter(&names, arguments, &kinds, &describe)
}

/// The method whose bound says what is wrong with an error that is none.
const CHECKED: &str = "checked_in_procedure";

/// Finds the kinds of the value that a procedure returns, and of what it yields if it is a stream.
fn kinds(span: Span, is_stream: bool, output: &Ident, answer: &Ident) -> TokenStream {
    let Answer { value, item } = Answer::at(span);
    let (output, answer) = (adapter::at(output, span), adapter::at(answer, span));
    let checked = Ident::new(if is_stream { "checked_stream" } else { "checked" }, span);
    let here = |name: &str| Ident::new(&format!("__start_{name}"), span);
    let (split, error, leaf, beside, failure) =
        (here("split"), here("error"), here("leaf"), here("beside"), here("failure"));
    let (item_split, item_error, item_kind, item_beside, item_failure) =
        (here("item_split"), here("item_error"), here("item_kind"), here("item_beside"), here("item_failure"));
    let item_failed = adapter::error_kinds(span, &item_error, &item_beside, &item_failure, CHECKED);
    let failed = adapter::error_kinds(span, &error, &beside, &failure, CHECKED);
    quote_spanned! {span=>
        let #split = (&&#output).result_kind();
        let #error = #split.error(&#output);
        let #value = #split.value(&#output);
        let #leaf = (&&&&#value).produced_kind().#checked(&#value);
        let #item = #leaf.item(&#value);
        let #item_split = (&&#item).result_kind();
        let #item_error = #item_split.error(&#item);
        let #item = #item_split.value(&#item);
        let #item_kind = (&&&#item).item_kind().checked(&#item);
        #item_failed
        #failed
        let #answer = ::start_runtime::__rt::trpc::Answer {
            split: #split,
            leaf: #leaf,
            error_status: #beside,
            error: #failure,
            items: ::start_runtime::__rt::trpc::Items {
                split: #item_split,
                kind: #item_kind,
                error_status: #item_beside,
                error: #item_failure,
            },
        };
    }
}

/// The names of what [`kinds`] has found.
struct Answer {
    value: Ident,
    item: Ident,
}

impl Answer {
    fn at(span: Span) -> Self {
        Self { value: Ident::new("__start_value", span), item: Ident::new("__start_item", span) }
    }
}

/// What is known of the types that a procedure returns and yields.
fn describe_answer(span: Span, docs: &Ident, answer: &Ident) -> TokenStream {
    let Answer { value, item } = Answer::at(span);
    let answer = adapter::at(answer, span);
    quote! {
        #answer.leaf.describe(#docs);
        #answer.items.kind.describe(#docs);
        (&&#value).describe_produced(#docs);
        (&&#item).describe_produced(#docs);
    }
}

/// Hands each value to who asks. They are made anew each time, so they need not be constants.
fn meta(values: &[Expr]) -> TokenStream {
    let (ask, value) = (adapter::local("ask"), adapter::local("value"));
    let each = values.iter().map(|meta| quote!({ let #value = #meta; #ask(&#value); }));
    quote!(|#ask: &mut dyn ::core::ops::FnMut(&dyn ::core::any::Any)| { #(#each)* })
}

/// The router of the module that this code stands in, and the record of its root.
pub fn router(router: &Router) -> TokenStream {
    let transformer = router.transformer.as_ref();
    let transformer = option(transformer.map(|name| quote!(::start_runtime::trpc::Transformer::#name)).as_ref());
    let record = quote! {
        ::start_runtime::__rt::ProcedureRoot {
            module: ::core::module_path!(),
            transformer: #transformer,
            file: ::core::file!(),
            line: ::core::line!(),
            inside: || {
                fn inside() {}
                ::core::any::type_name_of_val(&inside)
            },
        }
    };
    let record = adapter::plain_record(std::iter::empty::<TokenStream>(), &record);
    quote!({ #record ::start_runtime::trpc::Router::below(::core::module_path!(), #transformer) })
}
