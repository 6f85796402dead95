//! A server on a thread, and raw connections to it, for what can only be seen over real sockets.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use start_runtime::{Rooms, Start, StopHandle};

/// A server for one test, until the test ends.
pub struct Server {
    pub address: SocketAddr,
    pub handle: StopHandle,
    stop: Option<Box<dyn FnOnce()>>,
}

impl Server {
    /// The settings are created on the server's thread.
    pub fn start(settings: impl FnOnce() -> Start + Send + 'static) -> Self {
        let (sender, receiver) = std::sync::mpsc::channel();
        let thread = std::thread::spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                let start = settings().workers(1).data(crate::extractors::Owls(3)).data(Rooms::<String>::new());
                let listening = start.listen(([127, 0, 0, 1], 0).into()).await.unwrap();
                sender.send((listening.addresses[0], listening.stop_handle())).unwrap();
                listening.server.await.unwrap();
            });
        });
        let (address, handle) = receiver.recv().unwrap();
        let at_once = handle.clone();
        let stop = Box::new(move || {
            actix_web::rt::System::new().block_on(at_once.stop_now());
            thread.join().unwrap();
        });
        Self { address, handle, stop: Some(stop) }
    }

    pub fn connect(&self) -> Wire {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
        stream.set_write_timeout(Some(Duration::from_secs(5))).unwrap();
        Wire { stream, buffer: Vec::new() }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            stop();
        }
    }
}

/// A connection, byte by byte.
pub struct Wire {
    pub stream: TcpStream,
    buffer: Vec<u8>,
}

impl Wire {
    pub fn send(&mut self, bytes: impl AsRef<[u8]>) {
        self.stream.write_all(bytes.as_ref()).unwrap();
    }

    /// Sends the same piece until this much is sent or the server accepts no more. Returns how much it accepted.
    pub fn send_until_refused(&mut self, piece: &[u8], most: usize) -> usize {
        let mut sent = 0;
        while sent < most {
            match self.stream.write(piece) {
                Ok(count) => sent += count,
                Err(_) => break,
            }
        }
        sent
    }

    /// Reads the next response: its head in lower case, and as much body as the head announces.
    pub fn receive(&mut self) -> (String, Vec<u8>) {
        let end = loop {
            if let Some(at) = self.buffer.windows(4).position(|window| window == b"\r\n\r\n") {
                break at + 4;
            }
            assert!(self.fill(), "the server closed the connection before it answered");
        };
        let head = String::from_utf8(self.buffer.drain(..end).collect()).unwrap().to_lowercase();
        let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok()).unwrap_or(0);
        while self.buffer.len() < length {
            assert!(self.fill(), "the server closed the connection in the middle of a body");
        }
        (head, self.buffer.drain(..length).collect())
    }

    /// Reads the next bytes, whatever they are.
    pub fn take(&mut self, length: usize) -> Vec<u8> {
        while self.buffer.len() < length {
            assert!(self.fill(), "the server closed the connection");
        }
        self.buffer.drain(..length).collect()
    }

    /// Reads everything until the server closes the connection.
    pub fn rest(&mut self) -> String {
        while self.fill() {}
        String::from_utf8_lossy(&std::mem::take(&mut self.buffer)).into_owned()
    }

    fn fill(&mut self) -> bool {
        let mut chunk = [0; 16 * 1024];
        // A child process that ends interrupts a read.
        let count = loop {
            match self.stream.read(&mut chunk) {
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                read => break read.unwrap(),
            }
        };
        self.buffer.extend_from_slice(&chunk[..count]);
        count > 0
    }
}

/// Waits for something that happens on another thread.
pub fn eventually(what: &str, mut happened: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(5);
    while !happened() {
        assert!(Instant::now() < deadline, "it never happened: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
