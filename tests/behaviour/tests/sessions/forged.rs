//! What was not sealed here, or is over, is an empty session and no error.

use start_runtime::{Secrets, SessionConfig, prelude::*, test};

use crate::{Client, Login, config, set};

#[start_runtime::test]
async fn a_cookie_that_was_not_sealed_here_is_an_empty_session() {
    let client = Client::new(config());
    client.post("/session/luna").await;
    let good = client.cookie("session").unwrap();
    let mut bad: Vec<String> = (0..good.len()).map(|cut| good[..cut].to_owned()).collect();
    for at in 0..good.len() {
        let other = if &good[at..=at] == "A" { "B" } else { "A" };
        bad.push(format!("{}{other}{}", &good[..at], &good[at + 1..]));
    }
    bad.extend([
        format!("{good}A"),
        format!("{good}="),
        format!("{good}{good}"),
        "garbage".to_owned(),
        "%".to_owned(),
        "\"\"".to_owned(),
        "x".repeat(8000),
        "Fe26.2**a*b*c**d*e".to_owned(),
        good.replace('-', "+").replace('_', "/") + "==",
        good.to_uppercase(),
    ]);
    let same = [good.clone(), format!("\"{good}\""), format!(" {good} ")];
    for bad in bad.into_iter().filter(|bad| !same.contains(bad)) {
        let client = Client::of(&client.app);
        client.set_cookie("session", bad.clone());
        let answer = client.get("/session").await;
        assert_eq!((answer.status().as_u16(), set(&answer)), (200, vec![]), "{bad}");
        assert_eq!(answer.json::<Login>().await.unwrap(), Login::default(), "{bad}");
        client.post("/session/minerva").await;
        assert_eq!(client.user().await.as_deref(), Some("minerva"), "{bad}: a good one takes its place");
    }
}

#[start_runtime::test]
async fn a_good_cookie_behind_a_bad_one_of_its_name_is_found() {
    let client = Client::new(config());
    client.post("/session/luna").await;
    let good = client.cookie("session").unwrap();
    for (cookies, user) in [
        (format!("session=bad; session={good}"), Some("luna")),
        (format!("session={good}; session=bad"), Some("luna")),
        (format!("session=; session=; session=; session={good}"), Some("luna")),
        (format!("{}session={good}", "session=bad; ".repeat(4)), None),
    ] {
        let answer = client.app.get("/session").header("cookie", &cookies).await;
        assert_eq!(answer.json::<Login>().await.unwrap().user.as_deref(), user, "{cookies}");
    }
}

#[start_runtime::test]
async fn secrets_are_changed_without_logging_anyone_out() {
    let (old, new) = ("an old secret, which is long enough", "a new secret, which is long enough!");
    let with = |secrets: Secrets| Client::new(SessionConfig::new(secrets));
    let before = with(Secrets::new(old).unwrap());
    before.post("/session/luna").await;
    let sealed_by_old = before.cookie("session").unwrap();

    let both = with(Secrets::new(new).unwrap().or(old).unwrap());
    both.set_cookie("session", sealed_by_old.clone());
    assert_eq!(both.user().await.as_deref(), Some("luna"));
    both.post("/session/minerva").await;
    let sealed_by_new = both.cookie("session").unwrap();

    let after = with(Secrets::new(new).unwrap());
    for (cookie, user) in [(sealed_by_old, None), (sealed_by_new, Some("minerva"))] {
        after.set_cookie("session", cookie);
        assert_eq!(after.user().await.as_deref(), user);
    }
}

#[api_route(POST, "/forged/private/[value]")]
async fn private(value: String, event: APIEvent) -> Result<(), Problem> {
    let secrets = Secrets::new("the secret of the tests, which is no secret")?;
    event.cookies().private(&secrets).set(("session", value));
    Ok(())
}

#[start_runtime::test]
async fn a_private_cookie_is_no_session() {
    let app = test::app_with(Start::new().session(config()));
    let client = Client::of(&app);
    let content = "{\"i\":\"1\",\"c\":99999999999999,\"s\":99999999999999,\"d\":{\"user\":\"voldemort\"}}";
    client.post(&format!("/forged/private/{}", start_runtime::encode_segment(content))).await;
    assert!(client.cookie("session").is_some());
    assert_eq!(client.user().await, None);
}
