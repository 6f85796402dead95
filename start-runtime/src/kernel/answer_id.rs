use actix_web::HttpMessage;
use actix_web::http::header::{HeaderMap, HeaderName, HeaderValue};

use super::App;
use crate::http::RequestId;

/// The name of a request that its answer will carry, if the program sends it.
pub struct AnswerId(Option<Box<(HeaderName, RequestId)>>);

impl AnswerId {
    /// The name of this request.
    pub fn of(app: &App, request: &impl HttpMessage) -> Self {
        Self(app.request_id_header.as_ref().map(|name| Box::new((name.clone(), RequestId::of(request)))))
    }

    /// Adds the name to an answer, unless that says another one itself.
    pub fn write(&self, headers: &mut HeaderMap) {
        if let Some((name, id)) = self.0.as_deref()
            && !headers.contains_key(name)
            && let Ok(value) = HeaderValue::from_str(id.text())
        {
            headers.insert(name.clone(), value);
        }
    }
}
