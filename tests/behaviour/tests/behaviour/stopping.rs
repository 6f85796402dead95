//! A server that is asked to stop answers what it has accepted, then ends.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{scope, sleep};
use std::time::{Duration, Instant};

use start_runtime::Start;

use crate::starting::listening;
use crate::wire::Server;

const MS: Duration = Duration::from_millis(1);

const WORK: &str = "GET /work HTTP/1.1\r\nhost: x\r\n\r\n";

struct Program {
    child: Child,
    address: String,
}

impl Program {
    fn start(shutdown_ms: u32) -> Self {
        Self::start_with(&[("SHUTDOWN_MS", &shutdown_ms.to_string())])
    }

    fn start_with(environment: &[(&str, &str)]) -> Self {
        let (child, address, _) = listening(env!("CARGO_BIN_EXE_stopping"), environment);
        Self { child, address }
    }

    fn signal(&self) {
        assert!(Command::new("kill").args(["-s", "TERM", &self.child.id().to_string()]).status().unwrap().success());
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(10_000 * MS)).unwrap();
        stream
    }

    fn send(&self, request: &str) -> TcpStream {
        let mut stream = self.connect();
        stream.write_all(request.as_bytes()).unwrap();
        stream
    }

    /// Returns how long the process takes to end. It must end successfully.
    fn end(mut self) -> Duration {
        let started = Instant::now();
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                assert_eq!(status.code(), Some(0), "{status}");
                return started.elapsed();
            }
            if started.elapsed() > 10_000 * MS {
                self.child.kill().unwrap();
                panic!("the program does not end");
            }
            sleep(5 * MS);
        }
    }
}

/// Reads a whole response of `/work`. Returns whether the connection stays open.
fn answer(stream: &mut TcpStream) -> Result<bool, String> {
    let mut text = Vec::new();
    let mut piece = [0; 1024];
    while !text.ends_with(b"\r\n\r\ndone") {
        match stream.read(&mut piece) {
            Ok(0) => return Err("closed".to_owned()),
            Ok(count) => text.extend_from_slice(&piece[..count]),
            // A child process that ends interrupts a read.
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.to_string()),
        }
    }
    Ok(!String::from_utf8_lossy(&text).contains("connection: close"))
}

#[test]
fn no_request_is_lost_under_load() {
    let program = Program::start(20_000);
    let (is_over, answered, after) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
    let is_stopping = AtomicBool::new(false);
    // Half of the clients keep their connections; the others open one for each request. If a connection cannot be
    // opened, the server has not accepted it.
    let client = |keeps: bool| {
        let request = if keeps { WORK.to_owned() } else { WORK.replace("\r\n\r\n", "\r\nconnection: close\r\n\r\n") };
        let mut kept: Option<TcpStream> = None;
        while !is_over.load(Ordering::SeqCst) {
            let mut stream = match kept.take() {
                Some(stream) => stream,
                None => match TcpStream::connect(&program.address) {
                    Ok(stream) => stream,
                    Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
                        assert!(is_stopping.load(Ordering::SeqCst), "refused before the signal");
                        return Ok(());
                    }
                    Err(error) => return Err(format!("no connection: {error}")),
                },
            };
            stream.set_read_timeout(Some(10_000 * MS)).unwrap();
            stream.write_all(request.as_bytes()).map_err(|error| format!("not sent, keeps {keeps}: {error}"))?;
            let stays = answer(&mut stream).map_err(|error| format!("lost, keeps {keeps}: {error}"))?;
            answered.fetch_add(1, Ordering::SeqCst);
            after.fetch_add(usize::from(is_stopping.load(Ordering::SeqCst)), Ordering::SeqCst);
            kept = (keeps && stays).then_some(stream);
        }
        Ok(())
    };
    scope(|threads| {
        let clients: Vec<_> = (0..48).map(|number| threads.spawn(move || client(number % 2 == 0))).collect();
        sleep(500 * MS);
        is_stopping.store(true, Ordering::SeqCst);
        program.signal();
        for client in clients {
            assert_eq!(client.join().unwrap(), Ok(()));
        }
    });
    let (answered, after) = (answered.into_inner(), after.into_inner());
    assert!(answered > 500 && after > 100, "{answered} answered, {after} of them after the signal");
    program.end();
}

