//! Generated code under the worst conditions: no prelude, every lint an error, and names that shadow whatever a
//! careless macro would have used.

#![no_implicit_prelude]
#![forbid(unsafe_code)]
#![deny(warnings)]
#![deny(clippy::all, clippy::pedantic)]
#![deny(
    let_underscore_drop,
    missing_debug_implementations,
    single_use_lifetimes,
    trivial_casts,
    trivial_numeric_casts,
    unit_bindings,
    unnameable_types,
    unreachable_pub,
    unused_extern_crates,
    unused_import_braces,
    unused_lifetimes,
    unused_macro_rules,
    unused_qualifications,
    unused_results,
    variant_size_differences
)]

mod arguments;
mod constants;
mod functions;
mod guards;
mod macros;
mod modules;
mod params;
mod returns;
mod types;
