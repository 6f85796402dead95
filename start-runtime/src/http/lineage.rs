//! Where a request comes from: in the extensions of each request that was asked for it.

use actix_web::HttpMessage;

use super::RequestId;

/// The descent of a request. One value, because each value in a request's extensions costs an allocation.
#[derive(Clone)]
pub struct Lineage {
    /// The id of the request from outside.
    pub id: RequestId,
    /// How many fetches it is nested in: zero for a request from outside.
    pub depth: usize,
}

impl Lineage {
    /// The lineage of a request, which keeps it. A request that has none yet comes from outside.
    pub fn of(request: &impl HttpMessage) -> Self {
        if let Some(known) = request.extensions().get::<Self>() {
            return known.clone();
        }
        let lineage = Self { id: RequestId::sent_with(request.headers()), depth: 0 };
        request.extensions_mut().insert(lineage.clone());
        lineage
    }

    /// The lineage of a request that this one fetches.
    pub fn of_child(&self) -> Self {
        Self { id: self.id.clone(), depth: self.depth + 1 }
    }
}
