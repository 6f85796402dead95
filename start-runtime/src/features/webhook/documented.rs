//! `Webhook<S, E>` in the document, and in the checks at start-up.

use std::any::TypeId;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{LazyLock, Mutex, PoisonError};

use actix_web::web::Data;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};

use super::event;
use super::extract::{Payload, Webhook};
use super::scheme::WebhookScheme;
use super::settings::IsSetUp;
use crate::describe::{BodyKind, Documented, Need, Operation};
use crate::extract::own::{Carrier, Wraps};

impl<S: WebhookScheme, E: JsonSchema> Documented for Webhook<S, E> {
    fn document(operation: &mut Operation<'_>) {
        Self::describe(operation, "");
    }
}

impl<S: WebhookScheme, E> Wraps for Webhook<S, E> {
    type Value = E;
    const CARRIER: Carrier = Carrier::Body(BodyKind::Json);

    fn value(&self) -> &E {
        self
    }

    fn describe(operation: &mut Operation<'_>, _: &str)
    where
        E: JsonSchema,
    {
        signed::<S>(operation);
        operation.body::<E>(BodyKind::Json);
        refusals(operation);
    }

    fn describe_schemaless(operation: &mut Operation<'_>, _: &str) {
        signed::<S>(operation);
        operation.body_of_any_type::<E>(BodyKind::Json);
        refusals(operation);
    }
}

/// The headers, and what the program has to set up.
fn signed<S: WebhookScheme>(operation: &mut Operation<'_>) {
    operation.header::<String>(S::SIGNATURE, &format!("The signature of {}", S::NAME));
    for header in S::OTHER_HEADERS {
        operation.header::<String>(header, &format!("A part of what {} signs", S::NAME));
    }
    let Texts { what, cure } = texts::<S>();
    let present = |http: &actix_web::HttpRequest| http.app_data::<Data<IsSetUp<S>>>().is_some();
    let by = operation.origin;
    operation.needs.push(Need { what, cure: Some(cure), present, by });
}

/// Whatever is wrong with a body is a 400, and only its size is not.
fn refusals(operation: &mut Operation<'_>) {
    if let Some(body) = operation.bodies.last_mut() {
        body.is_refused = false;
    }
    operation.response(400, "The signature is missing or invalid, or the body is no such event").problem();
    operation.response(413, "The body is too large").problem();
}

/// What the checks say of a sender.
#[derive(Clone, Copy)]
struct Texts {
    what: &'static str,
    cure: &'static str,
}

/// Made once per sender, and kept: the checks name what never changes.
fn texts<S: WebhookScheme>() -> Texts {
    static KNOWN: LazyLock<Mutex<HashMap<TypeId, Texts>>> = LazyLock::new(Mutex::default);
    let mut known = KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    *known.entry(TypeId::of::<S>()).or_insert_with(|| {
        let path = std::any::type_name::<S>();
        let name = path.rsplit("::").next().unwrap_or(path);
        Texts { what: format!("Webhook<{name}, …>").leak(), cure: event::how::<S>().leak() }
    })
}

/// Anything: the format is that of the sender.
impl JsonSchema for Payload {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Payload".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({})
    }
}
