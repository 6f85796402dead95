//! Step 2: take off a status.

use actix_web::http::StatusCode;

use crate::adapter::Probe;
use crate::describe::Operation;

levels!(status_kind: StatusLevel);

pub struct StatusBefore;
pub struct StatusAfter;
pub struct NoStatus;

impl<T> StatusLevel for &&Probe<(StatusCode, T)> {
    type Kind = StatusBefore;
    fn status_kind(&self) -> StatusBefore {
        StatusBefore
    }
}

impl<T> StatusLevel for &Probe<(T, StatusCode)> {
    type Kind = StatusAfter;
    fn status_kind(&self) -> StatusAfter {
        StatusAfter
    }
}

impl<T> StatusLevel for Probe<T> {
    type Kind = NoStatus;
    fn status_kind(&self) -> NoStatus {
        NoStatus
    }
}

impl StatusBefore {
    /// The status first, then the value.
    pub fn ordered<T>(self, pair: (StatusCode, T)) -> (StatusCode, T) {
        pair
    }
    pub fn ordered_probe<T>(self, _: &Probe<(StatusCode, T)>) -> Probe<(StatusCode, T)> {
        Probe::NEW
    }
    pub fn split<T>(self, (status, value): (StatusCode, T)) -> (Option<StatusCode>, T) {
        (Some(status), value)
    }
    pub fn describe<T>(self, _: &Probe<(StatusCode, T)>, docs: &mut Operation<'_>) -> Probe<T> {
        docs.any_status();
        Probe::NEW
    }
}

impl StatusAfter {
    pub fn ordered<T>(self, (value, status): (T, StatusCode)) -> (StatusCode, T) {
        (status, value)
    }
    pub fn ordered_probe<T>(self, _: &Probe<(T, StatusCode)>) -> Probe<(StatusCode, T)> {
        Probe::NEW
    }
    pub fn split<T>(self, (value, status): (T, StatusCode)) -> (Option<StatusCode>, T) {
        (Some(status), value)
    }
    pub fn describe<T>(self, _: &Probe<(T, StatusCode)>, docs: &mut Operation<'_>) -> Probe<T> {
        docs.any_status();
        Probe::NEW
    }
}

impl NoStatus {
    pub fn ordered<T>(self, value: T) -> T {
        value
    }
    pub fn ordered_probe<T>(self, _: &Probe<T>) -> Probe<T> {
        Probe::NEW
    }
    pub fn split<T>(self, value: T) -> (Option<StatusCode>, T) {
        (None, value)
    }
    pub fn describe<T>(self, _: &Probe<T>, _: &mut Operation<'_>) -> Probe<T> {
        Probe::NEW
    }
}
