//! One program for all promises, with one file per subject. The routes of each file have a prefix of their own.

mod after;
mod bodies;
mod clients;
mod cookies;
mod docs;
mod documented;
mod downloads;
mod downloads_made;
mod errors;
mod events;
mod extractors;
mod failing;
mod fetch;
mod first_hour;
mod folder;
mod grammar;
mod grammar_tails;
mod http1;
mod json_bodies;
mod labels;
mod methods;
mod moved;
mod multipart;
mod multipart_grammar;
mod output_grammar;
mod pages;
mod slow;
mod sockets;
mod starting;
mod static_files;
#[cfg(unix)]
mod stopping;
mod streams;
mod text_formats;
mod upgrades;
mod wire;
