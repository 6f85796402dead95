//! Around the folder, and who may enter.

use start_runtime::{Next, prelude::*};

use crate::app::{around, pass};

pub async fn middleware(event: APIEvent, next: Next) -> Response {
    around("folder", event, next).await
}

#[extractor]
pub fn guard(event: APIEvent) -> Result<(), Problem> {
    pass(&event, "guard");
    if event.request.query_string() == "refuse" { Err(Problem::forbidden("no")) } else { Ok(()) }
}
