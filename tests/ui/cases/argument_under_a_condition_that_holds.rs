use start_runtime::prelude::*;

#[api_route("/api/students/[id]")]
async fn GET(id: u32, #[cfg(all())] other: String, #[cfg(any())] third: String) -> String {
    format!("{id} {other}")
}

fn main() {}
