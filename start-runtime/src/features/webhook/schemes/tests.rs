//! Deliveries that the senders' own libraries have signed, and changes of them.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;

use super::{GitHub, Slack, StandardWebhooks, Stripe, Svix};
use crate::features::webhook::config::{Key, TOLERANCE};
use crate::features::webhook::delivery::Delivery;
use crate::features::webhook::scheme::WebhookScheme;
use crate::features::webhook::unverified::Unverified;

/// Made by the libraries of npm: stripe 23.1, standardwebhooks 1.1, @octokit/webhooks-methods 6.0.
const VECTORS: &str = include_str!("vectors.json");
/// When all of them were signed.
const SIGNED: u64 = 1_700_000_000;

fn vectors(name: &str) -> Vec<Value> {
    let all: Value = serde_json::from_str(VECTORS).unwrap();
    all[name].as_array().unwrap().clone()
}

fn text<'a>(vector: &'a Value, name: &str) -> &'a str {
    vector[name].as_str().unwrap()
}

fn verify<S: WebhookScheme>(
    secrets: &[&str],
    headers: &[(&str, &str)],
    body: &[u8],
    seconds: u64,
) -> Result<(), Unverified> {
    let keys: Vec<Key> = secrets.iter().map(|secret| Key::new(S::key(secret).unwrap())).collect();
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(HeaderName::try_from(*name).unwrap(), HeaderValue::from_str(value).unwrap());
    }
    S::verify(&Delivery::new(&map, body, &keys, TOLERANCE).at(UNIX_EPOCH + Duration::from_secs(seconds)))
}

#[test]
fn what_the_senders_libraries_sign_is_accepted() {
    for vector in vectors("stripe") {
        let headers = [("stripe-signature", text(&vector, "header"))];
        let body = text(&vector, "payload").as_bytes();
        assert_eq!(verify::<Stripe>(&[text(&vector, "secret")], &headers, body, SIGNED), Ok(()), "{vector}");
        assert_eq!(verify::<Stripe>(&["other", text(&vector, "secret")], &headers, body, SIGNED), Ok(()));
        assert!(verify::<Stripe>(&["other", "another"], &headers, body, SIGNED).is_err());
    }
    for vector in vectors("standardwebhooks") {
        let (secret, body) = (text(&vector, "secret"), text(&vector, "payload").as_bytes());
        let headers = |prefix: &str| {
            ["id", "timestamp", "signature"].map(|name| (format!("{prefix}-{name}"), text(&vector, name).to_owned()))
        };
        let (standard, svix) = (headers("webhook"), headers("svix"));
        let standard = standard.each_ref().map(|(name, value)| (name.as_str(), value.as_str()));
        let svix = svix.each_ref().map(|(name, value)| (name.as_str(), value.as_str()));
        assert_eq!(verify::<StandardWebhooks>(&[secret], &standard, body, SIGNED), Ok(()), "{vector}");
        assert_eq!(verify::<Svix>(&[secret], &svix, body, SIGNED), Ok(()), "{vector}");
        assert_eq!(verify::<Svix>(&[secret], &standard, body, SIGNED), Ok(()), "{vector}");
        assert!(verify::<StandardWebhooks>(&[secret], &svix, body, SIGNED).unwrap_err().is_missing());
        // The two spellings are not mixed.
        assert!(verify::<Svix>(&[secret], &[svix[0], standard[1], svix[2]], body, SIGNED).is_err());
    }
    for vector in vectors("github") {
        let headers = [("x-hub-signature-256", text(&vector, "header"))];
        let body = text(&vector, "payload").as_bytes();
        assert_eq!(verify::<GitHub>(&[text(&vector, "secret")], &headers, body, SIGNED), Ok(()), "{vector}");
    }
}

/// The example of Slack's documentation.
#[test]
fn what_slack_documents_is_accepted() {
    let secret = "8f742231b10e8888abcd99yyyzzz85a5";
    let body = b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text=&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c";
    let signature = "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503";
    let headers = [("x-slack-signature", signature), ("x-slack-request-timestamp", "1531420618")];
    assert_eq!(verify::<Slack>(&[secret], &headers, body, 1_531_420_618), Ok(()));
    assert_eq!(verify::<Slack>(&[secret], &headers, body, 1_531_420_618 + 300), Ok(()));
    for seconds in [1_531_420_618 + 301, 1_531_420_618 - 301, 0] {
        assert!(verify::<Slack>(&[secret], &headers, body, seconds).is_err(), "{seconds}");
    }
    assert!(verify::<Slack>(&[secret], &headers[..1], body, 1_531_420_618).is_err());
    let upper = signature.to_uppercase().replace("V0", "v0");
    assert!(verify::<Slack>(&[secret], &[("x-slack-signature", &upper), headers[1]], body, 1_531_420_618).is_err());
}

