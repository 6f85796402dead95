//! Each sender through the whole program, and schemes of one's own.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use start_runtime::serde_json::Value;
use start_runtime::webhook::{
    Delivery, GitHub, Payload, Slack, StandardWebhooks, Svix, Unverified, Webhook, WebhookScheme,
};
use start_runtime::{json, prelude::*};

use crate::{EVENT, Event, GITHUB, OTHER, STANDARD, Shop, app, hmac, now};

#[api_route(POST, "/standard")]
async fn standard(hook: Webhook<StandardWebhooks, Event>) -> String {
    hook.delivery_id().unwrap_or_default().to_owned()
}

#[api_route(POST, "/svix")]
async fn svix(hook: Webhook<Svix, Event>) -> String {
    hook.delivery_id().unwrap_or_default().to_owned()
}

#[api_route(POST, "/github")]
async fn github(hook: Webhook<GitHub, Value>) -> Response {
    json!({ "id": hook.delivery_id(), "zen": hook.event["zen"] })
}

#[api_route(POST, "/github/raw")]
async fn raw(hook: Webhook<GitHub, Payload>) -> String {
    format!("{} bytes", hook.event.0.len())
}

#[api_route(POST, "/slack")]
async fn slack(hook: Webhook<Slack, Value>) -> Json<Value> {
    Json(hook.into_event())
}

#[api_route(POST, "/shop")]
async fn shop(hook: Webhook<Shop, Event>) -> u32 {
    hook.amount
}

/// A scheme with an algorithm of its own: no HMAC, and no secret worth the name.
pub struct Reversed;

impl WebhookScheme for Reversed {
    const NAME: &'static str = "Reversed";
    const SIGNATURE: &'static str = "X-Reversed";

    fn verify(delivery: &Delivery<'_>) -> Result<(), Unverified> {
        let sign = |key: &[u8]| key.iter().rev().map(|byte| char::from(*byte)).collect();
        delivery.check_signed_by(sign, [delivery.header(Self::SIGNATURE)?])
    }
}

#[api_route(POST, "/reversed")]
async fn reversed(_hook: Webhook<Reversed, Payload>) -> &'static str {
    "reversed"
}

/// The three headers of Standard Webhooks.
fn headers(prefix: &str, id: &str, time: u64, body: &str) -> [(String, String); 3] {
    let key = BASE64.decode(STANDARD.trim_start_matches("whsec_")).unwrap();
    let signature = hmac(&key, &[format!("{id}.{time}.").as_bytes(), body.as_bytes()]);
    let signature = format!("v1,{}", BASE64.encode(signature));
    [("id", id.to_owned()), ("timestamp", time.to_string()), ("signature", signature)]
        .map(|(name, value)| (format!("{prefix}-{name}"), value))
}

async fn send(path: &str, headers: &[(String, String)], body: &str) -> (u16, String) {
    let app = app();
    let request = app.post(path).header("content-type", "application/json").body(body.to_owned());
    let answer = headers.iter().fold(request, |request, (name, value)| request.header(name, value)).await;
    (answer.status().as_u16(), answer.text().await.unwrap())
}

#[start_runtime::test]
async fn standard_webhooks_and_svix_have_three_headers() {
    for (path, prefix) in [("/standard", "webhook"), ("/svix", "svix"), ("/svix", "webhook")] {
        let good = headers(prefix, "msg_1", now(), EVENT);
        assert_eq!(send(path, &good, EVENT).await, (200, "msg_1".to_owned()), "{path} {prefix}");
        let change = |index: usize, value: &str| {
            let mut changed = good.clone();
            changed[index].1 = value.to_owned();
            changed
        };
        let signature = &good[2].1;
        for (what, headers) in [
            ("another id", change(0, "msg_2")),
            ("an empty id", change(0, "")),
            ("another time", change(1, &(now() - 100).to_string())),
            ("no number", change(1, "now")),
            ("a number and more", change(1, &format!("{}abc", now()))),
            ("no version", change(2, &signature[3..])),
            ("another version", change(2, &signature.replace("v1,", "v1a,"))),
            ("without padding", change(2, signature.trim_end_matches('='))),
            ("more behind it", change(2, &format!("{signature},x"))),
            ("cut", change(2, &signature[..20])),
            ("empty", change(2, "")),
            ("too old", headers(prefix, "msg_1", now() - 301, EVENT)),
            ("too new", headers(prefix, "msg_1", now() + 310, EVENT)),
            ("another body", headers(prefix, "msg_1", now(), "{}")),
        ] {
            let (status, text) = send(path, &headers, EVENT).await;
            assert_eq!(status, 400, "{path} {prefix} {what}: {text}");
        }
        for left_out in 0..3 {
            let mut fewer = good.to_vec();
            fewer.remove(left_out);
            assert_eq!(send(path, &fewer, EVENT).await.0, 400, "{path} {prefix} without {left_out}");
        }
        let several = change(2, &format!("v1,AAAA v2,zzz  v1, {signature} v1,BBBB"));
        assert_eq!(send(path, &several, EVENT).await.0, 200, "one of several");
    }
    // Headers of both names: those of Svix count, and a good set beside them does not help.
    let (mut both, good) = (headers("svix", "msg_1", now(), "{}").to_vec(), headers("webhook", "msg_1", now(), EVENT));
    both.extend(good);
    assert_eq!(send("/svix", &both, EVENT).await.0, 400);
}

