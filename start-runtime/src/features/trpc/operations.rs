//! Procedures in the OpenAPI document: what a request without `@trpc/client` is, and what it is answered with.
//!
//! A query or a mutation is one call, as `httpLink` makes it. What arrives piece by piece is a batch of one call, as
//! `httpBatchStreamLink` makes it, and a subscription is a stream of events.

use std::borrow::Cow;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::served::{Served, method};
use super::table::procedures;
use crate::describe::{
    DEFERRED, Operation, PROBLEM_TYPE, ProcedureInput, ProducedShape, STREAMED, Schemas, problem_reference,
};
use crate::document::{ListedParts, list_operation, request_body};
use crate::kernel::{ListedOperation, Procedure, ProcedureKind, Transformer};

/// The group of the operations.
const TAG: &str = "tRPC procedures";

/// An operation for each procedure that is served.
pub fn operations(served: &Served, is_only: bool, schemas: &mut Schemas) -> Vec<ListedOperation> {
    let tag = if is_only { TAG.to_owned() } else { format!("{TAG} at {}", served.below) };
    let callable = |procedure: &&'static Procedure| served.answers(procedure.kind);
    let list = |procedure| operation(procedure, served, &tag, schemas);
    procedures(served.root).into_iter().filter(callable).filter_map(list).collect()
}

fn operation(
    procedure: &'static Procedure,
    served: &Served,
    tag: &str,
    schemas: &mut Schemas,
) -> Option<ListedOperation> {
    let mut operation = Operation::new(Some(schemas));
    procedure.document(&mut operation);
    let input = operation.procedure_input();
    let is_body = matches!(input, ProcedureInput::Form { .. } | ProcedureInput::Bytes);
    let (kind, name) = (procedure.kind, procedure.path());
    if is_body && kind != ProcedureKind::Mutation {
        // No request has such an input.
        return None;
    }
    let output = std::mem::take(&mut operation.output);
    let value = output.schema.clone().unwrap_or_else(|| json!({}));
    let sends = match output.shape {
        _ if kind == ProcedureKind::Subscription => Sends::Events,
        ProducedShape::Stream | ProducedShape::TrackedStream => Sends::Lines,
        _ if operation.schemas.as_ref().is_some_and(|schemas| arrives_later(&value, schemas)) => Sends::Lines,
        ProducedShape::Nothing => Sends::Nothing,
        ProducedShape::Value => Sends::Value,
        ProducedShape::MaybeValue => Sends::MaybeValue,
    };
    let mut params: Vec<Value> = served.params.iter().map(|name| path_param(name)).collect();
    let mut body = None;
    match kind {
        ProcedureKind::Mutation => body = Some(mutation_body(&input, sends, served.transformer, &operation)),
        ProcedureKind::Query | ProcedureKind::Subscription => {
            params.extend(input_param(&input, sends, served.transformer));
        }
    }
    if sends == Sends::Lines {
        params.extend([fixed("batch", "query", "1"), fixed("trpc-accept", "header", "application/jsonl")]);
    }
    if output.shape == ProducedShape::TrackedStream && sends == Sends::Events {
        params.push(json!({
            "name": "lastEventId", "in": "query", "required": false, "schema": { "type": "string" },
            "description": "The id of the last event that the client has seen: the stream goes on behind it.",
        }));
    }
    let error = operation.schemas.as_mut().map_or_else(
        || json!({}),
        |schemas| match served.formats || served.transformer.is_some() {
            true => schemas.output::<FormattedError>(),
            false => schemas.output::<TrpcError>(),
        },
    );
    let mut about = json!({ "path": name, "type": kind.name() });
    if sends == Sends::Lines || served.transformer.is_some() && sends != Sends::Nothing {
        about["output"] = value.clone();
    }
    let value = if served.transformer.is_some() { transformed() } else { value };
    let responses = responses(sends, value, &input, &error, &operation);
    let parts = ListedParts {
        method: method(kind),
        path: served.path(&name),
        tag: tag.to_owned(),
        label: format!("The {kind} {name}"),
        params,
        request_body: body,
        responses,
        extensions: vec![("x-trpc", about)],
    };
    Some(list_operation(&procedure.declaration, &operation, parts))
}

/// How a procedure is answered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sends {
    Nothing,
    Value,
    MaybeValue,
    /// A part of the answer arrives later.
    Lines,
    Events,
}

/// Whether a property of a value arrives after it.
fn arrives_later(schema: &Value, schemas: &Schemas) -> bool {
    let is_marked = |schema: &Value| schema[DEFERRED] == true || schema[STREAMED] == true;
    let schema = schemas.output_resolved(schema);
    let properties = schema["properties"].as_object().into_iter().flat_map(Map::values);
    let variants = ["anyOf", "oneOf", "allOf"].into_iter().filter_map(|kind| schema[kind].as_array()).flatten();
    is_marked(schema)
        || properties.into_iter().any(is_marked)
        || variants.into_iter().any(|variant| variant != schema && arrives_later(variant, schemas))
}

fn path_param(name: &str) -> Value {
    json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } })
}

/// A parameter that has one value.
fn fixed(name: &str, place: &str, value: &str) -> Value {
    json!({ "name": name, "in": place, "required": true, "schema": { "type": "string", "const": value } })
}

/// What superjson makes of a value: its JSON, which has texts for integers and lists for maps, and what these are.
fn transformed() -> Value {
    let json = json!({ "description": "The value as superjson writes it." });
    let meta = json!({ "type": "object", "description": "Which values of it JSON does not know." });
    json!({ "type": "object", "properties": { "json": json, "meta": meta }, "required": ["json"] })
}

