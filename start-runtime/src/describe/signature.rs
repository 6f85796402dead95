//! What a handler's signature says about its operation: these methods are called by generated code.

use actix_web::HttpRequest;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde_json::{Value, json};

use super::need::Need;
use super::operation::Operation;
use super::tidy;
use crate::http::ParamPlace;

/// A parameter of the path, the query, a header or a cookie.
#[derive(Debug)]
pub struct Parameter {
    pub place: ParamPlace,
    pub name: String,
    pub required: bool,
    pub schema: Value,
    pub description: Option<String>,
    /// Whether the members of the value are separate parameters: a map in the query.
    pub explode: bool,
}

/// The body that a request must have.
#[derive(Debug)]
pub struct RequestBody {
    pub kind: BodyKind,
    pub schema: Value,
    pub required: bool,
}

/// The format of a body.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BodyKind {
    Json,
    Form,
    Multipart,
    Text,
    Bytes,
}

/// What a handler sends when it succeeds.
#[derive(Debug, Default)]
pub enum Answer {
    /// A `Response` or a `Responder`: nothing is known about it.
    #[default]
    Anything,
    Json(Value),
    Text,
    Bytes,
    /// Bytes whose type depends on the file's name, sent in whole or in part.
    File,
    Nothing,
}

impl BodyKind {
    pub fn content_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Form => "application/x-www-form-urlencoded",
            Self::Multipart => "multipart/form-data",
            Self::Text => "text/plain",
            Self::Bytes => "application/octet-stream",
        }
    }

    /// Whether the body is read into a type, which can fail.
    pub fn is_typed(self) -> bool {
        matches!(self, Self::Json | Self::Form | Self::Multipart)
    }
}

#[doc(hidden)]
#[allow(missing_docs, reason = "called by generated code; not public API")]
impl Operation<'_> {
    /// Adds a typed path parameter.
    pub fn path_param<T: JsonSchema>(&mut self, name: &str) {
        let Some(schemas) = &mut self.schemas else { return };
        let schema = tidy::without_null(schemas.input::<T>());
        self.push_param(ParamPlace::Path, name, true, schema);
    }

    /// Adds a typed path parameter whose type has no schema: documented as text, like every raw parameter.
    pub fn path_param_of_any_type<T>(&mut self, name: &str) {
        self.push_param(ParamPlace::Path, name, true, json!({ "type": "string" }));
        self.undocumented.push(std::any::type_name::<T>());
    }

    /// Adds the fields of a struct as parameters, or one value under the name of its argument.
    pub fn params<T: JsonSchema>(&mut self, place: ParamPlace, argument: &str) {
        let Some(schemas) = &mut self.schemas else { return };
        let schema = schemas.input_inline::<T>();
        let fields = tidy::fields(&schema, schemas.input_definitions());
        if fields.is_empty() {
            let is_map = place == ParamPlace::Query && argument.is_empty();
            let name = if is_map { "params".to_owned() } else { place.wire_name(argument) };
            let required = !is_map && !tidy::is_nullable(&schema);
            self.push_param(place, &name, required, tidy::without_null(schema));
            if let Some(param) = self.params.last_mut() {
                param.explode = is_map;
            }
        }
        for (name, field) in fields {
            let mut schema = tidy::without_null(field.schema);
            let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
            let has_default = schema.get("default").is_some();
            self.push_param(place, &place.wire_name(&name), field.required && !has_default, schema);
            if let (Some(param), Some(Value::String(text))) = (self.params.last_mut(), description) {
                param.description = Some(text);
            }
        }
    }

    pub(crate) fn push_param(&mut self, place: ParamPlace, name: &str, required: bool, schema: Value) {
        let name = name.to_owned();
        self.params.push(Parameter { place, name, required, schema, description: None, explode: false });
    }

    /// Adds a parameter whose type has no schema.
    pub fn params_of_any_type<T>(&mut self, place: ParamPlace, argument: &str) {
        self.undocumented.push(std::any::type_name::<T>());
        if !argument.is_empty() {
            self.push_param(place, &place.wire_name(argument), false, json!({}));
        }
    }

    /// Adds a typed body.
    pub fn body<T: JsonSchema>(&mut self, kind: BodyKind) {
        let Some(schemas) = &mut self.schemas else { return };
        let schema = match kind {
            // Form encoding cannot express null: a field that may be missing is left out.
            BodyKind::Form | BodyKind::Multipart => {
                let reference = schemas.input::<T>();
                let schema = tidy::resolved(reference.clone(), schemas.input_definitions());
                let mut tidied = tidy::form_fields(schema.clone());
                if kind == BodyKind::Multipart && tidied.is_object() {
                    // In a multipart form, a name is part of a header (RFC 7578, section 4.2).
                    tidied["propertyNames"] = json!({ "pattern": "^[^\\u0000-\\u001f\\u007f]*$" });
                }
                if tidied == schema { reference } else { tidied }
            }
            _ => schemas.input::<T>(),
        };
        self.body = Some(RequestBody { kind, schema, required: true });
    }

    /// Adds a body whose type has no schema.
    pub fn body_of_any_type<T>(&mut self, kind: BodyKind) {
        self.body = Some(RequestBody { kind, schema: json!({}), required: true });
        if kind.is_typed() {
            self.undocumented.push(std::any::type_name::<T>());
        }
    }

    /// Marks the arguments that `document` adds as optional.
    pub fn optional(&mut self, document: impl FnOnce(&mut Self)) {
        let before = self.params.len();
        let body_before = self.body.take();
        document(self);
        self.params.iter_mut().skip(before).for_each(|param| param.required = false);
        match &mut self.body {
            Some(body) => body.required = false,
            None => self.body = body_before,
        }
    }

    /// Adds state that must be registered.
    pub fn needs_data<T: 'static>(&mut self) {
        let present = |http: &HttpRequest| http.app_data::<Data<T>>().is_some();
        self.needs.push(Need { type_name: std::any::type_name::<T>(), present });
    }

    /// Sets the response to JSON.
    pub fn returns_json<T: JsonSchema>(&mut self) {
        if let Some(schemas) = &mut self.schemas {
            self.answer = Answer::Json(schemas.output::<T>());
        }
    }

    /// Sets the response to JSON of a type that has no schema.
    pub fn returns_json_of_any_type<T>(&mut self) {
        self.answer = Answer::Json(json!({}));
        self.undocumented.push(std::any::type_name::<T>());
    }

    /// Sets the response to one of a known form.
    pub fn returns(&mut self, answer: Answer) {
        self.answer = answer;
    }

    /// The handler returns an `Option`.
    pub fn may_be_missing(&mut self) {
        self.may_be_missing = true;
    }

    /// The handler may return `()`.
    pub fn may_be_empty(&mut self) {
        self.may_be_empty = true;
    }

    /// The handler chooses the status at run time.
    pub fn any_status(&mut self) {
        self.any_status = true;
    }

    /// The parameters are checked for more than their type.
    pub fn constrained(&mut self) {
        self.is_constrained = true;
    }

    /// The error is a value with a status that is chosen at run time.
    pub fn fails_with(&mut self, answer: Answer) {
        self.failure = Some(answer);
    }

    /// The same, for a value that is sent as JSON.
    pub fn fails_with_json<T: JsonSchema>(&mut self) {
        if let Some(schemas) = &mut self.schemas {
            self.failure = Some(Answer::Json(schemas.output::<T>()));
        }
    }

    /// The error is a response of its own: it can be any response.
    pub fn fails_with_anything(&mut self) {
        self.fails_with_anything = true;
    }
}