#[start_runtime::test]
async fn github_signs_json_or_a_form_that_holds_it() {
    let sign = |body: &str| format!("sha256={}", hex::encode(hmac(GITHUB.as_bytes(), &[body.as_bytes()])));
    let delivery = ("x-github-delivery".to_owned(), "72d3162e".to_owned());
    let signature = |value: String| ("x-hub-signature-256".to_owned(), value);
    let json = r#"{"zen":"Keep it logically awesome."}"#;
    let expected = r#"{"id":"72d3162e","zen":"Keep it logically awesome."}"#;
    let (status, text) = send("/github", &[delivery.clone(), signature(sign(json))], json).await;
    assert_eq!((status, text.as_str()), (200, expected));

    let form = "payload=%7B%22zen%22%3A%22Keep+it+logically+awesome.%22%7D";
    let request = app().post("/github").header("content-type", "application/x-www-form-urlencoded");
    let request = request.header("x-hub-signature-256", sign(form)).header("x-github-delivery", "72d3162e").body(form);
    assert_eq!(request.await.text().await.unwrap(), expected);

    let hello = "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    let (status, text) = send("/github/raw", &[signature(hello.to_owned())], "Hello, World!").await;
    assert_eq!((status, text.as_str()), (200, "13 bytes"), "the documented example");
    let good = sign(json);
    for bad in [
        good[7..].to_owned(),
        good.to_uppercase(),
        format!("SHA256={}", &good[7..]),
        format!("sha1={}", &good[7..]),
        "sha256=".into(),
        "sha256=00".into(),
        format!("{good}00"),
        format!("{good},{good}"),
    ] {
        assert_eq!(send("/github", &[signature(bad.clone())], json).await.0, 400, "{bad}");
    }
}

#[start_runtime::test]
async fn slack_sends_events_commands_and_interactions() {
    for (content_type, body, expected) in [
        (
            "application/json",
            r#"{"type":"url_verification","challenge":"x"}"#,
            r#"{"type":"url_verification","challenge":"x"}"#,
        ),
        (
            "application/x-www-form-urlencoded",
            "command=%2Fweather&text=94070",
            r#"{"command":"/weather","text":"94070"}"#,
        ),
        (
            "application/x-www-form-urlencoded; charset=utf-8",
            "payload=%7B%22type%22%3A%22block_actions%22%7D",
            r#"{"type":"block_actions"}"#,
        ),
    ] {
        let time = now().to_string();
        let signature = hmac(OTHER.as_bytes(), &[b"v0:", time.as_bytes(), b":", body.as_bytes()]);
        let send = |version: &str| {
            let request =
                app().post("/slack").header("content-type", content_type).header("x-slack-request-timestamp", &time);
            request.header("x-slack-signature", format!("{version}={}", hex::encode(&signature))).body(body)
        };
        let answer = send("v0").await;
        assert_eq!((answer.status().as_u16(), answer.text().await.unwrap().as_str()), (200, expected));
        assert_eq!(send("v1").await.status(), 400);
    }
}

#[start_runtime::test]
async fn a_scheme_of_ones_own_is_a_few_lines() {
    let signature = BASE64.encode(hmac(OTHER.as_bytes(), &[EVENT.as_bytes()]));
    let headers = |value: &str| [("X-Shop-Hmac".to_owned(), value.to_owned())];
    assert_eq!(send("/shop", &headers(&signature), EVENT).await, (200, "5".to_owned()));
    assert_eq!(send("/shop", &headers(&signature), "{}").await.0, 400);
    assert_eq!(send("/shop", &[], EVENT).await.0, 400);
    let reversed: String = OTHER.chars().rev().collect();
    assert_eq!(send("/reversed", &[("x-reversed".to_owned(), reversed)], "").await.0, 200);
    assert_eq!(send("/reversed", &[("x-reversed".to_owned(), OTHER.to_owned())], "").await.0, 400);
}
