//! Path parameters, by name.

use std::net::Ipv4Addr;
use std::str::FromStr;

use start_runtime::prelude::*;

use crate::{get, refused};

#[api_route(GET, "/params/[house]/year-[year]")]
async fn typed(house: String, year: u16) -> String {
    format!("{house} {year}")
}

#[api_route(GET, "/params/order/[a]/[b]")]
async fn any_order(b: u8, a: u8) -> String {
    format!("{a} {b}")
}

#[api_route(GET, "/params/some/[a]/[b]")]
async fn not_all(b: String) -> String {
    b
}

#[api_route(GET, "/params/camel/$postId")]
async fn snake_for_camel(post_id: u32) -> String {
    post_id.to_string()
}

#[api_route(GET, "/params/snake/[post_id]")]
async fn camel_for_snake(#[allow(non_snake_case)] postId: u32) -> String {
    postId.to_string()
}

#[api_route(GET, "/params/underscore/[id]")]
async fn unused(_id: u32) -> &'static str {
    "a"
}

#[api_route(GET, "/params/keyword/[type]/[match]/[self]/[async]")]
async fn keywords(r#type: String, r#match: String, self_: String, r#async: String) -> String {
    format!("{type} {match} {self_} {async}")
}

#[api_route(GET, "/params/both/[postId]/[post_id]")]
async fn exact_name_first(post_id: String) -> String {
    post_id
}

#[api_route(GET, "/params/mutable/[text]")]
async fn mutable(mut text: String) -> String {
    text.push('!');
    text
}

#[api_route(GET, "/params/address/[address]")]
async fn from_std(address: Ipv4Addr) -> String {
    address.to_string()
}

enum House {
    Gryffindor,
}

impl FromStr for House {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        if text == "gryffindor" { Ok(Self::Gryffindor) } else { Err(format!("no house {text}")) }
    }
}

#[api_route(GET, "/params/own/[house]")]
async fn own_type(house: House) -> &'static str {
    match house {
        House::Gryffindor => "lion",
    }
}

#[api_route(GET, "/params/own-optional/[[house]]")]
async fn own_optional(house: Option<House>) -> &'static str {
    match house {
        Some(House::Gryffindor) => "lion",
        None => "none",
    }
}

#[api_route(GET, "/params/[[lang]]/about")]
async fn optional(lang: Option<String>) -> String {
    lang.unwrap_or_else(|| "none".into())
}

#[api_route(GET, "/params/page/{-$page}")]
async fn optional_number(page: Option<u32>) -> String {
    format!("{page:?}")
}

#[api_route(GET, "/params/text/[...rest]")]
async fn rest_as_text(rest: String) -> String {
    rest
}

#[api_route(GET, "/params/list/[...rest]")]
async fn rest_as_list(rest: Vec<String>) -> Json<Vec<String>> {
    Json(rest)
}

#[api_route(GET, "/params/numbers/[...rest]")]
async fn rest_as_numbers(rest: Vec<u8>) -> Json<Vec<u8>> {
    Json(rest)
}

#[api_route(GET, "/params/maybe/[[...rest]]")]
async fn optional_rest(rest: Vec<String>) -> Json<Vec<String>> {
    Json(rest)
}

#[api_route(GET, "/params/splat/$")]
#[allow(clippy::used_underscore_binding, reason = "the name that TanStack gives to it")]
async fn splat(_splat: String) -> String {
    _splat
}

#[api_route(GET, "/params/splat-by-name/$")]
async fn splat_by_plain_name(splat: String) -> String {
    splat
}

#[api_route(GET, "/params/file/[name].[ext]")]
async fn inside_a_segment(name: String, ext: String) -> String {
    format!("{name} {ext}")
}

#[start_runtime::test]
async fn params_come_by_name_and_typed() {
    assert_eq!(get("/params/slytherin/year-3").await, "slytherin 3");
    assert_eq!(get("/params/order/1/2").await, "1 2");
    assert_eq!(get("/params/some/1/2").await, "2");
    assert_eq!(get("/params/underscore/1").await, "a");
    assert_eq!(get("/params/mutable/a").await, "a!");
    assert_eq!(get("/params/address/127.0.0.1").await, "127.0.0.1");
    assert_eq!(get("/params/own/gryffindor").await, "lion");
    assert_eq!(get("/params/file/a.b.c").await, "a.b c");
}

#[start_runtime::test]
async fn names_are_compared_without_case_and_underscores() {
    assert_eq!(get("/params/camel/1").await, "1");
    assert_eq!(get("/params/snake/1").await, "1");
    assert_eq!(get("/params/both/1/2").await, "2");
    assert_eq!(get("/params/keyword/a/b/c/d").await, "a b c d");
}

#[start_runtime::test]
async fn an_optional_param_may_be_missing() {
    assert_eq!(get("/params/about").await, "none");
    assert_eq!(get("/params/de/about").await, "de");
    assert_eq!(get("/params/page").await, "None");
    assert_eq!(get("/params/page/2").await, "Some(2)");
    assert_eq!(get("/params/own-optional").await, "none");
    assert_eq!(get("/params/own-optional/gryffindor").await, "lion");
}

#[start_runtime::test]
async fn a_bad_optional_param_is_not_a_missing_one() {
    assert_eq!(refused("/params/page/x").await["errors"][0]["name"], "page");
    assert_eq!(refused("/params/own-optional/x").await["errors"][0]["detail"], "no house x");
}

#[start_runtime::test]
async fn a_catch_all_is_a_text_or_a_list() {
    assert_eq!(get("/params/text/a/b").await, "a/b");
    assert_eq!(get("/params/list/a/b").await, r#"["a","b"]"#);
    assert_eq!(get("/params/list/a%2Fb/c").await, r#"["a/b","c"]"#);
    assert_eq!(get("/params/numbers/1/2").await, "[1,2]");
    assert_eq!(get("/params/maybe").await, "[]");
    assert_eq!(get("/params/maybe/a").await, r#"["a"]"#);
    assert_eq!(get("/params/splat").await, "");
    assert_eq!(get("/params/splat/a/b").await, "a/b");
    assert_eq!(get("/params/splat-by-name/a").await, "a");
}

#[start_runtime::test]
async fn all_bad_params_are_told() {
    let problem = refused("/params/order/x/300").await;
    let names: Vec<&str> =
        problem["errors"].as_array().unwrap().iter().map(|error| error["name"].as_str().unwrap()).collect();
    assert_eq!(names.len(), 2, "{problem}");
    assert!(names.contains(&"a") && names.contains(&"b"), "{problem}");
    assert_eq!(refused("/params/numbers/1/x").await["errors"][0]["value"], "x");
    assert_eq!(refused("/params/own/x").await["errors"][0]["detail"], "no house x");
}
