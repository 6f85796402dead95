//! Compressed answers (RFC 9110, section 8.4): gzip, br and zstd, as the client accepts them.
//!
//! - Only what is in memory as a whole is compressed: a stream is never held up for it.
//! - A response that says itself how it is encoded, that is a part, or that must not be changed, stays as it is.
//! - A response to HEAD has the headers of that to GET.

mod accept;
mod coding;
mod config;
mod eligible;
mod pack;
mod settings;

use std::sync::Arc;

use actix_web::body::BoxBody;
use actix_web::dev::ServiceRequest;
use actix_web::middleware::{Next, from_fn};

use crate::base::StartError;
use crate::kernel::{Capability, Opening, Settings, layer};
pub use coding::Coding;
pub use config::Compression;

pub const CAPABILITY: Capability = Capability { open, command: None };

fn open(settings: &mut Settings, opening: &mut Opening<'_>) -> Result<(), StartError> {
    let Some(config) = settings.take::<Compression>() else { return Ok(()) };
    let config = Arc::new(config);
    opening.layers.push(layer(move || {
        let config = config.clone();
        from_fn(move |request: ServiceRequest, next: Next<BoxBody>| {
            let config = config.clone();
            async move {
                let response = next.call(request).await?;
                Ok(pack::packed(response, &config).await)
            }
        })
    }));
    Ok(())
}