#[test]
fn what_has_begun_is_finished() {
    let program = Program::start(20_000);
    let mut head = program.send("GET /work HTTP/1.1\r\nhost: x\r\n");
    let mut body = program.send("POST /work HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nhello");
    let mut stream = program.send("GET /ticks HTTP/1.1\r\nhost: x\r\n\r\n");
    let mut next = program.send(WORK);
    answer(&mut next).unwrap();
    let silent = program.connect();
    sleep(200 * MS);
    program.signal();
    sleep(200 * MS);
    next.write_all(WORK.as_bytes()).unwrap();
    assert_eq!(answer(&mut next), Ok(false));
    let mut new = program.send(WORK);
    assert_eq!(answer(&mut new), Ok(false));
    head.write_all(b"\r\n").unwrap();
    assert_eq!(answer(&mut head), Ok(false));
    sleep(1200 * MS);
    assert_eq!(TcpStream::connect(&program.address).unwrap_err().kind(), ErrorKind::ConnectionRefused);
    body.write_all(b"world").unwrap();
    let mut text = String::new();
    body.read_to_string(&mut text).unwrap();
    assert!(text.ends_with("helloworld"), "{text}");
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    assert_eq!(text.matches("tick ").count(), 10, "{text}");
    drop(silent);
    program.end();
}

#[test]
fn idle_connections_do_not_hold_the_server() {
    let program = Program::start(20_000);
    program.signal();
    assert!(program.end() < 1000 * MS);
    let program = Program::start(20_000);
    let mut idle = program.send(WORK);
    answer(&mut idle).unwrap();
    let silent = program.connect();
    sleep(100 * MS);
    program.signal();
    let took = program.end();
    assert!(took < 4000 * MS, "{took:?}");
    drop((idle, silent));
}

#[test]
fn what_does_not_end_is_cut_off() {
    for path in ["/stuck", "/blocked"] {
        let program = Program::start(1500);
        let stuck = program.send(&format!("GET {path} HTTP/1.1\r\nhost: x\r\n\r\n"));
        sleep(200 * MS);
        program.signal();
        let took = program.end();
        assert!((1000 * MS..5000 * MS).contains(&took), "{path}: {took:?}");
        drop(stuck);
    }
}

/// What the program says about work behind answers when it ends.
fn said(program: &mut Program) -> String {
    let mut text = String::new();
    program.child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    text.lines().filter(|line| line.contains("work")).collect::<Vec<_>>().join("\n")
}

#[test]
fn work_behind_answers_is_waited_for_and_what_is_cut_off_is_counted() {
    let file = std::env::temp_dir().join(format!("start-behaviour-after-{}", std::process::id()));
    let path = |ms: u32| format!("/after/{ms}/{}", file.to_str().unwrap().replace('/', "%2F"));
    let ask = |program: &Program, ms: u32| {
        let mut stream = program.send(&WORK.replace("/work", &path(ms)));
        answer(&mut stream).unwrap();
    };
    let mut program = Program::start(20_000);
    ask(&program, 2500);
    program.signal();
    let text = said(&mut program);
    let took = program.end();
    assert_eq!(std::fs::read(&file).unwrap(), b"done");
    assert!(text.is_empty() && took < 5000 * MS, "{took:?}: {text}");
    std::fs::remove_file(&file).unwrap();
    for (pieces, signals, words) in [(1, 1, "1 piece of work"), (3, 2, "3 pieces of work")] {
        let mut program = Program::start(if signals == 1 { 1500 } else { 60_000 });
        (0..pieces).for_each(|_| ask(&program, 600_000));
        for _ in 0..signals {
            program.signal();
            sleep(200 * MS);
        }
        let text = said(&mut program);
        program.end();
        assert!(text.lines().count() == 1 && text.contains(words) && text.contains("cut off"), "{text}");
        assert!(!file.exists());
    }
}

