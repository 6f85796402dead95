//! What keeps a program from starting.

use std::time::Duration;

use start_runtime::test::app_with;
use start_runtime::{Start, trpc};

/// Why a program does not start.
async fn refused(start: Start) -> String {
    let served = tokio::time::timeout(Duration::from_secs(5), start.serve()).await;
    served.expect("it has started").expect_err("an error").to_string()
}

mod other {
    use super::*;

    pub fn router() -> trpc::Router {
        trpc::router!()
    }

    /// The same name as in `program`, in another router.
    #[trpc::query]
    async fn hello() -> &'static str {
        "hello of another"
    }
}

#[start_runtime::test]
async fn routers_of_one_program_have_their_own_names() {
    let app = app_with(
        Start::new()
            .data(crate::program::Greeting("hello"))
            .trpc_router("/t", crate::program::router())
            .trpc_router("/o", other::router()),
    );
    for (path, expected) in [("/t/hello", "hello world"), ("/o/hello", "hello of another")] {
        assert!(app.get(path).await.text().await.unwrap().contains(expected), "{path}");
    }
    assert_eq!(app.get("/o/atOnce?input=1").await.status(), 404);
}

#[start_runtime::test]
async fn two_procedures_of_one_name_are_reported_with_their_places() {
    let text = refused(Start::new().data(crate::program::Greeting("hello")).trpc("/all")).await;
    for expected in [
        "`hello` has 2 procedures",
        "tests/trpc/tests/trpc/program.rs:",
        "tests/trpc/tests/trpc/start_up.rs:",
        "trpc::program::hello",
        "trpc::start_up::other::hello",
        "Give one of them another name",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
}

mod hidden_from_clients_of_version_10 {
    use super::*;

    pub fn router() -> trpc::Router {
        trpc::router!()
    }

    #[trpc::query]
    async fn links() -> &'static str {
        "links"
    }

    mod runtime {
        use super::*;

        #[trpc::query]
        async fn version() -> u8 {
            1
        }
    }

    mod deep {
        use super::*;

        /// Below another router it is not hidden.
        #[trpc::query]
        async fn links() -> u8 {
            1
        }
    }
}

#[start_runtime::test]
async fn names_that_a_client_of_version_10_has_itself_are_reported_where_it_is_served() {
    let router = hidden_from_clients_of_version_10::router;
    let with_data = || Start::new().data(crate::program::Greeting("hello"));
    let text = refused(with_data().trpc_router("/ten", router().v10())).await;
    for expected in ["clients of version 10", "`links`", "`runtime.version`", "start_up.rs:", "Give them other names"] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    assert!(!text.contains("deep.links"), "{text}");
    let app = app_with(with_data().trpc_router("/eleven", router()));
    assert_eq!(app.get("/eleven/links").await.status(), 200);
}

#[start_runtime::test]
async fn a_path_that_cannot_be_served_is_reported() {
    let with_data = || Start::new().data(crate::program::Greeting("hello"));
    for (path, expected) in [
        ("api", "`trpc(\"api\")`"),
        ("/api/[trpc]", "it is a path without params"),
        ("/a?b", "it is a path without params"),
        ("/a//b", "a segment of it is empty"),
    ] {
        let text = refused(with_data().trpc_router(path, other::router())).await;
        assert!(text.contains(expected) && text.contains("Write a path such as"), "{path}: {text}");
    }
    for path in ["/", "/t/", "/a/b/c"] {
        let app = app_with(with_data().trpc_router(path, other::router()));
        assert_eq!(app.get(format!("{}/hello", path.trim_end_matches('/'))).await.status(), 200, "{path}");
    }
}

#[start_runtime::test]
async fn state_that_procedures_take_has_to_be_registered() {
    let text = refused(Start::new().trpc_router("/t", crate::program::router())).await;
    assert!(text.contains("query `hello` at tests/trpc/tests/trpc/program.rs:"), "{text}");
    assert!(text.contains("takes `Data<trpc::program::Greeting>`"), "{text}");
}
