#![forbid(unsafe_code)]
#![deny(warnings)]
#![no_implicit_prelude]

use ::start_runtime::trpc;

type Ok = u8;

/// A query.
#[trpc::query("called")]
pub async fn call(input: ::core::option::Option<Ok>) -> ::core::option::Option<Ok> {
    input
}

#[trpc::query("x.answer")]
fn answer() {}

#[trpc::mutation]
async fn readers(input: ::std::string::String) -> ::core::result::Result<::std::string::String, trpc::Error> {
    ::core::result::Result::Ok(input)
}

fn main() {}
