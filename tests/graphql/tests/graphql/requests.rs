//! What is taken, what is refused, what a client reads of errors, and what resolvers know of the request.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::schema::{Note, Schema, User, schema};
use start_runtime::actix_web::http::Method;
use start_runtime::graphql::{self, Graphql, Limits};
use start_runtime::serde_json::{Value, json};
use start_runtime::test::{FormPart, TestApp, app_with};
use start_runtime::{FetchResponse, Next, Response, Secrets, SessionConfig, prelude::*};

const GRAPHQL: &str = "application/graphql-response+json";
const JSON: &str = "application/json";

/// A handler of its own, with a value for resolvers.
#[api_route(GET, POST, "/graphql-of/[school]")]
async fn of_school(event: APIEvent, schema: Data<Schema>) -> Response {
    let user = event.cookies().get("user").unwrap_or_default();
    graphql::handle(event, &schema).data(User(user)).graphiql(false).await
}

#[api_route(GET, "/graphql-fetched")]
async fn fetched(event: APIEvent) -> String {
    format!("fetched for {:?}", event.cookies().get("user"))
}

fn app_of(graphql: Graphql<Schema>) -> TestApp {
    app_with(Start::new().data(schema()).graphql("/graphql", graphql))
}

fn app() -> TestApp {
    app_of(Graphql::new(schema()))
}

async fn post(app: &TestApp, accept: &str, body: &Value) -> FetchResponse {
    app.post("/graphql").header("accept", accept).json(body).await
}

async fn body(answer: FetchResponse) -> Value {
    answer.json().await.expect("JSON")
}

/// The data and errors of a query, executed.
async fn ask(app: &TestApp, query: &str) -> Value {
    let answer = post(app, GRAPHQL, &json!({ "query": query })).await;
    assert_eq!(answer.status(), 200, "{query}");
    body(answer).await
}

fn message(body: &Value) -> &str {
    body["errors"][0]["message"].as_str().unwrap_or_default()
}

#[start_runtime::test]
async fn a_request_says_what_it_accepts_and_the_status_follows() {
    let app = app();
    let good = json!({ "query": "{ hello }" });
    let unknown = json!({ "query": "{ nothing }" });
    let syntax = json!({ "query": "{" });
    let variable = json!({ "query": "query($i: String) { hello(input: $i) }", "variables": { "i": 1 } });
    let failing = json!({ "query": "{ refused }" });
    let operation = json!({ "query": "query A { hello } query B { hello }" });
    for (accept, sent, request, status) in [
        (JSON, JSON, &good, 200),
        (GRAPHQL, GRAPHQL, &good, 200),
        ("*/*", JSON, &good, 200),
        ("application/json, application/graphql-response+json", GRAPHQL, &good, 200),
        ("application/graphql-response+json;q=0.1, application/json;q=0.2", JSON, &good, 200),
        (JSON, JSON, &unknown, 200),
        (GRAPHQL, GRAPHQL, &unknown, 400),
        (JSON, JSON, &syntax, 200),
        (GRAPHQL, GRAPHQL, &syntax, 400),
        (JSON, JSON, &variable, 200),
        (GRAPHQL, GRAPHQL, &variable, 400),
        (JSON, JSON, &failing, 200),
        (GRAPHQL, GRAPHQL, &failing, 200),
        (GRAPHQL, GRAPHQL, &operation, 400),
    ] {
        let answer = post(&app, accept, request).await;
        assert_eq!(
            answer.header("content-type"),
            Some(format!("{sent}; charset=utf-8").as_str()),
            "{accept} {request}"
        );
        assert_eq!(answer.header("vary"), Some("Accept"), "{accept} {request}");
        assert_eq!(answer.status(), status, "{accept} {request}");
        let body = body(answer).await;
        let is_executed = [&good, &failing].contains(&request);
        assert_eq!(body.get("data").is_some(), is_executed, "{accept} {request} {body}");
    }
    for accept in ["image/png", "text/html", "application/xml;q=0.9"] {
        assert_eq!(post(&app, accept, &good).await.status(), 406, "{accept}");
    }
}

