//! A process of the program `machine`, and a browser that asks several in turn.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use start_runtime::serde_json::Value;

pub struct Machine {
    pub port: u16,
    /// What it has printed before it listened, and until now.
    pub banner: String,
    log: Arc<Mutex<String>>,
    process: Child,
}

pub fn command(url: &str) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_machine"));
    command.args(["--port", "0", "--workers", "2"]).env("REDIS_URL", url).env("RUST_LOG", "info");
    command.env_remove("RUST_BACKTRACE").stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

impl Machine {
    pub fn start(url: &str) -> Self {
        Self::run(&mut command(url))
    }

    pub fn run(command: &mut Command) -> Self {
        let mut process = command.spawn().unwrap();
        let mut out = BufReader::new(process.stdout.take().unwrap());
        let mut banner = String::new();
        while !banner.contains("docs at") {
            assert!(out.read_line(&mut banner).unwrap() > 0, "it did not start: {banner}");
        }
        let address = banner.split("http://127.0.0.1:").nth(1).unwrap();
        let port = address.split(|char: char| !char.is_ascii_digit()).next().unwrap().parse().unwrap();
        let log = Arc::<Mutex<String>>::default();
        let (mut errors, written) = (BufReader::new(process.stderr.take().unwrap()), log.clone());
        thread::spawn(move || {
            let mut line = String::new();
            while errors.read_line(&mut line).is_ok_and(|length| length > 0) {
                written.lock().unwrap().push_str(&line);
                line.clear();
            }
        });
        Self { port, banner, log, process }
    }

    pub fn kill(&mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    pub fn log(&self) -> String {
        self.log.lock().unwrap().clone()
    }

    /// Waits until the log has a text.
    pub fn logs(&self, text: &str) {
        let deadline = Instant::now() + Duration::from_secs(10);
        while !self.log().contains(text) {
            assert!(Instant::now() < deadline, "no `{text}` in {}", self.log());
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Machine {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: String,
    pub took: Duration,
}

impl Answer {
    pub fn user(&self) -> Option<String> {
        assert_eq!(self.status, 200, "{self:?}");
        let me: Value = start_runtime::serde_json::from_str(&self.body).unwrap();
        me["user"].as_str().map(str::to_owned)
    }

    /// The 503 of a store that is away, which says nothing of it.
    pub fn is_away(&self) -> bool {
        let head = self.head.to_ascii_lowercase();
        let is_away = self.status == 503
            && head.contains("content-type: application/problem+json")
            && head.contains("\r\nretry-after: 1\r\n");
        let all = format!("{head}{}", self.body).to_ascii_lowercase();
        for secret in ["redis", "127.0.0.1", "refused", "os error", "hush"] {
            assert!(!all.contains(secret), "{self:?} names {secret}");
        }
        is_away
    }
}

/// A browser whose requests go to several machines in turn, as behind a load balancer. It asks the next one if one is gone.
#[derive(Default)]
pub struct Browser {
    ports: RefCell<Vec<u16>>,
    turn: Cell<usize>,
    pub cookies: RefCell<BTreeMap<String, String>>,
}

impl Browser {
    pub fn of(machines: &[&Machine]) -> Self {
        Self { ports: RefCell::new(machines.iter().map(|machine| machine.port).collect()), ..Self::default() }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path)
    }

    pub fn post(&self, path: &str) -> Answer {
        self.send("POST", path)
    }

    pub fn send(&self, method: &str, path: &str) -> Answer {
        let ports = self.ports.borrow().clone();
        for _ in &ports {
            let turn = self.turn.replace(self.turn.get() + 1);
            if let Some(answer) = self.send_to(ports[turn % ports.len()], method, path) {
                return answer;
            }
        }
        panic!("no machine answers {method} {path}");
    }

    /// `None` if it does not listen, or goes away in between.
    pub fn send_to(&self, port: u16, method: &str, path: &str) -> Option<Answer> {
        let began = Instant::now();
        let mut stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
        let cookies: Vec<String> =
            self.cookies.borrow().iter().map(|(name, value)| format!("{name}={value}")).collect();
        let cookies = if cookies.is_empty() { String::new() } else { format!("Cookie: {}\r\n", cookies.join("; ")) };
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nSec-Fetch-Site: same-origin\r\n{cookies}\
             Content-Length: 0\r\nConnection: close\r\n\r\n"
        );
        stream.write_all(head.as_bytes()).ok()?;
        let mut text = String::new();
        stream.read_to_string(&mut text).ok()?;
        let (head, body) = text.split_once("\r\n\r\n")?;
        for line in head.lines().filter(|line| line.to_ascii_lowercase().starts_with("set-cookie: ")) {
            let (name, value) = line["set-cookie: ".len()..].split(';').next()?.split_once('=')?;
            match line.contains("Max-Age=0") {
                true => drop(self.cookies.borrow_mut().remove(name)),
                false => drop(self.cookies.borrow_mut().insert(name.to_owned(), value.to_owned())),
            }
        }
        let status = head.split(' ').nth(1)?.parse().ok()?;
        Some(Answer { status, head: format!("{head}\r\n"), body: body.to_owned(), took: began.elapsed() })
    }
}
