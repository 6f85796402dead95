use start_runtime::prelude::*;

#[derive(serde::Serialize, serde::Deserialize, JsonSchema)]
struct Post {
    title: String,
}

#[api_route("/api/posts")]
mod posts {
    use super::*;

    pub async fn GET(Query(post): Query<Post>, Header(agent): Header<String>, Cookie(theme): Cookie<String>) -> Response {
        Response::new(post.title + &agent + &theme)
    }

    pub async fn POST(Form(post): Form<Post>) -> Json<Post> {
        Json(post)
    }

    pub async fn PUT(form: Multipart<Post>) -> String {
        form.0.title
    }
}

fn main() {}
