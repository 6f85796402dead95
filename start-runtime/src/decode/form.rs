//! Decodes forms as browsers send them by default (`application/x-www-form-urlencoded`).

use actix_web::http::header::{self, HeaderMap};
use serde::de::DeserializeOwned;

use super::content::{check_encoding, wrong_content_type};
use super::{BadParams, urlencoded};
use crate::http::ParamPlace;
use crate::response::Problem;

/// Returns a 415 unless the body is such a form.
pub fn check_content_type(headers: &HeaderMap) -> Result<(), Problem> {
    const FORM: &str = "application/x-www-form-urlencoded";
    let value = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    if value.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(FORM) {
        return check_encoding(headers);
    }
    Err(wrong_content_type(value, FORM))
}

/// Decodes a body. Returns a 422 that lists the fields that are missing or invalid.
pub fn parse<T: DeserializeOwned>(body: &[u8]) -> Result<T, Problem> {
    let mut bad = BadParams::new();
    urlencoded::parse(body, ParamPlace::Form, &mut bad).ok_or_else(|| bad.into_problem())
}
