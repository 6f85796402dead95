//! Macros with the names of std's macros.

use ::start_runtime::api_route;

/// Any use of this macro is an error.
macro_rules! vec {
    () => {};
}
macro_rules! line {
    () => {};
}
macro_rules! file {
    () => {};
}
macro_rules! module_path {
    () => {};
}
macro_rules! option_env {
    () => {};
}
macro_rules! matches {
    () => {};
}
macro_rules! unreachable {
    () => {};
}

vec![];
line!();
file!();
module_path!();
option_env!();
matches!();
unreachable!();

#[api_route(GET, "/hostile/macros/[one]")]
async fn macros(one: u8) -> ::std::vec::Vec<::std::string::String> {
    ::std::vec![::std::string::ToString::to_string(&one)]
}
