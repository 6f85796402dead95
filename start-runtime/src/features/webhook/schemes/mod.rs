//! The senders that are known here.

mod github;
mod slack;
mod standard;
mod stripe;
#[cfg(test)]
mod tests;

pub use github::GitHub;
pub use slack::Slack;
pub use standard::{StandardWebhooks, Svix};
pub use stripe::Stripe;
