//! A server of the test's own: Redis, or what `REDIS_SERVER` names.

use std::io::{BufRead as _, BufReader, ErrorKind, Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use start_runtime::Redis;

/// A server on a port of its own, which is stopped with its test.
pub struct Store {
    pub port: u16,
    password: Option<&'static str>,
    process: Option<Child>,
    folder: tempfile::TempDir,
}

impl Store {
    pub fn start() -> Self {
        Self::start_with(None)
    }

    pub fn start_with(password: Option<&'static str>) -> Self {
        Self::run_at(free_port(), password)
    }

    pub fn start_at(port: u16) -> Self {
        Self::run_at(port, None)
    }

    fn run_at(port: u16, password: Option<&'static str>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut store = Self { port, password, process: None, folder };
        store.run();
        store
    }

    pub fn url(&self) -> String {
        let user = self.password.map_or(String::new(), |password| format!(":{password}@"));
        format!("redis://{user}127.0.0.1:{}", self.port)
    }

    pub fn redis(&self) -> Redis {
        Redis::new(self.url()).unwrap()
    }

    /// Starts the server, with nothing in it.
    pub fn run(&mut self) {
        let program = std::env::var("REDIS_SERVER").unwrap_or_else(|_| "redis-server".to_owned());
        let mut command = Command::new(&program);
        command.args(["--port", &self.port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
        command.args(["--loglevel", "warning", "--dir"]).arg(self.folder.path());
        if let Some(password) = self.password {
            command.args(["--requirepass", password]);
        }
        let process = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap_or_else(|error| {
            match error.kind() {
                ErrorKind::NotFound => panic!(
                    "`{program}` is not there: install the package redis-server (`tests/machines/install` does), or name \
                     another server in REDIS_SERVER"
                ),
                _ => panic!("{program}: {error}"),
            }
        });
        self.process = Some(process);
        let deadline = Instant::now() + Duration::from_secs(10);
        while TcpStream::connect(("127.0.0.1", self.port)).is_err() {
            assert!(Instant::now() < deadline, "{program} does not listen");
            sleep(Duration::from_millis(5));
        }
    }

    /// Ends the server, and with it all that it has.
    pub fn stop(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().unwrap();
            process.wait().unwrap();
        }
    }

    /// Stops or continues the server without ending it: its connections stay.
    pub fn signal(&self, name: &str) {
        let process = self.process.as_ref().unwrap();
        assert!(Command::new("kill").args([name, &process.id().to_string()]).status().unwrap().success());
    }

    /// The answer to a command: its texts and numbers, one after another.
    pub fn ask(&self, words: &[&str]) -> Vec<String> {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        let mut answers = BufReader::new(stream);
        if let Some(password) = self.password {
            send(&mut answers, &["AUTH", password]);
        }
        send(&mut answers, words)
    }

    /// All keys of a kind, and how many milliseconds each lasts.
    pub fn keys(&self, kind: &str) -> Vec<(String, u64)> {
        let keys = self.ask(&["KEYS", &format!("{kind}*")]);
        let lasts = |key: &String| match self.ask(&["PTTL", key])[0].as_str() {
            // It is gone in the meantime.
            "-2" => None,
            lasts => Some(lasts.parse().expect("a key that expires")),
        };
        keys.iter().filter_map(|key| Some((key.clone(), lasts(key)?))).collect()
    }

    /// Everything that is stored, as text.
    pub fn dump(&self) -> String {
        let mut all = String::new();
        for key in self.ask(&["KEYS", "*"]) {
            let read: &[&str] = match self.ask(&["TYPE", &key])[0].as_str() {
                "hash" => &["HGETALL", &key],
                "zset" => &["ZRANGE", &key, "0", "-1"],
                "list" => &["LRANGE", &key, "0", "-1"],
                "string" => &["GET", &key],
                other => panic!("{key} is a {other}"),
            };
            all.push_str(&format!("{key}: {}\n", self.ask(read).join(" ")));
        }
        all
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.stop();
    }
}

/// RESP 2.
fn send(stream: &mut BufReader<TcpStream>, words: &[&str]) -> Vec<String> {
    let words: String = words.iter().map(|word| format!("${}\r\n{word}\r\n", word.len())).collect();
    let count = words.matches("\r\n$").count() + 1;
    stream.get_mut().write_all(format!("*{count}\r\n{words}").as_bytes()).unwrap();
    let mut all = Vec::new();
    read(stream, &mut all);
    all
}

fn read(stream: &mut BufReader<TcpStream>, all: &mut Vec<String>) {
    let mut line = String::new();
    stream.read_line(&mut line).unwrap();
    let line = line.trim_end();
    match (&line[..1], &line[1..]) {
        ("*", count) => (0..count.parse().unwrap_or(0)).for_each(|_| read(stream, all)),
        ("$", "-1") => {}
        ("$", length) => {
            let mut text = vec![0; length.parse::<usize>().unwrap() + 2];
            stream.read_exact(&mut text).unwrap();
            all.push(String::from_utf8_lossy(&text[..text.len() - 2]).into_owned());
        }
        ("-", error) => panic!("{error}"),
        (_, text) => all.push(text.to_owned()),
    }
}

/// A port that nothing listens on.
pub fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}
