//! Arguments inside of `Option`, `Result`, `Either` and tuples, and what handlers return with a status of their choice.

use std::future::{Ready, ready};

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use start_runtime::actix_web::dev::Payload;
use start_runtime::actix_web::{Either, FromRequest, HttpRequest, web};
use start_runtime::openapi::{Documented, Operation, SecurityScheme};
use start_runtime::{Cookie, Form, Header, Query, Response, prelude::*};

use crate::operations::{Cut, Secret, Spell, User};

/// Somebody else's key.
pub struct Admin;

impl FromRequest for Admin {
    type Error = Response;
    type Future = Ready<Result<Self, Response>>;

    fn from_request(http: &HttpRequest, _: &mut Payload) -> Self::Future {
        let is_admin = http.headers().contains_key("x-admin");
        ready(if is_admin { Ok(Self) } else { Err(Response::redirect("/login")) })
    }
}

impl Documented for Admin {
    fn document(operation: &mut Operation<'_>) {
        operation.either(
            |operation| operation.security(SecurityScheme::header("admin", "X-Admin").description("A key")),
            |operation| {
                operation.security(SecurityScheme::header("user", "X-User"));
                operation.security(SecurityScheme::header("admin", "X-Admin"));
            },
        );
        operation.header::<Option<String>>("X-Why", "What for");
        operation.response(302, "To the page where one signs in").header::<String>("Location", "Where it is");
    }
}

/// What is asked for, once more.
#[derive(Deserialize, JsonSchema)]
pub struct Filter {
    /// How it was asked for in the past.
    #[deprecated]
    #[serde(default)]
    pub old_name: Option<String>,
    pub name: String,
}

#[api_route("/nested")]
mod routes {
    use super::*;

    #[api_route(POST, "/option-query")]
    async fn option_query(cut: Option<Query<Cut>>) -> bool {
        cut.is_some()
    }

    #[api_route(POST, "/result-query")]
    async fn result_query(filter: Result<Query<Filter>, Problem>) -> bool {
        filter.is_ok()
    }

    #[api_route(POST, "/web-query")]
    async fn web_query(filter: Option<web::Query<Filter>>) -> bool {
        filter.is_some()
    }

    #[api_route(POST, "/option-json")]
    async fn option_json(spell: Option<Json<Spell>>) -> bool {
        spell.is_some()
    }

    #[api_route(POST, "/result-json")]
    async fn result_json(spell: Result<Json<Spell>, Problem>) -> bool {
        spell.is_ok()
    }

    #[api_route(POST, "/option-secret")]
    async fn option_secret(secret: Option<Json<Secret>>) -> bool {
        secret.is_some()
    }

    #[api_route(POST, "/option-form")]
    async fn option_form(spell: Option<Form<Spell>>) -> bool {
        spell.is_some()
    }

    #[api_route(POST, "/result-option")]
    async fn result_option(spell: Result<Option<Json<Spell>>, Problem>) -> bool {
        spell.is_ok_and(|spell| spell.is_some())
    }

    #[api_route(POST, "/option-header")]
    async fn option_header(Named(x_count): Named<Option<Header<u32>>>, x_trace: Option<Header<u32>>) -> String {
        format!("{} {:?}", x_count.is_some(), x_trace.map(|Header(trace)| trace))
    }

    #[api_route(POST, "/result-cookie")]
    async fn result_cookie(theme: Result<Cookie<String>, Problem>) -> String {
        theme.map_or_else(|problem| problem.to_string(), |Cookie(theme)| theme)
    }

    #[api_route(POST, "/tuple")]
    async fn tuple((filter, user): (Query<Filter>, User)) -> String {
        format!("{} {}", filter.name, user.0)
    }

    #[api_route(POST, "/option-tuple")]
    async fn option_tuple(both: Option<(Query<Filter>, User)>) -> bool {
        both.is_some()
    }

    #[api_route(POST, "/either")]
    async fn either(spell: Either<Json<Spell>, Form<Spell>>) -> bool {
        matches!(spell, Either::Left(_))
    }

    #[api_route(GET, "/option-user")]
    async fn option_user(user: Option<User>) -> String {
        user.map_or_else(String::new, |user| user.0)
    }

    #[api_route(GET, "/result-user")]
    async fn result_user(user: Result<User, Problem>) -> String {
        user.map_or_else(|problem| problem.to_string(), |user| user.0)
    }

    #[api_route(GET, "/option-both")]
    async fn option_both(user: Option<User>, admin: Option<Admin>) -> (StatusCode, String) {
        (StatusCode::OK, format!("{} {}", user.is_some(), admin.is_some()))
    }

