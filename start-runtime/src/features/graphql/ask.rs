//! Reads GraphQL requests out of an HTTP request (GraphQL over HTTP, section "Request").

use actix_web::http::Method;
use async_graphql::indexmap::IndexMap;
use async_graphql::{Request, Value, Variables};
use percent_encoding::percent_decode_str;
use serde::de::IgnoredAny;
use serde_json::Value as Json;

use super::documents::Documents;
use super::limits::Limits;
use super::refusal::{Ended, Refusal};
use super::upload;
use crate::base::cut::{VALUE, cut};
use crate::decode::{content, json};
use crate::event::APIEvent;
use crate::kernel::{declared_length, read_body, too_large};
use crate::response::Problem;

/// What reads the body, for messages.
pub const READER: &str = "graphql::handle()";

/// What a request asks for.
pub enum Asked {
    One(Box<Request>),
    /// A list, in a body that is one.
    Many(Vec<Request>),
}

pub async fn read(event: &APIEvent, limits: &Limits, documents: &Documents) -> Result<Asked, Ended> {
    if matches!(*event.request.method(), Method::GET | Method::HEAD) {
        return Ok(Asked::One(from_url(event, documents)?.into()));
    }
    let value = event.request.header("content-type").unwrap_or_default();
    let essence = value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    match essence.as_str() {
        "multipart/form-data" => Ok(Asked::One(upload::read(event, value, limits, documents).await?.into())),
        "application/json" => {
            check_charset(value)?;
            from_json(&body(event, limits).await?, limits, documents).map_err(Ended::from)
        }
        _ => Err(content::wrong_content_type(value, "application/json").into()),
    }
}

/// The one character set of JSON (RFC 8259, section 8.1).
fn check_charset(content_type: &str) -> Result<(), Problem> {
    let mut params = content_type.split(';').skip(1).filter_map(|param| param.split_once('='));
    let charset = params.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    let charset = charset.map(|(_, value)| value.trim().trim_matches('"'));
    match charset {
        Some(charset) if !charset.eq_ignore_ascii_case("utf-8") && !charset.eq_ignore_ascii_case("utf8") => {
            Err(content::wrong_content_type(content_type, "application/json; charset=utf-8"))
        }
        _ => Ok(()),
    }
}

async fn body(event: &APIEvent, limits: &Limits) -> Result<actix_web::web::Bytes, Problem> {
    content::check_encoding(event.request.headers())?;
    let most = limits.body.unwrap_or(usize::MAX);
    if declared_length(event.request.http()).is_some_and(|length| length > most as u64) {
        return Err(too_large(most as u64));
    }
    let body = read_body(event.request.call(), READER).await?;
    if body.len() > most { Err(too_large(most as u64)) } else { Ok(body) }
}

/// The parameters of a GET request.
fn from_url(event: &APIEvent, documents: &Documents) -> Result<Request, Refusal> {
    let text = event.request.query_string();
    if percent_decode_str(text).decode_utf8().is_err() {
        return Err(Refusal::malformed("the URL is not UTF-8"));
    }
    let params = event.request.search_params();
    let single = |name: &str| match params.get_all(name).as_slice() {
        [] => Ok(None),
        [value] => Ok(Some((*value).to_owned())),
        _ => Err(Refusal::malformed(format!("`{name}` is in the URL more than once"))),
    };
    let object = |name: &str| match single(name)? {
        None => Ok(Json::Null),
        Some(text) => serde_json::from_str(&text)
            .map_err(|error| Refusal::malformed(format!("`{name}` is no JSON: {error}: `{}`", cut(&text, VALUE)))),
    };
    let text = |name: &str| Ok::<_, Refusal>(single(name)?.map_or(Json::Null, Json::String));
    let members = Members {
        query: text("query")?,
        document_id: text("documentId")?,
        name: text("operationName")?,
        variables: object("variables")?,
        extensions: object("extensions")?,
    };
    members.into_request(documents)
}

