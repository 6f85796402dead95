//! Types with the names of those in the prelude and the runtime.

use ::serde::{Deserialize, Serialize};
use ::start_runtime::{api_route, page_route};

/// Declares types that serialize, each returned by a route with its name.
macro_rules! hostile {
    ($($name:ident $module:ident $path:literal),* $(,)?) => {$(
        #[derive(Serialize, Deserialize)]
        #[serde(crate = "::serde")]
        struct $name {
            is: u8,
        }

        mod $module {
            use super::{$name, api_route};

            #[api_route(GET, $path)]
            async fn hostile() -> $name {
                $name { is: 1 }
            }
        }
    )*};
}

hostile! {
    Ok type_ok "/hostile/types/ok",
    Err type_err "/hostile/types/err",
    Some type_some "/hostile/types/some",
    None type_none "/hostile/types/none",
    Option type_option "/hostile/types/option",
    Result type_result "/hostile/types/result",
    Box type_box "/hostile/types/box",
    String type_string "/hostile/types/string",
    Vec type_vec "/hostile/types/vec",
    Future type_future "/hostile/types/future",
    Route type_route "/hostile/types/route",
    RouteKind type_route_kind "/hostile/types/route-kind",
    RoutePath type_route_path "/hostile/types/route-path",
    Segment type_segment "/hostile/types/segment",
    Part type_part "/hostile/types/part",
    Probe type_probe "/hostile/types/probe",
    Call type_call "/hostile/types/call",
    Outcome type_outcome "/hostile/types/outcome",
    Split type_split "/hostile/types/split",
    Text type_text "/hostile/types/text",
    BadParams type_bad_params "/hostile/types/bad-params",
    Describe type_describe "/hostile/types/describe",
    Plain type_plain "/hostile/types/plain",
    Html type_html "/hostile/types/html",
    Api type_api "/hostile/types/api",
    Page type_page "/hostile/types/page",
    Literal type_literal "/hostile/types/literal",
    Param type_param "/hostile/types/param",
    Value type_value "/hostile/types/value",
    SplitFirst type_split_first "/hostile/types/split-first",
    LeafLast type_leaf_last "/hostile/types/leaf-last",
    ArgumentFirst type_argument_first "/hostile/types/argument-first",
}

/// Every other form, in the scope of all of these.
#[api_route("/hostile/types/[a]/[[b]]")]
async fn GET(a: ::std::string::String, b: ::std::option::Option<u8>) -> ::std::result::Result<Ok, Err> {
    match b {
        ::std::option::Option::Some(_) if a.is_empty() => ::std::result::Result::Err(Err { is: 0 }),
        _ => ::std::result::Result::Ok(Ok { is: 1 }),
    }
}

impl ::std::convert::From<Err> for ::start_runtime::Problem {
    fn from(error: Err) -> Self {
        Self::new(u16::from(error.is))
    }
}

#[api_route(POST, "/hostile/types/body", status = 201)]
async fn body(::start_runtime::Json(some): ::start_runtime::Json<Some>) -> ::std::option::Option<None> {
    ::std::option::Option::Some(None { is: some.is })
}

#[page_route("/hostile/page/[name]")]
fn page(name: ::std::string::String) -> ::std::string::String {
    name
}
