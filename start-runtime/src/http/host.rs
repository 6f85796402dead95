//! The Host header: a server answers 400 to one that is no host (RFC 9112, section 3.2). That it is
//! there, and there once, is checked while the request is read.

/// Whether this is no host with an optional port: `a b`, `user@host`, `host/path`, `host:port`,
/// `[::1`. An empty one is allowed: a target without an authority has it.
pub fn is_malformed(host: &[u8]) -> bool {
    let (name, port) = match memchr::memrchr(b':', host) {
        // The colons of an IPv6 address stand in brackets.
        Some(colon) if host.last() != Some(&b']') => (&host[..colon], &host[colon + 1..]),
        _ => (host, &[][..]),
    };
    let is_name = match name.strip_prefix(b"[") {
        Some(rest) => rest.strip_suffix(b"]").is_some_and(|address| {
            !address.is_empty() && address.iter().all(|byte| *byte == b':' || NAME[usize::from(*byte)])
        }),
        None => name.iter().all(|byte| NAME[usize::from(*byte)]),
    };
    !is_name || !port.iter().all(u8::is_ascii_digit)
}

/// What a host consists of (RFC 3986, section 3.2.2), as a table: asked at each request.
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
