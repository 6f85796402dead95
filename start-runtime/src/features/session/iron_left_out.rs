//! The seals of h3 in a program without `session-iron`: there are none.

use std::time::Duration;

use super::{SessionRecord, StoreError};
use crate::base::StartError;

/// No passwords. Its default is asked for, as that of the passwords is.
#[derive(Clone, Default)]
pub struct IronPasswords(());

impl IronPasswords {
    pub fn check(&self) -> Result<(), StartError> {
        Ok(())
    }

    pub fn is_read(&self) -> bool {
        false
    }

    pub fn is_written(&self) -> bool {
        false
    }

    pub fn place(&self) -> &'static str {
        ""
    }

    pub async fn open(&self, _: &str, _: Duration, _: Duration) -> Option<SessionRecord> {
        None
    }

    pub async fn seal(&self, _: &SessionRecord, _: Duration) -> Result<String, StoreError> {
        Err(StoreError::new("this program has no seals of h3"))
    }
}
