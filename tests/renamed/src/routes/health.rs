//! The route of a file.

/// Whether the program works.
#[web::api_route]
pub async fn GET() -> &'static str {
    "well"
}
