//! Operations of the OpenAPI document that no route stands for: what a capability answers behind one route, such as the
//! procedures of a router. The document lists them, and knows nothing of the capability.

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::describe::{Schemas, SecurityScheme};

/// Lists operations, with the schemas of their types.
pub type ListOperations = Arc<dyn Fn(&mut Schemas) -> Vec<ListedOperation> + Send + Sync>;

/// One method of one path.
pub struct ListedOperation {
    /// `GET` or another method.
    pub method: &'static str,
    /// The path with its parameters in braces.
    pub path: String,
    pub tag: String,
    /// Where the function is that answers, for the errors of the start-up checks.
    pub place: String,
    /// Its Operation Object.
    pub object: Map<String, Value>,
    pub schemes: Vec<SecurityScheme>,
    /// Schemes that are declared elsewhere.
    pub named_schemes: Vec<String>,
    /// Whether the session of the client is read.
    pub takes_session: bool,
}
