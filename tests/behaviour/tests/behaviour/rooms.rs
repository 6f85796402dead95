//! Rooms: one order for all members, slow readers, presence, history.

use std::future::IntoFuture as _;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use futures_core::Stream as _;
use start_runtime::test::app_with;
use start_runtime::{
    MemoryRooms, RoomError, RoomEvent, RoomMember, RoomNews, RoomPosition, RoomStore, Rooms, prelude::*,
};

/// What is there for a member, as text.
fn unread(member: &mut RoomMember<String>) -> Vec<String> {
    let cx = &mut Context::from_waker(Waker::noop());
    let mut all = Vec::new();
    loop {
        match std::pin::Pin::new(&mut *member).poll_next(cx) {
            Poll::Ready(Some(event)) => all.push(text(&event)),
            Poll::Ready(None) => {
                all.push("the end".to_owned());
                return all;
            }
            Poll::Pending => return all,
        }
    }
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

#[start_runtime::test]
async fn members_learn_who_joins_says_something_and_leaves_in_one_order() {
    let rooms = Rooms::<String>::new();
    let mut listener = rooms.subscribe("a").await.unwrap();
    let luna = rooms.join("a", "Luna".into()).await.unwrap();
    let mut other = rooms.join("b", "Ron".into()).await.unwrap();
    let position = luna.publish(&"hello".into()).await.unwrap();
    let mut harry = rooms.join("a", "Harry".into()).await.unwrap();
    rooms.publish("a", &"from outside".into()).await.unwrap();
    let present: Vec<_> = rooms.present("a").await.unwrap().into_iter().map(|one| (one.id, one.who)).collect();
    assert_eq!(present, [(luna.id(), "Luna".to_owned()), (harry.id(), "Harry".to_owned())]);
    let id = luna.id();
    drop(luna);
    assert_eq!(unread(&mut listener), ["+Luna", "hello", "+Harry", "from outside", "-Luna"]);
    assert_eq!(unread(&mut harry), ["+Harry", "from outside", "-Luna"]);
    assert_eq!(unread(&mut other), ["+Ron"]);
    assert_eq!((harry.room(), rooms.present("a").await.unwrap().len()), ("a", 1));
    // Positions grow by one, and say where something happened.
    let mut second = rooms.subscribe("a").await.unwrap();
    let next = harry.publish(&"next".into()).await.unwrap();
    let event = second.next().await.unwrap();
    assert_eq!((event.position(), event.member()), (Some(next), Some(harry.id())));
    assert_eq!((next.life, next.number), (position.life, position.number + 4));
    assert_ne!(id, harry.id());
    assert_eq!(event.json(), "\"next\"");
}

#[start_runtime::test]
async fn a_member_that_does_not_read_is_dropped_and_the_others_are_told() {
    for limit in [2, 3, 256] {
        let rooms = if limit == 256 { Rooms::<String>::new() } else { Rooms::new().queue(limit) };
        let mut slow = rooms.join("a", "slow".into()).await.unwrap();
        assert_eq!(unread(&mut slow), ["+slow"]);
        let mut fast = rooms.join("a", "fast".into()).await.unwrap();
        assert_eq!(unread(&mut slow), ["+fast"]);
        let mut dropped = Box::pin(slow.dropped());
        let mut seen = unread(&mut fast);
        for number in 0..=limit {
            assert!(!slow.is_dropped(), "{number} of {limit}");
            assert!(dropped.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
            rooms.publish("a", &number.to_string()).await.unwrap();
            seen.extend(unread(&mut fast));
        }
        assert!(slow.is_dropped());
        dropped.await;
        assert_eq!(seen.len(), limit + 3, "{seen:?}");
        assert_eq!((seen[0].as_str(), seen[limit + 2].as_str()), ("+fast", "-slow"));
        assert_eq!(unread(&mut slow), ["the end"]);
        assert_eq!(rooms.present("a").await.unwrap().len(), 1);
        // It has left already.
        drop(slow);
        assert!(unread(&mut fast).is_empty());
    }
}

#[start_runtime::test]
async fn many_members_that_do_not_read_are_dropped_together() {
    let rooms = Rooms::<String>::new().queue(2);
    let mut watcher = rooms.subscribe("a").await.unwrap();
    let mut slow = Vec::new();
    for number in 0..300 {
        slow.push(rooms.join("a", number.to_string()).await.unwrap());
        unread(&mut watcher);
    }
    while slow.iter().any(|member| !member.is_dropped()) {
        rooms.publish("a", &"x".into()).await.unwrap();
        unread(&mut watcher);
    }
    assert!(rooms.present("a").await.unwrap().is_empty());
}

#[start_runtime::test]
async fn a_member_may_lose_what_it_does_not_read_instead_of_its_place() {
    let rooms = Rooms::<String>::new().queue(3).lagging();
    let mut slow = rooms.subscribe("a").await.unwrap();
    for number in 0..8 {
        rooms.publish("a", &number.to_string()).await.unwrap();
    }
    assert_eq!(unread(&mut slow), ["missed Some(5)", "5", "6", "7"]);
    rooms.publish("a", &"8".into()).await.unwrap();
    assert_eq!(unread(&mut slow), ["8"]);
}

#[start_runtime::test]
async fn whoever_comes_again_gets_what_was_missed_once() {
    let rooms = Rooms::<String>::over(MemoryRooms::new().history(4));
    let mut positions = Vec::new();
    for number in 1..=3 {
        positions.push(rooms.publish("a", &number.to_string()).await.unwrap());
    }
    let after = |last: Option<RoomPosition>| rooms.subscribe("a").replay_after(last);
    assert_eq!(unread(&mut after(None).await.unwrap()), ["1", "2", "3"]);
    assert_eq!(unread(&mut after(Some(positions[0])).await.unwrap()), ["2", "3"]);
    assert!(unread(&mut after(Some(positions[2])).await.unwrap()).is_empty());
    let mut luna = rooms.join("a", "Luna".into()).replay_after(Some(positions[1])).await.unwrap();
    rooms.publish("a", &"4".into()).await.unwrap();
    assert_eq!(unread(&mut luna), ["3", "+Luna", "4"]);
    // Five messages, four are kept: the first one is gone, and whoever has not seen it is told.
    rooms.publish("a", &"5".into()).await.unwrap();
    assert_eq!(unread(&mut after(None).await.unwrap()), ["2", "3", "4", "5"]);
    assert_eq!(unread(&mut after(Some(positions[0])).await.unwrap()), ["2", "3", "4", "5"]);
    let before_all = RoomPosition { number: 0, ..positions[0] };
    assert_eq!(unread(&mut after(Some(before_all)).await.unwrap()), ["missed None", "2", "3", "4", "5"]);
    // One from another life of the room may have missed anything.
    let other = RoomPosition { life: positions[0].life ^ 1, number: 9 };
    assert_eq!(unread(&mut after(Some(other)).await.unwrap()), ["missed None", "2", "3", "4", "5"]);
    // Notices are not kept, and those who join without asking for messages begin with their own.
    assert_eq!(unread(&mut rooms.join("a", "Ron".into()).await.unwrap()), ["+Ron"]);
}

#[start_runtime::test]
async fn a_room_is_forgotten_when_it_is_empty() {
    let life = |position: Result<RoomPosition, RoomError>| position.unwrap().life;
    let rooms = Rooms::<String>::new();
    let member = rooms.subscribe("a").await.unwrap();
    let first = life(rooms.publish("a", &"x".into()).await);
    assert_eq!(life(rooms.publish("a", &"x".into()).await), first);
    drop(member);
    assert_ne!(life(rooms.publish("a", &"x".into()).await), first);
    // One with messages stays for a while.
    let rooms = Rooms::<String>::over(MemoryRooms::new().history(1).keep_for(Duration::from_millis(100)));
    let first = life(rooms.publish("a", &"x".into()).await);
    let member = rooms.subscribe("a").await.unwrap();
    actix_web::rt::time::sleep(Duration::from_millis(150)).await;
    drop(rooms.subscribe("b").await.unwrap());
    drop(member);
    assert_eq!(unread(&mut rooms.subscribe("a").replay_after(None).await.unwrap()), ["x"]);
    assert_eq!(life(rooms.publish("a", &"x".into()).await), first);
    actix_web::rt::time::sleep(Duration::from_millis(150)).await;
    drop(rooms.subscribe("b").await.unwrap());
    assert!(unread(&mut rooms.subscribe("a").replay_after(None).await.unwrap()).is_empty());
    assert_ne!(life(rooms.publish("a", &"x".into()).await), first);
}

#[start_runtime::test]
async fn whoever_gives_up_joining_leaves() {
    let rooms = Rooms::<String>::new();
    let mut watcher = rooms.subscribe("a").await.unwrap();
    drop(rooms.join("a", "never asked".into()).into_future());
    assert!(unread(&mut watcher).is_empty() && rooms.present("a").await.unwrap().is_empty());
    drop(rooms.join("a", "short".into()).await.unwrap());
    assert_eq!(unread(&mut watcher), ["+short", "-short"]);
}

#[start_runtime::test]
async fn what_is_sent_to_all_is_made_once() {
    let rooms = Rooms::<String>::new();
    let mut members = Vec::new();
    for _ in 0..3 {
        members.push(rooms.subscribe("a").await.unwrap());
    }
    rooms.publish("a", &"x".into()).await.unwrap();
    let made = AtomicUsize::new(0);
    for member in &mut members {
        let event = member.next().await.unwrap();
        let make = |event: &RoomEvent<String>| {
            made.fetch_add(1, Ordering::SeqCst);
            Arc::new(event.json().clone())
        };
        let pointer = event.json().as_ptr();
        assert_eq!(event.once(make).as_ptr(), pointer);
        assert_eq!(event.once(|_| 7_u8), 7);
    }
    assert_eq!(made.load(Ordering::SeqCst), 1);
}

#[start_runtime::test]
async fn what_is_no_message_is_told_apart() {
    /// Reads only what is shorter than it writes.
    #[derive(Debug, serde::Serialize)]
    struct Short(String);

    impl<'de> serde::Deserialize<'de> for Short {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            let text = String::deserialize(deserializer)?;
            if text.len() > 3 { Err(serde::de::Error::custom("too long")) } else { Ok(Self(text)) }
        }
    }

    let store: Arc<dyn RoomStore> = Arc::new(MemoryRooms::new());
    let rooms = Rooms::<Short>::over(store);
    let mut member = rooms.subscribe("a").await.unwrap();
    for (text, is_read) in [("long", false), ("abc", true)] {
        rooms.publish("a", &Short(text.into())).await.unwrap();
        let event = member.next().await.unwrap();
        assert_eq!(matches!(event.news(), RoomNews::Message(_)), is_read, "{text}");
        assert_eq!(matches!(event.news(), RoomNews::Unreadable), !is_read, "{text}");
        assert_eq!(event.json(), &format!("{text:?}"));
    }
}

/// Threads that join, publish, and leave; all that stay see the same.
#[test]
fn all_members_see_one_order_whatever_the_thread() {
    const SENDERS: usize = 4;
    const EACH: usize = 500;
    let rooms = Rooms::<(usize, usize)>::over(MemoryRooms::new().history(SENDERS * EACH)).queue(10 * SENDERS * EACH);
    let is_over = AtomicBool::new(false);
    let read = |rooms: Rooms<(usize, usize)>, replays: bool| {
        actix_web::rt::System::new().block_on(async move {
            let join = rooms.subscribe("a");
            let mut member = if replays { join.replay_after(None).await } else { join.await }.unwrap();
            let mut seen: Vec<(RoomPosition, (usize, usize))> = Vec::new();
            while let Some(event) = member.next().await {
                if let RoomNews::Message(message) = event.news() {
                    if message.0 == SENDERS {
                        break;
                    }
                    seen.push((event.position().unwrap(), *message));
                }
            }
            seen
        })
    };
    std::thread::scope(|threads| {
        let (rooms, is_over, read) = (&rooms, &is_over, &read);
        let readers: Vec<_> = (0..3).map(|_| threads.spawn(move || read(rooms.clone(), true))).collect();
        let senders: Vec<_> = (0..SENDERS)
            .map(|sender| {
                threads.spawn(move || {
                    actix_web::rt::System::new().block_on(async move {
                        for number in 0..EACH {
                            rooms.publish("a", &(sender, number)).await.unwrap();
                        }
                    });
                })
            })
            .collect();
        // Members that come and go in between.
        let restless = threads.spawn(move || {
            actix_web::rt::System::new().block_on(async move {
                while !is_over.load(Ordering::SeqCst) {
                    let member = rooms.join("a", "restless".into()).await.unwrap();
                    actix_web::rt::time::sleep(Duration::from_micros(100)).await;
                    drop(member);
                }
            });
        });
        // And those that come late, and read what was kept.
        let late: Vec<_> = (0..5)
            .map(|_| {
                std::thread::sleep(Duration::from_millis(3));
                threads.spawn(move || read(rooms.clone(), true))
            })
            .collect();
        senders.into_iter().for_each(|sender| sender.join().unwrap());
        std::thread::sleep(Duration::from_millis(50));
        is_over.store(true, Ordering::SeqCst);
        restless.join().unwrap();
        actix_web::rt::System::new().block_on(async { rooms.publish("a", &(SENDERS, 0)).await.unwrap() });
        let all: Vec<_> = readers.into_iter().chain(late).map(|reader| reader.join().unwrap()).collect();
        assert_eq!(all[0].len(), SENDERS * EACH);
        for (number, seen) in all.iter().enumerate() {
            assert!(*seen == all[0], "reader {number} has another order: {} of {}", seen.len(), all[0].len());
        }
        for sender in 0..SENDERS {
            let own: Vec<usize> = all[0].iter().filter(|(_, one)| one.0 == sender).map(|(_, one)| one.1).collect();
            assert!(own.is_sorted() && own.len() == EACH);
        }
    });
}

#[api_route(POST, "/rooms/[room]")]
async fn say(room: String, rooms: Data<Rooms<String>>, Json(text): Json<String>) -> Result<(), Problem> {
    rooms.publish(&room, &text).await?;
    Ok(())
}

#[start_runtime::test]
async fn handlers_take_the_rooms_of_the_program() {
    let rooms = Rooms::<String>::new();
    let app = app_with(Start::new().data(rooms.clone()));
    let mut member = rooms.subscribe("a b").await.unwrap();
    assert_eq!(app.post("/rooms/a%20b").json("hello").await.status(), 204);
    assert_eq!(unread(&mut member), ["hello"]);
}
