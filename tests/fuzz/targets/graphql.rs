//! GraphQL documents and JSON texts, counted before they are parsed.
#![no_main]

#[path = "../checks/graphql.rs"]
mod graphql;
#[path = "../../../start-runtime/src/features/graphql/scan.rs"]
mod scan;

libfuzzer_sys::fuzz_target!(|input: &[u8]| graphql::check(input));
