//! tRPC: procedures by attributes, and the protocol that `@trpc/client` speaks (versions 11 and 10).
//!
//! | file | what it does |
//! |---|---|
//! | `input`, `argument`, `octets`, `connection_params` | what procedures take |
//! | `output`, `run`, `tracked`, `deferred`, `maybe` | what they return |
//! | `code`, `error` | what goes wrong |
//! | `table`, `router`, `mounted` | procedures by their paths, and where they are served |
//! | `ask`, `split`, `handle`, `call`, `envelope` | from a request to its calls, and from these to an answer |
//! | `pieces`, `jsonl`, `sse` | answers that come piece by piece |
//! | `socket`, `frames`, `message`, `outbox` | calls over a WebSocket |
//! | `superjson` | values that JSON does not know |
//! | `served`, `operations` | procedures in the OpenAPI document |
//! | `types` | the `AppRouter` of TypeScript, for `types --trpc` |
//! | `v10` | what clients of version 10 expect otherwise |
//! | `called` | which procedure that is, for guards and middleware |
//! | `nested` | calls by the program itself |
//!
//! - Each call has its own panics and its own time. What fails is an error of that call, in the shape of tRPC.
//! - A text of the program's inside reaches the log and `on_error`, and no client.
//! - A stream is dropped when its client leaves.

pub mod api;
mod argument;
mod ask;
mod call;
mod called;
mod code;
mod connection_params;
mod deferred;
mod envelope;
mod error;
mod frames;
pub mod generated;
mod handle;
mod input;
mod jsonl;
mod maybe;
mod message;
mod mounted;
mod nested;
mod octets;
mod operations;
mod outbox;
mod output;
mod pieces;
mod router;
mod run;
mod served;
mod socket;
mod split;
mod sse;
pub mod superjson;
mod table;
mod tracked;
mod types;
mod v10;

use std::sync::Arc;

use crate::base::StartError;
use crate::kernel::{Capability, ListOperations, Opening, Procedure, Settings};
use mounted::Mountings;
use served::Served;

pub const CAPABILITY: Capability = Capability { open, command: Some(types::FLAG) };

fn open(settings: &mut Settings, opening: &mut Opening<'_>) -> Result<(), StartError> {
    table::check_roots()?;
    opening.types.push(types::VIEW);
    let mut served = match settings.take::<Mountings>() {
        Some(mountings) => mountings.open(opening)?,
        None => Vec::new(),
    };
    if Procedure::all().is_empty() {
        return Ok(());
    }
    served.extend(opening.linked.iter().filter_map(|route| Served::by(route)));
    let is_only = served.len() == 1;
    opening.operations.extend(served.into_iter().map(|served| -> ListOperations {
        Arc::new(move |schemas| operations::operations(&served, is_only, schemas))
    }));
    Ok(())
}
