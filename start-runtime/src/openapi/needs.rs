//! What handlers need that can only be checked when the program starts.

use actix_web::HttpRequest;

use super::operation::Operation;
use crate::route::Route;

/// A type that has to be registered with `Start::data`.
pub struct Need {
    pub type_name: &'static str,
    pub present: fn(&HttpRequest) -> bool,
}

/// The state that a route's handler takes.
pub fn needs(route: &Route) -> Vec<Need> {
    let mut operation = Operation::new(None);
    (route.describe)(&mut operation);
    operation.needs
}
