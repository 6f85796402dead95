//! Random messages through the whole loop: the answers do not depend on how the bytes are cut.

use proptest::prelude::*;

use super::*;
use crate::transport::message::tests::{input, runner};

/// All that comes back, but for the dates, and for `100 Continue`, which is a matter of timing.
async fn answers(pieces: &[&[u8]]) -> (String, usize) {
    let mut client = Client::new();
    for piece in pieces {
        if client.stream.write_all(piece).await.is_err() {
            break;
        }
        settle().await;
    }
    let _ = client.stream.shutdown().await;
    let text = client.rest().await.replace("HTTP/1.1 100 Continue\r\n\r\n", "");
    let lines: Vec<&str> = text.split_inclusive('\n').filter(|line| !line.starts_with("date: ")).collect();
    (lines.concat(), client.executed())
}

#[test]
fn answers_do_not_depend_on_how_requests_are_cut() {
    let (mut answered, mut refused) = (0, 0);
    let seen = std::cell::RefCell::new((&mut answered, &mut refused));
    let cut = any::<prop::sample::Index>();
    runner(1500)
        .run(&(input(), cut), |(bytes, cut)| {
            let (start, end) = bytes.split_at(cut.index(bytes.len() + 1));
            let mut results = Vec::new();
            let errors = run(async {
                results.push(answers(&[&bytes]).await);
                results.push(answers(&[start, end]).await);
                results.push(answers(&bytes.chunks(1).collect::<Vec<_>>()).await);
            });
            prop_assert_eq!(&errors, &[""; 0]);
            prop_assert_eq!(&results[0], &results[1]);
            prop_assert_eq!(&results[0], &results[2]);
            let (text, executed) = &results[0];
            // One answer each, and one for what is no request.
            let count = text.matches("\ncontent-length: ").count();
            prop_assert!(count == *executed || count == executed + 1, "{} {}", executed, text);
            let mut seen = seen.borrow_mut();
            *seen.0 += usize::from(*executed > 1);
            *seen.1 += usize::from(count > *executed);
            Ok(())
        })
        .unwrap();
    assert!(answered > 40 && refused > 100, "{answered} {refused}");
}
