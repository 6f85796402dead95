//! What a handler's signature says about its operation: these methods are called by generated code.

use actix_web::HttpRequest;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde_json::{Value, json};

use super::guarded::{WantedKind, WantedParam};
use super::need::Need;
use super::operation::{Documented, Operation, ReadsParam};
use super::tidy;
use crate::http::ParamPlace;
use crate::response::IntoStatus as _;

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
    /// Whether a bad value is refused before the handler runs.
    pub is_refused: bool,
    pub is_deprecated: bool,
    /// Whether an empty value is none, where the schema allows no empty text: browsers send an input that was left empty.
    pub may_be_empty: bool,
    /// Whether the value has members, sent as `name[member]`.
    pub deep: bool,
}

impl Parameter {
    /// Whether both are read from the same place.
    pub fn is_same(&self, other: &Self) -> bool {
        self.place == other.place && self.name == other.name
    }
}

/// A response that the attribute of a route declares.
#[derive(Clone, Debug)]
pub struct Declared {
    pub description: String,
    /// Its content by content type. `None` if the attribute says no more than when it is sent.
    pub content: Option<Value>,
    pub headers: Option<Value>,
}

/// The body that a request must have.
#[derive(Debug)]
pub struct RequestBody {
    pub kind: BodyKind,
    pub schema: Value,
    pub required: bool,
    /// Whether a bad body is refused before the handler runs.
    pub is_refused: bool,
    /// The fields of a form that have members, sent as `name[member]`.
    pub deep: Vec<String>,
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

