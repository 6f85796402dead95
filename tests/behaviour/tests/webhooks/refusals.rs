//! What is no delivery is a 400 with a reason.

use start_runtime::serde_json::Value;
use start_runtime::webhook::{Stripe, Webhook};
use start_runtime::{prelude::*, test};

use crate::{EVENT, Event, STRIPE, app, deliver, now, signed};

#[api_route(POST, "/stripe/small", body_limit = 100)]
async fn small(hook: Webhook<Stripe, Event>) -> Event {
    hook.into_event()
}

#[api_route(POST, "/stripe/optional")]
async fn optional(hook: Option<Webhook<Stripe, Event>>) -> String {
    hook.map_or_else(|| "nothing".to_owned(), |hook| hook.event.id)
}

#[api_route(POST, "/stripe/again")]
async fn again(_hook: Webhook<Stripe, Event>, event: APIEvent) -> Result<String, Problem> {
    event.request.text().await
}

#[start_runtime::test]
async fn a_good_delivery_is_taken() {
    let app = app();
    let answer = deliver(&app, "/stripe", EVENT).await;
    assert_eq!((answer.status().as_u16(), answer.text().await.unwrap().as_str()), (200, EVENT));
    let answer = deliver(&app, "/stripe/called", EVENT).await;
    assert_eq!(answer.text().await.unwrap(), r#"{"id":null,"event":"evt_1","length":25}"#);
    let newer = app.post("/stripe").header("stripe-signature", signed("whsec_a_new_one", now(), EVENT)).body(EVENT);
    assert_eq!(newer.await.status(), 200, "both secrets are accepted");
}

#[start_runtime::test]
async fn every_bad_header_is_a_400_with_its_reason() {
    let app = app();
    let good = signed(STRIPE, now(), EVENT);
    let signature = good.split_once("v1=").unwrap().1.to_owned();
    let rows: Vec<(Vec<String>, &str)> = vec![
        (vec![], "the header `Stripe-Signature` is missing"),
        (vec![String::new()], "is missing"),
        (vec!["  ".into()], "is missing"),
        (vec!["garbage".into()], "not `t=…,v1=…`"),
        (vec!["t=,v1=".into()], "not a number of seconds"),
        (vec![format!("v1={signature}")], "no time"),
        (vec![format!("t={}", now())], "no signature of the known version"),
        (vec![format!("t={},v0={signature}", now())], "no signature of the known version"),
        (vec![format!("t={},v1={signature}", now() - 100)], "no secret of the program"),
        (vec![signed("whsec_other", now(), EVENT)], "no secret of the program"),
        (vec![signed("", now(), EVENT)], "no secret of the program"),
        (vec![signed(STRIPE, now() - 301, EVENT)], "too long ago"),
        (vec![signed(STRIPE, now() + 310, EVENT)], "too far ahead"),
        (vec![signed(STRIPE, u64::MAX, EVENT)], "too far ahead"),
        (vec![signed(STRIPE, 0, EVENT)], "too long ago"),
        (vec!["ü".into()], "not ASCII"),
        (vec![format!("t={},{}", now(), "v1=0,".repeat(3000))], "not `t=…,v1=…`"),
        (vec![format!("t={},v1={}", now(), "z".repeat(12_000))], "no secret of the program"),
    ];
    for (headers, expected) in rows {
        for path in ["/stripe", "/stripe/called"] {
            let request = app.post(path).body(EVENT);
            let answer = headers.iter().fold(request, |request, value| request.header("stripe-signature", value)).await;
            let status = answer.status().as_u16();
            let text = answer.text().await.unwrap();
            assert_eq!(status, 400, "{headers:?}: {text}");
            assert!(!text.contains(&signature) && !text.contains(STRIPE), "{text}");
            match path {
                "/stripe" => assert!(text.contains(expected), "{headers:?}: {text}"),
                _ if expected.contains("is missing") => assert_eq!(text, r#"{"error":"Missing signature"}"#),
                _ => assert_eq!(text, r#"{"error":"Invalid signature"}"#, "{headers:?}"),
            }
        }
    }
}

#[start_runtime::test]
async fn a_body_that_was_changed_is_refused() {
    let app = app();
    let header = signed(STRIPE, now(), EVENT);
    for body in
        ["", " ", "{}", &EVENT.replace('5', "6"), &format!("{EVENT} "), &format!(" {EVENT}"), &EVENT.replace(':', ": ")]
    {
        let answer = app.post("/stripe").header("stripe-signature", &header).body(body.to_owned()).await;
        assert_eq!(answer.status(), 400, "{body}");
    }
    for body in ["", "\0\u{1}", "{\"id\":\"Åsa 😀\",\"amount\":1}\r\n", "nonsense"] {
        let answer = deliver(&app, "/stripe/called", body).await;
        let expected = if body.starts_with('{') { 200 } else { 400 };
        assert_eq!(answer.status(), expected, "{body}");
        if expected == 400 {
            assert_eq!(answer.text().await.unwrap(), r#"{"error":"Unreadable"}"#);
        }
    }
}

#[start_runtime::test]
async fn what_was_signed_and_is_no_event_is_a_400_with_its_place() {
    let app = app();
    for (body, expected) in [
        ("{\"id\":\"evt_1\",\"amount\":\"five\"}", "/amount"),
        ("{\"id\":\"evt_1\"}", "amount"),
        ("{\"id\":", "line 1 column"),
        ("", "JSON"),
    ] {
        let answer = deliver(&app, "/stripe", body).await;
        assert_eq!(answer.status(), 400, "{body}");
        let problem: Value = answer.json().await.unwrap();
        assert_eq!(problem["status"], 400);
        assert!(problem.to_string().contains(expected), "{problem}");
    }
}

#[start_runtime::test]
async fn a_body_above_the_limit_is_a_413() {
    let app = app();
    let long = format!(r#"{{"id":"{}","amount":1}}"#, "x".repeat(200));
    assert_eq!(deliver(&app, "/stripe/small", &long).await.status(), 413);
    assert_eq!(deliver(&app, "/stripe/small", EVENT).await.status(), 200);
    let large = "x".repeat(3 * 1024 * 1024);
    assert_eq!(deliver(&app, "/stripe", &large).await.status(), 413);
    let unsigned = app.post("/stripe").body(large).await;
    assert_eq!(unsigned.status(), 400, "without a signature, no body is read");
}

#[start_runtime::test]
async fn an_option_is_none_and_a_second_read_says_who_was_first() {
    let app = app();
    assert_eq!(deliver(&app, "/stripe/optional", EVENT).await.text().await.unwrap(), "evt_1");
    assert_eq!(app.post("/stripe/optional").body(EVENT).await.text().await.unwrap(), "nothing");
    assert_eq!(deliver(&app, "/stripe/again", EVENT).await.status(), 500);
}

#[start_runtime::test]
async fn a_handler_alone_has_the_secrets_of_its_event() {
    let event = || test::event("/").header("stripe-signature", &signed(STRIPE, now(), EVENT)).body(EVENT);
    let alone = event().local(start_runtime::webhook::WebhookSecrets::new(STRIPE)).build();
    assert_eq!(alone.webhook::<Stripe, Event>().await.unwrap().event.amount, 5);
    let without = event().build().webhook::<Stripe, Event>().await.unwrap_err();
    assert!(without.status() == 500 && without.to_string().contains("STRIPE_WEBHOOK_SECRET"), "{without}");
}
