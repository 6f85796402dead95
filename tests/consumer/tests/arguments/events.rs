//! The event and its parts.

use start_runtime::prelude::*;
use start_runtime::{Fetch, Locals, Params, Request, StagedResponse};

use crate::get;

#[api_route(GET, "/event/whole/[name]")]
async fn whole(event: APIEvent) -> String {
    format!("{} {}", event.request.method(), &event.params["name"])
}

#[api_route(GET, "/event/parts/[name]")]
async fn parts(APIEvent { params, fetch, .. }: APIEvent) -> Result<String, Problem> {
    Ok(fetch(&format!("/event/whole/{}", &params["name"])).await?.text().await?)
}

#[api_route(GET, "/event/all-parts")]
async fn all_parts(APIEvent { request, params, fetch, locals, response }: APIEvent) -> String {
    let _: (&Params, &Fetch, &Locals, &StagedResponse, &Request) = (&params, &fetch, &locals, &response, &request);
    response.set_header("x-a", "b");
    request.path().to_owned()
}

#[api_route(GET, "/event/param/[name]")]
async fn with_param(event: APIEvent, name: String) -> bool {
    event.params["name"] == name
}

#[api_route(GET, "/event/unused")]
async fn unused(_: APIEvent) -> &'static str {
    "a"
}

#[api_route(POST, "/event/body")]
async fn with_body(event: APIEvent, Json(first): Json<u8>) -> Result<String, Problem> {
    let again = event.request.json::<u8>().await;
    Ok(format!("{first} {}", again.is_err()))
}

#[start_runtime::test]
async fn the_event_comes_whole_or_in_parts() {
    assert_eq!(get("/event/whole/a").await, "GET a");
    assert_eq!(get("/event/parts/a").await, "GET a");
    assert_eq!(get("/event/all-parts").await, "/event/all-parts");
    assert_eq!(get("/event/param/a").await, "true");
    assert_eq!(get("/event/unused").await, "a");
}

#[start_runtime::test]
async fn the_body_is_read_once() {
    let answer = crate::app().post("/event/body").json(&1).await;
    assert_eq!(answer.text().await.unwrap(), "1 true");
}

#[start_runtime::test]
async fn a_handler_is_an_ordinary_function() {
    let event = start_runtime::test::event("/event/whole/a").param("name", "a").build();
    assert_eq!(whole(event).await, "GET a");
}
