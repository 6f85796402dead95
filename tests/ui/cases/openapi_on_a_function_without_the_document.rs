//! What edits the document takes it.

#[start_runtime::openapi]
fn about() {}

fn main() {}
