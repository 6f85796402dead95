//! Why a socket is closed (RFC 6455, section 7.4): codes and reasons that a close frame may have.

use std::fmt;

use crate::response::{Cause, IntoProblem, Problem};

/// The most bytes that a reason may have: a control frame has 125, and the code takes two (RFC 6455, section 5.5).
const MOST_REASON: usize = 123;

/// The code of a close frame. There is none that may not be sent.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CloseCode(u16);

/// Why a number is not the code of a close frame, or a text is not its reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IllegalClose {
    /// The code is not 1000 to 1003, 1007 to 1014 or 3000 to 4999.
    Code(u16),
    /// The reason has this many bytes, and may have 123.
    Reason(usize),
}

impl CloseCode {
    /// 1000: all is said. A handler that returns closes its socket with it.
    pub const NORMAL: Self = Self(1000);
    /// 1001: the server stops, or the client's page is left.
    pub const AWAY: Self = Self(1001);
    /// 1002: what was sent is not the protocol.
    pub const PROTOCOL: Self = Self(1002);
    /// 1003: a kind of message that is not taken here, such as a binary one.
    pub const UNSUPPORTED: Self = Self(1003);
    /// 1007: a message whose content is not what it should be.
    pub const INVALID: Self = Self(1007);
    /// 1008: a rule of the program is broken.
    pub const POLICY: Self = Self(1008);
    /// 1009: a message is too large.
    pub const TOO_LARGE: Self = Self(1009);
    /// 1010: the client needs an extension that the server does not have.
    pub const EXTENSION: Self = Self(1010);
    /// 1011: the handler has failed.
    pub const ERROR: Self = Self(1011);
    /// 1012: the server starts again.
    pub const RESTART: Self = Self(1012);
    /// 1013: there is too much to do; the client may come back later.
    pub const TRY_AGAIN: Self = Self(1013);
    /// 1014: another server has failed.
    pub const BAD_GATEWAY: Self = Self(1014);

    /// The code with this number: 1000 to 1003, 1007 to 1014, and 3000 to 4999 for programs (4000 to 4999 are nobody
    /// else's).
    ///
    /// ```
    /// use start_runtime::CloseCode;
    ///
    /// assert!(CloseCode::new(4001).is_ok());
    /// assert!(CloseCode::new(1006).is_err());
    /// ```
    ///
    /// # Errors
    /// Any other number may not stand in a close frame.
    pub const fn new(code: u16) -> Result<Self, IllegalClose> {
        match code {
            1000..=1003 | 1007..=1014 | 3000..=4999 => Ok(Self(code)),
            _ => Err(IllegalClose::Code(code)),
        }
    }

    /// Its number.
    pub const fn get(self) -> u16 {
        self.0
    }
}

impl fmt::Debug for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for CloseCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// The reason beside a code: at most 123 bytes of UTF-8.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CloseReason(Box<str>);

impl CloseReason {
    /// A text as it is.
    ///
    /// # Errors
    /// One of more than 123 bytes does not fit into a close frame.
    pub fn new(text: impl Into<String>) -> Result<Self, IllegalClose> {
        let text = text.into();
        if text.len() > MOST_REASON { Err(IllegalClose::Reason(text.len())) } else { Ok(Self(text.into())) }
    }

    /// As much of a text as fits into a close frame.
    pub fn cut(text: &str) -> Self {
        let end = (0..=MOST_REASON.min(text.len())).rev().find(|end| text.is_char_boundary(*end));
        Self(text[..end.unwrap_or_default()].into())
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What a close frame says: a code, perhaps with a reason; or nothing.
///
/// As the error of a handler, it closes the socket: `return Err(Close::because(CloseCode::POLICY, "one room at a time"))`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Close {
    code: Option<CloseCode>,
    reason: CloseReason,
}

impl Close {
    /// A code without a reason.
    pub fn new(code: CloseCode) -> Self {
        Self { code: Some(code), reason: CloseReason::default() }
    }

    /// A code with a reason. Of a longer text, the first 123 bytes are sent.
    pub fn because(code: CloseCode, reason: impl AsRef<str>) -> Self {
        Self::with_reason(code, CloseReason::cut(reason.as_ref()))
    }

    /// A code with a reason that fits.
    pub fn with_reason(code: CloseCode, reason: CloseReason) -> Self {
        Self { code: Some(code), reason }
    }

    /// A close frame that says nothing (for the client: 1005).
    pub fn without_code() -> Self {
        Self { code: None, reason: CloseReason::default() }
    }

    /// The code, if there is one.
    pub fn code(&self) -> Option<CloseCode> {
        self.code
    }

    /// The reason; empty if there is none.
    pub fn reason(&self) -> &str {
        self.reason.as_str()
    }
}

impl From<CloseCode> for Close {
    fn from(code: CloseCode) -> Self {
        Self::new(code)
    }
}

impl fmt::Display for Close {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.code, self.reason()) {
            (Some(code), "") => write!(f, "closed with {code}"),
            (Some(code), reason) => write!(f, "closed with {code}: {reason}"),
            (None, _) => f.write_str("closed without a code"),
        }
    }
}

/// Lets a handler that returns problems close its socket with `?`.
#[diagnostic::do_not_recommend]
impl IntoProblem for Close {
    fn into_problem(self) -> Problem {
        Problem::unexpected(Cause::new(Box::new(ClosesSocket(self))))
    }
}

/// A close frame as an error on its way out of a handler.
#[derive(Debug)]
pub struct ClosesSocket(pub Close);

impl fmt::Display for ClosesSocket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for ClosesSocket {}

impl fmt::Display for IllegalClose {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Code(code) => write!(
                f,
                "{code} may not stand in a close frame: take 1000 to 1003, 1007 to 1014, or a code of your own from 4000 to 4999"
            ),
            Self::Reason(length) => {
                write!(f, "the reason of a close frame has at most {MOST_REASON} bytes, and this one has {length}")
            }
        }
    }
}

impl std::error::Error for IllegalClose {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_codes_that_may_be_sent_are_codes() {
        let good = (0..=u16::MAX).filter(|code| CloseCode::new(*code).is_ok()).count();
        assert_eq!(good, 4 + 8 + 2000);
        for (code, is_good) in [
            (0, false),
            (999, false),
            (1000, true),
            (1003, true),
            (1004, false),
            (1005, false),
            (1006, false),
            (1007, true),
            (1014, true),
            (1015, false),
            (2999, false),
            (3000, true),
            (4999, true),
            (5000, false),
            (u16::MAX, false),
        ] {
            assert_eq!(CloseCode::new(code).is_ok(), is_good, "{code}");
        }
    }

    #[test]
    fn a_reason_fits_or_is_cut_at_a_character() {
        assert!(CloseReason::new("x".repeat(123)).is_ok());
        assert_eq!(CloseReason::new("x".repeat(124)), Err(IllegalClose::Reason(124)));
        assert_eq!(CloseReason::cut(&"é".repeat(80)).as_str(), "é".repeat(61));
        assert_eq!(Close::because(CloseCode::POLICY, "why").to_string(), "closed with 1008: why");
    }
}
