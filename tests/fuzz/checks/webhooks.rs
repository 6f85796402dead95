//! What holds for webhooks, whatever comes in: the check of the target `webhooks`.
//!
//! # Input
//! The name of a sender, then the values of its headers, each on a line of its own; an empty line; the body.
//!
//! # Invariants
//! - The answer is 200 or 400.
//! - No delivery is accepted that a sender has not signed: one of `seeds/` alone, whose body and signed headers are the
//!   same. Signatures of other versions may stand beside it.
//! - The answer has no secret and no signature in it.

use std::sync::atomic::{AtomicU64, Ordering};

use start_runtime::prelude::*;
use start_runtime::webhook::{GitHub, Payload, Slack, StandardWebhooks, Stripe, Svix, Webhook};

use crate::app::{WEBHOOKS, send};
use crate::cookies::header;

/// What senders have signed. All but these are forged.
const SIGNED: [&str; 10] = [
    include_str!("../seeds/webhooks/stripe"),
    include_str!("../seeds/webhooks/stripe-rolled"),
    include_str!("../seeds/webhooks/stripe-no-json"),
    include_str!("../seeds/webhooks/stripe-empty"),
    include_str!("../seeds/webhooks/standard"),
    include_str!("../seeds/webhooks/standard-several"),
    include_str!("../seeds/webhooks/svix"),
    include_str!("../seeds/webhooks/github"),
    include_str!("../seeds/webhooks/github-event"),
    include_str!("../seeds/webhooks/slack"),
];

/// How many inputs were deliveries, and how many of them were accepted.
pub static SENT: AtomicU64 = AtomicU64::new(0);
pub static ACCEPTED: AtomicU64 = AtomicU64::new(0);

#[api_route(POST, "/webhooks/stripe")]
async fn stripe(hook: Webhook<Stripe, Payload>) -> String {
    hook.body().len().to_string()
}

#[api_route(POST, "/webhooks/standard")]
async fn standard(hook: Webhook<StandardWebhooks, Payload>) -> String {
    hook.body().len().to_string()
}

#[api_route(POST, "/webhooks/svix")]
async fn svix(hook: Webhook<Svix, Payload>) -> String {
    hook.body().len().to_string()
}

#[api_route(POST, "/webhooks/github")]
async fn github(hook: Webhook<GitHub, Payload>) -> String {
    hook.body().len().to_string()
}

#[api_route(POST, "/webhooks/slack")]
async fn slack(hook: Webhook<Slack, Payload>) -> String {
    hook.body().len().to_string()
}

/// A delivery as an input has it.
struct Sent<'a> {
    sender: &'a str,
    headers: Vec<&'a str>,
    body: &'a [u8],
}

impl<'a> Sent<'a> {
    fn read(input: &'a [u8]) -> Option<Self> {
        let at = input.windows(2).position(|two| two == b"\n\n")?;
        let mut lines = input[..at].split(|byte| *byte == b'\n');
        let sender = std::str::from_utf8(lines.next()?).ok()?;
        let headers = lines.map(header).collect::<Option<Vec<_>>>()?;
        Some(Self { sender, headers, body: &input[at + 2..] })
    }

    /// The names of the headers.
    fn names(&self) -> &'static [&'static str] {
        match self.sender {
            "stripe" => &["stripe-signature"],
            "standard" => &["webhook-signature", "webhook-id", "webhook-timestamp"],
            "svix" => &["svix-signature", "svix-id", "svix-timestamp"],
            "github" => &["x-hub-signature-256"],
            "slack" => &["x-slack-signature", "x-slack-request-timestamp"],
            _ => &[],
        }
    }

    /// Whether this is what a sender has sent, as an obvious reader sees it.
    fn is(&self, signed: &Self) -> bool {
        // Svix signs as Standard Webhooks does, and both have the same secret here.
        let scheme = |sender: &'a str| if sender == "standard" { "svix" } else { sender };
        if scheme(self.sender) != scheme(signed.sender)
            || self.body != signed.body
            || self.headers.len() < signed.headers.len()
        {
            return false;
        }
        // What is written behind the names of the headers is not sent.
        let (mine, theirs) = (&self.headers[..signed.headers.len()], &signed.headers);
        let pieces = |text: &'_ str, sign: char, begins: &str| -> Vec<String> {
            text.split(sign).filter(|piece| piece.starts_with(begins)).map(str::to_owned).collect()
        };
        match self.sender {
            "stripe" => {
                pieces(mine[0], ',', "t=") == pieces(theirs[0], ',', "t=")
                    && pieces(theirs[0], ',', "v1=")
                        .last()
                        .is_some_and(|good| pieces(mine[0], ',', "v1=").contains(good))
            }
            "standard" | "svix" => {
                mine[1..] == theirs[1..]
                    && pieces(theirs[0], ' ', "v1,")
                        .last()
                        .is_some_and(|good| pieces(mine[0], ' ', "v1,").contains(good))
            }
            _ => mine == theirs,
        }
    }
}

/// Panics if an input breaks an invariant.
pub fn check(input: &[u8]) {
    let Some(sent) = Sent::read(input) else { return };
    let names = sent.names();
    if names.is_empty() {
        return;
    }
    let (status, answer) = send(|app| {
        let request = app.post(format!("/webhooks/{}", sent.sender)).body(sent.body.to_vec());
        names.iter().zip(&sent.headers).fold(request, |request, (name, value)| request.header(name, value))
    });
    let answer = String::from_utf8(answer).expect("text");
    SENT.fetch_add(1, Ordering::Relaxed);
    match status {
        200 => {
            ACCEPTED.fetch_add(1, Ordering::Relaxed);
            let is_signed = SIGNED.iter().filter_map(|seed| Sent::read(seed.as_bytes())).any(|signed| sent.is(&signed));
            assert!(is_signed, "accepted, and nobody has signed it");
        }
        400 => {
            assert!(SIGNED.iter().all(|seed| seed.as_bytes() != input), "the seeds themselves are accepted: {answer}")
        }
        _ => panic!("{status}: {answer}"),
    }
    assert!(WEBHOOKS.iter().all(|secret| !answer.contains(secret)), "{answer}");
    let is_signature = |word: &str| word.len() >= 43 && word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    assert!(!answer.split(|char: char| !char.is_ascii_alphanumeric()).any(is_signature), "{answer}");
}
