//! Routes that live in a library: a binary or a test that names this crate gets all of them.

use serde::{Deserialize, Serialize};
use start_runtime::prelude::*;

/// A bird.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub struct Owl {
    /// What it listens to.
    pub name: String,
}

/// Text.
#[api_route("/library/greeting")]
async fn GET() -> &'static str {
    "hello from the library"
}

#[api_route("/library/owls", tag = "owls")]
mod owls {
    use super::{Json, Owl, api_route};

    pub async fn GET() -> Vec<Owl> {
        vec![Owl { name: "Hedwig".into() }]
    }

    #[api_route(POST, "/", status = 201)]
    pub async fn adopt(Json(owl): Json<Owl>) -> Owl {
        owl
    }

    #[api_route("/[name]")]
    pub mod one {
        use super::super::StatusCode;

        pub async fn DELETE(name: String) -> StatusCode {
            if name == "Hedwig" { StatusCode::NO_CONTENT } else { StatusCode::NOT_FOUND }
        }
    }
}

/// A page.
#[page_route("/library")]
async fn library() -> String {
    "<h1>Library</h1>".into()
}
