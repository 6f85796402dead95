//! Facts of HTTP: what the standards say about hosts, cookies, methods and content negotiation; and where a request comes
//! from: its client, the proxies before it, the request that it is fetched for.
//!
//! The ground floor: nothing here names another room.

pub mod accept;
pub mod authority;
pub mod client;
pub mod cookies;
mod forwarded;
#[allow(dead_code, reason = "capabilities speak by WebSockets")]
mod frame_limit;
#[allow(dead_code, reason = "capabilities pass messages on")]
mod hop_by_hop;
pub mod host;
mod lineage;
#[allow(dead_code, reason = "metrics and traces name methods")]
pub mod methods;
mod outer;
mod param_name;
mod place;
mod proxies;
mod request_id;
mod targets;

#[allow(unused_imports, reason = "capabilities speak by WebSockets")]
pub use frame_limit::frames_within;
#[allow(unused_imports, reason = "capabilities pass messages on")]
pub use hop_by_hop::HopByHop;
pub use lineage::Lineage;
pub use outer::{EndOfOuter, FetchedFor, Outer};
pub use param_name::is_alike;
pub use place::ParamPlace;
pub use proxies::TrustedProxies;
pub use request_id::RequestId;
pub use targets::Targets;