#[start_runtime::test]
async fn what_is_no_request_is_a_400_that_says_why() {
    let app = app();
    for (text, expected) in [
        ("", "no body"),
        (" \n", "no body"),
        ("{", "the body is not JSON"),
        ("nonsense", "the body is not JSON"),
        ("\u{feff}{\"query\":1}", "`query` has to be a string, not a number"),
        ("{}", "no `query`"),
        (r#"{"query":null}"#, "no `query`"),
        (r#"{"query":""}"#, "no `query`"),
        (r#"{"query":["{hello}"]}"#, "`query` has to be a string, not a list"),
        (r#"{"query":{}}"#, "`query` has to be a string, not an object"),
        (r#"{"query":"{hello}","variables":"x"}"#, "`variables` has to be an object, not a string"),
        (r#"{"query":"{hello}","variables":[1]}"#, "`variables` has to be an object, not a list"),
        (r#"{"query":"{hello}","operationName":7}"#, "`operationName` has to be a string, not a number"),
        (r#"{"query":"{hello}","extensions":true}"#, "`extensions` has to be an object, not a boolean"),
        (r#""{hello}""#, "a request is a JSON object with a `query`, not a string"),
        ("7", "not a number"),
        ("null", "not null"),
        (r#"[{"query":"{hello}"}]"#, "only one request is taken"),
        ("[]", "only one request is taken"),
    ] {
        for accept in [JSON, GRAPHQL] {
            let request = app.post("/graphql").header("content-type", "application/json").header("accept", accept);
            let answer = request.body(text.to_owned()).await;
            assert_eq!(answer.status(), 400, "{text}");
            let body = body(answer).await;
            assert!(message(&body).contains(expected) && body.get("data").is_none(), "{text} {body}");
        }
    }
    let bytes = b"{\"query\":\"{ hello } # \xff\"}".to_vec();
    let answer = app.post("/graphql").header("content-type", "application/json").body(bytes).await;
    assert_eq!(answer.status(), 400);
    assert!(message(&body(answer).await).contains("not UTF-8"));
}

#[start_runtime::test]
async fn null_parameters_and_unknown_members_are_as_if_left_out() {
    let app = app();
    for request in [
        json!({ "query": "{ hello }", "variables": null, "operationName": null, "extensions": null }),
        json!({ "query": "{ hello }", "variables": {}, "operationName": "", "extensions": {} }),
        json!({ "query": "query A { hello }", "operationName": "A", "id": 7 }),
        json!({ "query": "query A { hello }" }),
    ] {
        let answer = post(&app, GRAPHQL, &request).await;
        assert_eq!(answer.status(), 200, "{request}");
        assert_eq!(body(answer).await, json!({ "data": { "hello": "Hello World" } }), "{request}");
    }
}

#[start_runtime::test]
async fn a_body_is_json_or_an_upload() {
    let app = app();
    let text = r#"{"query":"{hello}"}"#;
    for (content_type, status) in [
        ("application/json", 200),
        ("application/json; charset=utf-8", 200),
        ("Application/JSON;charset=\"UTF-8\"", 200),
        ("application/json; charset=latin1", 415),
        ("text/plain", 415),
        ("application/graphql", 415),
        ("application/x-www-form-urlencoded", 415),
        ("", 415),
    ] {
        let answer = app.post("/graphql").header("content-type", content_type).body(text).await;
        assert_eq!(answer.status(), status, "{content_type}");
    }
    assert_eq!(app.post("/graphql").body(text).await.status(), 415);
    let packed = app.post("/graphql").header("content-type", JSON).header("content-encoding", "gzip").body(text);
    assert_eq!(packed.await.status(), 415);
}

#[start_runtime::test]
async fn get_executes_queries_alone() {
    let app = app();
    for (target, status) in [
        ("query=%7Bhello%7D", 200),
        ("query=query(%24i:String)%7Bhello(input:%24i)%7D&variables=%7B%22i%22:%22Owl%22%7D", 200),
        ("query=query%20A%7Bhello%7D%20query%20B%7Bowl%7Bname%7D%7D&operationName=A", 200),
        ("query=mutation%7Bvisit%7D", 405),
        ("query=query%20A%7Bhello%7D%20mutation%20B%7Bvisit%7D&operationName=B", 405),
        ("query=subscription%7Bcount(to:1)%7D", 400),
        ("query=%7B", 400),
        ("query=%7Bhello%7D&variables=x", 400),
        ("query=%7Bhello%7D&variables=1", 400),
        ("query=%7Bhello%7D&query=%7Bhello%7D", 400),
        ("query=%7Bhello%ff%7D", 400),
        ("query=", 400),
        ("", 400),
    ] {
        let answer = app.get(format!("/graphql?{target}")).header("accept", GRAPHQL).await;
        assert_eq!(answer.status(), status, "{target}");
        assert_eq!(answer.header("allow"), (status == 405).then_some("POST"), "{target}");
        assert_eq!(body(answer).await.get("data").is_some(), status == 200, "{target}");
    }
    let head = app.request(Method::HEAD, "/graphql?query=%7Bhello%7D").await;
    assert_eq!((head.status().as_u16(), head.text().await.unwrap()), (200, String::new()));
    assert_eq!(app.patch("/graphql").await.status(), 405);
}

/// Each is refused before anything is resolved, whatever the client accepts, and the next request is answered.
#[start_runtime::test]
async fn a_hostile_request_is_refused_by_the_limit_that_it_exceeds() {
    let app = app();
    let deep = |levels: usize| format!("{{{}{}{}}}", "me{".repeat(levels), "hello", "}".repeat(levels));
    let aliased = |count: usize| format!("{{{}}}", (0..count).map(|n| format!("a{n}:hello ")).collect::<String>());
    let bomb = |levels: usize, more: &str| {
        let step = |n: usize| format!("fragment F{n} on Query {{ me {{ ...F{0} {more} }} me {{ ...F{0} }} }} ", n + 1);
        let all: String = (0..levels).map(step).collect();
        format!("{{ ...F0 }} {all} fragment F{levels} on Query {{ hello }}")
    };
    let directives = |count: usize| format!("{{ hello {} }}", "@include(if: true) ".repeat(count));
    let cases = [
        ("deep", deep(25), "the fields are more than 20 deep"),
        ("very deep", "{me".repeat(100_000 / 3), "nests brackets more than"),
        ("deep lists", format!("{{ hello(input: {}", "[".repeat(10_000)), "nests brackets more than"),
        ("deep objects", format!("{{ hello(input: {}", "{a:".repeat(10_000)), "nests brackets more than"),
        ("wide", format!("{{{}}}", "hello ".repeat(1001)), "more than 1000 fields"),
        ("aliased", aliased(31), "more than 30 aliases"),
        ("a bomb of fragments", bomb(12, ""), "more than 1000 fields"),
        ("a deep bomb of fragments", bomb(18, "hello"), "more than 1000 fields"),
        (
            "a circle",
            "{ ...A } fragment A on Query { ...B } fragment B on Query { me { ...A } }".into(),
            "inside of itself",
        ),
        ("a small circle", "{ ...A } fragment A on Query { ...A }".into(), "inside of itself"),
        ("an unused circle", "{ hello } fragment A on Query { ...A }".into(), "inside of itself"),
        ("directives", directives(51), "more than 50 directives"),
        ("directives of an operation", format!("query {} {{ hello }}", "@a ".repeat(51)), "more than 50 directives"),
        ("tokens", format!("{{ hello }} {}", "a ".repeat(5000)), "more than 5000 tokens"),
        ("brackets", "}".repeat(5001), "more than 5000 tokens"),
        ("a comment", format!("{{ hello }} #{}", "x".repeat(200_000)), "more than 131072 bytes"),
        ("spaces", format!("{{ hello }}{}", " ".repeat(200_000)), "more than 131072 bytes"),
        ("a file", "mutation { upload(files: [\"#__graphql_file__:0\"]) }".into(), "cannot be sent"),
        ("an escaped file", "mutation { upload(files: \"\\u0023__graphql_file__:9\") }".into(), "cannot be sent"),
        (
            "a default file",
            "mutation($f: Upload! = \"#__graphql_file__:0\") { upload(files: [$f]) }".into(),
            "cannot be sent",
        ),
    ];
    for (name, query, expected) in &cases {
        for accept in [JSON, GRAPHQL] {
            let answer = post(&app, accept, &json!({ "query": query })).await;
            assert_eq!(answer.status(), 400, "{name}");
            let body = body(answer).await;
            assert!(message(&body).contains(expected) && body.get("data").is_none(), "{name} {body}");
        }
    }
    for file in ["#__graphql_file__:0", "#__graphql_file__:nonsense", "#__graphql_file__:"] {
        let query = "mutation($f: [Upload!]!) { upload(files: $f) }";
        let answer = post(&app, JSON, &json!({ "query": query, "variables": { "f": [file] } })).await;
        assert_eq!(answer.status(), 400, "{file}");
    }
    // What is just within them is executed.
    for (name, query) in [
        ("deep", deep(19)),
        ("aliased", aliased(30)),
        ("wide", format!("{{{}}}", "hello ".repeat(1000))),
        ("a fragment twice", bomb(3, "")),
        ("directives", format!("{{ {} }}", "hello @include(if: true) ".repeat(50))),
        ("a text", "{ hello(input: \"{[({[({[({[({[({[({[({[({[({[({[({[({[({[({[({[({[({[({[({[({[(\") }".into()),
    ] {
        let answer = post(&app, GRAPHQL, &json!({ "query": query })).await;
        assert_eq!(answer.status(), 200, "{name}");
    }
    let nested = format!("{{\"query\":\"{{hello}}\",\"variables\":{}", "{\"a\":".repeat(10_000));
    assert_eq!(app.post("/graphql").header("content-type", JSON).body(nested).await.status(), 400);
    let large = json!({ "query": "{ hello }", "variables": { "a": "x".repeat(3 * 1024 * 1024) } });
    assert_eq!(post(&app, JSON, &large).await.status(), 413);
}

#[start_runtime::test]
async fn the_introspection_of_graphiql_is_within_the_limits() {
    let wrap = "ofType { kind name ".repeat(9) + &"}".repeat(9);
    let query = format!(
        "query IntrospectionQuery {{ __schema {{ queryType {{ name }} types {{ ...Full }} directives {{ name args {{ ...Input }} }} }} }}
         fragment Full on __Type {{ kind name fields(includeDeprecated: true) {{ name args {{ ...Input }} type {{ ...Ref }} }}
           inputFields {{ ...Input }} interfaces {{ ...Ref }} enumValues {{ name }} possibleTypes {{ ...Ref }} }}
         fragment Input on __InputValue {{ name type {{ ...Ref }} defaultValue }}
         fragment Ref on __Type {{ kind name {wrap} }}"
    );
    let answer = ask(&app(), &query).await;
    assert_eq!(answer["data"]["__schema"]["queryType"]["name"], "Query");
    let closed = app_of(Graphql::new(schema()).introspection(false));
    let answer = post(&closed, GRAPHQL, &json!({ "query": "{ __schema { queryType { name } } }" })).await;
    assert!(!body(answer).await.to_string().contains("Query\""));
    assert_eq!(ask(&closed, "{ hello }").await["data"]["hello"], "Hello World");
}

#[start_runtime::test]
async fn limits_can_be_set() {
    let limits = Limits::default().depth(2).fields(3).aliases(1).directives(1).tokens(30).document(100).body(200);
    let app = app_of(Graphql::new(schema()).limits(limits.time(Duration::from_millis(50))));
    let long = "{ hello } #".to_owned() + &"x".repeat(100);
    for (query, status) in [
        ("{ owl { name } }", 200),
        ("{ me { owl { name } } }", 400),
        ("{ a: hello b: hello }", 400),
        ("{ hello hello hello hello }", 400),
        ("{ hello @skip(if: false) @include(if: true) }", 400),
        (&long, 400),
        ("{ sleep(ms: 1) }", 200),
        ("{ sleep(ms: 60000) }", 503),
    ] {
        assert_eq!(post(&app, GRAPHQL, &json!({ "query": query })).await.status(), status, "{query}");
    }
    let large = json!({ "query": "{ hello }", "variables": { "a": "x".repeat(200) } });
    assert_eq!(post(&app, GRAPHQL, &large).await.status(), 413);
}

#[start_runtime::test]
async fn a_list_of_requests_is_bounded_and_each_is_answered_for_itself() {
    let app = app_of(Graphql::new(schema()).limits(Limits::default().batch(3)));
    let request = |query: &str| json!({ "query": query });
    let all = json!([request("{ hello }"), request("{ nothing }"), request("mutation { visit }")]);
    let answer = post(&app, JSON, &all).await;
    assert_eq!(answer.status(), 200);
    let body = body(answer).await;
    assert_eq!(body[0], json!({ "data": { "hello": "Hello World" } }));
    assert!(message(&body[1]).contains("nothing") && body[1].get("data").is_none(), "{body}");
    assert_eq!(body.as_array().map(Vec::len), Some(3));
    for (name, bad) in [
        ("none", json!([])),
        ("too many", json!([1, 2, 3, 4])),
        ("no request", json!([request("{ hello }"), 7])),
        ("a list in a list", json!([[request("{ hello }")]])),
    ] {
        assert_eq!(post(&app, JSON, &bad).await.status(), 400, "{name}");
    }
    let bomb = format!("[{}1]", "1,".repeat(10_000));
    let answer = app.post("/graphql").header("content-type", JSON).body(bomb).await;
    assert_eq!(answer.status(), 400);
    assert!(message(&self::body(answer).await).contains("10001 requests"));
}

#[start_runtime::test]
async fn a_field_that_fails_is_null_or_makes_its_parent_null() {
    let app = app();
    for (query, data) in [
        (
            "{ hello refused owl { name } }",
            json!({ "hello": "Hello World", "refused": null, "owl": { "name": "Hedwig" } }),
        ),
        ("{ a: refused }", json!({ "a": null })),
        ("{ me { refused hello } }", json!({ "me": { "refused": null, "hello": "Hello World" } })),
        ("{ hello sure }", json!(null)),
        ("{ hello me { sure } }", json!(null)),
        ("{ ...F hello } fragment F on Query { refused }", json!({ "refused": null, "hello": "Hello World" })),
    ] {
        let answer = ask(&app, query).await;
        assert_eq!(answer["data"].to_string(), data.to_string(), "{query}");
        assert!(answer.get("data").is_some() && answer["errors"][0]["path"].is_array(), "{query}");
    }
}

/// GraphQL, section 7.2.2. The resolvers are ready in another order.
#[start_runtime::test]
async fn the_members_of_an_answer_have_the_order_of_the_query() {
    let app = app();
    for (query, expected) in [
        ("{ sleep(ms: 20) hello }", r#"{"data":{"sleep":20,"hello":"Hello World"}}"#),
        ("{ b: sleep(ms: 20) a: sleep(ms: 5) c: hello }", r#"{"data":{"b":20,"a":5,"c":"Hello World"}}"#),
        (
            "{ me { sleep(ms: 9) hello } owl { name } }",
            r#"{"data":{"me":{"sleep":9,"hello":"Hello World"},"owl":{"name":"Hedwig"}}}"#,
        ),
        (
            "{ ...F hello } fragment F on Query { sleep(ms: 9) ... { owl { letters name } } }",
            r#"{"data":{"sleep":9,"owl":{"letters":[1,2,3],"name":"Hedwig"},"hello":"Hello World"}}"#,
        ),
    ] {
        let answer = post(&app, GRAPHQL, &json!({ "query": query })).await;
        assert_eq!(answer.text().await.unwrap(), expected, "{query}");
    }
}

#[start_runtime::test]
async fn a_client_reads_of_an_error_what_was_written_for_it() {
    let seen: Arc<Mutex<Vec<String>>> = Arc::default();
    let heard = seen.clone();
    let start = Start::new().graphql("/graphql", schema()).on_error(move |problem, context| {
        heard.lock().unwrap().push(format!("{} {:?} {:?}", context.method(), context.pattern(), problem.cause()));
        Response::from(problem)
    });
    let app = app_with(start);
    for (query, expected, code) in [
        ("{ refused }", "no owls today", json!(null)),
        ("{ coded }", "the owlery is closed", json!("CLOSED")),
        ("{ problem(status: 404) }", "no such spell", json!(null)),
        ("{ problem(status: 500) }", "Internal Server Error", json!("INTERNAL_SERVER_ERROR")),
        ("{ problem(status: 503) }", "Service Unavailable", json!("INTERNAL_SERVER_ERROR")),
        ("{ secret }", "Internal Server Error", json!("INTERNAL_SERVER_ERROR")),
        ("{ text }", "Internal Server Error", json!("INTERNAL_SERVER_ERROR")),
        ("{ forgotten }", "Internal Server Error", json!("INTERNAL_SERVER_ERROR")),
    ] {
        seen.lock().unwrap().clear();
        let answer = ask(&app, query).await;
        assert_eq!(message(&answer), expected, "{query}");
        let extensions = &answer["errors"][0]["extensions"];
        assert_eq!(extensions["code"], code, "{query}");
        assert!(!answer.to_string().contains("alohomora"), "{query} {answer}");
        let is_masked = code == "INTERNAL_SERVER_ERROR";
        assert_eq!(extensions["requestId"].is_string(), is_masked, "{query}");
        let seen = seen.lock().unwrap();
        assert_eq!(seen.len(), usize::from(is_masked), "{query} {seen:?}");
        assert!(seen.iter().all(|seen| seen.contains("POST Some(\"/graphql\") Some(")), "{seen:?}");
    }
    let answer = ask(&app, "{ problem(status: 404) }").await;
    assert_eq!(answer["errors"][0]["extensions"], json!({ "spell": "lumos", "status": 404 }));
    let answer = post(&app, GRAPHQL, &json!({ "query": "{ panics }" })).await;
    assert_eq!(answer.status(), 500);
    assert!(!answer.text().await.unwrap().contains("alohomora"));
    assert_eq!(ask(&app, "{ hello }").await["data"]["hello"], "Hello World");
}

#[start_runtime::test]
async fn resolvers_know_the_request_and_reach_its_event() {
    async fn noted(event: APIEvent, next: Next) -> Response {
        event.locals.insert(Note("from a middleware".to_owned()));
        next.run().await
    }
    let start = Start::new().data(schema()).session(SessionConfig::new(Secrets::random())).middleware(noted);
    let app = app_with(start).with_address([10, 0, 0, 7]).with_cookies();
    let asked = async |query: &str| {
        let request = app.post("/graphql-of/hogwarts?a=b").header("host", "owls.example").header("x-owl", "Hedwig");
        let request = request.header("cookie", "house=ravenclaw; user=luna").json(&json!({ "query": query }));
        let answer = request.await;
        assert_eq!(answer.status(), 200, "{query}");
        let cookies = answer.headers().get_all("set-cookie").count();
        (cookies, answer.header("x-seen").map(str::to_owned), body(answer).await["data"].clone())
    };
    let expected = "POST http://owls.example/graphql-of/hogwarts?a=b /graphql-of/hogwarts Some(\"Hedwig\") \
                    Some(\"ravenclaw\") Some(\"hogwarts\") Some(\"10.0.0.7\")";
    assert_eq!(asked("{ event }").await, (0, None, json!({ "event": expected })));
    assert_eq!(asked("{ user local }").await.2, json!({ "user": "luna", "local": "from a middleware" }));
    let fetched = json!({ "fetched": "200 OK fetched for None" });
    assert_eq!(asked("{ fetched(path: \"/graphql-fetched\") }").await.2, fetched);
    let twice = "{ a: fetched(path: \"/graphql-fetched\") b: fetched(path: \"/graphql-nowhere\") }";
    assert!(asked(twice).await.2["b"].as_str().unwrap().starts_with("404"));
    let (cookies, seen, data) = asked("mutation { visit }").await;
    assert_eq!((cookies, seen.as_deref(), data), (2, Some("yes"), json!({ "visit": 1 })));
}

#[start_runtime::test]
async fn a_hook_decides_before_anything_is_executed() {
    let graphql = Graphql::new(schema()).before(async |event, request| {
        let user = event.cookies().get("user").ok_or_else(|| Problem::unauthorized("who is asking?"))?;
        Ok(request.data(User(user)))
    });
    let app = app_of(graphql);
    let request = json!({ "query": "{ user }" });
    assert_eq!(post(&app, JSON, &request).await.status(), 401);
    let answer = app.post("/graphql").header("cookie", "user=luna").json(&request).await;
    assert_eq!(body(answer).await["data"]["user"], "luna");
}

const UPLOAD: &str = r#"{"query":"mutation($f:[Upload!]!){upload(files:$f)}","variables":{"f":[null,null]}}"#;

#[start_runtime::test]
async fn an_upload_needs_a_header_that_a_page_of_another_site_cannot_send() {
    let app = app();
    let parts = || {
        [
            FormPart::text("operations", UPLOAD),
            FormPart::text("map", r#"{"0":["variables.f.0"],"1":["variables.f.1"]}"#),
            FormPart::file("0", "owl.txt", "text/plain", "hoot"),
            FormPart::file("1", "größe.txt", "text/markdown", "x".repeat(100_000)),
        ]
    };
    let answer = app.post("/graphql").multipart(parts()).await;
    assert_eq!(answer.status(), 403);
    for name in ["Apollo-Require-Preflight", "GraphQL-Require-Preflight", "X-Requested-With"] {
        let answer = app.post("/graphql").header(name, "true").multipart(parts()).await;
        assert_eq!(answer.status(), 200, "{name}");
        let body = body(answer).await;
        assert_eq!(body["data"]["upload"][0], "owl.txt Some(\"text/plain\") hoot", "{body}");
        assert_eq!(
            body["data"]["upload"][1].as_str().map(str::len),
            Some("größe.txt Some(\"text/markdown\") ".len() + 100_000)
        );
    }
}

#[start_runtime::test]
async fn a_malformed_upload_is_a_400_that_says_why() {
    let app = app();
    let operations = || FormPart::text("operations", UPLOAD);
    let map = |text: &str| FormPart::text("map", text);
    let file = |name: &str| FormPart::file(name, "a.txt", "text/plain", "a");
    let good = r#"{"0":["variables.f.0"],"1":["variables.f.1"]}"#;
    let many: String = (0..11).map(|n| format!("\"{n}\":[\"variables.f.0\"],")).collect();
    for (name, parts, expected) in [
        ("nothing", vec![], "the form"),
        ("no operations", vec![map(good), file("0")], "`operations`"),
        ("no map", vec![operations(), file("0")], "`map`"),
        ("a map of texts", vec![operations(), map(r#"{"0":"variables.f.0"}"#), file("0")], "`map` has to be"),
        ("no JSON", vec![operations(), map("{"), file("0")], "`map` is no JSON"),
        ("a missing file", vec![operations(), map(good), file("0")], "which is not there"),
        ("a file too many", vec![operations(), map(good), file("0"), file("2")], "is not in `map`"),
        ("no such path", vec![operations(), map(r#"{"0":["variables.g"]}"#), file("0")], "has no null there"),
        (
            "a path out of the list",
            vec![operations(), map(r#"{"0":["variables.f.7"]}"#), file("0")],
            "has no null there",
        ),
        ("the query itself", vec![operations(), map(r#"{"0":["query"]}"#), file("0")], "has no null there"),
        (
            "too many files",
            vec![operations(), map(&format!("{{{}}}", many.trim_end_matches(','))), file("0")],
            "more than 10 files",
        ),
        ("a list", vec![FormPart::text("operations", format!("[{UPLOAD}]")), map(good)], "is a list"),
        ("no request", vec![FormPart::text("operations", "{}"), map(good)], "no `query`"),
    ] {
        let answer = app.post("/graphql").header("x-requested-with", "test").multipart(parts).await;
        assert_eq!(answer.status(), 400, "{name}");
        let body = body(answer).await;
        assert!(message(&body).contains(expected), "{name} {body}");
    }
    for (content_type, bytes) in [("multipart/form-data", ""), ("multipart/form-data; boundary=x", "nonsense")] {
        let request = app.post("/graphql").header("x-requested-with", "test").header("content-type", content_type);
        assert_eq!(request.body(bytes).await.status(), 400, "{content_type}");
    }
}

#[start_runtime::test]
async fn a_browser_gets_a_page_that_loads_nothing_from_elsewhere() {
    const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";
    let app = app();
    let answer = app.get("/graphql").header("accept", BROWSER).await;
    assert_eq!((answer.status().as_u16(), answer.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let policy = answer.header("content-security-policy").unwrap().to_owned();
    let nonce = policy.split("script-src 'nonce-").nth(1).and_then(|rest| rest.split('\'').next()).unwrap().to_owned();
    assert!(
        policy.starts_with("default-src 'none'") && !policy.contains("unsafe") && !policy.contains("http"),
        "{policy}"
    );
    let html = answer.text().await.unwrap();
    assert!(html.contains(&format!("nonce=\"{nonce}\"")) && !html.contains("://"), "{html}");
    let again = app.get("/graphql").header("accept", BROWSER).await;
    assert_ne!(again.header("content-security-policy"), Some(policy.as_str()));
    for (name, kind) in [("script", "text/javascript; charset=utf-8"), ("style", "text/css; charset=utf-8")] {
        let at = html.split(&format!("?graphiql={name}-")).nth(1).and_then(|rest| rest.split('"').next()).unwrap();
        let path = format!("/graphql?graphiql={name}-{at}");
        let plain = app.get(&path).await;
        assert_eq!((plain.header("content-type"), plain.header("content-encoding")), (Some(kind), None));
        let plain = plain.bytes().await.unwrap();
        let packed = app.get(&path).header("accept-encoding", "br, gzip").await;
        assert_eq!(packed.header("content-encoding"), Some("gzip"));
        let packed = packed.bytes().await.unwrap();
        assert!(packed.len() * 2 < plain.len() && packed.starts_with(b"\x1f\x8b"), "{} {}", packed.len(), plain.len());
    }
    let query = app.get("/graphql?query=%7Bhello%7D").header("accept", BROWSER).await;
    assert_eq!(query.header("content-type"), Some("application/json; charset=utf-8"));
    let without = app_of(Graphql::new(schema()).graphiql(false));
    assert_eq!(without.get("/graphql").header("accept", BROWSER).await.status(), 400);
    assert_eq!(without.get("/graphql").header("accept", "text/html").await.status(), 406);
    assert_eq!(without.get("/graphql?graphiql=script-1.js").await.status(), 400);
}

#[start_runtime::test]
async fn the_route_stands_in_the_document() {
    let answer = app().get("/openapi.json").await;
    let document: Value = answer.json().await.unwrap();
    let path = &document["paths"]["/graphql"];
    let methods: Vec<_> = path.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(methods, ["get", "post"]);
    assert!(path["post"]["requestBody"]["content"]["application/json"]["schema"].is_object(), "{path}");
    assert!(path["get"]["parameters"].as_array().is_some_and(|all| all.len() == 4), "{path}");
    assert!(document["paths"]["/graphql-of/{school}"]["post"].is_object());
}

#[test]
#[should_panic(expected = "stands in the way of a route")]
fn two_routes_at_one_path_are_an_error_at_start_up() {
    start_runtime::__rt::block_on(async {
        drop(app_with(Start::new().data(schema()).graphql("/graphql-fetched", schema())).get("/").await)
    });
}

#[test]
#[should_panic(expected = "Write a path such as `graphql(")]
fn a_path_with_parameters_is_an_error_at_start_up() {
    start_runtime::__rt::block_on(async {
        drop(app_with(Start::new().data(schema()).graphql("/graphql/[id]", schema())).get("/").await)
    });
}
