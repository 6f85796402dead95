//! The program as a process: which data survives, however the process ends.

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions as _, query_scalar};
use start_runtime::serde_json::{Value, from_str, json};
use tempfile::TempDir;

struct Program {
    child: Child,
    address: String,
}

impl Program {
    /// Starts the program in a folder other than that of its sources.
    fn start(folder: &Path) -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_posts"))
            .current_dir(folder)
            .env("PORT", "0")
            .env("RUST_LOG", "warn")
            .env_remove("DATABASE_URL")
            .env("STRIPE_WEBHOOK_SECRET", "whsec_4711")
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.trim().strip_prefix("Listening on http://").expect("it listens").to_owned();
        Self { child, address }
    }

    fn ask(&self, method: &str, path: &str, body: &str) -> (u16, String) {
        ask(&self.address, method, path, body).expect("an answer")
    }

    fn posts(&self) -> Vec<Value> {
        let (status, body) = self.ask("GET", "/api/posts", "");
        assert_eq!(status, 200);
        from_str(&body).unwrap()
    }

    /// SIGKILL: no code in the process runs any more.
    fn kill(self) {
        drop(self);
    }

    fn stop(mut self) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-s", "TERM", &pid]).status().unwrap().success());
        assert!(self.child.wait().unwrap().success());
    }
}

/// Makes sure that a failing test leaves no process behind.
impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends one request on a connection of its own. Returns `None` if the response did not arrive completely.
fn ask(address: &str, method: &str, path: &str, body: &str) -> Option<(u16, String)> {
    ask_with(address, method, path, "", body)
}

/// The same with a line of the head.
fn ask_with(address: &str, method: &str, path: &str, line: &str, body: &str) -> Option<(u16, String)> {
    let mut stream = TcpStream::connect(address).ok()?;
    let length = body.len();
    let head =
        format!("{method} {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ncontent-type: application/json\r\n{line}");
    write!(stream, "{head}content-length: {length}\r\n\r\n{body}").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    let (head, body) = answer.split_once("\r\n\r\n")?;
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let length = head.split("content-length: ").nth(1).map_or(0, |rest| rest.lines().next().unwrap().parse().unwrap());
    (body.len() == length).then(|| (status, body.to_owned()))
}

/// A body that differs from every other body and from any part of itself: several pages of the database.
fn body(title: &str) -> String {
    format!("{title} ").repeat(1500)
}

/// Writes posts until the server is gone. Returns those that it acknowledged, by their ids.
fn write(address: &str, client: usize) -> HashMap<i64, String> {
    let mut acknowledged = HashMap::new();
    for number in 0.. {
        let title = format!("{client}-{number}");
        let new = json!({ "title": title, "body": body(&title) }).to_string();
        let Some((status, answer)) = ask(address, "POST", "/api/posts", &new) else { break };
        assert_eq!(status, 201, "{answer}");
        let post: Value = from_str(&answer).unwrap();
        acknowledged.insert(post["id"].as_i64().unwrap(), title);
    }
    acknowledged
}

#[start_runtime::test]
async fn a_kill_in_the_middle_of_writes_loses_nothing_that_was_acknowledged() {
    let folder = TempDir::new().unwrap();
    let mut acknowledged = HashMap::new();
    for round in 0..4 {
        let program = Program::start(folder.path());
        let writers: Vec<_> = (0..6)
            .map(|client| {
                let address = program.address.clone();
                thread::spawn(move || write(&address, round * 10 + client))
            })
            .collect();
        // The clients write until the end, so the kill always comes in the middle of writes.
        thread::sleep(Duration::from_millis(250 + 97 * round as u64));
        program.kill();
        let before = acknowledged.len();
        for writer in writers {
            acknowledged.extend(writer.join().unwrap());
        }
        assert!(acknowledged.len() > before, "nothing was written in round {round}");

        let program = Program::start(folder.path());
        let posts = program.posts();
        for post in &posts {
            let title = post["title"].as_str().unwrap();
            assert_eq!(post["body"], body(title), "a half-written post: {title}");
        }
        let kept: HashMap<i64, &str> =
            posts.iter().map(|post| (post["id"].as_i64().unwrap(), post["title"].as_str().unwrap())).collect();
        for (id, title) in &acknowledged {
            assert_eq!(kept.get(id), Some(&title.as_str()), "post {id} was acknowledged in round {round} or before");
        }
        program.kill();
    }
    let mut database = SqliteConnectOptions::new().filename(folder.path().join("posts.db")).connect().await.unwrap();
    let verdict: String = query_scalar("PRAGMA integrity_check").fetch_one(&mut database).await.unwrap();
    assert_eq!(verdict, "ok");
}

