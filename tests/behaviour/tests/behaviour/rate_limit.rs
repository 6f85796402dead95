//! Rate limits: who is counted, what is refused, and for how long.

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use start_runtime::actix_web::http::Method;
use start_runtime::test::{TestApp, app, app_with};
use start_runtime::{Rate, RateDecision, RateFuture, RateOutage, RateStore, prelude::*};
use tokio::time::sleep;

static RAN: AtomicUsize = AtomicUsize::new(0);

#[api_route(GET, "/rl/few", rate_limit = "5 / 2s")]
async fn few() -> &'static str {
    RAN.fetch_add(1, Ordering::Relaxed);
    "few"
}

#[api_route(GET, "/rl/elsewhere", rate_limit = "5 / 2s")]
async fn elsewhere() -> &'static str {
    "elsewhere"
}

#[api_route(GET, "/rl/users", rate_limit = "2 / 1h", rate_limit_by = user)]
async fn users() -> &'static str {
    "users"
}

async fn user(event: APIEvent) -> Option<String> {
    event.request.header("x-user").map(str::to_owned)
}

#[api_route("/rl/each", rate_limit = "1 / 1h")]
mod each {
    use super::*;

    async fn GET() -> &'static str {
        "get"
    }

    async fn POST() -> &'static str {
        "post"
    }

    #[api_route("/more", rate_limit = "2 / 1h")]
    async fn PUT() -> &'static str {
        "put"
    }
}

/// In modules, the path of the function is that of the attribute's place.
#[api_route("/rl/inside", rate_limit = "1 / 1h", rate_limit_by = tenant)]
mod inside {
    #[start_runtime::api_route("/deeper")]
    mod deeper {
        async fn GET() -> &'static str {
            "inside"
        }
    }
    async fn GET() -> &'static str {
        "inside"
    }
}

async fn tenant(event: APIEvent) -> u64 {
    event.request.query_string().len() as u64
}

#[api_route(POST, "/rl/body", rate_limit = "1 / 1h")]
async fn body(Json(number): Json<u32>) -> String {
    number.to_string()
}

async fn statuses(app: &TestApp, path: &str, times: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..times {
        statuses.push(app.get(path).await.status().as_u16());
    }
    statuses
}

#[start_runtime::test]
async fn a_limit_lets_so_many_pass_and_says_when_the_next_does() {
    let app = app();
    assert_eq!(statuses(&app, "/rl/few", 8).await, [200, 200, 200, 200, 200, 429, 429, 429]);
    assert_eq!(RAN.load(Ordering::Relaxed), 5);
    let refused = app.get("/rl/few?other=query").await;
    assert_eq!(refused.header("content-type"), Some("application/problem+json"));
    let wait: u64 = refused.header("retry-after").expect("Retry-After").parse().expect("whole seconds");
    assert!((1..=2).contains(&wait), "{wait}");
    let head = app.request(Method::HEAD, "/rl/few").await;
    assert_eq!((head.status().as_u16(), head.bytes().await.expect("a body").len()), (429, 0));
    // Refused ones do not count.
    sleep(Duration::from_secs(wait) + Duration::from_millis(20)).await;
    assert_eq!(app.get("/rl/few").await.status(), 200);
    sleep(Duration::from_millis(2050)).await;
    assert_eq!(statuses(&app, "/rl/few", 6).await, [200, 200, 200, 200, 200, 429]);
}

#[start_runtime::test]
async fn a_limit_counts_by_the_name_that_a_function_finds() {
    let app = app();
    let ask = |name: &'static str| app.get("/rl/users").header("x-user", name);
    for (name, expected) in [("harry", 200), ("harry", 200), ("harry", 429), ("ron", 200), ("harry", 429), ("ron", 200)]
    {
        assert_eq!(ask(name).await.status().as_u16(), expected, "{name}");
    }
    // Who has no name is counted by the address.
    assert_eq!(statuses(&app, "/rl/users", 3).await, [200, 200, 429]);
    for (path, expected) in
        [("/rl/inside", 200), ("/rl/inside", 429), ("/rl/inside?a", 200), ("/rl/inside?b", 429), ("/rl/inside?bb", 200)]
    {
        assert_eq!(app.get(path).await.status().as_u16(), expected, "{path}");
    }
}

