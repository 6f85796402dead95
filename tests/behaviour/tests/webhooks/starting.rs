//! What is said at start-up.

use std::process::Command;
use std::time::Duration;

use start_runtime::prelude::*;
use start_runtime::webhook::{
    Delivery, GitHub, Slack, StandardWebhooks, Stripe, Svix, Unverified, WebhookScheme, WebhookSecrets,
};

use crate::{STANDARD, set_up};

async fn error(start: Start) -> String {
    match start.listen(([127, 0, 0, 1], 0).into()).await {
        Ok(_) => String::new(),
        Err(error) => error.to_string(),
    }
}

struct NoHeader;

impl WebhookScheme for NoHeader {
    const NAME: &'static str = "Nobody";
    const SIGNATURE: &'static str = "no header";

    fn verify(_: &Delivery<'_>) -> Result<(), Unverified> {
        Ok(())
    }
}

#[start_runtime::test]
async fn a_sender_without_secrets_is_missed() {
    assert_eq!(error(set_up(Start::new())).await, "");
    let text = error(Start::new()).await;
    for expected in [
        "POST /stripe at ",
        "takes `Webhook<Stripe, …>`",
        "Set it up: `Start::new().webhook::<Stripe>(WebhookSecrets::from_env(\"STRIPE_WEBHOOK_SECRET\")?)`",
        "takes `Webhook<Shop, …>`",
        "webhook::<StandardWebhooks>(WebhookSecrets::from_env(\"STANDARDWEBHOOKS_WEBHOOK_SECRET\")?)",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
}

#[start_runtime::test]
async fn secrets_that_a_sender_does_not_use_are_refused_and_never_shown() {
    fn with<S: WebhookScheme>(secret: &str) -> Start {
        Start::new().webhook::<S>(WebhookSecrets::new("whsec_YWJj").or(secret))
    }
    let secret = |secret: &'static str| secret;
    let rows: Vec<(Start, &str, &str)> = vec![
        (with::<Stripe>(secret("sk_live_4711")), "signing secret of the endpoint", "4711"),
        (with::<Stripe>(""), "it is empty", "whsec_"),
        (with::<Stripe>(" "), "it is empty", "whsec_"),
        (with::<StandardWebhooks>("whsec_4711 4711"), "`whsec_` and base64", "4711"),
        (with::<Svix>("whpk_4711"), "public key", "4711"),
        (with::<Svix>("whsec_"), "no bytes", "YWJj"),
        (with::<Slack>("xoxb-4711"), "Basic Information", "4711"),
    ];
    for (start, expected, hidden) in rows {
        let text = error(start).await;
        assert!(text.contains(expected) && text.contains("secret 2"), "{expected}: {text}");
        assert!(!text.contains(hidden), "{text}");
    }
    let twice = Start::new().webhook::<GitHub>(WebhookSecrets::new("a")).webhook::<GitHub>(WebhookSecrets::new("b"));
    assert!(error(twice).await.contains("twice for GitHub"));
    let short = Start::new().webhook_within::<Svix>(WebhookSecrets::new(STANDARD), Duration::from_millis(5));
    assert!(error(short).await.contains("a tolerance is at least a second"));
    let header = Start::new().webhook::<NoHeader>(WebhookSecrets::new("a"));
    assert!(error(header).await.contains("reads the header `no header`"));
    assert_eq!(format!("{:?}", WebhookSecrets::new("4711").or("4712")), "WebhookSecrets(2)");
}

#[test]
fn the_environment_has_the_secret_and_the_old_one() {
    for (secret, old, expected) in [
        (None, None, Err("STRIPE_WEBHOOK_SECRET is not set")),
        (Some(""), None, Err("STRIPE_WEBHOOK_SECRET_OLD")),
        (Some("\n"), Some("whsec_old"), Err("STRIPE_WEBHOOK_SECRET is not set")),
        (Some("sk_live_4711"), None, Err("the webhooks of Stripe, STRIPE_WEBHOOK_SECRET: it is an API key")),
        (
            Some("whsec_new"),
            Some("sk_live_4711"),
            Err("the webhooks of Stripe, STRIPE_WEBHOOK_SECRET_OLD: it is an API key"),
        ),
        (Some("whsec_new\n"), None, Ok("WebhookSecrets(1)")),
        (Some("whsec_new"), Some("whsec_old"), Ok("WebhookSecrets(2)")),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_webhooks"));
        command.args(["--port", "0"]).env_remove("STRIPE_WEBHOOK_SECRET").env_remove("STRIPE_WEBHOOK_SECRET_OLD");
        command.envs(secret.map(|secret| ("STRIPE_WEBHOOK_SECRET", secret)));
        command.envs(old.map(|old| ("STRIPE_WEBHOOK_SECRET_OLD", old)));
        let output = command.output().unwrap();
        let text = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
        assert_eq!(output.status.success(), expected.is_ok(), "{secret:?}: {text}");
        let (Ok(expected) | Err(expected)) = expected;
        assert!(text.contains(expected) && !text.contains("4711"), "{secret:?}: {text}");
    }
}
