//! The routes of `Start::graphql`.

use std::collections::BTreeMap;
use std::sync::Arc;

use futures_core::future::LocalBoxFuture;
use schemars::JsonSchema;
use serde_json::{Map, Value};

use super::schema::GraphqlSchema;
use super::settings::Graphql;
use crate::base::StartError;
use crate::describe::{BodyKind, DocPart, Operation};
use crate::event::APIEvent;
use crate::kernel::built_in::{changed_route_at, without_slash};
use crate::kernel::{Asked, Call, HandlerFuture, Opening, Route};
use crate::response::{Outcome, Response};

/// Answers a request.
type Answers = Arc<dyn Fn(APIEvent) -> LocalBoxFuture<'static, Response> + Send + Sync>;

/// A schema, and where it is served.
pub struct Mounting {
    path: String,
    answers: Answers,
}

/// The schemas of a program, by the patterns of their routes.
pub struct Mounted(BTreeMap<&'static str, Answers>);

impl Mounting {
    pub fn new<S: GraphqlSchema>(path: String, graphql: Graphql<S>) -> Self {
        let graphql = Arc::new(graphql);
        let answers: Answers = Arc::new(move |event| {
            let handling = graphql.handle(event);
            Box::pin(handling.into_future())
        });
        Self { path: without_slash(path.into()).into_owned(), answers }
    }
}

/// Adds the routes.
pub fn open(all: Vec<Mounting>, opening: &mut Opening<'_>) -> Result<(), StartError> {
    let mut mounted = BTreeMap::new();
    for Mounting { path, answers } in all {
        for (function, methods, docs, adapter) in [
            ("graphql", &["GET"] as &[&str], BY_GET, get as fn(Asked<'_, '_>) -> Option<HandlerFuture>),
            ("graphql", &["POST"], BY_POST, post),
            ("graphql_stream", &["PUT", "DELETE"], &[], stream),
        ] {
            let route = changed_route_at(function, &path, adapter, |route| {
                route.methods = methods;
                route.hidden = docs.is_empty();
                route.declaration.docs = docs;
            });
            let route = route.map_err(|reason| no_path(&path, &reason))?;
            // As everywhere, a route whose optional segment is left out yields to a route that is written out.
            let is_same =
                |other: &&Route| other.methods.iter().any(|method| methods.contains(method) || *method == "ANY");
            if let Some(by) = opening.routes_at(route).filter(|route| !route.optional).find(is_same) {
                return Err(taken(&path, by));
            }
            opening.routes.push(route);
            mounted.insert(route.pattern, answers.clone());
        }
    }
    opening.state.insert(Mounted(mounted));
    Ok(())
}

fn no_path(path: &str, reason: &str) -> StartError {
    StartError::new(format!("`graphql({path:?}, …)`: {reason}\nWrite a path such as `graphql(\"/graphql\", schema)`"))
}

fn taken(path: &str, by: &Route) -> StartError {
    StartError::new(format!(
        "`graphql({path:?}, …)` stands in the way of a route:\n  {} {}  at {}  (crate {})\n\
         Give one of them another path",
        by.methods.join(", "),
        by.pattern,
        by.place(),
        by.crate_name()
    ))
}

const BY_GET: &[DocPart] = &[DocPart::Text("Executes a GraphQL query.")];
const BY_POST: &[DocPart] = &[DocPart::Text("Executes a GraphQL query or mutation.")];

/// A GraphQL request, as JSON.
#[derive(JsonSchema)]
#[serde(rename_all = "camelCase")]
#[allow(dead_code, reason = "it is only described")]
struct GraphqlRequest {
    /// The document.
    query: String,
    /// Which of its operations is meant, if there are several.
    operation_name: Option<String>,
    /// The values of its variables.
    variables: Option<Map<String, Value>>,
    extensions: Option<Map<String, Value>>,
}

/// The answer to a GraphQL request.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "it is only described")]
struct GraphqlResponse {
    /// What was asked for; missing if nothing was executed.
    data: Option<Map<String, Value>>,
    /// What has failed.
    errors: Option<Vec<GraphqlError>>,
    extensions: Option<Map<String, Value>>,
}

/// A field that has failed, or why nothing was executed.
#[derive(JsonSchema)]
#[allow(dead_code, reason = "it is only described")]
struct GraphqlError {
    message: String,
    locations: Option<Vec<Map<String, Value>>>,
    path: Option<Vec<Value>>,
    extensions: Option<Map<String, Value>>,
}

fn get(asked: Asked<'_, '_>) -> Option<HandlerFuture> {
    match asked {
        Asked::Answer(call) => Some(answer(call)),
        Asked::Describe(operation) => {
            operation.query::<String>("query", "The document");
            operation
                .query::<Option<String>>("operationName", "Which of its operations is meant, if there are several");
            operation.query::<Option<String>>("variables", "The values of its variables, as a JSON object");
            operation.query::<Option<String>>("extensions", "A JSON object");
            describe(operation);
            operation.response(200, "GraphiQL, for a browser").content::<String>("text/html");
            operation
                .response(405, "Mutations are sent by POST")
                .content::<GraphqlResponse>("application/graphql-response+json")
                .content::<GraphqlResponse>("application/json");
            None
        }
    }
}

fn post(asked: Asked<'_, '_>) -> Option<HandlerFuture> {
    match asked {
        Asked::Answer(call) => Some(answer(call)),
        Asked::Describe(operation) => {
            operation.body::<GraphqlRequest>(BodyKind::Json);
            operation.response(202, "The operation has begun, and its answers go to the stream that the request names");
            operation.response(403, "An upload without a header that makes a browser ask first").problem();
            operation.response(413, "The body is too large").problem();
            operation.response(415, "The body is neither JSON nor an upload").problem();
            describe(operation);
            None
        }
    }
}

/// Reserves a stream for several operations, and ends one of these.
fn stream(asked: Asked<'_, '_>) -> Option<HandlerFuture> {
    asked.call().map(answer)
}

fn describe(operation: &mut Operation<'_>) {
    operation
        .response(200, "The answer; or its answers, as a stream of events")
        .content::<GraphqlResponse>("application/graphql-response+json")
        .content::<GraphqlResponse>("application/json")
        .content::<String>("text/event-stream");
    operation
        .response(400, "Nothing was executed")
        .content::<GraphqlResponse>("application/graphql-response+json")
        .content::<GraphqlResponse>("application/json");
    operation.response(406, "None of these media types is accepted").problem();
    operation
        .response(503, "It took too long")
        .content::<GraphqlResponse>("application/graphql-response+json")
        .content::<GraphqlResponse>("application/json");
}

fn answer(call: Call) -> HandlerFuture {
    Box::pin(async move {
        let pattern = call.exchange().entry.map_or("", |entry| entry.route.pattern);
        let answers = call.exchange().worker.app.state.get::<Mounted>().and_then(|all| all.0.get(pattern).cloned());
        match answers {
            Some(answers) => Outcome::Response(answers(APIEvent::new(&call)).await.into()),
            None => Outcome::Missing,
        }
    })
}