#[start_runtime::test]
async fn each_route_of_a_module_counts_alone() {
    let app = app();
    for (method, path, expected) in [
        (Method::GET, "/rl/each", 200),
        (Method::POST, "/rl/each", 200),
        (Method::HEAD, "/rl/each", 429),
        (Method::GET, "/rl/each", 429),
        (Method::POST, "/rl/each", 429),
        (Method::PUT, "/rl/each/more", 200),
        (Method::PUT, "/rl/each/more", 200),
        (Method::PUT, "/rl/each/more", 429),
        (Method::DELETE, "/rl/each", 405),
    ] {
        let answer = app.request(method.clone(), path).await;
        assert_eq!(answer.status().as_u16(), expected, "{method} {path}");
    }
}

#[start_runtime::test]
async fn a_limit_is_asked_before_the_body_is_read() {
    let app = app();
    assert_eq!(app.post("/rl/body").body("no json").await.status(), 415);
    assert_eq!(app.post("/rl/body").json(&1).await.status(), 429);
}

/// Lets two pass, then is away for good.
#[derive(Default)]
struct Remembering(Mutex<Vec<String>>);

impl RateStore for Remembering {
    fn take<'a>(&'a self, key: &'a str, rate: Rate) -> RateFuture<'a> {
        assert_eq!((rate.requests(), rate.period()), (5, Duration::from_secs(2)));
        let mut keys = self.0.lock().expect("no panics");
        keys.push(key.to_owned());
        assert!(keys.iter().all(|known| known == key));
        let count = keys.len();
        Box::pin(async move {
            match count {
                0..=2 => Ok(RateDecision::Pass),
                3 => Ok(RateDecision::Wait(Duration::from_millis(1))),
                _ => Err("the counts are at the bottom of the sea".into()),
            }
        })
    }
}

#[start_runtime::test]
async fn the_program_counts_alone_while_its_store_is_away() {
    let app = app_with(Start::new().rate_limit_store(Remembering::default()));
    assert_eq!(statuses(&app, "/rl/elsewhere", 9).await, [200, 200, 429, 200, 200, 200, 200, 200, 429]);
    let app = app_with(Start::new().rate_limit_store(Remembering::default()).rate_limit_outage(RateOutage::Pass));
    assert_eq!(statuses(&app, "/rl/elsewhere", 9).await, [200, 200, 429, 200, 200, 200, 200, 200, 200]);
}

#[start_runtime::test]
async fn a_store_that_is_away_can_be_a_503_that_does_not_say_why() {
    let start = Start::new().rate_limit_outage(RateOutage::Refuse);
    let app = app_with(start.rate_limit_store(Remembering::default()));
    assert_eq!(statuses(&app, "/rl/elsewhere", 4).await, [200, 200, 429, 503]);
    let away = app.get("/rl/elsewhere").await;
    assert_eq!(away.header("retry-after"), Some("1"));
    let text = away.text().await.expect("a problem");
    assert!(!text.contains("sea"), "{text}");
}

#[start_runtime::test]
async fn limits_are_in_the_document() {
    let app = app();
    let document = app.get("/openapi.json").await.json::<start_runtime::serde_json::Value>().await.expect("a document");
    let refused = &document["paths"]["/rl/few"]["get"]["responses"]["429"];
    assert_eq!(refused["description"], "Too many requests: 5 in 2 s are allowed");
    assert_eq!(refused["headers"]["Retry-After"]["schema"]["type"], "integer");
    assert!(refused["content"]["application/problem+json"].is_object());
    assert!(document["paths"]["/rl/each"]["post"]["responses"]["429"].is_object());
    assert!(document["paths"]["/cz/file"]["get"]["responses"]["429"].is_null());
}
