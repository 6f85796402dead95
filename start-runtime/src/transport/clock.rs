//! Time: one timer per connection, set anew only when it goes off, and the Date header.

use std::cell::RefCell;
use std::io::Write as _;
use std::pin::Pin;
use std::task::Context;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use actix_http::header::HttpDate;
use tokio::time::{Instant, Sleep, sleep_until};

/// A timer that is made when it is first needed. A deadline that moves on, as that of a busy
/// connection does with each request, leaves it as it is: it goes off too early and is set again.
#[derive(Default)]
pub struct Clock {
    sleep: Option<Pin<Box<Sleep>>>,
    set_for: Option<Instant>,
}

impl Clock {
    /// Whether the task will be woken at or before a deadline that has not come when last looked.
    #[inline]
    pub fn is_set_for(&self, deadline: Instant) -> bool {
        self.set_for.is_some_and(|set_for| set_for <= deadline)
    }

    /// Whether a deadline has come; if not, the task is woken at that time, or before.
    pub fn has_come(&mut self, deadline: Instant, cx: &mut Context<'_>) -> bool {
        loop {
            let is_set = self.is_set_for(deadline);
            let sleep = self.sleep.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
            if !is_set {
                sleep.as_mut().reset(deadline);
                self.set_for = Some(deadline);
            }
            if sleep.as_mut().poll(cx).is_pending() {
                return false;
            }
            self.set_for = None;
            if Instant::now() >= deadline {
                return true;
            }
        }
    }

    /// When the timer goes off next.
    pub fn set_for(&self) -> Option<Instant> {
        self.set_for
    }
}

/// `date: Thu, 01 Jan 1970 00:00:00 GMT`, CRLF, and the empty line.
const DATE_LENGTH: usize = 39;

struct Date {
    line: [u8; DATE_LENGTH],
    /// Until then the line is right.
    until: Option<Instant>,
}

thread_local! {
    static DATE: RefCell<Date> = const { RefCell::new(Date { line: [0; DATE_LENGTH], until: None }) };
}

/// Appends the Date header (RFC 9110, section 6.6.1), as the last one, and the end of the head. It is formatted once a second per
/// thread; `now` tells whether the second is over.
#[inline]
pub fn write_date_and_end(out: &mut Vec<u8>, now: Instant) {
    DATE.with_borrow_mut(|date| {
        if date.until.is_none_or(|until| until <= now) {
            date.refresh(now);
        }
        out.extend_from_slice(&date.line);
    });
}

impl Date {
    #[cold]
    fn refresh(&mut self, now: Instant) {
        let time = SystemTime::now();
        let into_second = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.subsec_nanos());
        let mut line = &mut self.line[..];
        // The length of a date is fixed: it fits.
        let _ = write!(line, "date: {}\r\n\r\n", HttpDate::from(time));
        self.until = Some(now + Duration::from_nanos(u64::from(1_000_000_000 - into_second.min(999_999_999))));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_date_is_a_whole_line_and_moves_on() {
        let (mut first, mut second) = (Vec::new(), Vec::new());
        write_date_and_end(&mut first, Instant::now());
        let text = String::from_utf8(first.clone()).unwrap();
        assert!(text.starts_with("date: ") && text.ends_with(" GMT\r\n\r\n") && text.len() == DATE_LENGTH, "{text:?}");
        std::thread::sleep(Duration::from_millis(1100));
        write_date_and_end(&mut second, Instant::now());
        assert_ne!(first, second);
    }
}
