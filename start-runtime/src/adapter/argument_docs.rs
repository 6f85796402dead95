//! What an argument contributes to the docs and the start-up checks. The levels, from the top: a value with
//! constraints, a wrapper with a schema, a type that documents itself, other known types, a wrapper without a schema,
//! and every other type, which contributes nothing.

use actix_web::web;
use schemars::JsonSchema;

use super::Probe;
use crate::describe::{BodyKind, Documented, Operation};
use crate::extract::{FromParam, Wraps};

docs_levels!(describe_param(name): OptionalParamDocs, TypedParamDocs, UntypedParamDocs);
docs_levels!(describe_argument(name): CheckedArgumentDocs, WrapperDocs, DocumentedArgumentDocs, KnownArgumentDocs, SchemalessArgumentDocs, NoArgumentDocs);

/// `[[lang]]`: if the segment is present, it is documented like any other parameter.
impl<T: FromParam + JsonSchema> OptionalParamDocs for &&Probe<Option<T>> {
    fn describe_param(&self, docs: &mut Operation<'_>, name: &'static str) {
        docs.path_param::<T>(name);
    }
}

impl<T: FromParam + JsonSchema> TypedParamDocs for &Probe<T> {
    fn describe_param(&self, docs: &mut Operation<'_>, name: &'static str) {
        docs.path_param::<T>(name);
    }
}

impl<T> UntypedParamDocs for Probe<T> {
    fn describe_param(&self, docs: &mut Operation<'_>, name: &'static str) {
        docs.path_param_of_any_type::<T>(name);
    }
}

impl<W: Wraps<Value: JsonSchema>> WrapperDocs for &&&&Probe<W> {
    fn describe_argument(&self, docs: &mut Operation<'_>, name: &'static str) {
        W::describe(docs, name);
    }
}

impl<T: Documented> DocumentedArgumentDocs for &&&Probe<T> {
    fn describe_argument(&self, docs: &mut Operation<'_>, _: &'static str) {
        T::document(docs);
    }
}

impl<T: Documented> KnownArgumentDocs for &&Probe<Option<T>> {
    fn describe_argument(&self, docs: &mut Operation<'_>, _: &'static str) {
        docs.optional(T::document);
    }
}

impl<T: 'static> KnownArgumentDocs for &&Probe<web::Data<T>> {
    fn describe_argument(&self, docs: &mut Operation<'_>, _: &'static str) {
        docs.needs_data::<T>();
    }
}

impl KnownArgumentDocs for &&Probe<web::Bytes> {
    fn describe_argument(&self, docs: &mut Operation<'_>, _: &'static str) {
        docs.body_of_any_type::<web::Bytes>(BodyKind::Bytes);
    }
}

impl KnownArgumentDocs for &&Probe<web::Payload> {
    fn describe_argument(&self, docs: &mut Operation<'_>, _: &'static str) {
        docs.body_of_any_type::<web::Payload>(BodyKind::Bytes);
    }
}

impl<W: Wraps> SchemalessArgumentDocs for &Probe<W> {
    fn describe_argument(&self, docs: &mut Operation<'_>, name: &'static str) {
        W::describe_schemaless(docs, name);
    }
}

impl<T> NoArgumentDocs for Probe<T> {
    fn describe_argument(&self, _: &mut Operation<'_>, _: &'static str) {}
}
