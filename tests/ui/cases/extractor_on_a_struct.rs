use start_runtime::prelude::*;

#[extractor]
struct User;

fn main() {}
