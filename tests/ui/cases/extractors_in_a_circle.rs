use start_runtime::prelude::*;

struct One;
struct Other;

#[extractor]
async fn one(_: Other) -> Result<One, Problem> {
    Ok(One)
}

#[extractor]
async fn other(_: One) -> Result<Other, Problem> {
    Ok(Other)
}

fn main() {}
