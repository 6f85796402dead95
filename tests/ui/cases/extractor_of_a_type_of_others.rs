use start_runtime::prelude::*;

#[extractor]
fn token() -> Result<String, Problem> {
    Ok(String::new())
}

#[extractor]
fn roles() -> Result<Vec<u32>, Problem> {
    Ok(Vec::new())
}

#[extractor]
fn pair() -> (u32, u32) {
    (1, 2)
}

#[extractor]
fn method() -> Option<start_runtime::actix_web::http::Method> {
    None
}

fn main() {}
