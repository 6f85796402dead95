//! Tests of the letters, and of the procedures without a socket.

use std::fs;
use std::pin::pin;

use futures_util::StreamExt as _;
use start_runtime::serde_json::{Value, json};
use start_runtime::test;
use tempfile::TempDir;

use crate::letters::{House, Letters, NewLetter};
use crate::program;

fn letter(text: &str, house: House) -> NewLetter {
    NewLetter { sender: "Molly".into(), house, text: text.into() }
}

fn texts(letters: &Letters, house: Option<House>) -> Vec<String> {
    letters.latest(50, house).into_iter().map(|letter| letter.text).collect()
}

#[start_runtime::test]
async fn letters_outlive_the_program_and_a_line_that_is_cut_does_not() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("letters.jsonl");
    let letters = Letters::open(&file).unwrap();
    for text in ["one", "two\nlines 🦉"] {
        letters.add(letter(text, House::Gryffindor)).unwrap();
    }
    let whole = fs::read_to_string(&file).unwrap();
    fs::write(&file, format!("{whole}{}", &whole[..whole.len() / 3])).unwrap();
    let again = Letters::open(&file).unwrap();
    assert_eq!(texts(&again, None), ["one", "two\nlines 🦉"]);
    assert_eq!(again.add(letter("three", House::Slytherin)).unwrap().id, 3);
    assert_eq!(texts(&Letters::open(&file).unwrap(), None), ["one", "two\nlines 🦉", "three"]);
    assert_eq!(texts(&again, Some(House::Slytherin)), ["three"]);
}

#[start_runtime::test]
async fn who_watches_sees_each_letter_once_and_in_order() {
    let folder = TempDir::new().unwrap();
    let letters = Letters::open(folder.path().join("letters.jsonl")).unwrap();
    letters.add(letter("1", House::Hufflepuff)).unwrap();
    let mut arrivals = pin!(letters.behind(0));
    let mut later = pin!(letters.behind(2));
    for text in ["2", "3", "4"] {
        letters.add(letter(text, House::Hufflepuff)).unwrap();
    }
    let mut seen = Vec::new();
    for _ in 0..4 {
        seen.push(arrivals.next().await.unwrap().text);
    }
    assert_eq!(seen, ["1", "2", "3", "4"]);
    assert_eq!(later.next().await.unwrap().text, "3");
}

#[start_runtime::test]
async fn the_procedures_answer_both_versions_of_the_client() {
    let folder = TempDir::new().unwrap();
    let app = test::app_with(program(Letters::open(folder.path().join("letters.jsonl")).unwrap()));
    let sent = json!({ "sender": "Molly", "house": "gryffindor", "text": "Wear the jumper." });
    let expected = json!({ "id": 1, "sender": "Molly", "house": "gryffindor", "text": "Wear the jumper." });
    let answer: Value = app.post("/api/trpc/letter.send").json(&sent).await.json().await.unwrap();
    assert_eq!(answer, json!({ "result": { "data": expected } }));
    let too_short = json!({ "sender": "", "house": "gryffindor", "text": "x" });
    let refused = app.post("/api/trpc/letter.send").json(&too_short).await;
    assert_eq!(refused.status(), 400);
    assert_eq!(refused.json::<Value>().await.unwrap()["error"]["data"]["issues"][0]["path"], json!(["sender"]));
    for path in ["/api/trpc", "/api/trpc10"] {
        let list: Value = app.get(format!("{path}/letter.list")).await.json().await.unwrap();
        assert_eq!(list, json!({ "result": { "data": [expected] } }), "{path}");
    }
    let unread = app.get("/api/trpc/letter.arrivals?input=%7B%22lastEventId%22%3A%22x%22%7D").await;
    assert!(unread.text().await.unwrap().contains("`lastEventId` is the id of a letter"));
}
