//! One program: who is let in, what everybody else is told, in which order, and how often a function is asked.

mod accounts;
mod credentials;
#[path = "../../../behaviour/tests/behaviour/documented.rs"]
mod documented;
mod folder;
mod once;
mod order;
mod params;
mod refusals;
mod sockets;
mod starting;
mod table;
mod tests;
