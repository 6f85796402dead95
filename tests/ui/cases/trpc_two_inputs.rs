use start_runtime::{prelude::*, trpc};

#[trpc::query]
async fn two(input: String, trpc::Input(other): trpc::Input<u32>) -> String {
    format!("{input} {other}")
}

#[derive(serde::Deserialize)]
struct Form {
    name: String,
}

#[trpc::mutation]
async fn form(input: u32, form: Multipart<Form>) -> String {
    format!("{input} {}", form.name)
}

fn main() {}
