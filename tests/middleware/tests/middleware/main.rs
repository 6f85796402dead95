//! One program: which middleware runs, in which order, and what it may do with a request and its answer.

mod answers;
mod app;
mod everywhere;
mod folder;
mod order;
mod sockets;
mod staged;
mod starting;
