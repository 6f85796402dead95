//! A handler with a session, called on its own.

use start_runtime::{Secrets, SessionConfig, prelude::*, test};

use crate::{Login, log_in};

#[start_runtime::test]
async fn the_event_of_a_test_has_the_session_that_the_test_leaves() {
    let event = test::event("/").local(SessionConfig::new(Secrets::random())).build();
    event.session::<Login>().await.unwrap().update(|login| login.visits = 3);
    let login = log_in("luna".to_owned(), event.clone()).await.unwrap();
    assert_eq!(login, Login { user: Some("luna".to_owned()), visits: 3 });
    assert_eq!(event.session::<Login>().await.unwrap().user.as_deref(), Some("luna"));
}

#[start_runtime::test]
async fn without_settings_the_problem_says_what_to_write() {
    let problem = test::event("/").build().session::<Login>().await.unwrap_err();
    assert_eq!(problem.status(), 500);
    assert!(problem.cause().unwrap().contains("session(SessionConfig::from_env()?)"), "{problem}");
    let app = test::app();
    assert_eq!(app.get("/session").await.status(), 500);
    fn assert_problem(_: &Problem) {}
    assert_problem(&problem);
}
