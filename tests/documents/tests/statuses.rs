//! Every status that the document promises can be had: what Start itself refuses is asked for at each operation, and for
//! what the types and attributes say there is a request in a table.

use std::collections::BTreeSet;

use documents as _;
use serde_json::{Map, Value, json};
use start_runtime::actix_web::http::Method;
use start_runtime::test::{self, TestApp};
use start_runtime::{FetchResponse, prelude::*};

/// The smallest value that a schema allows, or something like it: as far as the schemas of this program need it.
fn sample(schema: &Value, document: &Value, depth: usize) -> Value {
    if let Some(reference) = schema["$ref"].as_str() {
        return sample(document.pointer(&reference[1..]).unwrap(), document, depth + 1);
    }
    for (member, index) in [("const", None), ("enum", Some(0)), ("examples", Some(0))] {
        match (schema.get(member), index) {
            (Some(value), None) => return value.clone(),
            (Some(values), Some(index)) => return values[index].clone(),
            (None, _) => {}
        }
    }
    let mut value = match schema["type"].as_str().or_else(|| schema["type"][0].as_str()) {
        Some("integer" | "number") => {
            schema.get("minimum").filter(|least| least.is_number()).cloned().unwrap_or(json!(1))
        }
        Some("boolean") => json!(true),
        Some("array") => match schema["prefixItems"].as_array() {
            Some(items) => items.iter().map(|item| sample(item, document, depth + 1)).collect(),
            None => (0..schema["minItems"].as_u64().unwrap_or(0))
                .map(|_| sample(&schema["items"], document, depth + 1))
                .collect(),
        },
        Some("string") => match schema["format"].as_str() {
            Some("date-time") => json!("2026-01-01T00:00:00Z"),
            Some("date") => json!("2026-01-01"),
            Some("partial-date-time") => json!("2026-01-01T00:00:00"),
            Some("partial-time") => json!("00:00:00"),
            Some("uuid") => json!("67e55044-10b1-426f-9247-bb680e5fe0c8"),
            _ => json!("a"),
        },
        Some("object") => json!({}),
        _ => Value::Null,
    };
    let mut merge = |more: Value| {
        if let (Some(members), Value::Object(more)) = (value.as_object_mut(), &more) {
            members.extend(more.clone());
        } else if value.is_null() {
            value = more;
        }
    };
    for name in schema["required"].as_array().into_iter().flatten() {
        let name = name.as_str().unwrap();
        merge(json!({ name: sample(&schema["properties"][name], document, depth + 1) }));
    }
    for member in schema["allOf"].as_array().into_iter().flatten() {
        merge(sample(member, document, depth + 1));
    }
    for member in ["anyOf", "oneOf"] {
        if let Some(first) = schema[member].as_array().filter(|_| depth < 20).and_then(|members| members.first()) {
            merge(sample(first, document, depth + 1));
        }
    }
    value
}

