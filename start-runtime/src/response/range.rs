//! The Range header (RFC 9110, section 14).

use actix_web::http::header::{self, HeaderMap};

/// What a Range header means for a file.
#[derive(Debug, PartialEq, Eq)]
pub enum Meaning {
    /// All of the file is sent: the header is malformed, has another unit, or too many ranges (section 14.2).
    Ignored,
    /// The bytes from `first` to `last`. Of several ranges, the first that is in the file.
    Part { first: u64, last: u64 },
    /// No range is in the file: 416.
    Unsatisfiable,
}

/// More ranges than this are no honest wish.
const MOST_RANGES: usize = 100;

pub fn meaning(headers: &HeaderMap, size: u64) -> Meaning {
    let mut values = headers.get_all(header::RANGE);
    match (values.next().and_then(|value| value.to_str().ok()), values.next()) {
        (Some(text), None) => read(text, size).unwrap_or(Meaning::Ignored),
        _ => Meaning::Ignored,
    }
}

/// `None` for what is no set of ranges in bytes.
fn read(text: &str, size: u64) -> Option<Meaning> {
    let (unit, set) = text.split_once('=')?;
    if !unit.eq_ignore_ascii_case("bytes") {
        return None;
    }
    let mut found = None;
    let mut count = 0;
    for range in set.split(',').map(|range| range.trim_matches([' ', '\t'])).filter(|range| !range.is_empty()) {
        let part = part(range, size)?;
        found = found.or(part);
        count += 1;
    }
    match found {
        _ if !(1..=MOST_RANGES).contains(&count) => None,
        Some((first, last)) => Some(Meaning::Part { first, last }),
        None => Some(Meaning::Unsatisfiable),
    }
}

/// The first and the last byte of a range; `Some(None)` if it is not in the file, `None` if it is malformed.
#[allow(clippy::option_option, reason = "two ways to have no range")]
fn part(range: &str, size: u64) -> Option<Option<(u64, u64)>> {
    let (first, last) = range.split_once('-')?;
    let end = size.checked_sub(1);
    match (first, last) {
        ("", last) => {
            let length = number(last)?;
            Some(end.filter(|_| length > 0).map(|end| (size.saturating_sub(length), end)))
        }
        (first, "") => {
            let first = number(first)?;
            Some(end.filter(|end| first <= *end).map(|end| (first, end)))
        }
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            if last < first {
                return None;
            }
            Some(end.filter(|end| first <= *end).map(|end| (first, last.min(end))))
        }
    }
}

/// A number of any length: above the largest one, no file has so many bytes.
fn number(text: &str) -> Option<u64> {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| text.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_are_read_to_the_letter() {
        let part = |first, last| Some(Meaning::Part { first, last });
        let cases = [
            ("bytes=0-0", part(0, 0)),
            ("BYTES=2-5", part(2, 5)),
            ("bytes=4-", part(4, 11)),
            ("bytes=-5", part(7, 11)),
            ("bytes=-50", part(0, 11)),
            ("bytes=0-11", part(0, 11)),
            ("bytes=0-12", part(0, 11)),
            ("bytes=0-18446744073709551615", part(0, 11)),
            ("bytes=0-18446744073709551616", part(0, 11)),
            ("bytes=-99999999999999999999999", part(0, 11)),
            ("bytes=00000000000000000000000004-5", part(4, 5)),
            ("bytes=99-,2-3", part(2, 3)),
            ("bytes= 2-3 ,\t4-5", part(2, 3)),
            ("bytes=,2-3,", part(2, 3)),
            ("bytes=12-", Some(Meaning::Unsatisfiable)),
            ("bytes=18446744073709551616-", Some(Meaning::Unsatisfiable)),
            ("bytes=99-100, 101-", Some(Meaning::Unsatisfiable)),
            ("bytes=-0", Some(Meaning::Unsatisfiable)),
            ("", None),
            ("bytes", None),
            ("bytes=", None),
            ("bytes=,", None),
            ("bytes=-", None),
            ("bytes=5", None),
            ("bytes=5-4", None),
            ("bytes=0-1,5-4", None),
            ("bytes=+1-2", None),
            ("bytes=1 - 2", None),
            ("bytes=0x1-2", None),
            ("bytes=a-b", None),
            ("bytes=--5", None),
            ("bytes=1-2-3", None),
            ("bytes =1-2", None),
            ("lines=1-2", None),
        ];
        for (text, expected) in cases {
            assert_eq!(read(text, 12), expected, "{text}");
        }
        assert_eq!(read(&format!("bytes={}", "0-1,".repeat(101)), 12), None);
        for text in ["bytes=0-", "bytes=0-0", "bytes=-1"] {
            assert_eq!(read(text, 0), Some(Meaning::Unsatisfiable), "{text}");
        }
    }
}
