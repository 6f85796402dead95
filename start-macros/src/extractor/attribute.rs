//! The way of a function through `#[extractor]`, and of a path through `guard!`.

use proc_macro2::TokenStream;
use syn::Path;

use crate::adapter::{self, StepKind};
use crate::extractor::args::Args;
use crate::extractor::{check, expand};
use crate::item::function::Function;
use crate::item::options;

const EXPECTED: &str = "`#[extractor]` stands on a function that reads something from a request: `async fn current_user(event: APIEvent) -> Result<User, Problem> { … }`";

/// `#[extractor(…)]` on a function.
pub fn attribute(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Vec::new();
    let args: Args = options::parse(args, &mut errors);
    let tokens = match syn::parse2::<Function>(item.clone()) {
        Ok(function) => match check::extractor(args, &function, &mut errors) {
            Some(extractor) if errors.is_empty() => expand::extractor(&extractor),
            _ => expand::with_errors(&function),
        },
        Err(_) => {
            errors.push(syn::Error::new_spanned(&item, EXPECTED));
            item
        }
    };
    errors.iter().map(syn::Error::to_compile_error).chain([tokens]).collect()
}

/// `guard!(crate::auth::require_user)`: a guard for all routes of the module that it stands in.
pub fn guard(input: TokenStream) -> TokenStream {
    match syn::parse2::<Path>(input) {
        Ok(path) => adapter::module_step(StepKind::Guard, &path),
        Err(error) => {
            let message = "`guard!` takes a function with `#[extractor]`: write `start_runtime::guard!(crate::auth::require_user);`";
            syn::Error::new(error.span(), message).to_compile_error()
        }
    }
}
