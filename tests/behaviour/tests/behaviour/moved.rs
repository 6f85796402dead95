//! What code that moves over from SolidStart and TanStack Start finds under the same names or in one line.

use std::io::Read as _;

use start_runtime::cookie::Cookie;
use start_runtime::serde_json::Value;
use start_runtime::{Response, delete_cookie, json, prelude::*, test};

use crate::starting::listening;
use crate::wire::Server;

#[api_route(GET, "/mv/origin")]
async fn origin(event: APIEvent) -> String {
    event.request.origin()
}

#[api_route(POST, "/mv/join")]
async fn join(event: APIEvent) -> Result<String, Problem> {
    let reference = event.request.text().await?;
    Ok(event.request.join(&reference)?.into())
}

#[api_route(GET, "/mv/a/b/login")]
async fn login(event: APIEvent) -> Result<Response, Problem> {
    let mut login = event.request.join("/login")?;
    login.query_pairs_mut().append_pair("next", event.request.uri().path_and_query().map_or("/", |path| path.as_str()));
    Ok(Response::redirect(login))
}

#[start_runtime::test]
async fn the_origin_is_that_of_the_url_parser() {
    let app = test::app_with(Start::new().trusted_proxies(["10.0.0.1"])).with_address([10, 0, 0, 1]);
    let cases = [
        ("owls.example", None, "http://owls.example"),
        ("OWLS.Example:80", None, "http://owls.example"),
        ("owls.example:8080", None, "http://owls.example:8080"),
        ("owls.example:443", Some("https"), "https://owls.example"),
        ("[::1]:3000", None, "http://[::1]:3000"),
        ("127.0.0.1:3000", Some("https"), "https://127.0.0.1:3000"),
        // No URL has this port, and nothing panics.
        ("owls.example:99999", None, "http://owls.example:99999"),
    ];
    for (host, scheme, expected) in cases {
        let request = app.get("/mv/origin").header("host", host);
        let request = match scheme {
            Some(scheme) => request.header("x-forwarded-proto", scheme),
            None => request,
        };
        assert_eq!(request.await.text().await.unwrap(), expected, "{host}");
    }
}

#[start_runtime::test]
async fn a_reference_is_resolved_against_the_url_of_the_request() {
    let app = test::app();
    let cases = [
        ("/login", "http://owls.example/login"),
        ("login", "http://owls.example/mv/login"),
        ("./login", "http://owls.example/mv/login"),
        ("../login", "http://owls.example/login"),
        ("../../../login", "http://owls.example/login"),
        ("?page=2", "http://owls.example/mv/join?page=2"),
        ("#top", "http://owls.example/mv/join?x=1#top"),
        ("", "http://owls.example/mv/join?x=1"),
        ("//other.example/a", "http://other.example/a"),
        ("https://other.example:443/a b?ü", "https://other.example/a%20b?%C3%BC"),
        ("/a/./b/../c", "http://owls.example/a/c"),
        ("mailto:harry@owls.example", "mailto:harry@owls.example"),
    ];
    for (reference, expected) in cases {
        let answer = app.post("/mv/join?x=1").header("host", "owls.example").body(reference).await;
        assert_eq!(answer.text().await.unwrap(), expected, "{reference}");
    }
    for (host, reference) in [("owls.example", "http://"), ("owls.example", "//["), ("owls.example:99999", "/login")] {
        let answer = app.post("/mv/join").header("host", host).body(reference).await;
        assert_eq!(answer.status(), 400, "{host} {reference}");
        assert!(answer.text().await.unwrap().contains("is no URL"), "{host} {reference}");
    }
    let answer = app.get("/mv/a/b/login?tab=1&x").header("host", "owls.example").await;
    let location = "http://owls.example/login?next=%2Fmv%2Fa%2Fb%2Flogin%3Ftab%3D1%26x";
    assert_eq!((answer.status().as_u16(), answer.header("location")), (302, Some(location)));
}

