//! `_middleware.rs` guards the routes of its folder, and those of the folders in it.

use crate::accounts::app;

mod routes {
    start_runtime::routes!("tests/guards/folder/routes");
}

#[start_runtime::test]
async fn a_folder_has_a_guard() {
    let app = app();
    for (path, token, status) in [
        ("/open-folder/page", None, 200),
        ("/guarded-folder/page", None, 401),
        ("/guarded-folder/page", Some("good"), 200),
        ("/guarded-folder/inner/page", None, 401),
        ("/guarded-folder/inner/page", Some("good"), 403),
        ("/guarded-folder/inner/page", Some("head"), 200),
        ("/guarded-folder/not-there", None, 404),
    ] {
        let request = app.get(path);
        let request = match token {
            Some(token) => request.header("authorization", format!("Bearer {token}")),
            None => request,
        };
        assert_eq!(request.await.status(), status, "{path} {token:?}");
    }
}
