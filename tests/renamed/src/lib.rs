//! Every attribute, in a crate that calls `start-runtime` `web`.

use web::openapi::OpenApi;
use web::prelude::*;

/// `schemars` is in the prelude, because its derive names it.
#[derive(serde::Serialize, serde::Deserialize, JsonSchema)]
pub struct Owl {
    /// What it is called.
    pub name: String,
}

/// One owl.
#[api_route("/api/owls/[id]", responses(404 = "No such owl"))]
pub async fn GET(id: u32, db: Data<u32>) -> Result<Owl, Problem> {
    if id == **db { Ok(Owl { name: id.to_string() }) } else { Err(Problem::not_found("no such owl")) }
}

/// The owls of a house.
#[api_route("/api/[house]/owls")]
pub mod owls {
    use super::*;

    /// Takes an owl in.
    pub async fn POST(house: String, Json(owl): Json<Owl>) -> (StatusCode, String) {
        (StatusCode::CREATED, format!("{} of {house}", owl.name))
    }

    /// The page of a house.
    #[page_route("/page")]
    pub async fn page(house: String) -> String {
        format!("<h1>{house}</h1>")
    }
}

/// The routes of files.
pub mod routes {
    web::routes!("src/routes");
}

#[web::openapi]
fn about(document: &mut OpenApi) {
    document.title("Owls");
}
