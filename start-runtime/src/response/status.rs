use actix_web::http::StatusCode;

/// A status: a [`StatusCode`] or its number.
pub trait IntoStatus {
    /// Returns the status, or the number if it is not one: below 100 or above 999.
    ///
    /// # Errors
    /// Returns the number.
    fn into_status(self) -> Result<StatusCode, u16>;
}

impl IntoStatus for StatusCode {
    fn into_status(self) -> Result<StatusCode, u16> {
        Ok(self)
    }
}

impl IntoStatus for u16 {
    fn into_status(self) -> Result<StatusCode, u16> {
        StatusCode::from_u16(self).map_err(|_| self)
    }
}