/// The request in a JSON text, or the requests in a list.
fn from_json(body: &[u8], limits: &Limits, documents: &Documents) -> Result<Asked, Refusal> {
    let text = content::without_mark(body);
    if text.iter().all(u8::is_ascii_whitespace) {
        return Err(Refusal::malformed("the request has no body: send a JSON object with a `query`"));
    }
    limits.check_json(text)?;
    if text.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') {
        return many(text, limits, documents);
    }
    if documents.are_any() {
        return Ok(Asked::One(of_value(parse(text)?, documents)?.into()));
    }
    // Almost every request takes this path. It takes a missing query for an empty one.
    match serde_json::from_slice::<Request>(text) {
        Ok(request) if !request.query.is_empty() => Ok(Asked::One(request.into())),
        _ => Ok(Asked::One(of_value(parse(text)?, documents)?.into())),
    }
}

fn many(text: &[u8], limits: &Limits, documents: &Documents) -> Result<Asked, Refusal> {
    let most = limits.batch;
    if most == 0 {
        return Err(Refusal::malformed("the body is a list, and only one request is taken at a time"));
    }
    // Counted before anything is kept of it.
    let count = serde_json::from_slice::<Vec<IgnoredAny>>(text).map_or(0, |all| all.len());
    if count > most {
        return Err(Refusal::limit(format!("the body is a list of {count} requests, and {most} are taken at a time")));
    }
    match parse(text)? {
        Json::Array(all) if !all.is_empty() => {
            let requests = all.into_iter().map(|value| of_value(value, documents)).collect::<Result<_, _>>()?;
            Ok(Asked::Many(requests))
        }
        _ => Err(Refusal::malformed("the body is a list without a request")),
    }
}

fn parse(text: &[u8]) -> Result<Json, Refusal> {
    json::parse(text).map_err(|problem| {
        let detail = problem.detail().unwrap_or("the body is not JSON").to_owned();
        Refusal::malformed(detail)
    })
}

/// The request in a JSON value.
pub fn of_value(value: Json, documents: &Documents) -> Result<Request, Refusal> {
    let Json::Object(mut members) = value else {
        return Err(Refusal::malformed(format!("a request is a JSON object with a `query`, not {}", kind(&value))));
    };
    let mut take = |name: &str| members.remove(name).unwrap_or_default();
    let members = Members {
        query: take("query"),
        document_id: take("documentId"),
        name: take("operationName"),
        variables: take("variables"),
        extensions: take("extensions"),
    };
    members.into_request(documents)
}

/// What a request says, null if it does not.
struct Members {
    query: Json,
    document_id: Json,
    name: Json,
    variables: Json,
    extensions: Json,
}

impl Members {
    fn into_request(self, documents: &Documents) -> Result<Request, Refusal> {
        let query = text("query", self.query)?.filter(|query| !query.is_empty());
        let id = text("documentId", self.document_id)?;
        let operation_name = text("operationName", self.name)?;
        let variables = Variables::from_value(object("variables", self.variables)?);
        let extensions = match object("extensions", self.extensions)? {
            Value::Object(members) => members,
            _ => IndexMap::default(),
        };
        let mut request = Request::new(documents.find(query, id, extensions.get("persistedQuery"))?);
        request.operation_name = operation_name;
        request.variables = variables;
        request.extensions.0.extend(extensions.into_iter().map(|(name, value)| (name.to_string(), value)));
        Ok(request)
    }
}

fn text(name: &str, value: Json) -> Result<Option<String>, Refusal> {
    match value {
        Json::Null => Ok(None),
        Json::String(text) => Ok(Some(text)),
        other => Err(wrong(name, "a string", &other)),
    }
}

fn object(name: &str, value: Json) -> Result<Value, Refusal> {
    match value {
        Json::Null => Ok(Value::Object(<_>::default())),
        Json::Object(_) => Value::from_json(value).map_err(|error| Refusal::malformed(format!("`{name}`: {error}"))),
        other => Err(wrong(name, "an object", &other)),
    }
}

fn wrong(name: &str, expected: &str, value: &Json) -> Refusal {
    Refusal::malformed(format!("`{name}` has to be {expected}, not {}", kind(value)))
}

fn kind(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}
