use start_runtime::{prelude::*, trpc};

#[trpc::mutation]
async fn json(Json(name): Json<String>) -> String {
    name
}

#[trpc::query]
async fn query(name: Query<Vec<String>>) -> usize {
    name.len()
}

fn main() {}
