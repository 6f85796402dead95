//! The URL of a server: read, and shown without its password.

use redis::{Client, parse_redis_url};
use url::Url;

use crate::base::StartError;

/// What a right one looks like.
const HOW: &str = "write `redis://127.0.0.1:6379`, `redis://user:password@host:6379/0` or `unix:///run/redis.sock`";

/// A client that is not connected, and where its server is. `whose`: what the message begins with.
pub fn read(whose: &str, text: &str) -> Result<(Client, String), StartError> {
    // The text is in no message: it may have a password.
    let wrong = |what: &str| StartError::new(format!("{whose} {what}: {HOW}"));
    let text = text.trim();
    if text.is_empty() {
        return Err(wrong("is empty"));
    }
    let url = Url::parse(text).map_err(|error| wrong(&format!("is no URL ({error})")))?;
    if parse_redis_url(text).is_none() {
        return Err(wrong(&format!("has the scheme `{}`, which is not that of Redis or Valkey", url.scheme())));
    }
    let client = Client::open(text).map_err(|error| wrong(&format!("cannot be used ({error})")))?;
    Ok((client, shown(url)))
}

/// For people: without the password.
fn shown(mut url: Url) -> String {
    if url.password().is_some() {
        // A URL without a host has no password.
        let _ = url.set_password(Some("***"));
    }
    // That of a Unix socket is here.
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_masked() {
        for (text, expected) in [
            ("redis://127.0.0.1:6379", "redis://127.0.0.1:6379"),
            (" redis://cache/3\n", "redis://cache/3"),
            ("valkey://cache", "valkey://cache"),
            ("redis://:hush@cache:7000/1", "redis://:***@cache:7000/1"),
            ("redis://luna:hush@[::1]:7000/1?protocol=resp3", "redis://luna:***@[::1]:7000/1"),
            ("unix:///run/redis.sock?user=luna&pass=hush", "unix:///run/redis.sock"),
            ("redis+unix:///run/redis.sock?db=2", "redis+unix:///run/redis.sock"),
        ] {
            assert_eq!(read("it", text).unwrap().1, expected, "{text}");
        }
    }

    #[test]
    fn a_wrong_url_is_told_what_to_write_and_never_repeated() {
        for (text, expected) in [
            ("", "it is empty"),
            ("  ", "it is empty"),
            ("127.0.0.1:6379", "it is no URL"),
            ("hush", "it is no URL"),
            ("//:hush@cache", "it is no URL"),
            ("localhost:6379", "it has the scheme `localhost`"),
            ("http://:hush@cache:6379", "it has the scheme `http`"),
            ("redis://:hush@", "it is no URL"),
            ("redis://cache:hush", "it is no URL"),
            ("redis://:hush@cache/first", "it cannot be used"),
            ("redis://0.0.0.0", "it cannot be used"),
            ("redis:6379", "it cannot be used"),
        ] {
            let Err(error) = read("it", text) else { panic!("{text} is taken") };
            let error = error.to_string();
            assert!(error.starts_with(expected) && error.contains(HOW), "{text}: {error}");
            assert!(!error.contains("hush"), "{text}: {error}");
        }
    }
}
