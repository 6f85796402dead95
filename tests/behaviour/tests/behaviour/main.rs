//! One program for all promises, a file for each subject. Every file has its routes under a prefix
//! of its own.

mod bodies;
mod docs;
mod downloads;
mod errors;
mod events;
mod extractors;
mod fetch;
mod folder;
mod grammar;
mod http1;
mod methods;
mod multipart;
mod pages;
mod slow;
mod sockets;
mod starting;
#[cfg(unix)]
mod stopping;
mod streams;
mod wire;