    /// Says how a path parameter is read.
    pub fn reads_param(&mut self, name: &'static str, read: ReadsParam) {
        self.readable.push((name, read));
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
            // Inside another type, no argument names the value.
            if name.is_empty() {
                return;
            }
            // A list of headers or cookies may be empty.
            let required = !is_map && !tidy::is_nullable(&schema) && schema["type"] != "array";
            self.push_param(place, &name, required, tidy::without_null(schema));
            if let Some(param) = self.params.last_mut() {
                param.explode = is_map;
            }
        }
        self.check_fields(place, &fields);
        for (name, field) in fields {
            let Some(schemas) = &self.schemas else { return };
            let definitions = schemas.input_definitions();
            let deep = place == ParamPlace::Query && tidy::has_members(&field.schema, definitions);
            let required = field.required && field.schema.get("default").is_none();
            let is_optional = tidy::is_nullable(&field.schema);
            let mut schema = tidy::sendable(field.schema, required, definitions);
            let is_text = schema["type"] == "string" && schema.get("enum").is_none() && schema.get("format").is_none();
            // These belong to the parameter, where tools look for them.
            let mut annotation = |name: &str| schema.as_object_mut().and_then(|schema| schema.remove(name));
            let (description, deprecated) = (annotation("description"), annotation("deprecated"));
            self.push_param(place, &place.wire_name(&name), required, schema);
            if let Some(param) = self.params.last_mut() {
                param.deep = deep;
                param.may_be_empty = place == ParamPlace::Query && is_optional && !deep && !is_text;
                param.description = description.and_then(|text| text.as_str().map(str::to_owned));
                param.is_deprecated = deprecated == Some(Value::Bool(true));
            }
        }
    }

    /// Notes fields that no request can carry.
    fn check_fields(&mut self, place: ParamPlace, fields: &[(String, tidy::Field)]) {
        let Some(schemas) = &self.schemas else { return };
        let definitions = schemas.input_definitions();
        for (name, field) in fields {
            let list = tidy::is_list_of_members(&field.schema, definitions);
            let members = tidy::has_members(&field.schema, definitions);
            let is_text = matches!(place, ParamPlace::Header | ParamPlace::Cookie);
            let fault = match (list, members) {
                (true, _) => "is a list of structs or maps: take a list for each of their fields, or send JSON",
                (false, true) if is_text => "is a struct or a map: flatten it (`#[serde(flatten)]`), or take text",
                _ => continue,
            };
            let name = place.wire_name(name);
            self.unreadable.push(format!("the {} `{name}` {fault}", place.noun()));
        }
    }

    pub(crate) fn push_param(&mut self, place: ParamPlace, name: &str, required: bool, schema: Value) {
        let name = name.to_owned();
        self.params.push(Parameter {
            place,
            name,
            required,
            schema,
            description: None,
            explode: false,
            is_refused: true,
            is_deprecated: false,
            may_be_empty: false,
            deep: false,
        });
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
        self.readers.push((std::any::type_name::<T>(), kind));
        let Some(schemas) = &mut self.schemas else { return };
        let mut fields = Vec::new();
        let schema = match kind {
            // Form encoding cannot express null: a field that may be missing is left out.
            BodyKind::Form | BodyKind::Multipart => {
                let reference = schemas.input::<T>();
                let schema = tidy::resolved(reference.clone(), schemas.input_definitions());
                fields = tidy::fields(&schema, schemas.input_definitions());
                let mut tidied = tidy::form_fields(schema.clone(), schemas.input_definitions());
                if kind == BodyKind::Multipart && tidied.is_object() {
                    // In a multipart form, a name is part of a header (RFC 7578, section 4.2).
                    tidied["propertyNames"] = json!({ "pattern": "^[^\\u0000-\\u001f\\u007f]*$" });
                }
                if tidied == schema { reference } else { tidied }
            }
            _ => schemas.input::<T>(),
        };
        let definitions = schemas.input_definitions();
        let deep = fields.iter().filter(|(_, field)| tidy::has_members(&field.schema, definitions));
        let deep = deep.map(|(name, _)| name.clone()).collect();
        self.check_fields(ParamPlace::Form, &fields);
        self.bodies.push(RequestBody { kind, schema, required: true, is_refused: true, deep });
    }

    /// Adds a body whose type has no schema.
    pub fn body_of_any_type<T>(&mut self, kind: BodyKind) {
        self.readers.push((std::any::type_name::<T>(), kind));
        self.bodies.push(RequestBody { kind, schema: json!({}), required: true, is_refused: true, deep: Vec::new() });
        if kind.is_typed() {
            self.undocumented.push(std::any::type_name::<T>());
        }
    }

    /// Adds state that must be registered.
    pub fn needs_data<T: 'static>(&mut self) {
        let present = |http: &HttpRequest| http.app_data::<Data<T>>().is_some();
        let origin = self.origin;
        self.needs.push(Need { what: std::any::type_name::<T>(), cure: None, present, by: origin });
    }

    /// An extractor function takes a parameter of the path by its name.
    pub fn wants_param(&mut self, name: &'static str, kind: WantedKind) {
        self.wanted_params.extend(self.origin.map(|by| WantedParam { name, kind, by }));
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

    /// The returned value documents itself, its status included if it says one.
    pub fn returns_documented<T: Documented>(&mut self) {
        let before = std::mem::take(&mut self.answers);
        T::document(self);
        self.answer_is_documented = self.answers.keys().any(|status| (200..400).contains(status));
        for (status, response) in before {
            self.answers.entry(status).or_insert(response);
        }
    }

    /// Sets the response to one of a known form.
    pub fn returns(&mut self, answer: Answer) {
        self.answer = answer;
    }

    /// The attribute says when a status is sent.
    pub fn declare(&mut self, status: u16, description: &str) {
        let declared = Declared { description: description.to_owned(), content: None, headers: None };
        self.declared.insert(status, declared);
    }

    /// The attribute names a type that documents itself: what it says of this status, else of the first one that it
    /// knows.
    pub fn declare_documented<T: Documented>(&mut self, status: u16) {
        let before = std::mem::take(&mut self.answers);
        T::document(self);
        let mut own = std::mem::replace(&mut self.answers, before);
        let response = own.remove(&status).or_else(|| own.into_values().next()).unwrap_or_default();
        let description = response["description"].as_str().map_or_else(|| reason(status), str::to_owned);
        let content = Some(response.get("content").cloned().unwrap_or_default());
        self.declared.insert(status, Declared { description, content, headers: response.get("headers").cloned() });
    }

    /// The attribute names a type that is sent as JSON.
    pub fn declare_json<T: JsonSchema>(&mut self, status: u16) {
        let Some(schemas) = &mut self.schemas else { return };
        let schema = schemas.output::<T>();
        let description = schemas.output_description(&schema).unwrap_or_else(|| reason(status));
        let content = Some(json!({ "application/json": { "schema": schema } }));
        self.declared.insert(status, Declared { description, content, headers: None });
    }

    /// The attribute names a type whose content is known: text, nothing, a problem.
    pub fn declare_content(&mut self, status: u16, content: Value) {
        self.declared.insert(status, Declared { description: reason(status), content: Some(content), headers: None });
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

/// The phrase of a status, for a response of which no more is known.
fn reason(status: u16) -> String {
    let status = status.into_status().ok();
    status.and_then(|status| status.canonical_reason()).unwrap_or("Another answer").to_owned()
}
