//! Headers, cookies and sessions that middleware stages, whatever the answer is.

use start_runtime::test::app_with;
use start_runtime::{Next, Secrets, SessionConfig, Start, prelude::*};

#[derive(Default, serde::Serialize, serde::Deserialize)]
struct Visits {
    count: u32,
}

#[api_route("/staged")]
mod staged {
    use super::*;

    #[api_route(GET, "/handler")]
    async fn handler(event: APIEvent) -> &'static str {
        event.response.set_header("X-Both", "handler");
        event.response.append_header("X-List", "handler");
        event.cookies().set(("same", "handler"));
        event.cookies().set(("inner", "1"));
        "ok"
    }
    #[api_route(GET, "/fails")]
    async fn fails(event: APIEvent) -> Result<String, Problem> {
        event.response.set_header("X-Both", "handler");
        Err(Problem::conflict("no"))
    }
    #[api_route(GET, "/panics")]
    async fn panics(event: APIEvent) -> &'static str {
        event.response.set_header("X-Both", "handler");
        event.response.set_header("X-Handler", "1");
        event.cookies().set(("inner", "1"));
        panic!("boom-secret")
    }
    #[api_route(GET, "/body", middleware = super::reads_the_body)]
    async fn body(event: APIEvent) -> Result<String, Problem> {
        event.request.text().await
    }
    #[api_route(GET, "/session")]
    async fn session(event: APIEvent) -> Result<String, Problem> {
        let mut session = event.session::<Visits>().await?;
        session.update(|visits| visits.count += 1);
        Ok(session.count.to_string())
    }
}

async fn reads_the_body(event: APIEvent) -> Result<(), Problem> {
    event.request.text().await.map(drop)
}

async fn stages(event: APIEvent, next: Next) -> Response {
    event.response.set_header("X-In", "1");
    event.response.set_header("X-Both", "middleware");
    event.response.append_header("X-List", "middleware");
    event.cookies().set(("same", "middleware"));
    event.cookies().set(("outer", "1"));
    let mut answer = next.run().await;
    let seen = answer.headers().get("x-both").map(|value| value.to_str().unwrap_or_default().to_owned());
    if event.request.query_string() == "replace" {
        answer = Response::redirect("/elsewhere");
    }
    event.response.set_header("X-Seen", seen.unwrap_or_default());
    event.response.append_header("X-List", "out");
    event.cookies().set(("outer", "2"));
    answer
}

#[start_runtime::test]
async fn what_is_staged_is_on_the_answer_once() {
    for (path, status, both, list, cookies) in [
        ("/staged/handler", 200, "handler", "middleware handler out", "inner=1 outer=2 same=handler"),
        ("/staged/handler?replace", 302, "handler", "middleware handler out", "inner=1 outer=2 same=handler"),
        ("/staged/fails", 409, "handler", "middleware out", "outer=2 same=middleware"),
        ("/staged/panics", 500, "middleware", "middleware out", "outer=2 same=middleware"),
        ("/staged/nothing", 404, "middleware", "middleware out", "outer=2 same=middleware"),
    ] {
        let answer = app_with(Start::new().middleware(stages)).get(path).await;
        assert_eq!(answer.status(), status, "{path}");
        assert_eq!((answer.header("x-in"), answer.header("x-both")), (Some("1"), Some(both)), "{path}");
        assert_eq!(answer.header("x-seen"), Some(both), "{path}");
        assert_eq!(answer.header("x-handler"), None, "{path}");
        let all = |name: &str| -> Vec<String> {
            answer.headers().get_all(name).map(|value| value.to_str().unwrap().into()).collect()
        };
        assert_eq!(all("x-list").join(" "), list, "{path}");
        let mut found: Vec<String> =
            all("set-cookie").iter().map(|cookie| cookie.split(';').next().unwrap().to_owned()).collect();
        found.sort();
        assert_eq!(found.join(" "), cookies, "{path}");
    }
}

#[start_runtime::test]
async fn middleware_may_take_a_header_away() {
    let strips = async |_: APIEvent, next: Next| {
        let mut answer: actix_web::HttpResponse = next.run().await.into();
        answer.headers_mut().remove("x-both");
        answer.headers_mut().remove("set-cookie");
        Response::from(answer)
    };
    let answer = app_with(Start::new().middleware(strips)).get("/staged/handler").await;
    assert_eq!((answer.header("x-both"), answer.header("set-cookie")), (None, None));
}

#[start_runtime::test]
async fn a_header_that_cannot_be_sent_is_a_500_that_the_outer_ones_see() {
    let outer = async |_: APIEvent, next: Next| next.run().await.header("X-Outer", "1");
    for (inside, status) in [("a b", 500), ("x-fine", 200)] {
        let bad = async move |event: APIEvent| event.response.set_header(inside, "x");
        let answer = app_with(Start::new().middleware(outer).middleware(bad)).get("/staged/handler").await;
        assert_eq!((answer.status().as_u16(), answer.header("x-outer")), (status, Some("1")), "{inside}");
    }
}

#[start_runtime::test]
async fn a_body_is_read_once_by_whoever_asks_first() {
    let answer = app_with(Start::new()).get("/staged/body").body("text").await;
    assert_eq!(answer.status(), 500);
}

#[start_runtime::test]
async fn sessions_are_written_on_the_way_in_and_on_the_way_out() {
    let counts = async |event: APIEvent, next: Next| -> Result<Response, Problem> {
        event.session::<Visits>().await?.update(|visits| visits.count += 10);
        let answer = next.run().await;
        event.session::<Visits>().await?.update(|visits| visits.count += 100);
        Ok(answer)
    };
    let start = Start::new().session(SessionConfig::new(Secrets::random())).middleware(counts);
    let client = app_with(start).with_cookies();
    assert_eq!(client.get("/staged/session").await.text().await.unwrap(), "11");
    let second = client.get("/staged/session").await;
    let set = second.headers().get_all("set-cookie").count();
    assert_eq!((set, second.text().await.unwrap().as_str()), (1, "122"));
}
