//! A folder of flat names: `names.txt` says which, and at which paths their originals answer. `build.rs` writes them.

use start_runtime::prelude::*;

mod routes {
    start_runtime::routes!("src/routes", flat);
}

/// Which file has answered, and with which params.
fn answer(file: &str, event: &APIEvent) -> String {
    let params: Vec<String> = event.params.iter().map(|(name, value)| format!(" {name}={value}")).collect();
    file.to_owned() + &params.concat()
}
