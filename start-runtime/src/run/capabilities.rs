//! The list of capabilities: the only file outside of their folders that names them.

use crate::base::StartError;
use crate::kernel::{Capability, Opening, Route, Settings, Subcommand};

/// All capabilities. The order is that of their layers, outermost first; a capability sees the routes of those before
/// it.
const ALL: &[Capability] = &[
    #[cfg(feature = "security-headers")]
    crate::features::security_headers::CAPABILITY,
    #[cfg(feature = "cors")]
    crate::features::cors::CAPABILITY,
    #[cfg(feature = "multipart")]
    crate::features::multipart::CAPABILITY,
    #[cfg(feature = "garde")]
    crate::features::garde::CAPABILITY,
    #[cfg(feature = "compress")]
    crate::features::compress::CAPABILITY,
    // Inside of compression: an ETag is that of the plain content.
    #[cfg(feature = "caching")]
    crate::features::caching::CAPABILITY,
    #[cfg(feature = "rate-limit")]
    crate::features::rate_limit::CAPABILITY,
    #[cfg(feature = "session")]
    crate::features::session::CAPABILITY,
    // Its cookie is protected as that of a session is.
    #[cfg(feature = "oidc")]
    crate::features::oidc::CAPABILITY,
    #[cfg(feature = "csrf")]
    crate::features::csrf::CAPABILITY,
    #[cfg(feature = "rooms")]
    crate::features::rooms::CAPABILITY,
    #[cfg(feature = "sse")]
    crate::features::sse::CAPABILITY,
    #[cfg(feature = "ws")]
    crate::features::ws::CAPABILITY,
    // Before the document, which lists its routes.
    #[cfg(feature = "graphql")]
    crate::features::graphql::CAPABILITY,
    #[cfg(feature = "health")]
    crate::features::health::CAPABILITY,
    #[cfg(feature = "http1")]
    crate::features::http1::CAPABILITY,
    #[cfg(feature = "metrics")]
    crate::features::metrics::CAPABILITY,
    #[cfg(feature = "opentelemetry")]
    crate::features::opentelemetry::CAPABILITY,
    #[cfg(feature = "proxy")]
    crate::features::proxy::CAPABILITY,
    // Before those that add flags to its command.
    #[cfg(feature = "types")]
    crate::features::types::CAPABILITY,
    #[cfg(feature = "trpc")]
    crate::features::trpc::CAPABILITY,
    #[cfg(feature = "webhook")]
    crate::features::webhook::CAPABILITY,
    #[cfg(feature = "docs")]
    crate::features::docs::CAPABILITY,
];

/// Opens all capabilities with the program's settings for them.
pub fn open<'a>(linked: &'a [&'static Route], settings: &mut Settings) -> Result<Opening<'a>, StartError> {
    let mut opening = Opening::new(linked);
    for capability in ALL {
        (capability.open)(settings, &mut opening)?;
    }
    Ok(opening)
}

/// The commands that capabilities add.
pub fn commands() -> impl Iterator<Item = &'static Subcommand> {
    ALL.iter().filter_map(|capability| capability.command.as_ref())
}