#[test]
fn uploads_that_a_killed_process_left_are_deleted_and_those_of_a_living_one_are_not() {
    let folder = std::env::temp_dir().join(format!("start-behaviour-left-{}", std::process::id()));
    std::fs::create_dir_all(folder.join(".start-upload-folder")).unwrap();
    let name = folder.to_str().unwrap();
    let files = || {
        let mut names: Vec<String> = std::fs::read_dir(&folder)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    };
    let uploads = || files().iter().filter(|name| name.len() > 40).count();
    let start = || Program::start_with(&[("UPLOADS", name), ("RUST_LOG", "info")]);
    let begin = |program: &Program| {
        let mut stream = program.send(
            "POST /upload HTTP/1.1\r\nhost: x\r\ncontent-type: multipart/form-data; boundary=b\r\ncontent-length: 900000\r\n\r\n--b\r\ncontent-disposition: form-data; name=file; filename=a\r\n\r\n",
        );
        stream.write_all(&[b'x'; 600_000]).unwrap();
        stream
    };
    let other = [".start-upload-0123456789abcdef", ".start-upload-0123456789abcdef-0123456789ab", "upload"];
    for name in other {
        std::fs::write(folder.join(name), "young").unwrap();
    }
    for name in [".start-upload-fedcba9876543210", ".start-upload-fedcba9876543210-0123456789ab", "old"] {
        let file = std::fs::File::create(folder.join(name)).unwrap();
        file.set_modified(std::time::SystemTime::now() - Duration::from_secs(2 * 24 * 60 * 60)).unwrap();
    }
    let killed = start();
    let first = begin(&killed);
    crate::wire::eventually("the first upload is being written", || uploads() == 2);
    let living = start();
    let second = begin(&living);
    crate::wire::eventually("the second upload is being written", || uploads() == 3);
    let mut child = killed.child;
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(uploads(), 3);
    let mut next = start();
    let kept = [&other[..2], &[".start-upload-folder", "old", "upload"]].concat();
    let mut left = files();
    let of_the_living = left.iter().position(|name| !kept.contains(&name.as_str())).map(|index| left.remove(index));
    assert!(of_the_living.is_some_and(|name| name.starts_with(".start-upload-")));
    left.sort();
    assert_eq!(left, kept);
    next.signal();
    let mut text = String::new();
    next.child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    next.end();
    let line = text.lines().find(|line| line.contains("killed process")).unwrap();
    assert!(line.contains("deleted 1 upload ") && line.contains(name), "{line}");
    drop((first, second));
    crate::wire::eventually("the living process deletes its own", || files() == kept);
    living.signal();
    living.end();
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn a_second_signal_stops_at_once() {
    let program = Program::start(60_000);
    let stuck = program.send("GET /stuck HTTP/1.1\r\nhost: x\r\n\r\n");
    sleep(200 * MS);
    program.signal();
    sleep(200 * MS);
    program.signal();
    assert!(program.end() < 3000 * MS);
    drop(stuck);
}

#[test]
fn an_embedded_server_is_stopped_by_its_handle() {
    let server = Server::start(Start::new);
    let mut connection = server.connect();
    connection.send("GET /s/hello HTTP/1.1\r\nhost: x\r\n\r\n");
    assert_eq!(connection.receive().1, b"Hello World");
    let stop = server.handle.clone();
    let stopped = std::thread::spawn(move || actix_web::rt::System::new().block_on(async move { stop.stop().await }));
    sleep(100 * MS);
    connection.send("GET /s/hello HTTP/1.1\r\nhost: x\r\n\r\n");
    let (head, body) = connection.receive();
    assert!(head.contains("connection: close") && body == b"Hello World", "{head}");
    stopped.join().unwrap();
    assert_eq!(TcpStream::connect(server.address).unwrap_err().kind(), ErrorKind::ConnectionRefused);
}
