//! `Start::proxy`.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt as _;
use start_runtime::test::app_with;
use start_runtime::{Proxy, Start};

use crate::upstream::{Upstream, ok};

fn start() -> Start {
    Start::new().data(forwarding::Upstream(String::new()))
}

#[start_runtime::test]
async fn all_methods_below_a_path_are_forwarded() {
    let upstream = Upstream::new(|seen| ok(seen.target())).await;
    let url = &upstream.url;
    let app = app_with(
        start()
            .proxy("/some/$", url.as_str())
            .proxy("/more/[...path]", Proxy::to(format!("{url}/v1/$")).header("X-One", "1"))
            .proxy("/most/[[...path]]", format!("{url}/$"))
            .proxy("/one", format!("{url}/other")),
    );
    for (method, path, status, target) in [
        ("GET", "/some", 200, "/some"),
        ("DELETE", "/some/a/b?c", 200, "/some/a/b?c"),
        ("GET", "/some//a/%zz", 200, "/some//a/%zz"),
        ("GET", "/more", 404, ""),
        ("POST", "/more/a", 200, "/v1/a"),
        ("GET", "/most", 200, "/"),
        ("GET", "/most/", 200, "/"),
        ("GET", "/most//x", 200, "//x"),
        ("GET", "/one?a", 200, "/other/one?a"),
        ("GET", "/one/x", 404, ""),
        ("GET", "/some/../x", 400, ""),
        ("GET", "/some/%zz/%2e%2e/x", 400, ""),
    ] {
        let answer = app.request(method.parse().unwrap(), path).await;
        assert_eq!(answer.status().as_u16(), status, "{path}");
        if status == 200 {
            assert_eq!(answer.text().await.unwrap(), target);
        }
    }
}

#[start_runtime::test]
async fn what_cannot_be_forwarded_is_an_error_at_start_up() {
    for (path, to, part) in [
        ("/a/$", "127.0.0.1:1", "write `http://127.0.0.1:4001`"),
        ("/a/$", "http://x/$/y", "stands at its end"),
        ("/a/$", "http://u:p@x", "a user does not belong there"),
        ("/a/$", "ftp://x", "not http or https"),
        ("/a", "http://x/$", "end the path with a catch-all"),
        ("a/$", "http://x", "has to begin with `/`"),
        ("/[a]/$", "http://x", "without params"),
        ("/whole/$", "http://x", "/whole/$"),
    ] {
        let app = app_with(start().proxy(path, to));
        let started = AssertUnwindSafe(async { drop(app.get("/").await) }).catch_unwind().await;
        let Err(error) = started else { panic!("{path} {to} is forwarded") };
        let error = error.downcast::<String>().map(|text| *text).unwrap_or_default();
        assert!(error.contains(part), "{path} {to}: {error}");
    }
}
