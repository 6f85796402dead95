//! A reverse proxy: `Start::proxy`, beside nginx as Debian has it and beside no proxy at all, before one and the same
//! upstream. How fast small answers pass, how fast 1 GiB does in either direction, what memory it takes, and how many
//! connections 5,000 requests need.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{env, fs, thread};

use crate::Result;
use crate::load::{Load, get};
use crate::process::{Server, leave_first_cpu};
use crate::stats::{print_table, row, spread, thousands};

const TIME: Duration = Duration::from_secs(2);
const ROUNDS: usize = 3;
const CONNECTIONS: usize = 16;
const GIBIBYTE: usize = 1 << 30;
const PIECE: usize = 64 * 1024;
const REQUESTS: u64 = 5000;

/// What stands before the upstream.
enum Subject {
    Start(Server),
    Nginx(Nginx),
    /// Nothing.
    Upstream(Server),
}

impl Subject {
    fn address(&self) -> SocketAddr {
        match self {
            Self::Start(server) | Self::Upstream(server) => server.address,
            Self::Nginx(nginx) => nginx.address,
        }
    }

    /// The most memory that it ever had, in MiB.
    fn memory(&self) -> Result<u64> {
        let id = match self {
            Self::Start(server) | Self::Upstream(server) => server.id(),
            Self::Nginx(nginx) => nginx.worker()?,
        };
        let status = fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("a process has a size")?;
        Ok(line.trim().trim_end_matches(" kB").parse::<u64>()?.div_ceil(1024))
    }
}

/// Measures and prints.
pub fn run() -> Result<()> {
    leave_first_cpu()?;
    let upstream = Server::start("upstream")?;
    let upstream_address = upstream.address;
    let nginx = Nginx::start(upstream_address)?;
    let start = Server::start_with(&["start-proxy", &upstream_address.to_string()])?;
    let subjects =
        [("no proxy", Subject::Upstream(upstream)), ("Start", Subject::Start(start)), ("nginx", Subject::Nginx(nginx))];

    let mut rates = [const { Vec::new() }; 3];
    for _ in 0..ROUNDS {
        for ((_, subject), rates) in subjects.iter().zip(&mut rates) {
            let mut load = Load::open(subject.address(), "/small", CONNECTIONS)?;
            let began = Instant::now();
            let answers = load.run(TIME)?;
            rates.push(answers as f64 / began.elapsed().as_secs_f64() / 1000.0);
        }
    }
    let mut rows = vec![row![
        "before the upstream",
        "thousand answers/s, median (least–most)",
        "1 GiB down, MiB/s",
        "1 GiB up, MiB/s",
        "memory before, MiB",
        "after, MiB",
        "connections for 5,000 requests"
    ]];
    for ((name, subject), rates) in subjects.iter().zip(&rates) {
        let before = subject.memory()?;
        let down = down(subject.address())?;
        let up = up(subject.address())?;
        let after = subject.memory()?;
        let connections =
            || Ok::<u64, Box<dyn std::error::Error>>(get(upstream_address, "/connections")?.trim().parse()?);
        let made = connections()?;
        Load::open(subject.address(), "/small", 1)?.repeat_of_any_length(REQUESTS)?;
        // Asking made one.
        let made = connections()? - made - 1;
        let speed = |time: Duration| thousands(1024.0 / time.as_secs_f64());
        rows.push(row![name, spread(rates, 1), speed(down), speed(up), before, after, made]);
    }
    print_table("A proxy, one worker, 16 connections", &rows);
    Ok(())
}

/// Reads 1 GiB.
fn down(address: SocketAddr) -> Result<Duration> {
    let mut connection = TcpStream::connect(address)?;
    let began = Instant::now();
    write!(connection, "GET /large HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")?;
    let (mut buffer, mut count) = (vec![0; PIECE], 0);
    loop {
        match connection.read(&mut buffer)? {
            0 => break,
            read => count += read,
        }
    }
    if count < GIBIBYTE { Err("the answer is not complete".into()) } else { Ok(began.elapsed()) }
}

/// Sends 1 GiB, which the upstream counts.
fn up(address: SocketAddr) -> Result<Duration> {
    let mut connection = TcpStream::connect(address)?;
    let began = Instant::now();
    write!(connection, "POST /sink HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {GIBIBYTE}\r\n\r\n")?;
    let piece = vec![b'x'; PIECE];
    for _ in 0..GIBIBYTE / PIECE {
        connection.write_all(&piece)?;
    }
    let mut answer = String::new();
    connection.read_to_string(&mut answer)?;
    if answer.ends_with(&GIBIBYTE.to_string()) { Ok(began.elapsed()) } else { Err("the body is not complete".into()) }
}

