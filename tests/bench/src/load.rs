//! A load generator: keep-alive connections, each with one request in flight, or a few, served in turn.
//!
//! It parses the first response; all later ones must have the same length and the same body. It never sleeps: waking it
//! up would cost the server CPU time (an interrupt for another CPU), which depends on the machine and not on the
//! server.

use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use crate::Result;

const PATIENCE: Duration = Duration::from_secs(60);

/// Connections to one server, all requesting one path.
pub struct Load {
    connections: Vec<TcpStream>,
    request: Vec<u8>,
    answer_length: usize,
    body: Vec<u8>,
    /// Requests in one write, whose answers are read together.
    depth: usize,
}

impl Load {
    /// Connects, and sends one request on each connection. A server closes connections that stay silent for some
    /// seconds, so every round opens its own before it starts the clock.
    pub fn open(address: SocketAddr, path: &str, connections: usize) -> Result<Self> {
        Self::open_with(address, path, connections, None)
    }

    /// The same, with a header line such as `Cookie: a=b`.
    pub fn open_with(address: SocketAddr, path: &str, connections: usize, header: Option<&str>) -> Result<Self> {
        let header = header.map_or_else(String::new, |header| format!("{header}\r\n"));
        let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nAccept: */*\r\n{header}\r\n");
        Self::open_request(address, connections, request)
    }

    /// The same by POST, with a JSON body.
    pub fn open_post(address: SocketAddr, path: &str, connections: usize, body: &str) -> Result<Self> {
        let length = body.len();
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: {address}\r\nAccept: application/json\r\nContent-Type: application/json\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        );
        Self::open_request(address, connections, request)
    }

    fn open_request(address: SocketAddr, connections: usize, request: String) -> Result<Self> {
        let connections = (0..connections).map(|_| connect(address)).collect::<Result<Vec<_>>>()?;
        let request = request.into_bytes();
        let mut load = Self { connections, request, answer_length: 0, body: Vec::new(), depth: 1 };
        for mut connection in &load.connections {
            connection.write_all(&load.request)?;
            (load.answer_length, load.body) = read_answer(connection)?;
        }
        Ok(load)
    }

    /// Sends this many requests in one write from now on.
    pub fn pipelined(mut self, depth: usize) -> Self {
        self.request = self.request.repeat(depth);
        self.answer_length *= depth;
        self.depth = depth;
        self
    }

    /// The body of the response.
    pub fn body(&self) -> &[u8] {
        &self.body
    }

    /// Sends requests for this long. Returns the number of responses.
    pub fn run(&mut self, time: Duration) -> Result<u64> {
        let started = Instant::now();
        for connection in &mut self.connections {
            connection.set_nonblocking(true)?;
            connection.write_all(&self.request)?;
        }
        let mut answers = 0;
        let mut buffer = vec![0; self.answer_length];
        loop {
            let go_on = started.elapsed() < time;
            for connection in &mut self.connections {
                read_awake(connection, &mut buffer)?;
                if !buffer.ends_with(&self.body) {
                    return Err("an answer differs from the first one".into());
                }
                answers += self.depth as u64;
                if go_on {
                    connection.write_all(&self.request)?;
                }
            }
            if !go_on {
                return Ok(answers);
            }
        }
    }
}

impl Load {
    /// Asks so many times on the first connection, waiting for each answer, whose headers may differ in length.
    pub fn repeat_of_any_length(&mut self, requests: u64) -> Result<()> {
        let mut connection = self.connections.first().ok_or("there is no connection")?;
        for _ in 0..requests {
            connection.write_all(&self.request)?;
            if read_answer(connection)?.1 != self.body {
                return Err("an answer differs from the first one".into());
            }
        }
        Ok(())
    }

    /// Asks so many times on the first connection, waiting for each answer.
    pub fn repeat(&mut self, requests: u64) -> Result<()> {
        let mut connection = self.connections.first().ok_or("there is no connection")?;
        let mut buffer = vec![0; self.answer_length];
        for _ in 0..requests {
            connection.write_all(&self.request)?;
            connection.read_exact(&mut buffer)?;
            if !buffer.ends_with(&self.body) {
                return Err("an answer differs from the first one".into());
            }
        }
        Ok(())
    }
}

/// One request on a connection of its own, and the body of the answer.
pub fn get(address: SocketAddr, path: &str) -> Result<String> {
    Ok(String::from_utf8(Load::open(address, path, 1)?.body)?)
}

/// Fills the buffer, reading until it is full.
fn read_awake(connection: &mut TcpStream, mut buffer: &mut [u8]) -> Result<()> {
    let started = Instant::now();
    while !buffer.is_empty() {
        match connection.read(buffer) {
            Ok(0) => return Err("the server closed the connection".into()),
            Ok(count) => buffer = &mut buffer[count..],
            Err(error) if error.kind() != ErrorKind::WouldBlock => return Err(error.into()),
            Err(_) if started.elapsed() > PATIENCE => return Err("the server does not answer".into()),
            Err(_) => std::hint::spin_loop(),
        }
    }
    Ok(())
}

fn connect(address: SocketAddr) -> Result<TcpStream> {
    let connection = TcpStream::connect(address)?;
    connection.set_nodelay(true)?;
    connection.set_read_timeout(Some(PATIENCE))?;
    Ok(connection)
}

/// Reads a response of status 200. Returns its whole length and its body.
fn read_answer(mut connection: &TcpStream) -> Result<(usize, Vec<u8>)> {
    let mut answer = Vec::new();
    let end = loop {
        read_some(&mut connection, &mut answer)?;
        if let Some(at) = answer.windows(4).position(|window| window == b"\r\n\r\n") {
            break at + 4;
        }
    };
    let head = String::from_utf8_lossy(&answer[..end]).to_ascii_lowercase();
    if !head.starts_with("http/1.1 200 ") {
        return Err(format!("not answered with 200: {head}").into());
    }
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    match length {
        Some(length) => {
            let length = end + length.parse::<usize>()?;
            while answer.len() < length {
                read_some(&mut connection, &mut answer)?;
            }
        }
        None if head.contains("transfer-encoding: chunked") => {
            while !answer.ends_with(b"\r\n0\r\n\r\n") {
                read_some(&mut connection, &mut answer)?;
            }
        }
        None => return Err("an answer without length".into()),
    }
    Ok((answer.len(), answer.split_off(end)))
}

fn read_some(connection: &mut &TcpStream, answer: &mut Vec<u8>) -> Result<()> {
    let mut chunk = [0; 65536];
    let count = connection.read(&mut chunk)?;
    if count == 0 {
        return Err("the server closed the connection".into());
    }
    answer.extend_from_slice(&chunk[..count]);
    Ok(())
}
