//! What is found out when the program starts.

use start_runtime::prelude::*;

#[start_runtime::test]
async fn the_state_of_an_extractor_is_looked_for_at_the_start() {
    let Err(error) = Start::new().listen(([127, 0, 0, 1], 0).into()).await else { panic!("it started") };
    let text = error.to_string();
    let expected = "the extractor `member` at tests/guards/tests/guards/accounts.rs:";
    assert!(text.contains(expected) && text.contains("accounts::Accounts"), "{text}");
    assert_eq!(text.matches("the extractor `member`").count(), 1, "{text}");
}
