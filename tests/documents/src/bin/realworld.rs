//! A small part of the RealWorld API: a user who may be signed in, errors in a shape of the program's own, and statuses
//! that routes declare. `tests/openapi/run` records its answers, and holds them against the types of a generated client.

use std::collections::BTreeMap;
use std::future::{Ready, ready};
use std::sync::Mutex;

use garde::Validate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use start_runtime::actix_web::dev::Payload;
use start_runtime::actix_web::{FromRequest, HttpRequest};
use start_runtime::openapi::{Documented, OpenApi, Operation, SecurityScheme};
use start_runtime::{ErrorContext, Query, Response, prelude::*};

/// What every error looks like: for each field, what is wrong with it.
#[derive(Serialize, JsonSchema)]
struct Errors {
    errors: BTreeMap<String, Vec<String>>,
}

/// Who is signed in.
#[derive(Clone)]
struct CurrentUser(String);

impl FromRequest for CurrentUser {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(http: &HttpRequest, _: &mut Payload) -> Self::Future {
        let header = http.headers().get("authorization").and_then(|value| value.to_str().ok());
        let name = header.and_then(|value| value.strip_prefix("Token ")).map(|name| Self(name.to_owned()));
        ready(name.ok_or_else(|| Problem::unauthorized("sign in first").header("WWW-Authenticate", "Token")))
    }
}

impl Documented for CurrentUser {
    fn document(operation: &mut Operation<'_>) {
        operation
            .security(SecurityScheme::header("token", "Authorization").description("`Token` and what a login returns"));
        operation.response(401, "Nobody is signed in").problem().header::<String>("WWW-Authenticate", "How to sign in");
    }
}

#[derive(Serialize, JsonSchema)]
struct User {
    email: String,
    token: String,
    username: String,
    bio: Option<String>,
}

#[derive(Serialize, JsonSchema)]
struct UserBody {
    user: User,
}

#[derive(Deserialize, JsonSchema)]
struct Login {
    user: LoginUser,
}

#[derive(Deserialize, JsonSchema)]
struct LoginUser {
    email: String,
    password: String,
}

#[derive(Clone, Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct Article {
    slug: String,
    title: String,
    body: String,
    tag_list: Vec<String>,
    favorited: bool,
    favorites_count: u64,
    author: Author,
}

#[derive(Clone, Serialize, JsonSchema)]
struct Author {
    username: String,
    /// Whether the one who asks follows the author: null if nobody is signed in.
    following: Option<bool>,
}

#[derive(Serialize, JsonSchema)]
struct ArticleBody {
    article: Article,
}

#[derive(Serialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
struct ArticlesBody {
    articles: Vec<Article>,
    articles_count: usize,
}

#[derive(Deserialize, JsonSchema, Validate)]
struct NewArticleBody {
    #[garde(dive)]
    article: NewArticle,
}

#[derive(Deserialize, JsonSchema, Validate)]
#[serde(rename_all = "camelCase")]
struct NewArticle {
    #[garde(length(chars, min = 1))]
    title: String,
    #[garde(skip)]
    body: String,
    #[serde(default)]
    #[garde(skip)]
    tag_list: Vec<String>,
}

#[derive(Deserialize, JsonSchema)]
struct Filter {
    tag: Option<String>,
    author: Option<String>,
    /// How many at most.
    limit: Option<u16>,
}

/// An article as it is kept.
struct Kept {
    article: Article,
    fans: Vec<String>,
}

type Store = Mutex<BTreeMap<String, Kept>>;

impl Kept {
    fn seen_by(&self, user: Option<&CurrentUser>) -> Article {
        let mut article = self.article.clone();
        article.favorited = user.is_some_and(|user| self.fans.contains(&user.0));
        article.favorites_count = self.fans.len() as u64;
        article.author.following = user.map(|_| false);
        article
    }
}

fn with<T>(store: &Store, slug: &str, change: impl FnOnce(&mut Kept) -> Result<T, Problem>) -> Result<T, Problem> {
    let mut store = store.lock().map_err(|_| Problem::internal("the store is broken"))?;
    change(store.get_mut(slug).ok_or_else(|| Problem::not_found("there is no such article"))?)
}

#[api_route("/api")]
mod api {
    use super::*;

    /// Signs in.
    #[api_route(POST, "/users/login", responses(403 = "The password is wrong"))]
    async fn login(Json(login): Json<Login>) -> Result<UserBody, Problem> {
        let Login { user: LoginUser { email, password } } = login;
        if password != "secret" {
            return Err(Problem::forbidden("email or password is invalid"));
        }
        Ok(UserBody { user: User { token: email.clone(), username: email.clone(), email, bio: None } })
    }

