//! What each worker sets up for itself: an actix app with data, services and middleware.

use std::any::{TypeId, type_name};
use std::panic::Location;
use std::sync::Arc;

use actix_web::web::ServiceConfig;

use crate::kernel::Layer;

pub type Configure = dyn Fn(&mut ServiceConfig) + Send + Sync;

/// What each worker sets up for itself.
#[derive(Clone, Default)]
pub struct Setup {
    pub data: Vec<Arc<Configure>>,
    /// The types of that data.
    pub registered: Vec<Registered>,
    pub services: Vec<Arc<Configure>>,
    pub layers: Vec<Layer>,
}

/// A type of state, and where a value of it was registered.
#[derive(Clone)]
pub struct Registered {
    pub id: TypeId,
    pub type_name: &'static str,
    pub place: &'static Location<'static>,
}

impl Registered {
    /// A type that the caller of the caller registers.
    #[track_caller]
    pub fn here<T: 'static>() -> Self {
        Self { id: TypeId::of::<T>(), type_name: type_name::<T>(), place: Location::caller() }
    }
}
