use start_runtime::Response;
use start_runtime::prelude::*;

#[derive(serde::Serialize)]
struct Student {
    name: String,
    year: u16,
}

/// The method is the function's name.
#[api_route("/api/[house]/students/year-[year]")]
async fn GET(event: APIEvent) -> Vec<Student> {
    vec![Student { name: event.params["house"].into(), year: 1 }]
}

/// The method is written out; params come by name.
#[api_route(GET, "/api/[house]/students/first-[year]")]
async fn first_years(house: String, year: u16) -> Result<Vec<Student>, Problem> {
    Ok(vec![Student { name: house, year }])
}

#[api_route(GET, POST, "/graphql")]
async fn graphql(event: APIEvent) -> Response {
    Response::new(event.request.method().to_string())
}

struct Db;

#[api_route("/api/posts/$postId")]
mod post {
    use super::*;

    async fn GET(post_id: i64, _db: Data<Db>) -> Result<Student, Problem> {
        Err(Problem::not_found(post_id.to_string()))
    }

    async fn DELETE(post_id: i64) -> Result<StatusCode, Problem> {
        if post_id == 0 { Err(Problem::not_found("nothing")) } else { Ok(StatusCode::NO_CONTENT) }
    }
}

#[page_route("/students/[name]")]
async fn student(name: String) -> String {
    name
}

fn main() {
    // Handlers stay ordinary functions.
    let _ = first_years("gryffindor".into(), 1991);
}