/// A request that the document allows, to be spoiled.
struct Request<'a> {
    app: &'a TestApp,
    method: Method,
    path: String,
    query: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    body: Option<(&'static str, Vec<u8>)>,
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn encoded(pairs: &[(String, String)]) -> String {
    pairs
        .iter()
        .map(|(name, value)| format!("{name}={}", start_runtime::encode_segment(value)))
        .collect::<Vec<_>>()
        .join("&")
}

impl<'a> Request<'a> {
    fn good(app: &'a TestApp, document: &Value, path: &str, method: &str, operation: &Value) -> Self {
        let mut request = Self {
            app,
            method: method.to_uppercase().parse().unwrap(),
            path: path.to_owned(),
            query: Vec::new(),
            headers: Vec::new(),
            body: None,
        };
        for param in operation["parameters"].as_array().into_iter().flatten() {
            let name = param["name"].as_str().unwrap().to_owned();
            let value = text(&sample(&param["schema"], document, 0));
            match param["in"].as_str().unwrap() {
                "path" => request.path = request.path.replace(&format!("{{{name}}}"), &value),
                _ if param["required"] == false => {}
                "query" => request.query.push((name, value)),
                "cookie" => request.headers.push(("cookie".to_owned(), format!("{name}={value}"))),
                _ => request.headers.push((name, value)),
            }
        }
        for (name, _) in operation["security"][0].as_object().into_iter().flatten() {
            let scheme = &document["components"]["securitySchemes"][name];
            if scheme["in"] == "header" {
                request.headers.push((scheme["name"].as_str().unwrap().to_owned(), "me".to_owned()));
            }
        }
        let content = operation["requestBody"]["content"].as_object().into_iter().flatten().next();
        request.body = content.and_then(|(content_type, media)| {
            let value = sample(&media["schema"], document, 0);
            match content_type.as_str() {
                "application/json" => Some(("application/json", value.to_string().into_bytes())),
                "application/x-www-form-urlencoded" => {
                    let fields: Vec<(String, String)> = value
                        .as_object()
                        .unwrap_or(&Map::new())
                        .iter()
                        .map(|(name, value)| (name.clone(), text(value)))
                        .collect();
                    Some(("application/x-www-form-urlencoded", encoded(&fields).into_bytes()))
                }
                _ => None,
            }
        });
        request
    }

    async fn send(self) -> FetchResponse {
        let query = if self.query.is_empty() { String::new() } else { format!("?{}", encoded(&self.query)) };
        let mut request = self.app.request(self.method, self.path + &query);
        for (name, value) in &self.headers {
            request = request.header(name, value);
        }
        if let Some((content_type, body)) = self.body {
            request = request.header("content-type", content_type).body(body);
        }
        request.await
    }
}

/// Bodies that few types accept.
const WRONG: [&str; 9] = ["null", "1", "\"x\"", "[]", "{}", "true", "[[[1]]]", r#"{"kind":{}}"#, "1e99"];

/// Which refusal a response is, also beside answers of the handler.
fn kind_of(response: &Value) -> Option<&str> {
    if let Some(reference) = response["$ref"].as_str() {
        return reference.rsplit('/').next();
    }
    Some(match response["description"].as_str()?.strip_suffix(", or another answer of the handler")? {
        "A param is missing or malformed" => "BadParams",
        "The body is not JSON" => "BadJson",
        "A param is missing or malformed, or the body is not JSON" => "BadParamsOrJson",
        "There is no such thing" => "NotFound",
        "The body is too large" => "BodyTooLarge",
        "The body is not sent as `application/json`" => "NotJson",
        "The body is not sent as `application/x-www-form-urlencoded`" => "NotForm",
        "The body does not fit the schema" => "Unprocessable",
        "A param breaks a rule of its schema" => "UnprocessableParams",
        other => panic!("{other}: which refusal is it?"),
    })
}

#[start_runtime::test]
async fn what_start_refuses_is_refused() {
    let app = test::app();
    let small = test::app_with(Start::new().body_limit(0));
    let document: Value = app.get("/openapi.json").await.json().await.unwrap();
    let mut kinds = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let good = |app| Request::good(app, &document, path, method, operation);
            let refusals =
                operation["responses"].as_object().unwrap().iter().filter(|(status, _)| *status != "default");
            for (status, response) in refusals {
                let Some(kind) = kind_of(response) else { continue };
                let mut request = good(if kind == "BodyTooLarge" { &small } else { &app });
                let mut found = Vec::new();
                match kind {
                    "BadParams" | "BadParamsOrJson" => {
                        // A param of any type is wrong if its escape is.
                        request.path = path.replace('{', "%").replace('}', "");
                        if !path.contains('{') {
                            let names = operation["parameters"]
                                .as_array()
                                .unwrap()
                                .iter()
                                .filter(|param| param["in"] == "query");
                            request.query =
                                names.flat_map(|param| vec![(text(&param["name"]), "\u{1}".to_owned()); 2]).collect();
                            request.headers.clear();
                        }
                    }
                    "BadJson" => request.body = Some(("application/json", b"{".to_vec())),
                    "BodyTooLarge" => {
                        request.body = request.body.map(|(content_type, _)| (content_type, vec![b'1'; 10]))
                    }
                    "NotJson" | "NotForm" => request.body = Some(("text/plain", b"1".to_vec())),
                    "Unprocessable" => {
                        for wrong in WRONG {
                            let mut request = good(&app);
                            let (content_type, _) = request.body.unwrap();
                            request.body = Some((content_type, wrong.as_bytes().to_vec()));
                            found.push(request.send().await.status().as_u16());
                        }
                    }
                    "UnprocessableParams" => {
                        let names = operation["parameters"].as_array().unwrap().iter();
                        let limited = names.filter(|param| param["schema"]["maximum"].is_u64());
                        request.query = limited
                            .map(|param| {
                                (text(&param["name"]), (param["schema"]["maximum"].as_u64().unwrap() + 1).to_string())
                            })
                            .collect();
                    }
                    // The handler decides.
                    "NotFound" => continue,
                    other => panic!("{other}: how is it caused?"),
                }
                if found.is_empty() {
                    found.push(request.send().await.status().as_u16());
                }
                let accepts_everything = kind == "Unprocessable" && found.iter().all(|status| *status < 300);
                assert!(
                    accepts_everything || found.contains(&status.parse().unwrap()),
                    "{method} {path}: {kind}: {found:?}"
                );
                kinds.insert(kind.to_owned());
            }
        }
    }
    let expected = [
        "BadJson",
        "BadParams",
        "BadParamsOrJson",
        "BodyTooLarge",
        "NotForm",
        "NotJson",
        "Unprocessable",
        "UnprocessableParams",
    ];
    assert!(expected.iter().all(|kind| kinds.contains(*kind)), "{kinds:?}");
}

