//! What is found out when the program starts.

use start_runtime::{Start, prelude::*};

#[start_runtime::test]
async fn a_prefix_that_covers_nothing_is_refused() {
    for (prefix, expected) in [
        ("api", "`middleware_at(\"api\", …)` at tests/middleware/tests/middleware/starting.rs:"),
        ("/api/[id]", "`[` has no meaning in a prefix"),
        ("/api/*", "`*` has no meaning in a prefix"),
        ("/api//x", "a segment of it is empty"),
    ] {
        let start = Start::new().middleware_at(prefix, async |_: APIEvent| {});
        let Err(error) = start.listen(([127, 0, 0, 1], 0).into()).await else { panic!("{prefix}: it started") };
        assert!(error.to_string().contains(expected), "{prefix}: {error}");
    }
}
