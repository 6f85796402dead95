//! What the docs and the start-up checks say of an argument.

use actix_web::web;
use schemars::JsonSchema;

use super::param::FromParam;
use super::{Cookie, Form, Header, Json, Query};
use crate::describe::{BodyKind, Documented, Operation};
use crate::http::ParamPlace;
#[cfg(feature = "multipart")]
use crate::multipart::Multipart;
use crate::response::levels::Probe;

pub trait DescribeParamFirst {
    fn describe_param(&self, docs: &mut Operation<'_>, name: &'static str);
}

pub trait DescribeParamSecond {
    fn describe_param(&self, docs: &mut Operation<'_>, name: &'static str);
}

pub trait DescribeParamLast {
    fn describe_param(&self, docs: &mut Operation<'_>, name: &'static str);
}

/// `[[lang]]`: where the segment is there, it is a param like others.
impl<T: FromParam + JsonSchema> DescribeParamFirst for &&Probe<Option<T>> {
    fn describe_param(&self, docs: &mut Operation<'_>, name: &'static str) {
        docs.path_param::<T>(name);
    }
}

impl<T: FromParam + JsonSchema> DescribeParamSecond for &Probe<T> {
    fn describe_param(&self, docs: &mut Operation<'_>, name: &'static str) {
        docs.path_param::<T>(name);
    }
}

impl<T> DescribeParamLast for Probe<T> {
    fn describe_param(&self, docs: &mut Operation<'_>, name: &'static str) {
        docs.path_param_of_any_type::<T>(name);
    }
}

macro_rules! argument_levels {
    ($($level:ident),*) => {$(
        pub trait $level {
            fn describe_argument(&self, docs: &mut Operation<'_>, name: &'static str);
        }
    )*};
}

argument_levels!(
    DescribeArgumentFirst,
    DescribeArgumentSecond,
    DescribeArgumentThird,
    DescribeArgumentFourth,
    DescribeArgumentLast
);

macro_rules! describe {
    ($level:ident $([$($generics:tt)*] $probe:ty => |$docs:ident, $name:ident| $body:expr;)*) => {$(
        impl<$($generics)*> $level for $probe {
            fn describe_argument(&self, $docs: &mut Operation<'_>, $name: &'static str) {
                $body
            }
        }
    )*};
}

describe! { DescribeArgumentFirst
    [T: JsonSchema] &&&&Probe<Header<T>> => |docs, name| docs.params::<T>(ParamPlace::Header, name);
    [T: JsonSchema] &&&&Probe<Cookie<T>> => |docs, name| docs.params::<T>(ParamPlace::Cookie, name);
}

describe! { DescribeArgumentSecond
    [T: Documented] &&&Probe<T> => |docs, _name| T::document(docs);
}

describe! { DescribeArgumentThird
    [T: Documented] &&Probe<Option<T>> => |docs, _name| docs.optional(T::document);
    [T: JsonSchema] &&Probe<web::Json<T>> => |docs, _name| docs.body::<T>(BodyKind::Json);
    [T: JsonSchema] &&Probe<web::Form<T>> => |docs, _name| docs.body::<T>(BodyKind::Form);
    [T: JsonSchema] &&Probe<web::Query<T>> => |docs, _name| docs.params::<T>(ParamPlace::Query, "");
    [T: 'static] &&Probe<web::Data<T>> => |docs, _name| docs.needs_data::<T>();
    [] &&Probe<web::Bytes> => |docs, _name| docs.body_of_any_type::<web::Bytes>(BodyKind::Bytes);
    [] &&Probe<web::Payload> => |docs, _name| docs.body_of_any_type::<web::Payload>(BodyKind::Bytes);
}

describe! { DescribeArgumentFourth
    [T] &Probe<Json<T>> => |docs, _name| docs.body_of_any_type::<T>(BodyKind::Json);
    [T] &Probe<web::Json<T>> => |docs, _name| docs.body_of_any_type::<T>(BodyKind::Json);
    [T] &Probe<Form<T>> => |docs, _name| docs.body_of_any_type::<T>(BodyKind::Form);
    [T] &Probe<web::Form<T>> => |docs, _name| docs.body_of_any_type::<T>(BodyKind::Form);
    [T] &Probe<Query<T>> => |docs, _name| docs.params_of_any_type::<T>(ParamPlace::Query, "");
    [T] &Probe<web::Query<T>> => |docs, _name| docs.params_of_any_type::<T>(ParamPlace::Query, "");
    [T] &Probe<Header<T>> => |docs, name| docs.params_of_any_type::<T>(ParamPlace::Header, name);
    [T] &Probe<Cookie<T>> => |docs, name| docs.params_of_any_type::<T>(ParamPlace::Cookie, name);
}

#[cfg(feature = "multipart")]
describe! { DescribeArgumentFourth
    [T] &Probe<Multipart<T>> => |docs, _name| docs.body_of_any_type::<T>(BodyKind::Multipart);
}

describe! { DescribeArgumentLast
    [T] Probe<T> => |_docs, _name| {};
}

impl<T: JsonSchema> Documented for Json<T> {
    fn document(operation: &mut Operation<'_>) {
        operation.body::<T>(BodyKind::Json);
    }
}

impl<T: JsonSchema> Documented for Form<T> {
    fn document(operation: &mut Operation<'_>) {
        operation.body::<T>(BodyKind::Form);
    }
}

impl<T: JsonSchema> Documented for Query<T> {
    fn document(operation: &mut Operation<'_>) {
        operation.params::<T>(ParamPlace::Query, "");
    }
}

#[cfg(feature = "multipart")]
impl<T: JsonSchema> Documented for Multipart<T> {
    fn document(operation: &mut Operation<'_>) {
        operation.body::<T>(BodyKind::Multipart);
    }
}