#[start_runtime::test]
async fn what_is_allowed_succeeds() {
    let app = test::app();
    let document: Value = app.get("/openapi.json").await.json().await.unwrap();
    let mut count = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let answer = Request::good(&app, &document, path, method, operation).send().await;
            let status = answer.status().as_u16();
            let responses = operation["responses"].as_object().unwrap();
            let listed = |key: &str| responses.contains_key(key);
            let is_listed = listed(&status.to_string()) || listed(&format!("{}XX", status / 100));
            // The handler may answer anything, also with an error.
            let is_chosen = responses["default"]["description"] == "Another answer of the handler, or a problem";
            assert!(is_listed || is_chosen, "{method} {path}: {status}");
            // Of a type without a schema, nothing is known.
            let is_known = operation["requestBody"]["content"]["application/json"]["schema"] != json!({});
            assert!(
                !is_known || ![400, 413, 415, 422].contains(&status),
                "{method} {path}: {status}: {:?}",
                answer.text().await
            );
            count += 1;
        }
    }
    assert!(count > 80, "{count}");
}

/// What types and attributes say: a request for each status, or the reason why there is none.
#[start_runtime::test]
async fn what_types_and_attributes_say_is_answered() {
    let app = test::app();
    let spell = json!({ "spokenWords": "Nox", "year": 7 });
    for (path, method, key, request, expected) in [
        ("/op/spells/{id}", "get", "404", app.get("/op/spells/1"), 404),
        ("/op/spells", "post", "401", app.post("/op/spells").json(&spell), 401),
        ("/op/spells/{id}", "delete", "2XX", app.delete("/op/spells/1"), 204),
        ("/op/form", "put", "2XX", app.put("/op/form").form(&spell), 202),
        ("/nested/admin", "get", "302", app.get("/nested/admin"), 302),
        ("/nested/tuple", "post", "401", app.post("/nested/tuple?name=x"), 401),
        ("/statuses/declared/{status}", "delete", "200", app.delete("/statuses/declared/200"), 200),
        ("/statuses/declared/{status}", "delete", "409", app.delete("/statuses/declared/409"), 409),
        ("/statuses/bare/{status}", "delete", "2XX", app.delete("/statuses/bare/206"), 206),
        ("/statuses/error/{status}", "get", "default", app.get("/statuses/error/451"), 451),
        ("/statuses/value/{status}", "get", "default", app.get("/statuses/value/404"), 404),
        ("/declared/inherited/{id}", "get", "404", app.get("/declared/inherited/0"), 404),
        ("/declared/option", "get", "404", app.get("/declared/option"), 404),
        ("/declared/json", "post", "422", app.post("/declared/json").json(&spell), 422),
        ("/declared/response", "get", "418", app.get("/declared/response"), 418),
    ] {
        let document: Value = app.get("/openapi.json").await.json().await.unwrap();
        assert!(!document["paths"][path][method]["responses"][key].is_null(), "{method} {path}: {key}");
        assert_eq!(request.await.status().as_u16(), expected, "{method} {path}: {key}");
    }
}

