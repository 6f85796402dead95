//! Servers as processes of their own: starts them, pins them to a CPU, reads their time, stops them.

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::time::Duration;
use std::{env, fs, thread};

use crate::Result;

/// A server, until it is dropped.
pub struct Server {
    child: Child,
    pub address: SocketAddr,
}

impl Server {
    /// Runs this program again as `bench serve <kind>`.
    pub fn start(kind: &str) -> Result<Self> {
        Self::start_with(&[kind])
    }

    /// Runs this program again as `bench serve <kind> <more>`.
    pub fn start_with(arguments: &[&str]) -> Result<Self> {
        let program = env::current_exe()?;
        let mut command = if can_pin() { Command::new("taskset") } else { Command::new(&program) };
        if can_pin() {
            command.args(["-c", "0"]).arg(&program);
        }
        command.arg("serve").args(arguments);
        Self::spawn(command, &arguments.join(" "))
    }

    /// Runs another program, which prints its address, and ends when its input does.
    pub fn start_program(program: &str, arguments: &[&str]) -> Result<Self> {
        let mut command = Command::new(if can_pin() { "taskset" } else { program });
        if can_pin() {
            command.args(["-c", "0", program]);
        }
        command.args(arguments);
        Self::spawn(command, program)
    }

    /// The id of its process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Runs another build of this program, or this one, under callgrind.
    pub fn start_counted(program: &Path, kind: &str, out: &Path) -> Result<Self> {
        let mut command = counted(program, out);
        command.args(["serve", kind]);
        Self::spawn(command, kind)
    }

    fn spawn(mut command: Command, kind: &str) -> Result<Self> {
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn()?;
        let mut line = String::new();
        let stdout = child.stdout.as_mut().ok_or("the server's output is piped")?;
        BufReader::new(stdout).read_line(&mut line)?;
        let Ok(address) = line.trim().parse() else { return Err(format!("the server `{kind}` did not start").into()) };
        Ok(Self { child, address })
    }

    /// Ends the server in its own way, and waits for it.
    pub fn finish(mut self) -> Result<()> {
        drop(self.child.stdin.take());
        self.child.wait()?;
        Ok(())
    }

    /// The CPU time that its threads have had so far, in nanoseconds' precision.
    pub fn cpu_time(&self) -> Result<Duration> {
        let mut total = 0;
        for task in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            let schedstat = fs::read_to_string(task?.path().join("schedstat"))?;
            total += schedstat.split(' ').next().ok_or("schedstat has three numbers")?.parse::<u64>()?;
        }
        Ok(Duration::from_nanos(total))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A program under callgrind, which writes what it counted to `out`.
pub fn counted(program: &Path, out: &Path) -> Command {
    let mut command = Command::new("valgrind");
    command.args(["--quiet", "--tool=callgrind"]).arg(format!("--callgrind-out-file={}", out.display())).arg(program);
    command
}

/// Moves this process, which produces the load, off the servers' CPU.
pub fn leave_first_cpu() -> Result<()> {
    if can_pin() {
        let id = std::process::id().to_string();
        Command::new("taskset").args(["-p", "-c", "1", &id]).stdout(Stdio::null()).status()?;
    }
    Ok(())
}

/// Determined before anything is pinned, and remembered: a pinned process sees only one CPU.
fn can_pin() -> bool {
    static ANSWER: LazyLock<bool> = LazyLock::new(|| {
        let path = env::var_os("PATH").unwrap_or_default();
        let there = env::split_paths(&path).any(|folder| folder.join("taskset").is_file());
        there && thread::available_parallelism().is_ok_and(|cores| cores.get() > 1)
    });
    *ANSWER
}
