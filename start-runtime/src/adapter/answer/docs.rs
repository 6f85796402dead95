//! What the docs say of a returned value and of an error.

use std::borrow::Cow;
use std::convert::Infallible;
use std::error::Error as StdError;
use std::io;

use actix_web::http::StatusCode;
use actix_web::web::{self, Bytes};
use actix_web::{Either, HttpResponse, Responder};
use schemars::JsonSchema;
use serde::Serialize;

use crate::adapter::Probe;
use crate::describe::{Answer, Documented, Operation};
use crate::extract::Json;
use crate::response::{Download, Problem, Response};

docs_levels!(describe_output(): OutputDocsLevel);
docs_levels!(describe_error(): ErrorDocsLevel);

macro_rules! describe {
    ($level:ident $method:ident $([$($generics:tt)*] $probe:ty => |$docs:ident| $body:expr;)*) => {$(
        impl<$($generics)*> $level for $probe {
            fn $method(&self, $docs: &mut Operation<'_>) {
                $body;
            }
        }
    )*};
}

describe! { OutputDocsLevel describe_output
    [T: Serialize + JsonSchema] &&&&&&Probe<Json<T>> => |docs| docs.returns_json::<T>();
    [T: Serialize + JsonSchema] &&&&&&Probe<web::Json<T>> => |docs| docs.returns_json::<T>();
    [] &&&&&&Probe<&'static str> => |docs| docs.returns(Answer::Text);
    [] &&&&&&Probe<String> => |docs| docs.returns(Answer::Text);
    [] &&&&&&Probe<Cow<'static, str>> => |docs| docs.returns(Answer::Text);
    [] &&&&&&Probe<Box<str>> => |docs| docs.returns(Answer::Text);
    [] &&&&&&Probe<()> => |docs| docs.returns(Answer::Nothing);
    [] &&&&&&Probe<Vec<u8>> => |docs| docs.returns(Answer::Bytes);
    [] &&&&&&Probe<Bytes> => |docs| docs.returns(Answer::Bytes);
    [] &&&&&&Probe<Download> => |docs| docs.returns(Answer::File);
}

describe! { OutputDocsLevel describe_output
    [T: Serialize] &&&&&Probe<Json<T>> => |docs| docs.returns_json_of_any_type::<T>();
    [T: Serialize] &&&&&Probe<web::Json<T>> => |docs| docs.returns_json_of_any_type::<T>();
    [] &&&&&Probe<Response> => |docs| docs.fails_with_anything();
    [] &&&&&Probe<HttpResponse> => |docs| docs.fails_with_anything();
    // Also a type that documents itself, as an argument.
    [L: Responder, R: Responder] &&&&&Probe<Either<L, R>> => |docs| docs.fails_with_anything();
    [] &&&&&Probe<StatusCode> => |docs| {
        docs.any_status();
        docs.returns(Answer::Nothing);
    };
}

describe! { OutputDocsLevel describe_output
    [T: Documented] &&&&Probe<T> => |docs| docs.returns_documented::<T>();
}

describe! { OutputDocsLevel describe_output
    [T: Responder] &&&Probe<T> => |docs| docs.fails_with_anything();
}

describe! { OutputDocsLevel describe_output
    [T: Serialize + JsonSchema] &&Probe<T> => |docs| docs.returns_json::<T>();
}

describe! { OutputDocsLevel describe_output
    [T: Serialize] &Probe<T> => |docs| docs.returns_json_of_any_type::<T>();
}

describe! { OutputDocsLevel describe_output
    [T] Probe<T> => |docs| docs.returns(Answer::Anything);
}

describe! { ErrorDocsLevel describe_error
    // At the top, because most handlers cannot fail.
    [] &&&&&&Probe<Infallible> => |_docs| {};
    [] &&&&&&Probe<(StatusCode, &'static str)> => |docs| docs.fails_with(Answer::Text);
    [] &&&&&&Probe<(StatusCode, String)> => |docs| docs.fails_with(Answer::Text);
    [] &&&&&&Probe<(StatusCode, Cow<'static, str>)> => |docs| docs.fails_with(Answer::Text);
    [] &&&&&&Probe<(StatusCode, Box<str>)> => |docs| docs.fails_with(Answer::Text);
    [] &&&&&&Probe<(StatusCode, Problem)> => |_docs| {};
    [] &&&&&&Probe<(StatusCode, ())> => |docs| docs.fails_with_anything();
    [T: Serialize + JsonSchema] &&&&&&Probe<(StatusCode, Json<T>)> => |docs| docs.fails_with_json::<T>();
}

describe! { ErrorDocsLevel describe_error
    [T: Serialize + JsonSchema] &&&&&Probe<(StatusCode, T)> => |docs| docs.fails_with_json::<T>();
}

describe! { ErrorDocsLevel describe_error
    [T] &&&&Probe<(StatusCode, T)> => |docs| docs.fails_with_anything();
}

describe! { ErrorDocsLevel describe_error
    [T: Documented] &&&Probe<T> => |docs| T::document(docs);
}

describe! { ErrorDocsLevel describe_error
    [] &&Probe<Problem> => |_docs| {};
    [] &&Probe<io::Error> => |_docs| {};
    [] &&Probe<Box<dyn StdError>> => |_docs| {};
    [] &&Probe<Response> => |docs| docs.fails_with_anything();
    [] &&Probe<HttpResponse> => |docs| docs.fails_with_anything();
    [] &&Probe<StatusCode> => |docs| docs.fails_with_anything();
}

describe! { ErrorDocsLevel describe_error
    [T: Into<actix_web::Error>] &Probe<T> => |docs| docs.fails_with_anything();
}

describe! { ErrorDocsLevel describe_error
    [T] Probe<T> => |_docs| {};
}
