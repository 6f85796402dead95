//! Functions take parameters of the path by their names.

use std::collections::HashMap;
use std::str::FromStr;

use start_runtime::serde_json::Value;
use start_runtime::{Query, prelude::*};

use crate::accounts::app;

struct House(String);
#[extractor(responses(404 = "There is no such house"))]
async fn house(house_name: String) -> Result<House, Problem> {
    match &*house_name {
        "gryffindor" | "slytherin" => Ok(House(house_name)),
        _ => Err(Problem::not_found("there is no such house")),
    }
}

struct Year(u16);
impl FromStr for Year {
    type Err = String;
    fn from_str(text: &str) -> Result<Self, String> {
        text.parse().ok().filter(|year| (1..=7).contains(year)).map(Self).ok_or_else(|| "is no year".to_owned())
    }
}

struct Class(String);
#[extractor]
fn class(house: House, year: Year, page: Option<u8>) -> Result<Class, Problem> {
    Ok(Class(format!("{} {} {page:?}", house.0, year.0)))
}

struct Files(Vec<String>);
#[extractor]
fn files(rest: Vec<String>, all: Query<HashMap<String, String>>) -> Files {
    let _ = all;
    Files(rest)
}

#[api_route(GET, "/guards/params/$houseName")]
async fn of_house(house: House) -> String {
    house.0
}
#[api_route(GET, "/guards/params/[house_name]/[year]/[[page]]")]
async fn of_class(class: Class) -> String {
    class.0
}
#[api_route(GET, "/guards/files/[...rest]")]
async fn of_files(files: Files) -> String {
    files.0.join("|")
}

#[start_runtime::test]
async fn params_are_found_by_their_names() {
    let app = app();
    for (path, status, text) in [
        ("/guards/params/gryffindor", 200, "gryffindor"),
        ("/guards/params/hogsmeade", 404, "there is no such house"),
        ("/guards/params/gryffindor/3", 200, "gryffindor 3 None"),
        ("/guards/params/gryffindor/3/9", 200, "gryffindor 3 Some(9)"),
        ("/guards/params/gryffindor/8", 400, "is no year"),
        ("/guards/params/gryffindor/3/x", 400, "page"),
        ("/guards/params/hogsmeade/8", 404, "there is no such house"),
        ("/guards/files/a/b%2Fc", 200, "a|b/c"),
    ] {
        let answer = app.get(path).await;
        assert_eq!(answer.status(), status, "{path}");
        let found = answer.text().await.unwrap();
        assert!(found.contains(text), "{path}: {found}");
    }
    let document: Value = app.get("/openapi.json").await.json().await.unwrap();
    let operation = &document["paths"]["/guards/params/{houseName}"]["get"];
    assert_eq!(operation["responses"]["404"]["description"], "There is no such house");
    assert!(operation.get("security").is_none(), "{operation}");
    let page = &document["paths"]["/guards/params/{house_name}/{year}/{page}"]["get"]["parameters"];
    assert!(page.to_string().contains("\"maximum\":255"), "{page}");
}
