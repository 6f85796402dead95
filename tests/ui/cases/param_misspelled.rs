use start_runtime::prelude::*;

#[api_route("/api/[house]/year-[year]")]
async fn GET(hose: String, year: u16) {
    let _ = (hose, year);
}

fn main() {}
