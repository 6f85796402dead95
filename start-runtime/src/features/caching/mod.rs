//! Conditional requests (RFC 9110, section 13) and Cache-Control (RFC 9111, section 5.2): a client is not sent what it
//! has, and does not overwrite what it has not seen.
//!
//! - `Versioned<T>` answers for a value that knows its version; `event.check` is the condition of a change, to be asked
//!   where the change is made, so that both are one step.
//! - `Start::etags` makes ETags of bodies, and answers 304 for all routes.

mod automatic;
mod cache_control;
mod check;
mod settings;
mod version;
mod versioned;

use actix_web::body::BoxBody;
use actix_web::dev::ServiceRequest;
use actix_web::middleware::{Next, from_fn};

use crate::base::StartError;
use crate::kernel::{Capability, Opening, Settings, layer};
pub use cache_control::CacheControl;
use settings::Etags;
pub use version::Version;
pub use versioned::Versioned;

pub const CAPABILITY: Capability = Capability { open, command: None };

fn open(settings: &mut Settings, opening: &mut Opening<'_>) -> Result<(), StartError> {
    if settings.take::<Etags>().is_some() {
        opening.in_place.etags = true;
        opening.layers.push(layer(|| {
            from_fn(|request: ServiceRequest, next: Next<BoxBody>| async move {
                Ok(automatic::conditional(next.call(request).await?))
            })
        }));
    }
    Ok(())
}
