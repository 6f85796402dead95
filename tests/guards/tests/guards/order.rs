//! From the outside in, and before everything else.

use std::cell::RefCell;

use start_runtime::{Form, Query, prelude::*};

use crate::accounts::{User, app};

#[derive(serde::Deserialize)]
struct Page {
    page: u32,
}

#[api_route("/guards/order/[id]")]
mod all {
    use super::*;
    async fn POST(id: u32, Query(query): Query<Page>, Form(form): Form<Page>, user: Option<User>) -> String {
        format!("{id} {} {} {}", query.page, form.page, user.is_some())
    }
}

thread_local! {
    static ASKED: RefCell<Vec<&'static str>> = const { RefCell::new(Vec::new()) };
}

macro_rules! asked {
    ($($type:ident $function:ident)*) => {$(
        pub struct $type;
        #[extractor]
        pub fn $function() -> $type {
            ASKED.with_borrow_mut(|asked| asked.push(stringify!($function)));
            $type
        }
    )*};
}
asked! { First first Second second Third third Fourth fourth }

start_runtime::guard!(first);

fn asked() -> Vec<&'static str> {
    ASKED.take()
}

mod inside {
    use super::*;
    start_runtime::guard!(second);

    #[api_route("/guards/ordered", guard = super::third)]
    mod routes {
        use super::super::Fourth;
        use super::*;

        #[api_route(GET, "/inner", guard = self::super::super::fourth)]
        async fn inner(_: Fourth) {}
    }
}

// What is written without `crate::` is found where the attribute stands.
mod outside {
    pub mod nested {
        use start_runtime::prelude::*;

        pub struct Here;
        #[extractor]
        pub fn here() -> Here {
            Here
        }

        #[api_route("/guards/relative", guard = (here, self::here, super::nested::here, crate::order::third))]
        mod one {
            #[start_runtime::api_route("/deeper", guard = super::here)]
            mod two {
                async fn GET() -> &'static str {
                    "in"
                }
            }
        }
    }
}

#[start_runtime::test]
async fn guards_are_asked_from_the_outside_in() {
    let app = app();
    assert_eq!(app.get("/guards/ordered/inner").await.status(), 404);
    assert_eq!(asked(), ["first", "second", "third", "fourth"]);
    assert_eq!(app.get("/guards/relative/deeper").await.text().await.unwrap(), "in");
    assert_eq!(asked(), ["first", "third"]);
    // No route, nobody is asked.
    assert_eq!(app.get("/guards/ordered/other").await.status(), 404);
    assert_eq!(asked(), [""; 0]);
}

#[start_runtime::test]
async fn nothing_is_judged_before_it_is_known_who_asks() {
    let app = app();
    for (token, path, form, status) in [
        (Some("forged"), "/guards/order/x?page=y", "page=z", 401),
        (Some("good"), "/guards/order/x?page=y", "page=1", 400),
        (None, "/guards/order/1", "page=1", 400),
        (None, "/guards/order/1?page=1", "page=z", 422),
        (Some("good"), "/guards/order/1?page=1", "page=1", 200),
    ] {
        let request = app.post(path).header("content-type", "application/x-www-form-urlencoded").body(form);
        let request = match token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        };
        assert_eq!(request.await.status(), status, "{path} {form} {token:?}");
    }
}
