//! `middleware!`: a middleware around the routes of a module.

use proc_macro2::TokenStream;
use syn::Path;

use crate::adapter::{self, StepKind};

/// `middleware!(crate::log::timed)`: a middleware for all routes of the module that it stands in.
pub fn middleware(input: TokenStream) -> TokenStream {
    match syn::parse2::<Path>(input) {
        Ok(path) => adapter::module_step(StepKind::Middleware, &path),
        Err(error) => {
            let message = "`middleware!` takes a function: write `start_runtime::middleware!(crate::log::timed);`";
            syn::Error::new(error.span(), message).to_compile_error()
        }
    }
}
