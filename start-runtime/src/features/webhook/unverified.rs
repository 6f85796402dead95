use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;

/// Why a request is not taken for a delivery of its sender. The client reads it, so it must not have a secret, or what a
/// signature should have been.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unverified {
    reason: Cow<'static, str>,
    is_missing: bool,
}

impl Unverified {
    /// The request has no signature: this header is absent or empty.
    pub fn missing(header: &str) -> Self {
        Self { reason: format!("the header `{header}` is missing").into(), is_missing: true }
    }

    /// The request has a signature that does not hold. The reason continues “the signature is invalid: ”.
    pub fn invalid(reason: impl Into<Cow<'static, str>>) -> Self {
        Self { reason: reason.into(), is_missing: false }
    }

    /// Whether there is no signature at all.
    pub fn is_missing(&self) -> bool {
        self.is_missing
    }
}

impl fmt::Display for Unverified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.is_missing {
            f.write_str("the signature is invalid: ")?;
        }
        f.write_str(&self.reason)
    }
}

impl StdError for Unverified {}
