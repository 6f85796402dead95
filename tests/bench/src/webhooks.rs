//! Verifying and reading a 4 KB event of Stripe, beside the library of Stripe for Node, in one run.

use std::hint::black_box;
use std::process::Command;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use start_runtime::serde_json::{Value, json};
use start_runtime::test;
use start_runtime::webhook::{Payload, Stripe, WebhookSecrets};
use start_runtime::{__rt, APIEvent, Problem, Start, api_route};

use crate::Result;
use crate::stats::{median, print_table, row};

const SECRET: &str = "whsec_test_secret";
const ROUNDS: usize = 7;
const TIMES: u32 = 20_000;

#[api_route(POST, "/measure/webhooks/stripe")]
async fn stripe(event: APIEvent) -> std::result::Result<&'static str, Problem> {
    black_box(event.webhook::<Stripe, Value>().await?.event);
    Ok("received")
}

/// An event of 4 KB.
fn event() -> String {
    let lines: Vec<Value> = (0..16)
        .map(|line| json!({ "id": format!("li_{line:027}"), "object": "item", "amount_total": 1099 + line, "currency": "usd",
            "description": "A book with a binding of leather", "price": { "id": format!("price_{line:024}"), "type": "one_time" } }))
        .collect();
    json!({ "id": "evt_1MqqbKLt4dXK03v5qaIbiNCC", "object": "event", "type": "checkout.session.completed",
        "created": 1_680_064_028, "livemode": false, "data": { "object": { "id": "cs_test_1", "lines": lines } } })
    .to_string()
}

fn signed(body: &str) -> Result<String> {
    let time = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs();
    let mut hmac = Hmac::<Sha256>::new_from_slice(SECRET.as_bytes())?;
    hmac.update(format!("{time}.{body}").as_bytes());
    let digits: Vec<String> = hmac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(format!("t={time},v1={}", digits.concat()))
}

/// Microseconds of one of them, the median of all rounds.
fn measure(mut once: impl FnMut()) -> f64 {
    median((0..ROUNDS).map(|_| {
        let start = Instant::now();
        (0..TIMES).for_each(|_| once());
        start.elapsed().as_secs_f64() * 1e6 / f64::from(TIMES)
    }))
}

/// Asks the script beside this file. It prints a number of microseconds for each of its rows.
fn node(body: &str, header: &str) -> Result<Vec<f64>> {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/src/webhooks.mjs");
    let output = Command::new("node").args([script, SECRET, header, body, &TIMES.to_string()]).output()?;
    let text = String::from_utf8(output.stdout)?;
    if !output.status.success() {
        return Err(format!("node: {}", String::from_utf8_lossy(&output.stderr)).into());
    }
    text.lines().map(|line| Ok(line.parse()?)).collect()
}

/// Measures and prints.
pub fn run() -> Result<()> {
    let body = event();
    let header = signed(&body)?;
    let theirs = node(&body, &header)?;
    let [verified, parsed] = theirs[..] else { return Err("node: two numbers are expected".into()) };
    let (ours, typed, whole) = __rt::block_on(async {
        let event = || test::event("/").header("stripe-signature", &header).body(body.clone());
        let event = || -> APIEvent { event().local(WebhookSecrets::new(SECRET)).build() };
        let built = measure(|| drop(black_box(event())));
        let now = |future: &mut dyn FnMut()| measure(future) - built;
        let ours = now(&mut || {
            let event = event();
            let hook = ready(event.webhook::<Stripe, Payload>());
            black_box(hook.map(|hook| hook.body().clone())).expect("it is signed");
        });
        let typed = now(&mut || {
            let event = event();
            let hook = ready(event.webhook::<Stripe, Value>());
            black_box(hook.map(|hook| hook.event)).expect("it is signed");
        });
        let app = test::app_with(Start::new().webhook::<Stripe>(WebhookSecrets::new(SECRET)).only_crates(["bench"]));
        let ask = || app.post("/measure/webhooks/stripe").header("stripe-signature", &header).body(body.clone());
        assert_eq!(ask().await.status(), 200);
        let mut rounds = Vec::new();
        for _ in 0..ROUNDS {
            let start = Instant::now();
            for _ in 0..TIMES {
                black_box(ask().await.status());
            }
            rounds.push(start.elapsed().as_secs_f64() * 1e6 / f64::from(TIMES));
        }
        (ours, typed, median(rounds))
    });
    let cell = |value: f64| format!("{value:.1}");
    let ratio = |theirs: f64, ours: f64| format!("{:.1}", theirs / ours);
    let rows = [
        row!["work", "stripe for Node", "Start", "Node / Start"],
        row!["the signature is verified", cell(verified), cell(ours), ratio(verified, ours)],
        row!["verified, and read as JSON", cell(parsed), cell(typed), ratio(parsed, typed)],
        row!["a whole request, in process", "", cell(whole), ""],
    ];
    print_table(&format!("Microseconds for an event of {} bytes, on one thread", body.len()), &rows);
    Ok(())
}

/// The value of a future that waits for nothing.
fn ready<F: Future>(future: F) -> F::Output {
    use futures_util::FutureExt as _;
    future.now_or_never().expect("the body is there")
}
