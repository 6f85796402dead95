//! What a handler's signature says about itself.

use actix_web::HttpRequest;
use actix_web::web::Data;
use schemars::JsonSchema;
use serde_json::{Value, json};

use super::needs::Need;
use super::schemas::Schemas;
use crate::extract::ParamPlace;

/// Collects what one handler takes and gives.
pub struct Describe<'a> {
    /// `None` when only the start-up checks ask.
    schemas: Option<&'a mut Schemas>,
    pub(super) params: Vec<Param>,
    pub(super) body: Option<(BodyKind, Value)>,
    pub(super) answer: Answer,
    pub(super) may_be_missing: bool,
    pub(super) may_be_empty: bool,
    pub(super) any_status: bool,
    pub(super) needs: Vec<Need>,
}

/// A param of the path, the query, a header or a cookie.
pub struct Param {
    pub place: ParamPlace,
    pub name: String,
    pub required: bool,
    pub schema: Value,
    pub description: Option<String>,
}

/// How a body is sent.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BodyKind {
    Json,
    Form,
    Bytes,
}

/// What a handler answers with when all goes well.
#[derive(Default)]
pub enum Answer {
    /// A `Response`, a `Responder`, a type without a schema: nothing is known.
    #[default]
    Anything,
    Json(Value),
    Text,
    Bytes,
    Nothing,
}

impl<'a> Describe<'a> {
    pub(super) fn new(schemas: Option<&'a mut Schemas>) -> Self {
        Self {
            schemas,
            params: Vec::new(),
            body: None,
            answer: Answer::Anything,
            may_be_missing: false,
            may_be_empty: false,
            any_status: false,
            needs: Vec::new(),
        }
    }

    fn input<T: JsonSchema>(&mut self) -> Value {
        self.schemas.as_mut().map_or(Value::Bool(true), |schemas| schemas.input::<T>())
    }

    /// A typed param of the path.
    pub fn path_param<T: JsonSchema>(&mut self, name: &str) {
        let schema = self.input::<T>();
        self.params.push(Param {
            place: ParamPlace::Path,
            name: name.to_owned(),
            required: true,
            schema,
            description: None,
        });
    }

    /// The fields of a struct as params, or one value under the name of its argument.
    pub fn params<T: JsonSchema>(&mut self, place: ParamPlace, argument: &str) {
        let Some(schemas) = &mut self.schemas else { return };
        let schema = schemas.input_inline::<T>();
        let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
            let nullable =
                schema.get("type").is_some_and(|ty| ty.as_array().is_some_and(|types| types.contains(&json!("null"))));
            self.params.push(Param {
                place,
                name: wire_name(place, argument),
                required: !nullable,
                schema,
                description: None,
            });
            return;
        };
        let required: Vec<&str> =
            schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
        for (name, schema) in properties {
            let mut schema = schema.clone();
            let description = schema.as_object_mut().and_then(|schema| schema.remove("description"));
            self.params.push(Param {
                place,
                name: wire_name(place, name),
                required: required.contains(&name.as_str()),
                schema,
                description: description.and_then(|text| text.as_str().map(str::to_owned)),
            });
        }
    }

    /// A typed body.
    pub fn body<T: JsonSchema>(&mut self, kind: BodyKind) {
        let schema = self.input::<T>();
        self.body = Some((kind, schema));
    }

    /// A body whose type has no schema.
    pub fn body_of_any_type(&mut self, kind: BodyKind) {
        self.body = Some((kind, Value::Bool(true)));
    }

    /// State that has to be registered.
    pub fn needs_data<T: 'static>(&mut self) {
        let present = |http: &HttpRequest| http.app_data::<Data<T>>().is_some();
        self.needs.push(Need { type_name: std::any::type_name::<T>(), present });
    }

    /// A JSON answer.
    pub fn returns_json<T: JsonSchema>(&mut self) {
        if let Some(schemas) = &mut self.schemas {
            self.answer = Answer::Json(schemas.output::<T>());
        }
    }

    /// A text answer.
    pub fn returns_text(&mut self) {
        self.answer = Answer::Text;
    }

    /// Bytes.
    pub fn returns_bytes(&mut self) {
        self.answer = Answer::Bytes;
    }

    /// No body.
    pub fn returns_nothing(&mut self) {
        self.answer = Answer::Nothing;
    }

    /// Something that says nothing about itself.
    pub fn returns_anything(&mut self) {
        self.answer = Answer::Anything;
    }

    /// An `Option`.
    pub fn may_be_missing(&mut self) {
        self.may_be_missing = true;
    }

    /// `()`.
    pub fn may_be_empty(&mut self) {
        self.may_be_empty = true;
    }

    /// A status that is chosen as it runs.
    pub fn any_status(&mut self) {
        self.any_status = true;
    }
}

fn wire_name(place: ParamPlace, name: &str) -> String {
    if place == ParamPlace::Header { name.replace('_', "-") } else { name.to_owned() }
}
