use start_runtime::prelude::*;

#[api_route("/api/students")]
extern "C" fn GET() {

}

fn main() {}
