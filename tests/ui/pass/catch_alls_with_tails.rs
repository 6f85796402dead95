//! What may stand behind a catch-all.

use start_runtime::prelude::*;

#[api_route(GET, "/docs/[...path].md")]
async fn markdown(path: String) -> String {
    path
}

#[api_route(GET, "/docs/[...path]/[file].[ext]")]
async fn file(path: Vec<String>, file: String, ext: String) -> String {
    format!("{path:?} {file} {ext}")
}

#[api_route(GET, "/docs/[[...path]]/edit")]
async fn edit(path: Vec<u8>) -> String {
    format!("{path:?}")
}

#[api_route(GET, "/docs/edit")]
async fn edit_all() -> &'static str {
    "exact"
}

#[api_route(GET, "/docs/$")]
async fn all(splat: String) -> String {
    splat
}

#[api_route(GET, "/docs/{$}.{$ext}/[[version]]")]
async fn version(splat: String, ext: String, version: Option<u8>) -> String {
    format!("{splat} {ext} {version:?}")
}

fn main() {}