/// Handlers whose own answers may have the status of a refusal.
mod own {
    use serde::Serialize;
    use start_runtime::Response;
    use start_runtime::prelude::*;
    use start_runtime::schemars::{self, JsonSchema};

    #[derive(Serialize, JsonSchema)]
    pub struct Fault {
        pub fault: String,
    }

    /// `own` is refused by the handler itself.
    fn is_own(number: u32) -> bool {
        number > 7
    }

    #[api_route(POST, "/own/response/[page]")]
    async fn response(page: u32, Json(number): Json<u32>) -> Result<u32, Response> {
        if is_own(number) { Err(Response::new("mine").status(422)) } else { Ok(page) }
    }

    #[api_route(POST, "/own/typed/[page]")]
    async fn typed(page: u32, Json(number): Json<u32>) -> Result<u32, (StatusCode, Json<Fault>)> {
        let fault = Fault { fault: "mine".to_owned() };
        if is_own(number) { Err((StatusCode::UNPROCESSABLE_ENTITY, Json(fault))) } else { Ok(page) }
    }

    #[api_route(POST, "/own/text/[page]")]
    async fn text(page: u32, Json(number): Json<u32>) -> Result<u32, (StatusCode, String)> {
        if is_own(number) { Err((StatusCode::UNPROCESSABLE_ENTITY, "mine".to_owned())) } else { Ok(page) }
    }

    #[api_route(POST, "/own/problem/[page]")]
    async fn problem(page: u32, Json(number): Json<u32>) -> Result<u32, Problem> {
        if is_own(number) { Err(Problem::unprocessable("mine")) } else { Ok(page) }
    }
}

#[start_runtime::test]
async fn refusals_leave_room_for_the_handlers_own_answers() {
    let app = test::app();
    let document: Value = app.get("/openapi.json").await.json().await.unwrap();
    for (name, own) in [
        ("response", Some("*/*")),
        ("typed", Some("application/json")),
        ("text", Some("text/plain")),
        ("problem", None),
    ] {
        let responses = &document["paths"][format!("/own/{name}/{{page}}")]["post"]["responses"];
        for status in ["400", "413", "415", "422"] {
            let response = &responses[status];
            match own {
                Some(own) => {
                    assert!(response["content"][own].is_object(), "{name} {status}: {response}");
                    assert!(response["content"]["application/problem+json"].is_object(), "{name} {status}: {response}");
                }
                None => assert!(response["$ref"].is_string(), "{name} {status}: {response}"),
            }
        }
        let answer = app.post(format!("/own/{name}/1")).json(&8).await;
        assert_eq!(answer.status(), 422, "{name}");
        let essence = answer.header("content-type").unwrap().split(';').next().unwrap().to_owned();
        let documented = if name == "response" { "*/*" } else { &essence };
        assert!(own.is_none_or(|own| own == documented), "{name}: {essence}");
    }
}
