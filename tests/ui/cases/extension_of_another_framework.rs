use start_runtime::prelude::*;

struct Db;

#[api_route("/api/users")]
async fn GET(Extension(db): Extension<Db>, TypedHeader(agent): TypedHeader<Agent>, Host(host): Host, ConnectInfo(address): ConnectInfo<Address>) -> String {
    String::new()
}

fn main() {}
