use std::fmt::Display;
use std::time::SystemTime;

use actix_web::HttpRequest;
use actix_web::http::header::{self, EntityTag, HeaderMap, HeaderValue, HttpDate};

use crate::response::{Validators, Verdict};

/// What tells one state of a resource from another: its ETag (RFC 9110, section 8.8.3), and when it was last changed.
///
/// ```
/// use start_runtime::Version;
///
/// let version = Version::new(7);
/// assert_eq!(version.etag(), "\"7\"");
/// assert_eq!(Version::weak("a b").etag(), "W/\"a%20b\"");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    tag: EntityTag,
    last_modified: Option<SystemTime>,
}

impl Version {
    /// A version with this name, such as a revision, a time stamp or a hash: a strong ETag. Another state has another
    /// name. Characters that an ETag cannot have are percent-encoded.
    pub fn new(name: impl Display) -> Self {
        Self { tag: EntityTag::new_strong(tag(&name.to_string())), last_modified: None }
    }

    /// The same as a weak ETag: states that mean the same may share it. A change with If-Match never matches it.
    pub fn weak(name: impl Display) -> Self {
        Self { tag: EntityTag::new_weak(tag(&name.to_string())), last_modified: None }
    }

    /// Sets when the resource was last changed (Last-Modified). HTTP has whole seconds, and no times to come.
    #[must_use]
    pub fn last_modified(mut self, time: SystemTime) -> Self {
        self.last_modified = Some(time.min(SystemTime::now()));
        self
    }

    /// The ETag as it is sent.
    pub fn etag(&self) -> String {
        self.tag.to_string()
    }

    /// What a request is sent, by its conditions.
    pub(super) fn judge(&self, http: &HttpRequest) -> Verdict {
        self.validators().judge(http, 0)
    }

    fn validators(&self) -> Validators {
        Validators { etag: Some(self.tag.clone()), last_modified: self.last_modified }
    }

    /// Sets the headers.
    pub(super) fn write(&self, headers: &mut HeaderMap) {
        if let Ok(value) = HeaderValue::try_from(self.etag()) {
            headers.insert(header::ETAG, value);
        }
        if let Some(time) = self.last_modified
            && let Ok(value) = HeaderValue::try_from(HttpDate::from(time).to_string())
        {
            headers.insert(header::LAST_MODIFIED, value);
        }
    }
}

/// A text of which other texts are never made. A comma would be read as the end of a tag by some.
fn tag(name: &str) -> String {
    use std::fmt::Write as _;

    let mut tag = String::with_capacity(name.len());
    for byte in name.bytes() {
        match byte {
            b'"' | b'%' | b',' | b'\\' => _ = write!(tag, "%{byte:02X}"),
            0x21..=0x7e => tag.push(char::from(byte)),
            _ => _ = write!(tag, "%{byte:02X}"),
        }
    }
    tag
}
