use start_runtime::{UploadedFile, prelude::*, trpc};

#[derive(serde::Deserialize)]
struct Form {
    file: UploadedFile,
}

#[trpc::query]
async fn form(input: Multipart<Form>) -> u64 {
    input.file.size()
}

#[trpc::subscription]
async fn bytes(input: trpc::OctetStream) -> Vec<u8> {
    let _ = input;
    vec![]
}

fn main() {}
