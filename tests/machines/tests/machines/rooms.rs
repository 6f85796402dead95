//! Rooms that several processes share. Two stores over one server are two processes to each other.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::TcpStream;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use start_runtime::{RedisRooms, RoomEvent, RoomMember, RoomNews, RoomPosition, Rooms};
use tokio::time::{sleep, timeout};

use crate::machine::{Browser, Machine};
use crate::store::Store;

const MS: Duration = Duration::from_millis(1);

fn rooms(store: &Store) -> Rooms<String> {
    Rooms::over(RedisRooms::new(store.redis())).queue(100_000)
}

fn text(event: &RoomEvent<String>) -> String {
    match event.news() {
        RoomNews::Joined(who) => format!("+{who}"),
        RoomNews::Left(who) => format!("-{who}"),
        RoomNews::Message(message) => message.clone(),
        RoomNews::Missed(count) => format!("missed {count:?}"),
        other => format!("{other:?}"),
    }
}

/// So many events, as text.
async fn next(member: &mut RoomMember<String>, count: usize) -> Vec<String> {
    let mut all = Vec::new();
    for _ in 0..count {
        let event = timeout(Duration::from_secs(5), member.next()).await;
        match event {
            Ok(event) => all.push(text(&event.expect("it is a member"))),
            Err(_) => panic!("{all:?}, and no more"),
        }
    }
    all
}

async fn nothing_more(member: &mut RoomMember<String>) {
    if let Ok(event) = timeout(300 * MS, member.next()).await {
        panic!("{}", text(&event.unwrap()));
    }
}

async fn present(rooms: &Rooms<String>, room: &str) -> Vec<String> {
    rooms.present(room).await.unwrap().into_iter().map(|one| one.who).collect()
}

#[start_runtime::test]
async fn what_is_said_at_one_process_is_heard_at_the_other_in_one_order() {
    let store = Store::start();
    let (one, two) = (rooms(&store), rooms(&store));
    let mut luna = one.join("owlery", "Luna".into()).await.unwrap();
    let mut ron = two.join("owlery", "Ron".into()).await.unwrap();
    let mut other = two.join("lake", "Neville".into()).await.unwrap();
    assert_eq!(next(&mut luna, 2).await, ["+Luna", "+Ron"]);
    assert_eq!(next(&mut ron, 1).await, ["+Ron"], "nothing from before it came");
    luna.publish(&"hello".into()).await.unwrap();
    ron.publish(&"good evening".into()).await.unwrap();
    one.publish("owlery", &"from outside".into()).await.unwrap();
    for member in [&mut luna, &mut ron] {
        assert_eq!(next(member, 3).await, ["hello", "good evening", "from outside"]);
    }
    for rooms in [&one, &two] {
        assert_eq!(present(rooms, "owlery").await, ["Luna", "Ron"]);
        assert_eq!(present(rooms, "nowhere").await, [""; 0]);
    }
    assert_ne!(luna.id().process, ron.id().process);
    drop(luna);
    assert_eq!(next(&mut ron, 1).await, ["-Luna"]);
    assert_eq!(present(&one, "owlery").await, ["Ron"]);
    assert_eq!(next(&mut other, 1).await, ["+Neville"]);
    nothing_more(&mut other).await;
}

#[start_runtime::test]
async fn all_see_the_same_order_when_many_talk() {
    let store = Store::start();
    let (one, two) = (rooms(&store), rooms(&store));
    let (mut a, mut b) = (one.subscribe("a").await.unwrap(), two.subscribe("a").await.unwrap());
    let talk = async |rooms: Rooms<String>, name: &'static str| {
        for number in 0..200 {
            rooms.publish("a", &format!("{name} {number}")).await.unwrap();
        }
    };
    let all = [(&one, "first"), (&one, "second"), (&two, "third"), (&two, "fourth")];
    let talking = all.map(|(rooms, name)| talk(rooms.clone(), name));
    futures_util::future::join_all(talking).await;
    let (at_one, at_two) = (next(&mut a, 800).await, next(&mut b, 800).await);
    assert_eq!(at_one, at_two);
    for (_, name) in all {
        let own: Vec<&String> = at_one.iter().filter(|text| text.starts_with(name)).collect();
        let expected: Vec<String> = (0..200).map(|number| format!("{name} {number}")).collect();
        assert_eq!(own, expected.iter().collect::<Vec<_>>());
    }
}

