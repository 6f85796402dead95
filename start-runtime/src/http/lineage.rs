//! Where a request comes from: in the extensions of each request that was asked for it.

use actix_web::HttpMessage;

use super::{FetchedFor, RequestId};

/// The descent of a request. One value, because each value in a request's extensions costs an allocation.
#[derive(Clone)]
pub struct Lineage {
    /// The id of the request from outside.
    pub id: RequestId,
    pub fetched: Option<FetchedFor>,
}

impl Lineage {
    /// The lineage of a request, which keeps it. A request that has none yet comes from outside.
    pub fn of(request: &impl HttpMessage) -> Self {
        if let Some(known) = request.extensions().get::<Self>() {
            return known.clone();
        }
        let lineage = Self { id: RequestId::sent_with(request.headers()), fetched: None };
        request.extensions_mut().insert(lineage.clone());
        lineage
    }
}

impl FetchedFor {
    /// That of a request, if it has one.
    pub fn of(request: &impl HttpMessage) -> Option<Self> {
        request.extensions().get::<Lineage>()?.fetched.clone()
    }
}
