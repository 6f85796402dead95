//! Posts, as clients see them.

use std::fmt;

use chrono::{DateTime, Utc};
use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use start_runtime::actix_web::{HttpResponse, ResponseError};
use start_runtime::openapi::{Documented, OpenApi, Operation};
use start_runtime::{Response, StatusCode};

/// A post.
#[derive(Serialize, sqlx::FromRow, JsonSchema)]
#[serde(rename_all = "camelCase")]
pub struct Post {
    pub id: i64,
    pub title: String,
    pub body: String,
    pub created_at: DateTime<Utc>,
}

/// The content of a post.
#[derive(Deserialize, JsonSchema, Validate)]
pub struct NewPost {
    #[garde(length(chars, min = 1))]
    pub title: String,
    #[garde(skip)]
    pub body: String,
}

/// Why a post cannot be returned.
#[derive(Debug)]
pub enum PostError {
    NotFound,
    Database(sqlx::Error),
}

/// The response for a post that does not exist.
#[derive(Serialize, JsonSchema)]
struct NotFound {
    error: &'static str,
}

impl ResponseError for PostError {
    fn status_code(&self) -> StatusCode {
        match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::Database(_) => StatusCode::INTERNAL_SERVER_ERROR,
        }
    }

    fn error_response(&self) -> HttpResponse {
        match self {
            Self::NotFound => Response::json(NotFound { error: "Not found" }).status(self.status_code()).into(),
            // Without a body: Start answers with a problem, and the text is logged.
            Self::Database(_) => HttpResponse::new(self.status_code()),
        }
    }
}

impl Documented for PostError {
    fn document(operation: &mut Operation<'_>) {
        operation.response(404, "There is no such post").json::<NotFound>();
    }
}

impl fmt::Display for PostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotFound => f.write_str("there is no such post"),
            Self::Database(error) => error.fmt(f),
        }
    }
}

impl From<sqlx::Error> for PostError {
    fn from(error: sqlx::Error) -> Self {
        Self::Database(error)
    }
}

/// Names for clients: without these, a type has its module's name before its own.
#[start_runtime::openapi]
fn names(document: &mut OpenApi) {
    document.schema_name::<Post>("Post");
    document.schema_name::<NewPost>("NewPost");
    document.schema_name::<NotFound>("NotFound");
}
