use start_runtime::prelude::*;

#[api_route]
async fn GET(event: APIEvent) -> String {
    crate::app::passed(&event)
}