#[derive(serde::Serialize)]
struct Owl {
    name: &'static str,
}

#[api_route(GET, "/mv/json/[form]")]
async fn forms(form: String) -> Response {
    let owl = Owl { name: "Hedwig" };
    match form.as_str() {
        "value" => Response::json(owl),
        "reference" => Response::json(&owl),
        "unsized" => Response::json("Hedwig"),
        "slice" => Response::json(&[1, 2][..]),
        "macro" => json!({ "name": owl.name, "letters": [1, { "x": null }] }),
        "text" => json!("Hedwig"),
        "expression" => json!(owl),
        "status" => json!({ "error": "no such owl" }).status(404).header("x-owl", "none"),
        "error" => Response::error(404, format!("no {}", "owl")),
        "typed" => Response::error(StatusCode::CONFLICT, "taken"),
        "nan" => Response::json(f64::NAN),
        _ => Response::error(99, "no status"),
    }
}

#[api_route(GET, "/mv/thrown")]
async fn thrown() -> Result<Owl, Response> {
    Err(json!({ "error": "Unauthorized" }).status(401))
}

#[start_runtime::test]
async fn json_is_answered_by_value_and_written_out() {
    let app = test::app();
    let cases = [
        ("json/value", 200, r#"{"name":"Hedwig"}"#),
        ("json/reference", 200, r#"{"name":"Hedwig"}"#),
        ("json/unsized", 200, r#""Hedwig""#),
        ("json/slice", 200, "[1,2]"),
        ("json/macro", 200, r#"{"name":"Hedwig","letters":[1,{"x":null}]}"#),
        ("json/text", 200, r#""Hedwig""#),
        ("json/expression", 200, r#"{"name":"Hedwig"}"#),
        ("json/status", 404, r#"{"error":"no such owl"}"#),
        ("json/error", 404, r#"{"error":"no owl"}"#),
        ("json/typed", 409, r#"{"error":"taken"}"#),
        ("thrown", 401, r#"{"error":"Unauthorized"}"#),
    ];
    for (path, status, body) in cases {
        let answer = app.get(format!("/mv/{path}")).await;
        assert_eq!(
            (answer.status().as_u16(), answer.header("content-type")),
            (status, Some("application/json")),
            "{path}"
        );
        assert_eq!(answer.text().await.unwrap(), body, "{path}");
    }
    for path in ["/mv/json/nan", "/mv/json/99"] {
        assert_eq!(app.get(path).await.status(), 500, "{path}");
    }
}

#[api_route(GET, "/mv/id")]
async fn id(event: APIEvent) -> Result<String, Problem> {
    let inner = event.fetch("/mv/own-id").await?;
    Ok(format!("{} {}", event.request_id(), inner.header("x-request-id").unwrap_or_default()))
}

#[api_route(GET, "/mv/own-id")]
async fn own_id() -> Response {
    Response::empty().header("X-Request-Id", "mine")
}

#[api_route(GET, "/mv/fails")]
async fn fails() -> Result<(), Problem> {
    Err(Problem::internal("the owl is ill"))
}

fn with_ids() -> Start {
    Start::new().request_id_header("X-Request-Id")
}

#[start_runtime::test]
async fn answers_carry_the_id_of_the_request_if_the_program_says_so() {
    let app = test::app_with(with_ids());
    let answer = app.get("/mv/id").header("x-request-id", "owl-7").await;
    assert_eq!(answer.header("x-request-id"), Some("owl-7"));
    assert_eq!(answer.text().await.unwrap(), "owl-7 mine");
    let answer = app.get("/mv/own-id").header("x-request-id", "owl-7").await;
    assert_eq!(answer.header("x-request-id"), Some("mine"), "the answer has its own");
    for (sent, path) in [("a b", "/mv/id"), ("owl-8", "/mv/none"), ("owl-9", "/mv/json"), ("owl-10", "/mv/%zz")] {
        let answer = app.get(path).header("x-request-id", sent).await;
        let id = answer.header("x-request-id").unwrap_or_default().to_owned();
        assert!(id == sent || (sent == "a b" && id.len() == 16), "{path}: {id}");
    }
    let answer = app.get("/mv/fails").await;
    let id = answer.header("x-request-id").unwrap().to_owned();
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["requestId"], id, "the id in the body is the same");
    assert_eq!(test::app().get("/mv/origin").await.header("x-request-id"), None, "unless it says so");
}

#[core::prelude::v1::test]
fn ids_are_in_answers_over_sockets_and_to_what_is_no_request() {
    let server = Server::start(with_ids);
    let mut wire = server.connect();
    wire.send("GET /mv/origin HTTP/1.1\r\nhost: x\r\nx-request-id: owl-7\r\n\r\n");
    let (head, _) = wire.receive();
    assert!(head.contains("\r\nx-request-id: owl-7\r\n"), "{head}");
    wire.send("GET / HTTP/9.9\r\n\r\n");
    let (head, _) = wire.receive();
    assert!(head.contains("\r\nx-request-id: "), "{head}");
}

#[core::prelude::v1::test]
fn an_id_header_that_is_none_is_an_error_at_start_up() {
    let error = actix_web::rt::System::new().block_on(async {
        Start::new().request_id_header("X Request Id").listen(([127, 0, 0, 1], 0).into()).await.err()
    });
    assert!(error.unwrap().to_string().contains("such as `X-Request-Id`"));
}

#[core::prelude::v1::test]
fn a_content_length_that_a_stream_cannot_have_is_logged() {
    let (mut child, address, _) = listening(env!("CARGO_BIN_EXE_stopping"), &[]);
    let mut logged = child.stderr.take().unwrap();
    let mut stream = std::net::TcpStream::connect(&address).unwrap();
    std::io::Write::write_all(&mut stream, b"GET /length HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.contains("transfer-encoding: chunked") && !answer.contains("content-length"), "{answer}");
    child.kill().unwrap();
    child.wait().unwrap();
    let mut log = String::new();
    logged.read_to_string(&mut log).unwrap();
    assert!(log.contains("the Content-Length of the answer to GET /length is not sent"), "{log}");
    assert!(log.contains("Response::sized_stream"), "{log}");
}

#[api_route(POST, "/mv/forget/[form]")]
async fn forget(event: APIEvent, form: String) {
    match form.as_str() {
        "name" => event.cookies().delete("user"),
        "owned" => delete_cookie(&event, String::from("user")),
        "path" => event.cookies().delete(Cookie::build("user", "secret").path("/auth").finish()),
        "domain" => {
            delete_cookie(&event, Cookie::build("user", "").path("/auth").domain("owls.example").secure(true).finish());
        }
        "host" => event.cookies().delete("__Host-user"),
        _ => {
            event.cookies().delete("user");
            event.cookies().delete(Cookie::build("user", "").path("/auth").finish());
        }
    }
}

#[start_runtime::test]
async fn a_cookie_is_deleted_where_it_was_set() {
    let app = test::app();
    let end = "Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT";
    let cases = [
        ("name", vec![format!("user=; Path=/; {end}")]),
        ("owned", vec![format!("user=; Path=/; {end}")]),
        ("path", vec![format!("user=; Path=/auth; {end}")]),
        ("domain", vec![format!("user=; Secure; Path=/auth; Domain=owls.example; {end}")]),
        ("host", vec![format!("__Host-user=; Secure; Path=/; {end}")]),
        ("both", vec![format!("user=; Path=/; {end}"), format!("user=; Path=/auth; {end}")]),
    ];
    for (form, expected) in cases {
        let answer = app.post(format!("/mv/forget/{form}")).await;
        let cookies: Vec<&str> = answer.headers().get_all("set-cookie").map(|value| value.to_str().unwrap()).collect();
        assert_eq!(cookies, expected, "{form}");
    }
}