    #[api_route(GET, "/user-and-option-admin")]
    async fn user_and_option_admin(_user: User, admin: Option<Admin>) -> bool {
        admin.is_some()
    }

    #[api_route(GET, "/admin")]
    async fn admin(_admin: Admin) -> &'static str {
        "in"
    }

    #[api_route(GET, "/attribute-and-option", security = "token")]
    async fn attribute_and_option(user: Option<User>) -> bool {
        user.is_some()
    }

    #[api_route(POST, "/both/[id]")]
    async fn both(id: u8, Json(spell): Json<Spell>) -> bool {
        id == spell.year
    }

    #[api_route(GET, "/typed/[id]")]
    async fn typed(id: u32, cut: Option<Query<Cut>>) -> u32 {
        id + u32::from(cut.is_some())
    }
}

/// An extractor that nobody knows to document, around an argument that has no name of its own.
pub struct Named<T>(pub T);

impl FromRequest for Named<Option<Header<u32>>> {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(_: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Ok(Self(None)))
    }
}

/// An answer.
#[derive(Serialize, JsonSchema)]
pub struct Done {
    pub done: bool,
}

#[api_route("/statuses")]
mod statuses {
    use super::*;

    #[api_route(DELETE, "/bare/[status]")]
    async fn bare(status: u16) -> StatusCode {
        StatusCode::from_u16(status).unwrap_or_default()
    }

    #[api_route(DELETE, "/result/[status]")]
    async fn result(status: u16) -> Result<StatusCode, Problem> {
        Ok(StatusCode::from_u16(status)?)
    }

    #[api_route(DELETE, "/option/[status]")]
    async fn option(status: u16) -> Option<StatusCode> {
        StatusCode::from_u16(status).ok()
    }

    #[api_route(DELETE, "/unit/[status]")]
    async fn unit(status: u16) -> (StatusCode, ()) {
        (StatusCode::from_u16(status).unwrap_or_default(), ())
    }

    #[api_route(GET, "/value/[status]")]
    async fn value(status: u16) -> (StatusCode, Done) {
        (StatusCode::from_u16(status).unwrap_or_default(), Done { done: true })
    }

    #[api_route(GET, "/after/[status]")]
    async fn after(status: u16) -> Result<(Done, StatusCode), Problem> {
        Ok((Done { done: true }, StatusCode::from_u16(status)?))
    }

    #[api_route(GET, "/error/[status]")]
    async fn error(status: u16) -> Result<Done, (StatusCode, Json<Done>)> {
        if status == 200 {
            Ok(Done { done: true })
        } else {
            Err((StatusCode::from_u16(status).unwrap_or_default(), Json(Done { done: false })))
        }
    }

    #[api_route(GET, "/response/[status]")]
    async fn response(status: u16) -> Response {
        Response::new("text").status(status)
    }

    #[api_route(DELETE, "/declared/[status]", responses(200 = "It was there", 204 = "It was not", 409 = "It is in use"))]
    async fn declared(status: u16) -> (StatusCode, Done) {
        (StatusCode::from_u16(status).unwrap_or_default(), Done { done: true })
    }
}

/// Why it was refused.
///
/// A longer text.
#[derive(Debug, Serialize, JsonSchema)]
pub struct Refusal {
    pub why: String,
}

/// Statuses that a route declares.
#[api_route("/declared", responses(403 = Refusal, 404 = "Not in this house", 429 = String))]
mod declared {
    use super::*;

    /// Everything that the module says.
    #[api_route(GET, "/inherited/[id]")]
    async fn inherited(id: u32) -> Result<Done, Problem> {
        if id == 0 { Err(Problem::not_found("no such thing")) } else { Ok(Done { done: "1".parse::<u32>()? == 1 }) }
    }

    #[api_route(GET, "/own", responses(404 = "Nowhere", 410 = crate::operations::NotFound, 304 = "As before", 502 = (), 503 = Problem))]
    async fn own() -> Done {
        Done { done: true }
    }

    #[api_route(GET, "/option", responses(404 = "No such thing at all"))]
    async fn option() -> Option<Done> {
        None
    }

    #[api_route(POST, "/json", responses(422 = "The name is taken"))]
    async fn json(Json(spell): Json<Spell>) -> Result<Spell, Problem> {
        if spell.year == 7 { Err(Problem::unprocessable("taken")) } else { Ok(spell) }
    }

    #[api_route(GET, "/response", responses(418 = "Tea"))]
    async fn response() -> Result<Done, Response> {
        Err(Response::new("tea").status(418))
    }
}
