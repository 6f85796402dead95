use actix_web::http::StatusCode;

/// A status: a [`StatusCode`] or its number.
pub trait IntoStatus {
    /// The status. A number that is no status (below 100 or above 999) becomes 500, and is logged.
    fn into_status(self) -> StatusCode;
}

impl IntoStatus for StatusCode {
    fn into_status(self) -> StatusCode {
        self
    }
}

impl IntoStatus for u16 {
    fn into_status(self) -> StatusCode {
        StatusCode::from_u16(self).unwrap_or_else(|_| {
            tracing::error!("{self} is not an HTTP status, 500 is sent instead");
            StatusCode::INTERNAL_SERVER_ERROR
        })
    }
}