#[test]
fn a_restart_keeps_everything() {
    let folder = TempDir::new().unwrap();
    let program = Program::start(folder.path());
    for title in ["kept", "changed", "deleted"] {
        assert_eq!(program.ask("POST", "/api/posts", &json!({ "title": title, "body": "" }).to_string()).0, 201);
    }
    assert_eq!(program.ask("PUT", "/api/posts/2", r#"{"title":"new","body":"text"}"#).0, 200);
    assert_eq!(program.ask("DELETE", "/api/posts/3", "").0, 204);
    let before = program.posts();
    program.stop();
    let left: Vec<_> = folder.path().read_dir().unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(!left.iter().any(|name| name == "posts.db-wal"), "everything is in the one file: {left:?}");

    let program = Program::start(folder.path());
    assert_eq!(program.posts(), before);
    assert_eq!(before.len(), 2);
    program.kill();
}

/// Sends 1 MB of an upload that is announced to be larger. Returns the connection once the file exists.
fn half_an_upload(program: &Program, incoming: &Path) -> TcpStream {
    let head = "POST /api/uploads HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=X\r\n";
    let part = "--X\r\ncontent-disposition: form-data; name=\"file\"; filename=\"a\"\r\n\r\n";
    let mut stream = TcpStream::connect(&program.address).unwrap();
    write!(stream, "{head}content-length: 9000000\r\n\r\n{part}{}", "a".repeat(1_000_000)).unwrap();
    wait_until("the file is there", || count(incoming) == 1);
    stream
}

fn count(folder: &Path) -> usize {
    folder.read_dir().unwrap().count()
}

fn wait_until(what: &str, is_so: impl Fn() -> bool) {
    for _ in 0..200 {
        if is_so() {
            return;
        }
        thread::sleep(Duration::from_millis(25));
    }
    panic!("never: {what}");
}

#[test]
fn an_upload_that_breaks_off_leaves_nothing() {
    let folder = TempDir::new().unwrap();
    let incoming = folder.path().join("uploads/.incoming");
    let program = Program::start(folder.path());
    drop(half_an_upload(&program, &incoming));
    wait_until("the client has gone, and the file with it", || count(&incoming) == 0);
    let _open = half_an_upload(&program, &incoming);
    Program::start(folder.path()).kill();
    assert_eq!(count(&incoming), 1, "another program leaves alone what arrives");
    program.kill();
    assert_eq!(count(&incoming), 1);
    let program = Program::start(folder.path());
    assert_eq!(count(&incoming), 0, "what a killed program left");
    program.kill();
}

#[test]
fn the_front_end_is_found_from_any_folder() {
    let folder = TempDir::new().unwrap();
    let program = Program::start(folder.path());
    let (status, page) = program.ask("GET", "/", "");
    assert!(status == 200 && page.starts_with("<!doctype html>"), "{page}");
    program.kill();
}

#[test]
fn a_database_that_cannot_be_opened_is_told() {
    let folder = TempDir::new().unwrap();
    let text = folder.path().join("text");
    std::fs::write(&text, "This is no database, but a text that is long enough to be mistaken for one. ".repeat(20))
        .unwrap();
    for (url, reason) in [
        ("sqlite:///no/such/folder/posts.db".to_owned(), "unable to open database file"),
        (format!("sqlite://{}", folder.path().display()), "unable to open database file"),
        (format!("sqlite://{}", text.display()), "file is not a database"),
        ("postgres://localhost/posts".to_owned(), "does not begin with `sqlite:`"),
    ] {
        let output =
            Command::new(env!("CARGO_BIN_EXE_posts")).env("PORT", "0").env("DATABASE_URL", &url).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{error}");
        assert!(error.starts_with(&format!("error: the database `{url}` cannot be opened: ")), "{error}");
        assert!(error.contains(reason) && error.contains("\nDATABASE_URL is `sqlite://FILE`"), "{error}");
    }
}

/// Delivers a completed checkout as Stripe does.
fn deliver(address: &str, id: &str) -> u16 {
    let body = json!({ "id": id, "type": "checkout.session.completed", "data": { "object": { "id": "cs_1" } } });
    let (body, time) = (body.to_string(), chrono::Utc::now().timestamp());
    let mut hmac = Hmac::<Sha256>::new_from_slice(b"whsec_4711").unwrap();
    hmac.update(format!("{time}.{body}").as_bytes());
    let signature = hex::encode(hmac.finalize().into_bytes());
    let line = format!("stripe-signature: t={time},v1={signature}\r\n");
    ask_with(address, "POST", "/api/webhooks/stripe", &line, &body).expect("an answer").0
}

#[start_runtime::test]
async fn two_processes_store_a_checkout_once_that_both_are_told_of_at_once() {
    const EVENTS: usize = 40;
    let folder = TempDir::new().unwrap();
    // Both find no file.
    let programs = [folder.path(), folder.path()].map(|folder| {
        let folder = folder.to_owned();
        thread::spawn(move || Program::start(&folder))
    });
    let programs = programs.map(|program| program.join().unwrap());
    let senders: Vec<_> = (0..6)
        .map(|sender| {
            let address = programs[sender % 2].address.clone();
            thread::spawn(move || {
                for event in 0..EVENTS {
                    assert_eq!(deliver(&address, &format!("evt_{event}")), 200);
                }
            })
        })
        .collect();
    senders.into_iter().for_each(|sender| sender.join().unwrap());
    let mut database = SqliteConnectOptions::new().filename(folder.path().join("posts.db")).connect().await.unwrap();
    let stored: i64 = query_scalar("SELECT count(*) FROM checkouts").fetch_one(&mut database).await.unwrap();
    assert_eq!(stored, EVENTS as i64);
    programs.into_iter().for_each(Program::kill);
}
