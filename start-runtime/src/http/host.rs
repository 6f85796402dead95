//! The Host header: a server answers 400 if its value is not a host (RFC 9112, section 3.2). That it is present exactly
//! once is checked while the request is read.

/// Whether this is not a host with an optional port: `a b`, `user@host`, `host/path`, `host:port`, `[::1`. An empty
/// host is allowed: a target without an authority has one.
pub fn is_malformed(host: &[u8]) -> bool {
    let (name, port) = match memchr::memrchr(b':', host) {
        // An IPv6 address has its colons in brackets.
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

/// The characters of a host (RFC 3986, section 3.2.2), as a table, because every request looks them up.
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
