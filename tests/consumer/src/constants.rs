//! Constants and statics with the names of generated locals: a pattern with such a name would compare
//! instead of bind.

#![allow(non_upper_case_globals, reason = "hostile on purpose")]

use ::start_runtime::api_route;

const call: u8 = 0;
const bad: u8 = 0;
const value: u8 = 0;
const out: u8 = 0;
const docs: u8 = 0;
const output: u8 = 0;
const status: u8 = 0;
const nothing: u8 = 0;
const error: u8 = 0;
const problem: u8 = 0;
const a0: u8 = 0;
const a1: u8 = 0;
const CALL: u8 = 0;
const A0: u8 = 0;
const PROBE: u8 = 0;
const body_limit: usize = 4;

#[api_route(GET, "/hostile/constants/[one]/[[two]]")]
async fn with_arguments(
    one: u8,
    two: ::std::option::Option<u8>,
) -> ::std::result::Result<u8, ::start_runtime::Problem> {
    let sum =
        call + bad + value + out + docs + output + status + nothing + error + problem + a0 + a1 + CALL + A0 + PROBE;
    ::std::result::Result::Ok(sum + one + two.unwrap_or(1))
}

#[api_route(POST, "/hostile/constants", status = 201, body_limit = body_limit * 2)]
async fn with_a_body(::start_runtime::Json(number): ::start_runtime::Json<u8>) -> ::std::option::Option<u8> {
    ::std::option::Option::Some(number)
}
