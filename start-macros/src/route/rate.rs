//! The text of a rate limit: `5 / 2s`.

use proc_macro2::Span;
use syn::LitStr;
use syn::spanned::Spanned as _;

use crate::route::scope::SharedOptions;

/// How many requests may come in how much time.
#[derive(Clone, Copy)]
pub struct RateLimit {
    pub requests: u32,
    pub milliseconds: u64,
    pub span: Span,
}

/// The error for anything but a text.
pub const EXPECTED: &str =
    "`rate_limit` takes a text with a number of requests and a time: write `rate_limit = \"5 / 2s\"`";

/// The time of each request that passed is kept.
const MOST_REQUESTS: u32 = 10_000;
const MOST_DAYS: u64 = 30;

/// In milliseconds.
const UNITS: [(&str, u64); 5] = [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000), ("d", 86_400_000)];

/// Reads the text.
pub fn read(text: &LitStr) -> syn::Result<RateLimit> {
    let written = text.value();
    let limit = parse(&written).map_err(|reason| syn::Error::new(text.span(), reason))?;
    Ok(RateLimit { requests: limit.0, milliseconds: limit.1, span: text.span() })
}

fn parse(written: &str) -> Result<(u32, u64), String> {
    const HOW: &str = "write a number of requests, a slash, and a time in ms, s, m, h or d, such as \"5 / 2s\"";
    let unreadable = || format!("`{written}` is no rate: {HOW}");
    let (requests, period) = written.split_once('/').ok_or_else(unreadable)?;
    let (requests, period) = (requests.trim(), period.trim());
    let digits = period.len() - period.trim_start_matches(|sign: char| sign.is_ascii_digit()).len();
    let (amount, unit) = (&period[..digits], period[digits..].trim());
    let Some((_, size)) = UNITS.iter().find(|(name, _)| *name == unit) else {
        return Err(match unit {
            "" if digits > 0 => {
                format!("the time of `{written}` has no unit: write \"{requests} / {period}s\" for seconds")
            }
            _ => unreadable(),
        });
    };
    if amount.is_empty() && !requests.is_empty() {
        return Err(format!("the time of `{written}` has no number: write \"{requests} / 1{unit}\""));
    }
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(requests) || !is_number(amount) {
        return Err(unreadable());
    }
    // What does not fit is too much.
    let count = requests.parse().unwrap_or(u32::MAX);
    let milliseconds = amount.parse().unwrap_or(u64::MAX).saturating_mul(*size);
    match (count, milliseconds) {
        (0, _) => Err(format!("`{written}` lets no request pass: {HOW}")),
        (_, 0) => Err(format!("`{written}` has no time: {HOW}")),
        (count, _) if count > MOST_REQUESTS => {
            Err(format!("{requests} requests are more than a limit can count, {MOST_REQUESTS}: choose a shorter time"))
        }
        (_, time) if time > MOST_DAYS * 86_400_000 => {
            Err(format!("`{period}` is longer than a limit can last: at most {MOST_DAYS}d"))
        }
        found => Ok(found),
    }
}

/// A name of whom to count needs a limit.
pub fn check(options: &SharedOptions, errors: &mut Vec<syn::Error>) {
    if options.rate_limit.is_none()
        && let Some(by) = &options.rate_limit_by
    {
        let message = "`rate_limit_by` says whom a limit counts, and there is none: add `rate_limit = \"5 / 2s\"`";
        errors.push(syn::Error::new(by.path.span(), message));
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn rates_are_read() {
        let cases = [
            ("5 / 2s", (5, 2000)),
            ("5/2s", (5, 2000)),
            (" 100 / 1 m ", (100, 60_000)),
            ("1 / 1ms", (1, 1)),
            ("10000 / 30d", (10_000, 2_592_000_000)),
            ("3 / 24h", (3, 86_400_000)),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), Ok(expected), "{text}");
        }
    }

    #[test]
    fn what_is_no_rate_says_what_to_write() {
        let cases = [
            ("", "is no rate"),
            ("5", "is no rate"),
            ("5 per 2s", "is no rate"),
            ("five / 2s", "is no rate"),
            ("-5 / 2s", "is no rate"),
            ("5 / 2 seconds", "is no rate"),
            ("5 / 1.5s", "is no rate"),
            ("5 / 2s / 3s", "is no rate"),
            ("/ 2s", "is no rate"),
            ("5 /", "is no rate"),
            ("5 / 2", "write \"5 / 2s\""),
            ("5 / s", "write \"5 / 1s\""),
            ("0 / 2s", "lets no request pass"),
            ("5 / 0s", "has no time"),
            ("10001 / 1s", "more than a limit can count"),
            ("99999999999 / 1s", "more than a limit can count"),
            ("5 / 31d", "at most 30d"),
            ("5 / 99999999999999999999d", "at most 30d"),
        ];
        for (text, expected) in cases {
            let error = parse(text).expect_err(text);
            assert!(error.contains(expected), "{text}: {error}");
        }
    }
}