#[start_runtime::test]
async fn a_lost_connection_loses_no_message_and_doubles_none() {
    let store = Store::start();
    let (one, two) = (rooms(&store), rooms(&store));
    let mut luna = two.join("a", "Luna".into()).await.unwrap();
    assert_eq!(next(&mut luna, 1).await, ["+Luna"]);
    let speaker = one.clone();
    let talking = async move {
        for number in 0..600 {
            speaker.publish("a", &number.to_string()).await.unwrap();
            sleep(2 * MS).await;
        }
    };
    let killing = async {
        for _ in 0..3 {
            sleep(250 * MS).await;
            store.ask(&["CLIENT", "KILL", "TYPE", "pubsub"]);
            store.ask(&["CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes"]);
        }
    };
    futures_util::future::join(talking, killing).await;
    let expected: Vec<String> = (0..600).map(|number| number.to_string()).collect();
    let heard = next(&mut luna, 600).await;
    // A publication that is asked again because its connection was lost may be there twice: two entries.
    let mut without = heard.clone();
    without.dedup();
    assert!(without.len() >= expected.len() - 3, "{} of {}", without.len(), expected.len());
    assert!(without.iter().zip(&expected).all(|(heard, expected)| heard == expected), "{without:?}");
}

#[start_runtime::test]
async fn members_stay_when_the_server_is_restarted_and_learn_of_the_gap() {
    let mut store = Store::start();
    let (one, two) = (rooms(&store), rooms(&store));
    let mut luna = one.join("a", "Luna".into()).await.unwrap();
    let mut ron = two.join("a", "Ron".into()).await.unwrap();
    next(&mut luna, 2).await;
    next(&mut ron, 1).await;
    store.stop();
    sleep(200 * MS).await;
    assert!(one.publish("a", &"lost".into()).await.is_err());
    assert!(one.join("a", "Late".into()).await.is_err());
    store.run();
    for member in [&mut luna, &mut ron] {
        assert_eq!(next(member, 1).await, ["missed None"]);
    }
    let deadline = Instant::now() + 3000 * MS;
    while two.publish("a", &"again".into()).await.is_err() {
        assert!(Instant::now() < deadline);
        sleep(20 * MS).await;
    }
    for member in [&mut luna, &mut ron] {
        assert_eq!(next(member, 1).await, ["again"]);
    }
    let mut names = present(&one, "a").await;
    names.sort();
    assert_eq!(names, ["Luna", "Ron"], "they are still there");
    drop(luna);
    assert_eq!(next(&mut ron, 1).await, ["-Luna"]);
}

#[start_runtime::test]
async fn who_leaves_while_the_server_is_away_has_left_when_it_is_back() {
    let mut store = Store::start();
    let (one, two) = (rooms(&store), rooms(&store));
    let luna = one.join("a", "Luna".into()).await.unwrap();
    let mut ron = two.join("a", "Ron".into()).await.unwrap();
    store.signal("-STOP");
    drop(luna);
    sleep(1500 * MS).await;
    store.signal("-CONT");
    let heard = next(&mut ron, 2).await;
    assert_eq!(heard, ["+Ron", "-Luna"]);
    assert_eq!(present(&two, "a").await, ["Ron"]);
    store.stop();
}

#[start_runtime::test]
async fn history_is_shared_and_says_what_is_missing() {
    let store = Store::start();
    let kept = || Rooms::<String>::over(RedisRooms::new(store.redis()).history(3));
    let (one, two) = (kept(), kept());
    let mut positions = Vec::new();
    for text in ["1", "2", "3", "4", "5"] {
        positions.push(one.publish("a", &text.into()).await.unwrap());
    }
    assert!(positions.windows(2).all(|two| two[1].is_after(two[0]) && two[1].number == two[0].number + 1));
    for (after, expected) in [
        (None, vec!["3", "4", "5"]),
        (Some(positions[4]), vec![]),
        (Some(positions[3]), vec!["5"]),
        (Some(positions[1]), vec!["3", "4", "5"]),
        (Some(positions[0]), vec!["missed None", "3", "4", "5"]),
        (Some(RoomPosition { life: 7, number: 1 }), vec!["missed None", "3", "4", "5"]),
    ] {
        let mut late = two.join("a", "late".into()).replay_after(after).await.unwrap();
        assert_eq!(next(&mut late, expected.len()).await, expected, "{after:?}");
        // The one before may still be leaving.
        while next(&mut late, 1).await != ["+late"] {}
    }
    assert!(store.keys("start:room").iter().all(|(_, lasts)| *lasts > 500_000));
}

