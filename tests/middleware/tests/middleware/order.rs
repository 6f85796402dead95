//! From the outside in, and back.

use start_runtime::test::app_with;
use start_runtime::{Next, Start, prelude::*};

use crate::app::{app, pass, passed, second};

#[extractor]
fn checked(event: APIEvent) -> Result<(), Problem> {
    pass(&event, "guard");
    match event.request.header("x-refuse") {
        Some("outer") => Err(Problem::forbidden("outer")),
        _ => Ok(()),
    }
}

#[extractor]
fn checked_inside(event: APIEvent) -> Result<(), Problem> {
    pass(&event, "inner-guard");
    match event.request.header("x-refuse") {
        Some("inner") => Err(Problem::forbidden("inner")),
        _ => Ok(()),
    }
}

mod levels {
    use super::*;
    start_runtime::guard!(super::checked);
    start_runtime::middleware!(crate::app::module);

    #[api_route("/mw/deep/er/levels", middleware = crate::app::inner, guard = checked_inside)]
    mod routes {
        use super::*;

        #[api_route(middleware = (crate::app::route, second))]
        async fn GET(event: APIEvent) -> String {
            passed(&event)
        }

        async fn POST(event: APIEvent) -> String {
            passed(&event)
        }
    }
}

#[api_route(GET, "/mw/plain")]
async fn plain(event: APIEvent) -> String {
    passed(&event)
}

#[api_route(GET, "/plain")]
async fn outside(event: APIEvent) -> String {
    passed(&event)
}

// What is written without `crate::` is found where the attribute stands.
#[api_route("/relative", middleware = near)]
mod relative {
    use super::*;

    #[api_route(GET, "/inside", middleware = self::far)]
    async fn inside(event: APIEvent) -> String {
        passed(&event)
    }

    #[api_route(GET, "/above", middleware = super::near)]
    async fn above(event: APIEvent) -> String {
        passed(&event)
    }

    async fn far(event: APIEvent) {
        pass(&event, "far");
    }
}

async fn near(event: APIEvent) {
    pass(&event, "near");
}

#[start_runtime::test]
async fn levels_run_from_the_outside_in_and_back() {
    let all = "program scope deeper module guard inner inner-guard";
    for (method, path, inside, after) in [
        ("GET", "/mw/deep/er/levels", format!("{all} route second"), "second route inner module deeper scope program"),
        ("HEAD", "/mw/deep/er/levels", String::new(), "second route inner module deeper scope program"),
        ("POST", "/mw/deep/er/levels", all.to_owned(), "inner module deeper scope program"),
        (
            "GET",
            "/mw/%64eep/er/levels/",
            format!("{all} route second"),
            "second route inner module deeper scope program",
        ),
        ("GET", "/mw/plain", "program scope".to_owned(), "scope program"),
        ("GET", "/plain", "program".to_owned(), "program"),
        ("GET", "/relative/inside", "program near far".to_owned(), "program"),
        ("GET", "/relative/above", "program near near".to_owned(), "program"),
    ] {
        let answer = app().request(method.parse().unwrap(), path).await;
        let passed: Vec<String> =
            answer.headers().get_all("x-after").map(|value| value.to_str().unwrap().into()).collect();
        assert_eq!(passed.join(" "), after, "{method} {path}");
        assert_eq!(answer.status(), 200, "{method} {path}");
        assert_eq!(answer.text().await.unwrap(), inside, "{method} {path}");
    }
}

#[start_runtime::test]
async fn a_guard_refuses_what_is_further_in_and_its_refusal_goes_out() {
    for (refuse, after) in [("outer", "module deeper scope program"), ("inner", "inner module deeper scope program")] {
        let answer = app().get("/mw/deep/er/levels").header("x-refuse", refuse).await;
        let passed: Vec<String> =
            answer.headers().get_all("x-after").map(|value| value.to_str().unwrap().into()).collect();
        assert_eq!((answer.status().as_u16(), passed.join(" ").as_str()), (403, after));
    }
}

#[start_runtime::test]
async fn of_one_prefix_the_first_is_the_outermost() {
    let start = Start::new()
        .middleware_at("/plain", async |event: APIEvent| pass(&event, "one"))
        .middleware_at("/plain/", async |event: APIEvent| pass(&event, "two"))
        .middleware(async |event: APIEvent, next: Next| {
            pass(&event, "all");
            next.run().await
        });
    assert_eq!(app_with(start).get("/plain").await.text().await.unwrap(), "all one two");
}
