//! What each worker sets up for itself: an actix app with data, services and middleware.

use std::sync::Arc;

use actix_web::web::ServiceConfig;

use crate::kernel::Layer;

pub type Configure = dyn Fn(&mut ServiceConfig) + Send + Sync;

/// What each worker sets up for itself.
#[derive(Clone, Default)]
pub struct Setup {
    pub data: Vec<Arc<Configure>>,
    pub services: Vec<Arc<Configure>>,
    pub layers: Vec<Layer>,
}
