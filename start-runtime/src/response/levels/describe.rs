//! What the docs say of an answer.

use std::borrow::Cow;

use actix_web::web::{self, Bytes};
use schemars::JsonSchema;
use serde::Serialize;

use super::Probe;
use crate::extract::Json;
use crate::openapi::Describe;
use crate::response::Problem;

pub trait DescribeFirst {
    fn describe_output(&self, docs: &mut Describe<'_>);
}

pub trait DescribeSecond {
    fn describe_output(&self, docs: &mut Describe<'_>);
}

pub trait DescribeLast {
    fn describe_output(&self, docs: &mut Describe<'_>);
}

macro_rules! describe {
    ($level:ident $([$($generics:tt)*] $probe:ty => |$docs:ident| $body:expr;)*) => {$(
        impl<$($generics)*> $level for $probe {
            fn describe_output(&self, $docs: &mut Describe<'_>) {
                $body;
            }
        }
    )*};
}

describe! { DescribeFirst
    [T: Serialize + JsonSchema] &&Probe<Json<T>> => |docs| docs.returns_json::<T>();
    [T: Serialize + JsonSchema] &&Probe<web::Json<T>> => |docs| docs.returns_json::<T>();
    [] &&Probe<&'static str> => |docs| docs.returns_text();
    [] &&Probe<String> => |docs| docs.returns_text();
    [] &&Probe<Cow<'static, str>> => |docs| docs.returns_text();
    [] &&Probe<Box<str>> => |docs| docs.returns_text();
    [] &&Probe<()> => |docs| docs.returns_nothing();
    [] &&Probe<Problem> => |docs| docs.returns_anything();
    [] &&Probe<Vec<u8>> => |docs| docs.returns_bytes();
    [] &&Probe<Bytes> => |docs| docs.returns_bytes();
}

describe! { DescribeSecond
    [T: Serialize + JsonSchema] &Probe<T> => |docs| docs.returns_json::<T>();
}

describe! { DescribeLast
    [T] Probe<T> => |docs| docs.returns_anything();
}
