//! Parameters whose names are not names in Rust, or are the names of generated locals.

use ::start_runtime::api_route;
use ::std::string::String;

#[api_route(GET, "/hostile/params/[type]/[match]/[self]/[async]/[fn]")]
async fn keywords(r#type: String, r#match: String, self_: String, r#async: String, r#fn: String) -> String {
    ::std::format!("{type} {match} {self_} {async} {fn}")
}

#[api_route(GET, "/hostile/params/locals/[call]/[bad]/[out]/[a0]/[value]/[status]")]
async fn locals(status: u8, value: u8, a0: u8, out: u8, bad: u8, call: u8) -> (u8, u8, u8, u8, u8, u8) {
    (call, bad, out, a0, value, status)
}

#[api_route(GET, "/hostile/params/raw/[r]")]
async fn r#raw(r#r: String) -> String {
    r#r
}
