//! The Host header, and the authority of a target: a server answers 400 to one that is no host
//! (RFC 9112, section 3.2).

/// Whether this is no host with an optional port: `a b`, `user@host`, `host/path`, `host:port`,
/// `[::1`. An empty host is none either: no `http` URL has one (RFC 9110, section 4.2.1).
pub fn is_malformed(host: &[u8]) -> bool {
    let end = match host.strip_prefix(b"[") {
        // The colons of an IPv6 address stand in brackets.
        Some(rest) => {
            let is_address = |byte: &u8| *byte == b':' || NAME[usize::from(*byte)];
            match rest.iter().position(|byte| !is_address(byte)) {
                Some(length @ 1..) if rest[length] == b']' => length + 2,
                _ => return true,
            }
        }
        None => match host.iter().position(|byte| !NAME[usize::from(*byte)]) {
            Some(0) => return true,
            Some(length) => length,
            None => return host.is_empty(),
        },
    };
    match &host[end..] {
        [] => false,
        [b':', port @ ..] => !port.iter().all(u8::is_ascii_digit),
        _ => true,
    }
}

/// The characters of a host (RFC 3986, section 3.2.2), as a table: it is looked up for each request.
const NAME: [bool; 256] = {
    let punctuation = b"-._~%!$&'()*+,;=";
    let mut allowed = [false; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        allowed[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    let mut index = 0;
    while index < punctuation.len() {
        allowed[punctuation[index] as usize] = true;
        index += 1;
    }
    allowed
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_from_what_is_none() {
        for host in ["x", "EXAMPLE.COM", "x:8080", "x:", "127.0.0.1:80", "[::1]", "[::1]:80", "a%20b", "x:99999"] {
            assert!(!is_malformed(host.as_bytes()), "{host}");
        }
        for host in ["", ":80", "a b", "a@b", "a/b", "a?b", "http://a", "\"x\"", "x:abc", "x:-1", "x:80:80", "::1"] {
            assert!(is_malformed(host.as_bytes()), "{host}");
        }
        for host in ["[::1", "[::1]x", "[]", "a, b", "h\u{e9}"] {
            assert!(is_malformed(host.as_bytes()), "{host}");
        }
    }
}
