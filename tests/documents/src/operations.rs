//! Routes whose operations have content: parameters, bodies, responses, errors, security.

use std::collections::BTreeMap;
use std::future::{Ready, ready};

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use start_runtime::actix_web::dev::Payload;
use start_runtime::actix_web::{FromRequest, HttpRequest, HttpResponse, ResponseError};
use start_runtime::openapi::{Documented, OpenApi, Operation, SecurityScheme};
use start_runtime::{Cookie, Form, Header, Query, Response, prelude::*};

/// A spell.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
pub struct Spell {
    /// What is said.
    #[garde(length(chars, min = 1, max = 20))]
    #[schemars(example = &"Lumos")]
    pub spoken_words: String,
    #[garde(range(min = 1, max = 7))]
    pub year: u8,
}

/// How a list is cut.
#[derive(Deserialize, JsonSchema, Validate)]
pub struct Cut {
    /// How many at most.
    #[garde(range(max = 100))]
    pub limit: Option<u32>,
    #[serde(default)]
    #[garde(skip)]
    pub tag: Vec<String>,
}

/// Nothing of it is documented.
#[derive(Serialize, Deserialize)]
pub struct Secret {
    word: String,
}

/// An extractor that documents itself.
pub struct User(pub String);

impl FromRequest for User {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(http: &HttpRequest, _: &mut Payload) -> Self::Future {
        let name = http.headers().get("x-user").and_then(|value| value.to_str().ok()).map(|name| Self(name.to_owned()));
        ready(name.ok_or_else(|| Problem::unauthorized("who is asking?")))
    }
}

impl Documented for User {
    fn document(operation: &mut Operation<'_>) {
        operation.security(SecurityScheme::header("user", "X-User"));
        operation.response(401, "Nobody is asking").problem();
        operation.response(403, "Somebody else is asking").problem();
    }
}

/// An error that documents itself.
#[derive(Debug, Serialize, JsonSchema)]
pub struct NotFound {
    pub error: String,
}

impl std::fmt::Display for NotFound {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.error)
    }
}

impl ResponseError for NotFound {
    fn error_response(&self) -> HttpResponse {
        Response::json(self).status(404).into()
    }
}

impl Documented for NotFound {
    fn document(operation: &mut Operation<'_>) {
        operation.response(404, "There is no such spell").json::<Self>();
    }
}

#[start_runtime::openapi]
fn about(document: &mut OpenApi) {
    document.title("Spells");
    document.server("https://spells.example.com/", "The real one");
    document.tag("spells", "What is said, and what happens");
    document.security_scheme(SecurityScheme::bearer("token"));
    document.raw()["x-owner"] = "school".into();
}

#[api_route("/op", tag = "spells")]
mod routes {
    use super::*;

    /// A spell by its number,
    /// told in one line.
    ///
    /// And more about it.
    #[api_route(GET, "/spells/[id]")]
    async fn one(id: u32) -> Result<Spell, NotFound> {
        Err(NotFound { error: format!("no spell {id}") })
    }

    /// The same path with another name for its param.
    #[api_route(DELETE, "/spells/[spell]", security = "token")]
    async fn forget(spell: u32) -> StatusCode {
        if spell == 0 { StatusCode::NOT_FOUND } else { StatusCode::NO_CONTENT }
    }

    #[api_route(POST, "/spells", status = 201)]
    async fn invent(_user: User, Json(spell): Json<Spell>) -> Spell {
        spell
    }

    #[api_route(GET, "/spells")]
    async fn list(
        Query(cut): Query<Cut>,
        Header(x_trace): Header<Option<u64>>,
        Cookie(theme): Cookie<String>,
    ) -> Option<Vec<Spell>> {
        (cut.limit != Some(0) || x_trace.is_some() || theme.is_empty() || cut.tag.is_empty()).then(Vec::new)
    }

    #[api_route(PUT, "/form")]
    async fn form(Form(spell): Form<Spell>) -> (StatusCode, Spell) {
        (StatusCode::ACCEPTED, spell)
    }

    #[api_route(PATCH, "/nothing")]
    async fn nothing() {}

    #[api_route(GET, "/text", deprecated)]
    async fn text() -> &'static str {
        "text"
    }

    #[api_route(GET, "/hidden", hidden)]
    async fn hidden() -> &'static str {
        "hidden"
    }

    #[api_route(POST, "/secret")]
    async fn secret(Json(secret): Json<Secret>) -> Secret {
        secret
    }

    #[api_route(GET, "/any/[name]")]
    async fn any_get(name: String) -> String {
        name
    }

    #[api_route(ANY, "/any/[thing]")]
    async fn any(thing: String) -> BTreeMap<String, u8> {
        BTreeMap::from([(thing, 1)])
    }

    #[api_route(GET, "/[[lang]]/about")]
    async fn about(lang: Option<u8>) -> u8 {
        lang.unwrap_or_default()
    }

    #[api_route(GET, "/files/$")]
    async fn files(_splat: String) -> String {
        _splat
    }

    #[api_route(GET, "/[[edition]]/scrolls/$")]
    async fn scrolls(edition: Option<u8>, splat: String) -> String {
        format!("{edition:?} {splat}")
    }

    #[api_route(GET, "/files/[id]")]
    async fn file(id: u32) -> u32 {
        id
    }

    #[api_route(POST, "/maybe")]
    async fn maybe(spell: Option<Json<Spell>>) -> bool {
        spell.is_some()
    }
}