/// The upstream: a thread for each connection, so that it is no measure of anything.
pub fn upstream() -> Result<()> {
    let listener = TcpListener::bind(("127.0.0.1", 0))?;
    println!("{}", listener.local_addr()?);
    let made = Arc::new(AtomicUsize::new(0));
    for connection in listener.incoming() {
        let (connection, made) = (connection?, made.clone());
        made.fetch_add(1, Ordering::SeqCst);
        thread::spawn(move || drop(answer(&connection, &made)));
    }
    Ok(())
}

fn answer(connection: &TcpStream, made: &AtomicUsize) -> Result<()> {
    connection.set_nodelay(true)?;
    let (mut input, mut output) = (BufReader::with_capacity(PIECE, connection), connection);
    let piece = vec![b'x'; PIECE];
    loop {
        let (mut target, mut length, mut is_last) = (String::new(), 0, false);
        loop {
            let mut line = String::new();
            if input.read_line(&mut line)? == 0 {
                return Ok(());
            }
            let line = line.trim_end();
            if target.is_empty() {
                line.split(' ').nth(1).unwrap_or_default().clone_into(&mut target);
            } else if let Some((name, value)) = line.split_once(':')
                && name.eq_ignore_ascii_case("content-length")
            {
                length = value.trim().parse()?;
            }
            is_last |= line.eq_ignore_ascii_case("connection: close");
            if line.is_empty() {
                break;
            }
        }
        let read = std::io::copy(&mut input.by_ref().take(length), &mut std::io::sink())?;
        let body = match target.as_str() {
            "/large" => {
                write!(output, "HTTP/1.1 200 OK\r\nContent-Length: {GIBIBYTE}\r\n\r\n")?;
                for _ in 0..GIBIBYTE / PIECE {
                    output.write_all(&piece)?;
                }
                String::new()
            }
            "/sink" => read.to_string(),
            "/connections" => made.load(Ordering::SeqCst).to_string(),
            _ => "hello".to_owned(),
        };
        if target != "/large" {
            let mut answer = String::new();
            write!(
                answer,
                "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n{body}",
                body.len()
            )?;
            output.write_all(answer.as_bytes())?;
        }
        if is_last {
            return Ok(());
        }
    }
}

/// nginx with one worker, streaming as Start does.
struct Nginx {
    child: Child,
    address: SocketAddr,
    folder: PathBuf,
}

impl Nginx {
    fn start(upstream: SocketAddr) -> Result<Self> {
        let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let folder = env::temp_dir().join(format!("start-bench-nginx-{}", std::process::id()));
        fs::create_dir_all(&folder)?;
        let config = folder.join("nginx.conf");
        let place = folder.display();
        fs::write(
            &config,
            format!(
                "daemon off; worker_processes 1; worker_cpu_affinity 1; pid {place}/pid; error_log {place}/error.log;
events {{ worker_connections 1024; }}
http {{
  access_log off; client_max_body_size 0; keepalive_requests 1000000000; client_body_temp_path {place}/body;
  proxy_temp_path {place}/proxy; fastcgi_temp_path {place}/f; uwsgi_temp_path {place}/u; scgi_temp_path {place}/s;
  upstream up {{ server {upstream}; keepalive 64; keepalive_requests 1000000000; }}
  server {{
    listen {address};
    location / {{
      proxy_pass http://up; proxy_http_version 1.1; proxy_set_header Connection ''; proxy_request_buffering off;
      proxy_buffering on; proxy_max_temp_file_size 0; proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Host $http_host; proxy_set_header X-Forwarded-Proto $scheme;
    }}
  }}
}}
"
            ),
        )?;
        let mut command = Command::new("nginx");
        let child = command.arg("-c").arg(&config).arg("-p").arg(&folder).stderr(Stdio::null()).spawn()?;
        let nginx = Self { child, address, folder };
        for _ in 0..100 {
            if TcpStream::connect(address).is_ok() {
                return Ok(nginx);
            }
            thread::sleep(Duration::from_millis(50));
        }
        Err("nginx did not start".into())
    }

    /// The process that does the work.
    fn worker(&self) -> Result<u32> {
        let id = self.child.id();
        let children = fs::read_to_string(format!("/proc/{id}/task/{id}/children"))?;
        Ok(children.split_whitespace().next().ok_or("nginx has a worker")?.parse()?)
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        // Its master ends the worker, too, when it is asked to.
        let _ = Command::new("kill").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}
