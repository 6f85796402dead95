//! Characters and lists of HTTP (RFC 9110, section 5.6).

/// A token (RFC 9110, section 5.6.2): the name of a method, of a header or of an option.
pub fn is_token(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|byte| TOKEN[usize::from(*byte)])
}

/// Whether a byte may stand in a token.
pub fn is_token_byte(byte: u8) -> bool {
    TOKEN[usize::from(byte)]
}

/// Any control character but the tab. Written so that the compiler takes many bytes at once.
pub fn has_control(line: &[u8]) -> bool {
    line.iter().fold(false, |found, byte| found | (*byte < b' ' && *byte != b'\t') | (*byte == 0x7f))
}

/// The elements of a list (RFC 9110, section 5.6.1): empty ones count for nothing.
pub fn elements(value: &[u8]) -> impl Iterator<Item = &[u8]> {
    value.split(|byte| *byte == b',').map(<[u8]>::trim_ascii).filter(|element| !element.is_empty())
}

const TOKEN: [bool; 256] = {
    let punctuation = b"!#$%&'*+-.^_`|~";
    let mut token = [false; 256];
    let mut byte: u8 = 0;
    while byte < 128 {
        token[byte as usize] = byte.is_ascii_alphanumeric();
        byte += 1;
    }
    let mut index = 0;
    while index < punctuation.len() {
        token[punctuation[index] as usize] = true;
        index += 1;
    }
    token
};
