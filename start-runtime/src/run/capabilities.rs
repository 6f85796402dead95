//! The list of capabilities: the only file outside of their folders that names them.

#[cfg(feature = "docs")]
use crate::features::docs;
#[cfg(feature = "garde")]
use crate::features::garde;
#[cfg(feature = "metrics")]
use crate::features::metrics;
#[cfg(feature = "multipart")]
use crate::features::multipart;
#[cfg(feature = "opentelemetry")]
use crate::features::opentelemetry;

use crate::base::StartError;
use crate::kernel::{Capability, Opening, Route, Settings, Subcommand};

/// All of them. The order is that of their layers, the outermost first; a capability sees the routes of those before it.
const ALL: &[Capability] = &[
    #[cfg(feature = "multipart")]
    multipart::CAPABILITY,
    #[cfg(feature = "garde")]
    garde::CAPABILITY,
    #[cfg(feature = "metrics")]
    metrics::CAPABILITY,
    #[cfg(feature = "opentelemetry")]
    opentelemetry::CAPABILITY,
    #[cfg(feature = "docs")]
    docs::CAPABILITY,
];

/// Opens all capabilities with what the program has told them.
pub fn open<'a>(linked: &'a [&'static Route], settings: &mut Settings) -> Result<Opening<'a>, StartError> {
    let mut opening = Opening::new(linked);
    for capability in ALL {
        (capability.open)(settings, &mut opening)?;
    }
    Ok(opening)
}

/// The commands that capabilities bring.
pub fn commands() -> impl Iterator<Item = &'static Subcommand> {
    ALL.iter().filter_map(|capability| capability.command.as_ref())
}
