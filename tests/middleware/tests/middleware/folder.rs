//! `_middleware.rs` stands around the routes of its folder, and of the folders in it.

use crate::app::app;

mod routes {
    start_runtime::routes!("tests/middleware/folder/routes");
}

#[start_runtime::test]
async fn a_folder_has_middleware_and_a_guard() {
    for (path, status, after) in [
        ("/mw-folder/page", 200, "folder program"),
        ("/mw-folder/page?refuse", 403, "folder program"),
        ("/mw-folder/inner/page", 200, "below folder program"),
        ("/mw-folder/inner/page?refuse", 403, "folder program"),
        // What no route answers belongs to the program and to paths.
        ("/mw-folder/nothing", 404, "program"),
    ] {
        let answer = app().get(path).await;
        let found: Vec<String> =
            answer.headers().get_all("x-after").map(|value| value.to_str().unwrap().into()).collect();
        assert_eq!((answer.status().as_u16(), found.join(" ").as_str()), (status, after), "{path}");
        if status == 200 {
            let inside = if path.contains("inner") { "program folder guard below" } else { "program folder guard" };
            assert_eq!(answer.text().await.unwrap(), inside, "{path}");
        }
    }
}
