//! The stable twin of `tests/fuzz`: the same checks, on its files and on random changes of them.
//!
//! `FUZZ_SECONDS` is how long each test changes files. `FUZZ_CASES` is how many changes it makes instead, on all cores:
//! `FUZZ_CASES=1000000 cargo test -p fuzz-stable webhook -- --nocapture`. An input that fails is written to
//! `tests/fuzz/regressions`, where both find it.

#[path = "../fuzz/checks/answers.rs"]
mod answers;
#[path = "../fuzz/checks/app.rs"]
mod app;
#[path = "../fuzz/checks/bodies.rs"]
mod bodies;
#[path = "../fuzz/checks/cookies.rs"]
mod cookies;
#[path = "../fuzz/checks/fields.rs"]
mod fields;
#[path = "../fuzz/checks/frames.rs"]
mod frames;
// The attributes are a crate of macros, which exports nothing else.
#[allow(dead_code, reason = "the attributes use all of it")]
#[path = "../../start-macros/src/grammar/mod.rs"]
mod grammar;
#[path = "../fuzz/checks/graphql.rs"]
mod graphql;
#[path = "../fuzz/checks/messages.rs"]
mod messages;
#[path = "../fuzz/checks/parts.rs"]
mod parts;
#[path = "../fuzz/checks/paths.rs"]
mod paths;
#[path = "../fuzz/checks/patterns.rs"]
mod patterns;
#[allow(dead_code, reason = "the capability uses all of it")]
#[path = "../../start-runtime/src/features/multipart/reader.rs"]
mod reader;
#[path = "../../start-runtime/src/features/graphql/scan.rs"]
mod scan;
#[path = "../fuzz/checks/sessions.rs"]
mod sessions;
#[path = "../fuzz/checks/trpc/mod.rs"]
mod trpc;
#[path = "../fuzz/checks/webhooks.rs"]
mod webhooks;

use std::fs;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::thread;
use std::time::{Duration, Instant};

const SECONDS: u64 = 5;

/// The longest input that is made, in bytes.
const LONGEST: usize = 4096;

#[test]
fn messages_are_read_the_same_however_they_are_cut() {
    run("connection", "http", &["connection"], messages::check);
}

#[test]
fn answers_are_the_same_however_requests_are_cut() {
    run("loop", "http", &["loop", "connection"], answers::check);
}

#[test]
fn patterns_are_read_or_refused_with_a_place() {
    run("patterns", "patterns", &["patterns"], patterns::check);
}

#[test]
fn the_router_agrees_with_an_obvious_matcher() {
    run("paths", "paths", &["paths"], paths::check);
}

#[test]
fn fields_are_read_or_refused() {
    run("fields", "fields", &["fields"], fields::check);
}

#[test]
fn the_status_of_a_body_says_whether_it_is_json() {
    run("bodies", "bodies", &["bodies"], bodies::check);
}

#[test]
fn frames_are_the_same_however_they_are_cut() {
    run("frames", "frames", &["frames"], frames::check);
}

#[test]
fn parts_are_the_same_however_a_body_is_cut() {
    run("parts", "parts", &["parts"], parts::check);
}

#[test]
fn no_graphql_document_has_more_than_was_counted() {
    run("graphql", "graphql", &["graphql"], graphql::check);
}

#[test]
fn every_cookie_of_a_header_is_read() {
    run("cookies", "cookies", &["cookies", "sessions"], cookies::check);
}

#[test]
fn no_session_opens_that_was_not_sealed_here() {
    run("sessions", "cookies", &["sessions"], sessions::check);
}

#[test]
fn no_webhook_is_taken_that_nobody_has_signed() {
    run("webhooks", "webhooks", &["webhooks"], webhooks::check);
    let [sent, accepted] = [&webhooks::SENT, &webhooks::ACCEPTED].map(|count| count.load(Ordering::Relaxed));
    println!("webhooks: {sent} deliveries were sent, {accepted} accepted, which a sender has signed");
}

#[test]
fn procedures_answer_in_the_shape_of_trpc_whatever_comes() {
    run("trpc", "trpc", &["trpc"], trpc::check);
    let [sent, done, sockets] = [&trpc::SENT, &trpc::DONE, &trpc::SOCKETS].map(|count| count.load(Ordering::Relaxed));
    println!("trpc: {sent} requests, {done} of them without a refusal, and {sockets} sockets");
}

