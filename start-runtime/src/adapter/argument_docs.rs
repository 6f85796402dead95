//! What an argument contributes to the docs and the start-up checks. `Option` and `Result` are taken off first: what is
//! inside is documented as optional. The levels, from the top: a value with
//! constraints, a wrapper with a schema, a type that documents itself, other known types, a wrapper without a schema,
//! and every other type, which contributes nothing.

use actix_web::web;
use schemars::JsonSchema;

use super::Probe;
use crate::describe::{BodyKind, Documented, Operation};
use crate::extract::{FromParam, Wraps};

docs_levels!(describe_param(name): ParamDocsLevel);
docs_levels!(describe_argument(name): ArgumentDocsLevel);
// The lowest level, which is another one for extractor functions.
docs_levels!(describe_argument(name): LastArgumentDocsLevel);

levels!(nesting_kind: NestingLevel);

/// `Option<T>` of an argument.
#[derive(Clone, Copy)]
pub struct InOption;
/// `Result<T, E>` of an argument: the handler decides what a bad request is answered with.
#[derive(Clone, Copy)]
pub struct InResult;
/// Any other type of an argument.
#[derive(Clone, Copy)]
pub struct Alone;

impl<T> NestingLevel for &Probe<Option<T>> {
    type Kind = InOption;
    fn nesting_kind(&self) -> InOption {
        InOption
    }
}

impl<T, E> NestingLevel for &Probe<Result<T, E>> {
    type Kind = InResult;
    fn nesting_kind(&self) -> InResult {
        InResult
    }
}

impl<T> NestingLevel for Probe<T> {
    type Kind = Alone;
    fn nesting_kind(&self) -> Alone {
        Alone
    }
}

impl InOption {
    pub fn inside<T>(self, _: &Probe<Option<T>>) -> Probe<T> {
        Probe::NEW
    }
    pub fn describe(self, docs: &mut Operation<'_>, document: impl FnOnce(&mut Operation<'_>)) {
        docs.optional(document);
    }
}

impl InResult {
    pub fn inside<T, E>(self, _: &Probe<Result<T, E>>) -> Probe<T> {
        Probe::NEW
    }
    pub fn describe(self, docs: &mut Operation<'_>, document: impl FnOnce(&mut Operation<'_>)) {
        docs.optional(document);
    }
}

impl Alone {
    pub fn inside<T>(self, _: &Probe<T>) -> Probe<T> {
        Probe::NEW
    }
    pub fn describe(self, docs: &mut Operation<'_>, document: impl FnOnce(&mut Operation<'_>)) {
        document(docs);
    }
}

/// `[[lang]]`: if the segment is present, it is documented like any other parameter.
impl<T: FromParam + JsonSchema> ParamDocsLevel for &&Probe<Option<T>> {
    fn describe_param(&self, docs: &mut Operation<'_>, name: &'static str) {
        docs.path_param::<T>(name);
        docs.reads_param(name, |text| T::from_param(text).map(drop));
    }
}

impl<T: FromParam + JsonSchema> ParamDocsLevel for &Probe<T> {
    fn describe_param(&self, docs: &mut Operation<'_>, name: &'static str) {
        docs.path_param::<T>(name);
        docs.reads_param(name, |text| T::from_param(text).map(drop));
    }
}

impl<T> ParamDocsLevel for Probe<T> {
    fn describe_param(&self, docs: &mut Operation<'_>, name: &'static str) {
        docs.path_param_of_any_type::<T>(name);
    }
}

impl<W: Wraps<Value: JsonSchema>> ArgumentDocsLevel for &&&&Probe<W> {
    fn describe_argument(&self, docs: &mut Operation<'_>, name: &'static str) {
        W::describe(docs, name);
    }
}

impl<T: Documented> ArgumentDocsLevel for &&&Probe<T> {
    fn describe_argument(&self, docs: &mut Operation<'_>, _: &'static str) {
        T::document(docs);
    }
}

impl<T: 'static> ArgumentDocsLevel for &&Probe<web::Data<T>> {
    fn describe_argument(&self, docs: &mut Operation<'_>, _: &'static str) {
        docs.needs_data::<T>();
    }
}

impl ArgumentDocsLevel for &&Probe<web::Bytes> {
    fn describe_argument(&self, docs: &mut Operation<'_>, _: &'static str) {
        docs.body_of_any_type::<web::Bytes>(BodyKind::Bytes);
    }
}

impl ArgumentDocsLevel for &&Probe<web::Payload> {
    fn describe_argument(&self, docs: &mut Operation<'_>, _: &'static str) {
        docs.body_of_any_type::<web::Payload>(BodyKind::Bytes);
    }
}

impl<W: Wraps> ArgumentDocsLevel for &Probe<W> {
    fn describe_argument(&self, docs: &mut Operation<'_>, name: &'static str) {
        W::describe_schemaless(docs, name);
    }
}

impl<T> LastArgumentDocsLevel for Probe<T> {
    fn describe_argument(&self, _: &mut Operation<'_>, _: &'static str) {}
}