    /// Who is signed in.
    #[api_route(GET, "/user")]
    async fn user(CurrentUser(name): CurrentUser) -> UserBody {
        UserBody {
            user: User { email: name.clone(), token: name.clone(), username: name, bio: Some("likes owls".to_owned()) },
        }
    }

    /// Articles, newest last.
    #[api_route(GET, "/articles")]
    async fn articles(
        user: Option<CurrentUser>,
        Query(filter): Query<Filter>,
        store: Data<Store>,
    ) -> Result<ArticlesBody, Problem> {
        let store = store.lock().map_err(|_| Problem::internal("the store is broken"))?;
        let all = store.values().map(|kept| kept.seen_by(user.as_ref()));
        let is_asked = |article: &Article| {
            filter.tag.as_ref().is_none_or(|tag| article.tag_list.contains(tag))
                && filter.author.as_ref().is_none_or(|author| article.author.username == *author)
        };
        let articles: Vec<Article> = all.filter(is_asked).take(filter.limit.unwrap_or(20).into()).collect();
        Ok(ArticlesBody { articles_count: articles.len(), articles })
    }

    /// Publishes an article.
    #[api_route(POST, "/articles", status = 201, responses(422 = "The title is taken, or a field is not valid"))]
    async fn publish(
        CurrentUser(username): CurrentUser,
        Json(new): Json<NewArticleBody>,
        store: Data<Store>,
    ) -> Result<ArticleBody, Problem> {
        let NewArticle { title, body, tag_list } = new.article;
        let slug = title.to_lowercase().replace(' ', "-");
        let author = Author { username, following: Some(false) };
        let article =
            Article { slug: slug.clone(), title, body, tag_list, favorited: false, favorites_count: 0, author };
        let mut store = store.lock().map_err(|_| Problem::internal("the store is broken"))?;
        if store.contains_key(&slug) {
            let errors = start_runtime::serde_json::json!([{ "pointer": "#/article/title", "detail": "is taken" }]);
            return Err(Problem::unprocessable("the title is taken").with("errors", errors));
        }
        store.insert(slug, Kept { article: article.clone(), fans: Vec::new() });
        Ok(ArticleBody { article })
    }

    /// One article.
    #[api_route("/articles/[slug]", responses(404 = "There is no such article"))]
    mod article {
        use super::*;

        /// The article itself.
        async fn GET(slug: String, user: Option<CurrentUser>, store: Data<Store>) -> Result<ArticleBody, Problem> {
            with(&store, &slug, |kept| Ok(ArticleBody { article: kept.seen_by(user.as_ref()) }))
        }

        /// Takes an article back.
        #[api_route(responses(403 = "It is somebody else's"))]
        async fn DELETE(slug: String, CurrentUser(name): CurrentUser, store: Data<Store>) -> Result<(), Problem> {
            with(&store, &slug, |kept| {
                if kept.article.author.username == name { Ok(()) } else { Err(Problem::forbidden("it is not yours")) }
            })?;
            store.lock().map_err(|_| Problem::internal("the store is broken"))?.remove(&slug);
            Ok(())
        }

        /// Marks an article.
        #[api_route(POST, "/favorite")]
        async fn favorite(slug: String, user: CurrentUser, store: Data<Store>) -> Result<ArticleBody, Problem> {
            with(&store, &slug, |kept| {
                if !kept.fans.contains(&user.0) {
                    kept.fans.push(user.0.clone());
                }
                Ok(ArticleBody { article: kept.seen_by(Some(&user)) })
            })
        }
    }
}

#[start_runtime::openapi]
fn about(document: &mut OpenApi) {
    document.title("RealWorld");
    document.error_type::<Errors>();
}

/// `{ "errors": { "title": ["must not be empty"] } }`
fn errors(problem: Problem, _: &ErrorContext<'_>) -> Response {
    let mut errors: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for error in problem.member("errors").and_then(|errors| errors.as_array()).into_iter().flatten() {
        let text = |name: &str| error[name].as_str().map(str::to_owned);
        let place = text("name").or_else(|| Some(text("pointer")?.rsplit('/').next()?.to_owned()));
        errors.entry(place.unwrap_or_else(|| "body".to_owned())).or_default().extend(text("detail"));
    }
    if errors.is_empty() {
        errors.insert("body".to_owned(), vec![problem.detail().unwrap_or(problem.title()).to_owned()]);
    }
    Response::json(Errors { errors }).status(problem.status())
}

#[start_runtime::main]
async fn main() -> std::io::Result<()> {
    Start::new().data(Store::default()).on_error(errors).serve().await
}