/// Checks all files of a target, then changes of its seeds until the time is over.
fn run(target: &str, dictionary: &str, seeds: &[&str], check: fn(&[u8])) {
    let folder = folder();
    let regressions = folder.join("regressions").join(target);
    let seeds: Vec<Vec<u8>> = seeds.iter().flat_map(|name| files(&folder.join("seeds").join(name))).collect();
    assert!(seeds.len() >= 5, "{} seeds", seeds.len());
    for input in seeds.iter().chain(&files(&regressions)) {
        hold(&regressions, input, check);
    }

    let tokens = tokens(&fs::read_to_string(folder.join(format!("dictionaries/{dictionary}.dict"))).unwrap());
    let began = Instant::now();
    // Each thread has changes of its own, the same ones every time.
    let until = |thread: u64, is_over: &dyn Fn(u64) -> bool| {
        let (mut random, mut cases) = (Random(1 + thread), 0);
        while !is_over(cases) {
            hold(&regressions, &change(&mut random, &seeds, &tokens), check);
            cases += 1;
        }
        cases
    };
    let cases: u64 = match number("FUZZ_CASES") {
        None => {
            let time = Duration::from_secs(number("FUZZ_SECONDS").unwrap_or(SECONDS));
            until(0, &|_| began.elapsed() >= time)
        }
        Some(wanted) => {
            let threads = thread::available_parallelism().map_or(1, |count| count.get() as u64);
            let share = wanted.div_ceil(threads);
            thread::scope(|scope| {
                let all: Vec<_> =
                    (0..threads).map(|one| scope.spawn(move || until(one, &|cases| cases >= share))).collect();
                all.into_iter().map(|one| one.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).sum()
            })
        }
    };
    println!("{target}: {} files, {cases} changes in {:.0?}", seeds.len(), began.elapsed());
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().unwrap_or_else(|_| panic!("{variable}: write a number")))
}

fn hold(regressions: &Path, input: &[u8], check: fn(&[u8])) {
    if let Err(panic) = catch_unwind(|| check(input)) {
        let mut hasher = DefaultHasher::new();
        input.hash(&mut hasher);
        let path = regressions.join(format!("{:016x}", hasher.finish()));
        // The message is that of the check, whether or not the file can be written.
        let _ = fs::create_dir_all(regressions).and_then(|()| fs::write(&path, input));
        eprintln!("{}: {:?}", path.display(), input.escape_ascii().to_string());
        std::panic::resume_unwind(panic);
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz")
}

/// The contents of the files of a folder, in the order of their names.
fn files(folder: &Path) -> Vec<Vec<u8>> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// The tokens of a dictionary of libFuzzer: a text in quotation marks per line, `\xNN` for a byte.
fn tokens(text: &str) -> Vec<Vec<u8>> {
    text.lines().filter_map(|line| line.strip_prefix('"')?.strip_suffix('"')).map(token).collect()
}

fn token(text: &str) -> Vec<u8> {
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    loop {
        rest = match rest {
            [] => return bytes,
            [b'\\', b'x', hex @ ..] => {
                bytes.push(u8::from_str_radix(std::str::from_utf8(&hex[..2]).unwrap(), 16).unwrap());
                &hex[2..]
            }
            [b'\\', byte, rest @ ..] | [byte, rest @ ..] => {
                bytes.push(*byte);
                rest
            }
        };
    }
}

/// A seed, or two of them, with a few changes.
fn change(random: &mut Random, seeds: &[Vec<u8>], tokens: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = random.of(seeds).clone();
    if random.below(4) == 0 {
        let at = random.below(bytes.len() + 1);
        bytes.truncate(at);
        let other = random.of(seeds);
        bytes.extend_from_slice(&other[random.below(other.len() + 1)..]);
    }
    for _ in 0..1 + random.below(4) {
        let mut start = random.below(bytes.len() + 1);
        if random.below(2) == 0 && bytes.contains(&b'\n') {
            // Most tokens are whole lines.
            start = bytes[..start].iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
        }
        let end = (start + 1 + random.below(16)).min(bytes.len());
        match random.below(7) {
            0 => drop(bytes.drain(start..end)),
            1 => drop(bytes.splice(start..end, random.of(tokens).clone())),
            2 | 3 => drop(bytes.splice(start..start, random.of(tokens).clone())),
            4 => bytes.insert(start, messages::CUT),
            5 => drop(bytes.splice(start..start, bytes[start..end].to_vec())),
            _ if start < bytes.len() => bytes[start] = random.below(256) as u8,
            _ => {}
        }
    }
    bytes.truncate(LONGEST);
    bytes
}

/// The same numbers every time (SplitMix64).
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.0;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((number ^ (number >> 31)) % end as u64) as usize
    }

    fn of<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }
}
