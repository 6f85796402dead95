//! What the log says of a delivery that is refused.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use crate::now;

fn deliver(address: &str, header: &str) {
    let head = format!(
        "POST /api/webhooks/stripe HTTP/1.1\r\nhost: x\r\nconnection: close\r\n{header}content-length: 2\r\n\r\n{{}}"
    );
    let (mut stream, mut answer) = (TcpStream::connect(address).unwrap(), String::new());
    stream.write_all(head.as_bytes()).and_then(|()| stream.read_to_string(&mut answer)).unwrap();
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
}

#[test]
fn a_refusal_is_logged_without_secrets_and_signatures() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_webhooks"));
    command.args(["--port", "0"]).env("RUST_LOG", "trace").env("STAY", "1");
    command.env("STRIPE_WEBHOOK_SECRET", "whsec_quidditch").stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let address = lines.find_map(|line| line.unwrap().strip_prefix("Listening on http://").map(str::to_owned)).unwrap();
    deliver(&address, "");
    deliver(&address, &format!("stripe-signature: t={},v1={}\r\n", now(), "deadbeef".repeat(8)));
    deliver(&address, "stripe-signature: deadbeef\u{1b}[31m\r\n");
    child.kill().unwrap();
    let text = String::from_utf8(child.wait_with_output().unwrap().stderr).unwrap();
    for expected in [
        "POST /api/webhooks/stripe: no delivery of Stripe: the header `Stripe-Signature` is missing",
        "no secret of the program has signed this body",
    ] {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    assert!(!text.contains("quidditch") && !text.contains("deadbeef"), "{text}");
}
