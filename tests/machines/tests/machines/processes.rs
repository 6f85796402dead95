//! Two processes behind a load balancer.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread::{scope, sleep};
use std::time::Duration;

use crate::machine::{Browser, Machine};
use crate::store::Store;

const MS: Duration = Duration::from_millis(1);

#[test]
fn who_logs_in_at_one_machine_is_known_at_the_other() {
    let store = Store::start();
    let (one, two) = (Machine::start(&store.url()), Machine::start(&store.url()));
    let browser = Browser::of(&[&one, &two]);
    assert_eq!(browser.post("/login/luna").status, 204);
    for turn in 1..=20 {
        assert_eq!(browser.post("/visits").body, turn.to_string());
        assert_eq!(browser.get("/me").user().as_deref(), Some("luna"));
        // So that each of the two requests meets both machines.
        if turn % 5 == 0 {
            browser.get("/plain");
        }
    }
    browser.post("/logout");
    for _ in 0..2 {
        assert_eq!(browser.get("/me").user(), None);
    }
}

#[test]
fn who_is_logged_in_stays_known_when_a_machine_dies_under_load() {
    let store = Store::start();
    let (mut one, two) = (Machine::start(&store.url()), Machine::start(&store.url()));
    let (ports, is_over) = ([&one, &two].map(|machine| machine.port), AtomicBool::new(false));
    let (asked, lost) = (AtomicUsize::new(0), AtomicUsize::new(0));
    scope(|scope| {
        for user in 0..8 {
            let (is_over, asked, lost, two) = (&is_over, &asked, &lost, &two);
            scope.spawn(move || {
                let browser = Browser::of(&[two]);
                assert_eq!(browser.post(&format!("/login/user-{user}")).status, 204);
                let mut turn = 0;
                while !is_over.load(Ordering::SeqCst) {
                    turn += 1;
                    // A request that its machine takes along is lost; the next one is known.
                    match browser.send_to(ports[turn % 2], "GET", "/me") {
                        Some(answer) => {
                            assert_eq!(answer.user(), Some(format!("user-{user}")));
                            asked.fetch_add(1, Ordering::SeqCst);
                        }
                        None => drop(lost.fetch_add(1, Ordering::SeqCst)),
                    }
                }
                assert_eq!(browser.get("/me").user(), Some(format!("user-{user}")));
            });
        }
        sleep(500 * MS);
        one.kill();
        sleep(500 * MS);
        is_over.store(true, Ordering::SeqCst);
    });
    let (asked, lost) = (asked.into_inner(), lost.into_inner());
    assert!(asked > 100 && lost > 0, "{asked} answered, {lost} lost");
    assert!(!two.log().contains("panicked"), "{}", two.log());
}

#[test]
fn ending_the_sessions_of_a_user_at_one_machine_ends_them_at_the_other() {
    let store = Store::start();
    let (one, two) = (Machine::start(&store.url()), Machine::start(&store.url()));
    let at = |machines: &[&Machine], user: &str| {
        let browser = Browser::of(machines);
        assert_eq!(browser.post(&format!("/login/{user}")).status, 204);
        browser
    };
    let luna = [at(&[&one], "luna"), at(&[&two], "luna"), at(&[&one, &two], "luna")];
    let minerva = at(&[&two], "minerva");
    let admin = Browser::of(&[&one]);
    assert_eq!(admin.post("/lock-out/luna").body, "3");
    for browser in &luna {
        assert_eq!(browser.get("/me").user(), None);
    }
    assert_eq!(minerva.get("/me").user().as_deref(), Some("minerva"));
}

#[test]
fn two_machines_let_through_as_many_as_one() {
    let store = Store::start();
    let (one, two) = (Machine::start(&store.url()), Machine::start(&store.url()));
    let browser = Browser::of(&[&one, &two]);
    let burst = || {
        let mut statuses: Vec<u16> = (0..8).map(|_| browser.get("/limited").status).collect();
        statuses.sort_unstable();
        statuses
    };
    assert_eq!(burst(), [200, 200, 200, 200, 200, 429, 429, 429]);
    sleep(2100 * MS);
    assert_eq!(burst(), [200, 200, 200, 200, 200, 429, 429, 429]);
}

#[test]
fn an_outage_under_load_is_503s_and_over_within_a_second() {
    let mut store = Store::start();
    let (one, two) = (Machine::start(&store.url()), Machine::start(&store.url()));
    let (is_away, is_back, is_over) = (AtomicBool::new(false), AtomicBool::new(false), AtomicBool::new(false));
    let counts: [AtomicUsize; 2] = Default::default();
    scope(|scope| {
        for _ in 0..6 {
            let (one, two, is_away, is_back, is_over, counts) = (&one, &two, &is_away, &is_back, &is_over, &counts);
            scope.spawn(move || {
                let browser = Browser::of(&[one, two]);
                while !is_over.load(Ordering::SeqCst) {
                    // Neither a request that ends before the outage nor one that begins after it.
                    let back = is_back.load(Ordering::SeqCst);
                    let answer = browser.post("/login/luna");
                    let away = is_away.load(Ordering::SeqCst);
                    match answer.status {
                        204 => drop(counts[0].fetch_add(1, Ordering::SeqCst)),
                        _ => {
                            assert!(answer.is_away() && away && !back, "{answer:?}, away {away}, back {back}");
                            counts[1].fetch_add(1, Ordering::SeqCst);
                        }
                    }
                }
            });
        }
        sleep(400 * MS);
        is_away.store(true, Ordering::SeqCst);
        store.stop();
        sleep(600 * MS);
        store.run();
        sleep(1000 * MS);
        is_back.store(true, Ordering::SeqCst);
        sleep(400 * MS);
        is_over.store(true, Ordering::SeqCst);
    });
    let [good, away] = counts.map(AtomicUsize::into_inner);
    assert!(good > 50 && away > 20, "{good} good, {away} away");
    for machine in [&one, &two] {
        assert!(!machine.log().contains("panicked"), "{}", machine.log());
    }
}
