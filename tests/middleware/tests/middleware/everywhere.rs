//! What the middleware of a program and of a path runs for.

use start_runtime::test::app_with;
use start_runtime::{Next, Start, prelude::*};

use crate::app::{app, pass, passed, start};

#[page_route("/page", middleware = crate::app::route)]
async fn page(event: APIEvent) -> String {
    format!("<p>{}", passed(&event))
}

mod both {
    use super::*;
    start_runtime::middleware!(crate::app::module);

    #[api_route("/both", middleware = crate::app::inner)]
    async fn GET(event: APIEvent) {
        event.response.set_header("X-Api", "yes");
    }

    #[page_route("/both", middleware = crate::app::route)]
    async fn page(event: APIEvent) -> String {
        event.response.set_header("X-Page", "yes");
        passed(&event)
    }
}

#[api_route(GET, "/mw/fetching")]
async fn fetching(event: APIEvent) -> Result<String, Problem> {
    let inner = event.fetch("/mw/plain").await?;
    Ok(format!("{}: {}", passed(&event), inner.text().await?))
}

#[api_route(GET, "/mw/params/[id]/[...rest]")]
async fn params(event: APIEvent) -> String {
    event.response.header("X-Params").unwrap_or_default()
}

#[start_runtime::test]
async fn the_program_and_a_path_see_what_nothing_answers() {
    for (method, path, status, after) in [
        ("GET", "/mw/nothing", 404, "scope program"),
        ("POST", "/mw/plain", 405, "scope program"),
        ("OPTIONS", "/mw/plain", 204, "scope program"),
        ("GET", "/mw/%FF", 400, "scope program"),
        ("GET", "/mw//plain", 404, "scope program"),
        ("GET", "/mwx", 404, "program"),
        ("GET", "/", 404, "program"),
        ("GET", "/openapi.json", 200, "program"),
        ("GET", "/docs", 200, "program"),
        ("GET", "/page", 200, "route program"),
        ("HEAD", "/page", 200, "route program"),
        ("DELETE", "/page", 405, "program"),
    ] {
        let answer = app().request(method.parse().unwrap(), path).await;
        let found: Vec<String> =
            answer.headers().get_all("x-after").map(|value| value.to_str().unwrap().into()).collect();
        assert_eq!((answer.status().as_u16(), found.join(" ").as_str()), (status, after), "{method} {path}");
        if status == 405 {
            assert!(answer.header("allow").is_some(), "{method} {path}");
        }
    }
}

#[start_runtime::test]
async fn files_and_the_index_of_a_single_page_app_pass_as_well() {
    let app = app_with(start().pages(concat!(env!("CARGO_MANIFEST_DIR"), "/site")));
    for (path, accept, status) in [
        ("/style.css", "*/*", 200),
        ("/index.html", "*/*", 200),
        ("/in/the/browser", "text/html", 200),
        ("/in/the/browser", "application/json", 404),
        ("/api/nothing", "text/html", 404),
    ] {
        let answer = app.get(path).header("accept", accept).await;
        assert_eq!((answer.status().as_u16(), answer.header("x-after")), (status, Some("program")), "{path} {accept}");
    }
    let head = app.request("HEAD".parse().unwrap(), "/style.css").await;
    assert_eq!((head.status().as_u16(), head.header("x-after")), (200, Some("program")));
    assert_eq!(head.text().await.unwrap(), "");
}

#[start_runtime::test]
async fn a_page_that_answers_for_an_api_route_runs_its_own_middleware_inside() {
    let answer = app().get("/both").await;
    let after: Vec<String> = answer.headers().get_all("x-after").map(|value| value.to_str().unwrap().into()).collect();
    assert_eq!(after.join(" "), "route inner module program");
    assert_eq!((answer.header("x-api"), answer.header("x-page")), (Some("yes"), Some("yes")));
    assert_eq!(answer.header("vary"), Some("Accept"));
    // That of the module around both has run once.
    assert_eq!(answer.text().await.unwrap(), "program module inner route");
}

#[start_runtime::test]
async fn a_fetch_passes_the_same() {
    assert_eq!(app().get("/mw/fetching").await.text().await.unwrap(), "program scope: program scope");
}

#[start_runtime::test]
async fn parameters_are_known_where_a_route_is() {
    let start = Start::new().middleware(async |event: APIEvent| {
        let params: Vec<String> = event.params.iter().map(|(name, value)| format!("{name}={value}")).collect();
        event.response.set_header("X-Params", params.join(";"));
    });
    let app = app_with(start);
    assert_eq!(app.get("/mw/params/7/a/b").await.text().await.unwrap(), "id=7;rest=a/b");
    assert_eq!(app.get("/mw/params").await.header("x-params"), Some(""));
}

#[start_runtime::test]
async fn middleware_of_actix_is_further_out() {
    let start = Start::new()
        .middleware(async |event: APIEvent, next: Next| {
            pass(&event, "start");
            next.run().await.append_header("X-After", "start")
        })
        .wrap(|| {
            actix_web::middleware::from_fn(
                async |request: actix_web::dev::ServiceRequest, next: actix_web::middleware::Next<_>| {
                    let mut answer = next.call(request).await?;
                    answer.headers_mut().append("X-After".parse().unwrap(), "actix".parse().unwrap());
                    Ok(answer)
                },
            )
        });
    let answer = app_with(start).get("/plain").await;
    let after: Vec<String> = answer.headers().get_all("x-after").map(|value| value.to_str().unwrap().into()).collect();
    assert_eq!(after.join(" "), "start actix");
}
