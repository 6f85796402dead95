//! The forms of arguments, without a prelude.

use ::start_runtime::actix_web::HttpRequest;
use ::start_runtime::actix_web::web::{Bytes, Query as ActixQuery};
use ::start_runtime::{APIEvent, Cookie, Form, Header, Json, Query, api_route};
use ::std::collections::BTreeMap;
use ::std::option::Option;
use ::std::string::String;
use ::std::vec::Vec;

type Map = BTreeMap<String, String>;

#[api_route("/hostile/arguments")]
mod arguments {
    use super::{
        APIEvent, ActixQuery, Bytes, Cookie, Form, Header, HttpRequest, Json, Map, Option, Query, String, Vec,
        api_route,
    };

    #[api_route(GET, "/params/[a]/[[b]]/[...rest]")]
    async fn params(a: u8, b: Option<u8>, rest: Vec<u8>) -> (u8, Option<u8>, Vec<u8>) {
        (a, b, rest)
    }

    #[api_route(GET, "/event")]
    async fn event(APIEvent { request, .. }: APIEvent, http: HttpRequest) -> bool {
        request.path() == http.path()
    }

    #[api_route(GET, "/typed")]
    async fn typed(
        Query(query): Query<Map>,
        ActixQuery(again): ActixQuery<Map>,
        Header(x_a): Header<Option<String>>,
        Cookie(b): Cookie<Option<String>>,
    ) -> (Map, Map, Option<String>, Option<String>) {
        (query, again, x_a, b)
    }

    #[api_route(POST, "/json")]
    async fn json(Json(body): Json<Map>) -> Map {
        body
    }

    #[api_route(POST, "/form")]
    async fn form(Form(body): Form<Map>) -> Map {
        body
    }

    #[api_route(POST, "/bytes")]
    async fn bytes(body: Bytes) -> Bytes {
        body
    }
}
