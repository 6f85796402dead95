//! Passes the body limit of a route to actix's extractors, which look for theirs in the app data.

use std::collections::HashMap;
use std::rc::Rc;

use actix_web::dev::{Extensions, ServiceRequest};
use actix_web::web::{FormConfig, JsonConfig, PayloadConfig};

use crate::base::panic::catch;
use crate::kernel::Table;

/// App data for each body limit that a route of the program sets.
pub struct Limits(HashMap<usize, Rc<Extensions>>);

impl Limits {
    pub fn new(table: &Table) -> Self {
        let limits = table.routes().iter().filter_map(|route| route.body_limit);
        Self(limits.map(|limit| (limit, Rc::new(app_data(limit)))).collect())
    }

    /// Makes actix's extractors read up to this limit, as a resource of actix with such app data would.
    pub fn apply(&self, request: &mut ServiceRequest, limit: usize) {
        let Some(data) = self.0.get(&limit) else { return };
        // actix panics here if middleware holds a clone of the request; its own routing does not allow that either. In
        // that case the limit of the program applies if it is the lower one.
        if catch(|| request.add_data_container(data.clone())).is_err() {
            tracing::warn!(
                "middleware holds a clone of the request: extractors of actix keep the program's body limit at `{}`",
                request.path()
            );
        }
    }
}

fn app_data(limit: usize) -> Extensions {
    let mut data = Extensions::new();
    data.insert(PayloadConfig::new(limit));
    data.insert(JsonConfig::default().limit(limit));
    data.insert(FormConfig::default().limit(limit));
    data
}