#[start_runtime::test]
async fn ten_thousand_messages_go_through_and_none_is_lost() {
    const COUNT: usize = 10_000;
    let store = Store::start();
    let (one, two) = (rooms(&store), rooms(&store));
    let mut listener = two.subscribe("a").await.unwrap();
    let began = Instant::now();
    let talk = async |speaker: usize| {
        for number in 0..COUNT / 50 {
            one.publish("a", &format!("{speaker} {number}")).await.unwrap();
        }
    };
    let listening = async {
        let mut heard = std::collections::HashSet::new();
        while heard.len() < COUNT {
            heard.insert(next(&mut listener, 1).await.swap_remove(0));
        }
        heard.len()
    };
    let (_, heard) = futures_util::future::join(futures_util::future::join_all((0..50).map(talk)), listening).await;
    println!("{heard} of {COUNT} in {:?}, {COUNT} sent", began.elapsed());
    assert!(began.elapsed() < Duration::from_secs(60));
    nothing_more(&mut listener).await;
}

#[test]
fn the_members_of_a_process_that_dies_leave() {
    let store = Store::start();
    let (mut one, two) = (Machine::start(&store.url()), Machine::start(&store.url()));
    let (at_one, at_two) = (Browser::of(&[&one]), Browser::of(&[&two]));
    assert_eq!(at_one.post("/rooms/a/join/Luna").status, 204);
    assert_eq!(at_two.post("/rooms/a/join/Ron").status, 204);
    assert_eq!(at_one.post("/rooms/a/say/hello").status, 204);
    let heard = |expected: &str, within: Duration| {
        let deadline = Instant::now() + within;
        loop {
            let heard = at_two.get("/rooms/a/heard").body;
            if heard == expected {
                return;
            }
            assert!(Instant::now() < deadline, "{heard}, not {expected}");
            thread::sleep(50 * MS);
        }
    };
    heard(r#"["+Ron","hello"]"#, 2000 * MS);
    one.kill();
    heard(r#"["+Ron","hello","-Luna"]"#, Duration::from_secs(30));
    assert_eq!(at_two.get("/rooms/a/present").body, r#"["Ron"]"#);
}

/// A client of an event stream, which notes the texts of its events.
struct Listener {
    heard: Arc<Mutex<Vec<String>>>,
    is_open: Arc<AtomicBool>,
}

impl Listener {
    fn open(machine: &Machine, last: Option<&str>) -> Self {
        let mut stream = TcpStream::connect(("127.0.0.1", machine.port)).unwrap();
        let last = last.map_or_else(String::new, |last| format!("Last-Event-ID: {last}\r\n"));
        stream.write_all(format!("GET /rooms/a/events HTTP/1.1\r\nHost: x\r\n{last}\r\n").as_bytes()).unwrap();
        let mut lines = BufReader::new(stream).lines().map_while(Result::ok);
        assert!(lines.next().is_some_and(|line| line.contains(" 200 ")));
        assert!(lines.any(|line| line.is_empty()));
        let (heard, is_open) = (Arc::<Mutex<Vec<String>>>::default(), Arc::new(AtomicBool::new(true)));
        let (noted, open) = (heard.clone(), is_open.clone());
        thread::spawn(move || {
            let data = lines.filter_map(|line| line.strip_prefix("data: ").map(str::to_owned));
            data.for_each(|text| noted.lock().unwrap().push(text));
            open.store(false, Ordering::SeqCst);
        });
        Self { heard, is_open }
    }

    fn heard(&self) -> Vec<String> {
        self.heard.lock().unwrap().clone()
    }

    fn hears(&self, text: &str) {
        let deadline = Instant::now() + 5000 * MS;
        while !self.heard().iter().any(|heard| heard == text) {
            assert!(Instant::now() < deadline, "no {text} in {:?}", self.heard());
            thread::sleep(10 * MS);
        }
    }
}

#[test]
fn a_message_sent_to_one_machine_arrives_at_the_clients_of_the_other() {
    let store = Store::start();
    let (one, two) = (Machine::start(&store.url()), Machine::start(&store.url()));
    let clients = [Listener::open(&one, None), Listener::open(&two, None), Listener::open(&two, None)];
    let browser = Browser::of(&[&one, &two]);
    let sent: Vec<String> = (0..100).map(|number| number.to_string()).collect();
    for text in &sent {
        assert_eq!(browser.post(&format!("/rooms/a/say/{text}")).status, 204);
    }
    for client in &clients {
        client.hears("99");
        assert_eq!(client.heard(), sent);
    }
}

#[test]
fn clients_stay_connected_over_a_restart_under_load_and_learn_of_the_gap() {
    let mut store = Store::start();
    let (one, two) = (Machine::start(&store.url()), Machine::start(&store.url()));
    let clients = [Listener::open(&one, None), Listener::open(&two, None)];
    let (is_over, sent) = (AtomicBool::new(false), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for speaker in 0..4 {
            let (is_over, sent, one, two) = (&is_over, &sent, &one, &two);
            scope.spawn(move || {
                let browser = Browser::of(&[one, two]);
                let mut number = 0;
                while !is_over.load(Ordering::SeqCst) {
                    number += 1;
                    let text = format!("{speaker}-{number}");
                    let answer = browser.post(&format!("/rooms/a/say/{text}"));
                    match answer.status {
                        204 => sent.lock().unwrap().push(text),
                        _ => assert!(answer.is_away(), "{answer:?}"),
                    }
                }
            });
        }
        thread::sleep(500 * MS);
        store.stop();
        thread::sleep(500 * MS);
        store.run();
        thread::sleep(1500 * MS);
        is_over.store(true, Ordering::SeqCst);
    });
    let browser = Browser::of(&[&one]);
    assert_eq!(browser.post("/rooms/a/say/last").status, 204);
    let sent = sent.into_inner().unwrap();
    for client in &clients {
        client.hears("last");
        assert!(client.is_open.load(Ordering::SeqCst));
        let heard = client.heard();
        assert_eq!(heard.iter().filter(|text| *text == "missed").count(), 1, "the gap is reported once");
        let lost = sent.iter().filter(|text| !heard.contains(text)).count();
        let at = heard.iter().position(|text| text == "missed").unwrap();
        println!(
            "{} sent, {lost} lost with the server's memory, {} heard behind the gap",
            sent.len(),
            heard.len() - at
        );
        // What was said when the server went is gone with it; all else has arrived.
        assert!(lost <= 8 && heard.len() - at > 50, "{lost} of {} lost", sent.len());
    }
}

#[test]
fn a_server_that_is_away_or_hangs_is_a_503_in_time_and_used_once_it_is_back() {
    let mut store = Store::start();
    let machine = Machine::start(&store.url());
    let browser = Browser::of(&[&machine]);
    let asked = [
        ("POST", "/rooms/a/say/hello"),
        ("POST", "/rooms/a/join/Luna"),
        ("GET", "/rooms/a/present"),
        ("GET", "/rooms/a/events"),
    ];
    let all_are_away = || {
        for (method, path) in asked {
            let answer = browser.send(method, path);
            assert!(answer.is_away() && answer.took < 3000 * MS, "{method} {path}: {answer:?}");
        }
    };
    let is_back = || {
        let deadline = Instant::now() + 3000 * MS;
        while browser.post("/rooms/a/say/hello").status != 204 {
            assert!(Instant::now() < deadline);
            thread::sleep(20 * MS);
        }
        assert_eq!(browser.get("/rooms/a/present").status, 200);
    };
    is_back();
    store.stop();
    all_are_away();
    // The reason is in the log, and there alone.
    machine.logs("rooms are not available at the moment");
    store.run();
    is_back();
    store.signal("-STOP");
    all_are_away();
    store.signal("-CONT");
    is_back();
    assert!(!machine.log().contains("panicked"), "{}", machine.log());
}
