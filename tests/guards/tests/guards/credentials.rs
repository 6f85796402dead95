//! Where credentials are, and what it means that there are none.

use std::collections::HashMap;

use start_runtime::openapi::SecurityScheme;
use start_runtime::serde_json::{Value, json};
use start_runtime::{Header, Query, prelude::*};

use crate::accounts::{User, app};

struct Key(String);
#[extractor(security = header("key", "X-Api-Key"))]
fn key(event: APIEvent) -> Result<Key, Problem> {
    match event.request.header("x-api-key") {
        Some(key @ ("one" | "two")) => Ok(Key(key.into())),
        _ => Err(Problem::unauthorized("a key, please")),
    }
}

struct Session(String);
#[extractor(security = cookie("sid"))]
fn session(event: APIEvent) -> Result<Option<Session>, Problem> {
    match event.cookies().get("sid").as_deref() {
        Some("broken") => Err(Problem::bad_request("the session cannot be read")),
        Some("over") | None => Ok(None),
        Some(id) => Ok(Some(Session(id.into()))),
    }
}

struct Asked(String);
#[extractor(security = query("key-in-query", "api key"))]
fn asked(Query(query): Query<HashMap<String, String>>) -> Option<Asked> {
    query.get("api key").filter(|key| *key == "good").map(|key| Asked(key.clone()))
}

struct Login(String);
#[extractor(security = basic("login"))]
fn login(event: APIEvent) -> Option<Login> {
    event.request.header("authorization").filter(|value| *value == "Basic good").map(|value| Login(value.into()))
}

fn hmac() -> SecurityScheme {
    SecurityScheme::header("signature", "X-Signature").description("Of the path")
}

struct Signed;
#[extractor(security = hmac())]
fn signed(Header(x_signature): Header<String>) -> Result<Signed, Problem> {
    if x_signature == "good" { Ok(Signed) } else { Err(Problem::unauthorized("the signature is wrong")) }
}

/// An error of the program, which says how a client sees it.
struct Unknown;
impl From<Unknown> for Problem {
    fn from(_: Unknown) -> Self {
        Problem::unauthorized("nobody is known by this")
    }
}

struct Owner;
#[extractor(security = bearer("token") | header("key", "X-Api-Key"))]
fn owner(event: APIEvent) -> Result<Owner, Unknown> {
    event.request.header("x-api-key").map(|_| Owner).ok_or(Unknown)
}

struct Choosy;
#[extractor(security = header("token-of-old", "Authorization"))]
fn choosy(event: APIEvent) -> Result<Choosy, Problem> {
    match event.request.header("authorization") {
        Some("Token good") => Ok(Choosy),
        Some("Token poor") => Err(Problem::forbidden("not you")),
        _ => Err(Problem::unauthorized("send `Token …`").header("WWW-Authenticate", "Token")),
    }
}

struct Caller(&'static str);
#[extractor(security = bearer("token") | cookie("sid"))]
async fn caller(user: Option<User>, session: Option<Session>) -> Option<Caller> {
    user.map(|_| Caller("user")).or_else(|| session.map(|_| Caller("session")))
}

#[api_route(GET, "/guards/key")]
async fn with_key(key: Option<Key>) -> String {
    key.map_or_else(|| "nobody".into(), |key| key.0)
}
#[api_route(GET, "/guards/session")]
async fn with_session(session: Option<Session>) -> String {
    session.map_or_else(|| "nobody".into(), |session| session.0)
}
#[api_route(GET, "/guards/session/needed")]
async fn needs_session(session: Session) -> String {
    session.0
}
#[api_route(GET, "/guards/query")]
async fn with_query(asked: Option<Asked>) -> String {
    asked.map_or_else(|| "nobody".into(), |asked| asked.0)
}
#[api_route(GET, "/guards/login")]
async fn with_login(login: Login) -> String {
    login.0
}
#[api_route(GET, "/guards/signed")]
async fn with_signature(signed: Option<Signed>) -> String {
    format!("{}", signed.is_some())
}
#[api_route(GET, "/guards/owner", guard = owner)]
async fn with_owner() {}
#[api_route(GET, "/guards/owner/handed")]
async fn owner_handed(owner: Result<Owner, Problem>) -> Result<(), Problem> {
    owner.map(drop)
}
#[api_route(GET, "/guards/choosy")]
async fn with_choosy(_: Choosy) {}
#[api_route(GET, "/guards/caller")]
async fn by_either(caller: Caller) -> &'static str {
    caller.0
}