#[test]
fn the_time_may_differ_by_the_tolerance_in_both_directions() {
    let vector = &vectors("stripe")[2];
    let headers = [("stripe-signature", text(vector, "header"))];
    for (seconds, is_good) in [
        (SIGNED, true),
        (SIGNED + 300, true),
        (SIGNED + 301, false),
        (SIGNED - 300, true),
        (SIGNED - 301, false),
        (0, false),
        (u64::from(u32::MAX), false),
    ] {
        let result = verify::<Stripe>(&["whsec_test_secret"], &headers, text(vector, "payload").as_bytes(), seconds);
        assert_eq!(result.is_ok(), is_good, "{seconds}: {result:?}");
    }
}

/// Each is refused with a reason, and never with a part of what was sent.
#[test]
fn other_forms_of_the_header_are_refused() {
    let vector = &vectors("stripe")[2];
    let (good, body) = (text(vector, "header"), text(vector, "payload").as_bytes());
    let signature = good.split_once("v1=").unwrap().1;
    let stripe = |header: &str| verify::<Stripe>(&["whsec_test_secret"], &[("stripe-signature", header)], body, SIGNED);
    assert_eq!(stripe(good), Ok(()));
    assert_eq!(stripe(&format!("v0=x,{good},v9=")), Ok(()), "other versions are ignored");
    assert_eq!(stripe(&format!("v1={signature},t={SIGNED}")), Ok(()), "in any order");
    assert_eq!(stripe(&format!("t={SIGNED},{}v1={signature}", "v1=00,".repeat(500))), Ok(()), "many");
    for bad in [
        "garbage".to_owned(),
        ",".to_owned(),
        "=".to_owned(),
        good.replace(&SIGNED.to_string(), &format!("0{SIGNED}")),
        good.replace(&SIGNED.to_string(), &format!("+{SIGNED}")),
        good.replace(&SIGNED.to_string(), &format!(" {SIGNED}")),
        good.replace(&SIGNED.to_string(), &format!("{SIGNED}.0")),
        good.replace(&SIGNED.to_string(), "99999999999999999999999999"),
        good.replace(&SIGNED.to_string(), "-1"),
        good.replace(&SIGNED.to_string(), ""),
        good.replace("t=", "T="),
        good.replace("v1=", "V1="),
        good.replace("v1=", "v1 ="),
        good.replace("v1=", "v1= "),
        good.replace(",v1", ", v1"),
        good.replace(signature, &signature.to_uppercase()),
        good.replace(signature, &signature[..63]),
        good.replace(signature, &format!("{signature}0")),
        good.replace(signature, ""),
        format!("{good},t={SIGNED}"),
        format!("{good},"),
        format!("{good},v1"),
        format!("\"{good}\""),
    ] {
        let refused = stripe(&bad).expect_err(&bad);
        assert!(!refused.is_missing(), "{bad}");
        assert!(!refused.to_string().contains(signature), "{bad}: {refused}");
    }
    let twice = [("stripe-signature", good), ("stripe-signature", good)];
    assert!(verify::<Stripe>(&["whsec_test_secret"], &twice, body, SIGNED).is_err());
    let latin = HeaderValue::from_bytes(b"t=1,v1=\xff").unwrap();
    let mut headers = HeaderMap::new();
    headers.insert(HeaderName::from_static("stripe-signature"), latin);
    let keys = [Key::new(b"x".to_vec())];
    assert!(Stripe::verify(&Delivery::new(&headers, body, &keys, TOLERANCE).at(SystemTime::now())).is_err());
}

#[test]
fn the_form_of_a_secret_is_checked() {
    let standard =
        ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_YQ", "whsec_YQ=="];
    for good in standard {
        assert!(StandardWebhooks::key(good).is_ok() && Svix::key(good).is_ok(), "{good}");
    }
    for bad in ["whsec_M!", "whsec_MfKQ 9r8G", "whpk_MfKQ", "whsec_-_-_"] {
        let reason = StandardWebhooks::key(bad).expect_err(bad);
        assert!(reason.contains("whsec_") && !reason.contains(bad), "{reason}");
    }
    assert!(Stripe::key("whsec_test_secret").is_ok());
    for bad in ["sk_live_1", "pk_test_1", "rk_live_1"] {
        assert!(Stripe::key(bad).unwrap_err().contains("signing secret"), "{bad}");
    }
    assert!(Slack::key("xoxb-1").is_err() && GitHub::key("It's a Secret to Everybody").is_ok());
}