/// What a client sends as an input. superjson takes plain JSON as well.
fn sent(schema: &Option<Value>, transformer: Option<Transformer>) -> Value {
    let schema = schema.clone().unwrap_or_else(|| json!({}));
    let Some(Transformer::Superjson) = transformer else { return schema };
    let mut sent = transformed();
    sent["properties"]["json"] = schema;
    sent
}

/// The inputs of a batch with one call.
fn in_batch(schema: &Value, is_required: bool) -> Value {
    let mut batch = json!({ "type": "object", "properties": { "0": schema } });
    if is_required {
        batch["required"] = json!(["0"]);
    }
    batch
}

fn input_param(input: &ProcedureInput, sends: Sends, transformer: Option<Transformer>) -> Option<Value> {
    let ProcedureInput::Json { schema, is_optional } = input else { return None };
    let schema = sent(schema, transformer);
    let schema = if sends == Sends::Lines { in_batch(&schema, !is_optional) } else { schema };
    Some(json!({
        "name": "input", "in": "query", "required": !is_optional,
        "content": { "application/json": { "schema": schema } },
    }))
}

/// A mutation always has a body: its content type has to be there, even if there is nothing to send.
fn mutation_body(
    input: &ProcedureInput,
    sends: Sends,
    transformer: Option<Transformer>,
    operation: &Operation<'_>,
) -> Value {
    let schema = match input {
        ProcedureInput::Nothing => json!({}),
        ProcedureInput::Json { schema, .. } => sent(schema, transformer),
        ProcedureInput::Form { .. } | ProcedureInput::Bytes => {
            let mut body = request_body(operation).unwrap_or_else(|| json!({}));
            body["required"] = true.into();
            return body;
        }
    };
    let is_required = matches!(input, ProcedureInput::Json { is_optional: false, .. });
    let schema = if sends == Sends::Lines { in_batch(&schema, is_required) } else { schema };
    json!({ "required": true, "content": { "application/json": { "schema": schema } } })
}

const LINES: &str = "Lines of JSON: the answer, and its parts as they arrive";

const EVENTS: &str = "Events, whose data is a value as JSON; an error is the event `serialized-error`";

fn responses(sends: Sends, value: Value, input: &ProcedureInput, error: &Value, operation: &Operation<'_>) -> Value {
    let result =
        |result: Value| json!({ "type": "object", "properties": { "result": result }, "required": ["result"] });
    let data = || json!({ "type": "object", "properties": { "data": value } });
    let (description, content_type, schema) = match sends {
        Sends::Nothing => ("OK", "application/json", result(json!({ "type": "object" }))),
        Sends::MaybeValue => ("OK", "application/json", result(data())),
        Sends::Value => {
            let mut data = data();
            data["required"] = json!(["data"]);
            ("OK", "application/json", result(data))
        }
        // tRPC gives lines the content type of one value.
        Sends::Lines => (LINES, "application/json", json!({})),
        Sends::Events => (EVENTS, "text/event-stream", value),
    };
    let failed = |description: &str| json!({ "description": description, "content": { "application/json": { "schema": error } } });
    let mut responses = Map::new();
    responses
        .insert("200".into(), json!({ "description": description, "content": { content_type: { "schema": schema } } }));
    // Whoever asks for events, or for lines, is told there what is wrong.
    if matches!(sends, Sends::Nothing | Sends::Value | Sends::MaybeValue) {
        if *input != ProcedureInput::Nothing {
            responses.insert("400".into(), failed("The input is invalid"));
        }
        for (status, answer) in operation.answers.iter().filter(|(status, _)| **status >= 400) {
            let said = answer["description"].as_str().unwrap_or("An error");
            responses.insert(status.to_string(), failed(said));
        }
    }
    let mut default = failed("An error");
    default["content"][PROBLEM_TYPE] = json!({ "schema": problem_reference() });
    responses.insert("default".into(), default);
    responses.into()
}

/// The answer with an error.
struct TrpcError;

/// The same where the program changes the shape of errors: clients need a message and a number as the code.
struct FormattedError;

macro_rules! error {
    ($($ty:ident $name:literal $members:tt;)*) => {$(
        impl JsonSchema for $ty {
            fn schema_name() -> Cow<'static, str> {
                $name.into()
            }

            fn schema_id() -> Cow<'static, str> {
                $name.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                schemars::json_schema!({
                    "type": "object",
                    "description": "The answer with an error of tRPC.",
                    "properties": { "error": $members },
                    "required": ["error"],
                })
            }
        }
    )*};
}

error! {
    TrpcError "TrpcError" {
        "type": "object",
        "properties": {
            "message": { "type": "string" },
            "code": { "type": "integer", "description": "The number of the code, as JSON-RPC 2.0 has it." },
            "data": {
                "type": "object",
                "properties": {
                    "code": { "type": "string", "description": "The code, such as `NOT_FOUND`." },
                    "httpStatus": { "type": "integer" },
                    "path": { "type": "string", "description": "The name of the procedure." },
                    "issues": {
                        "type": "array",
                        "description": "What is wrong with an input.",
                        "items": {
                            "type": "object",
                            "properties": {
                                "path": { "type": "array", "items": { "type": ["string", "integer"] } },
                                "message": { "type": "string" },
                            },
                            "required": ["path", "message"],
                        },
                    },
                },
                "required": ["code", "httpStatus"],
            },
        },
        "required": ["message", "code", "data"],
    };
    FormattedError "FormattedTrpcError" { "type": "object" };
}
