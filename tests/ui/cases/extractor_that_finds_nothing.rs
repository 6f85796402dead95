use start_runtime::prelude::*;

#[extractor]
fn nothing() {}

#[extractor]
fn unit() -> () {}

#[extractor]
fn perhaps() -> Result<Option<()>, Problem> {
    Ok(None)
}

fn main() {}
