//! A program whose extractors do not fit the routes that take them.

use start_runtime::actix_web::web;
use start_runtime::prelude::*;

struct House(String);

#[extractor]
fn house(house: String) -> House {
    House(house)
}

struct Files(Vec<String>);

#[extractor]
fn files(rest: Vec<String>) -> Files {
    Files(rest)
}

type Text = web::Bytes;

struct Signed;

/// The macro cannot see that it takes the body.
#[extractor]
fn signed(_: Text) -> Signed {
    Signed
}

#[api_route("/api/fits/[House]/[...rest]")]
async fn GET(home: House, files: Files) -> usize {
    home.0.len() + files.0.len()
}

#[api_route(GET, "/api/houses/[name]")]
async fn no_param(_: House) {}

#[api_route(GET, "/api/perhaps/[[house]]", guard = house)]
async fn perhaps() {}

#[api_route(GET, "/api/files/[rest]")]
async fn no_catch_all(_: Files) {}

#[api_route(POST, "/api/hooks")]
async fn hook(_: Result<Signed, Problem>) {}

fn main() -> std::io::Result<()> {
    start_runtime::run()
}