#[start_runtime::test]
async fn absent_is_what_is_not_there() {
    let app = app();
    for (path, header, value, status, text) in [
        ("/guards/key", "", "", 200, "nobody"),
        ("/guards/key", "x-api-key", "one", 200, "one"),
        ("/guards/key", "x-api-key", "three", 401, ""),
        ("/guards/key", "x-api-key", "", 401, ""),
        ("/guards/session", "", "", 200, "nobody"),
        ("/guards/session", "cookie", "other=1", 200, "nobody"),
        ("/guards/session", "cookie", "sid=s1", 200, "s1"),
        // A browser sends the cookie of a session that is over by itself.
        ("/guards/session", "cookie", "sid=over", 200, "nobody"),
        ("/guards/session", "cookie", "sid=broken", 400, ""),
        ("/guards/session/needed", "", "", 401, ""),
        ("/guards/session/needed", "cookie", "sid=over", 401, ""),
        ("/guards/query", "", "", 200, "nobody"),
        ("/guards/query?api+key=good", "", "", 200, "good"),
        ("/guards/query?api%20key=bad", "", "", 401, ""),
        ("/guards/login", "", "", 401, ""),
        ("/guards/login", "authorization", "Basic good", 200, "Basic good"),
        ("/guards/signed", "", "", 200, "false"),
        ("/guards/signed", "x-signature", "good", 200, "true"),
        ("/guards/signed", "x-signature", "bad", 401, ""),
        ("/guards/caller", "", "", 401, ""),
        ("/guards/caller", "authorization", "Bearer good", 200, "user"),
        ("/guards/caller", "cookie", "sid=s1", 200, "session"),
        ("/guards/caller", "authorization", "Bearer forged", 401, ""),
    ] {
        let request = app.get(path);
        let request = if header.is_empty() { request } else { request.header(header, value) };
        let answer = request.await;
        assert_eq!(answer.status(), status, "{path} {header}: {value}");
        if status == 200 {
            assert_eq!(answer.text().await.unwrap(), text, "{path} {header}: {value}");
        }
    }
    for (path, challenges) in [
        ("/guards/session/needed", &["ApiKey in=\"cookie\", name=\"sid\""][..]),
        ("/guards/login", &["Basic realm=\"login\", charset=\"UTF-8\""]),
        ("/guards/caller", &["Bearer", "ApiKey in=\"cookie\", name=\"sid\""]),
    ] {
        let answer = app.get(path).await;
        let found: Vec<&str> =
            answer.headers().get_all("www-authenticate").map(|value| value.to_str().unwrap()).collect();
        assert_eq!(found, challenges, "{path}");
    }
}

#[start_runtime::test]
async fn the_401_of_a_function_asks_for_its_schemes() {
    let app = app();
    let key = "ApiKey in=\"header\", name=\"X-Api-Key\"";
    for (path, header, value, status, challenges) in [
        ("/guards/key", "x-api-key", "three", 401, &[key][..]),
        ("/guards/signed", "x-signature", "bad", 401, &["ApiKey in=\"header\", name=\"X-Signature\""]),
        ("/guards/owner", "x-other", "", 401, &["Bearer", key]),
        ("/guards/owner/handed", "x-other", "", 401, &["Bearer", key]),
        // What the function says itself is not changed, and another status needs none.
        ("/guards/choosy", "authorization", "Bearer good", 401, &["Token"]),
        ("/guards/choosy", "authorization", "Token poor", 403, &[]),
        ("/guards/session", "cookie", "sid=broken", 400, &[]),
    ] {
        let answer = app.get(path).header(header, value).await;
        assert_eq!(answer.status(), status, "{path} {value}");
        let found: Vec<&str> =
            answer.headers().get_all("www-authenticate").map(|value| value.to_str().unwrap()).collect();
        assert_eq!(found, challenges, "{path} {value}");
    }
}

#[start_runtime::test]
async fn the_document_knows_every_scheme() {
    let document: Value = app().get("/openapi.json").await.json().await.unwrap();
    let schemes = &document["components"]["securitySchemes"];
    assert_eq!(schemes["key"], json!({ "type": "apiKey", "in": "header", "name": "X-Api-Key" }));
    assert_eq!(schemes["sid"], json!({ "type": "apiKey", "in": "cookie", "name": "sid" }));
    assert_eq!(schemes["login"], json!({ "type": "http", "scheme": "basic" }));
    assert_eq!(schemes["signature"]["description"], "Of the path");
    for (path, security) in [
        ("/guards/key", json!([{}, { "key": [] }])),
        ("/guards/session/needed", json!([{ "sid": [] }])),
        ("/guards/caller", json!([{ "token": [] }, { "sid": [] }])),
    ] {
        assert_eq!(document["paths"][path]["get"]["security"], security, "{path}");
    }
}
