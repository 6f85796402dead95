//! The GraphQL schema of the tests: what fails, waits, asks the event, takes files, and goes on.

use std::io::Read as _;
use std::time::Duration;

use async_graphql::{Context, ErrorExtensions as _, Object, SimpleObject, Subscription, Upload};
use futures_util::{Stream, StreamExt as _};
use start_runtime::Problem;
use start_runtime::graphql::Event;

pub struct Query;
pub struct Mutation;
pub struct Subscription;

pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

pub fn schema() -> Schema {
    Schema::new(Query, Mutation, Subscription)
}

start_runtime::graphql_schema!(schema);

/// Who asks, as a hook or a handler says.
#[derive(Clone, Debug)]
pub struct User(pub String);

/// What is kept of a visitor.
#[derive(Default, Clone, serde::Serialize, serde::Deserialize)]
pub struct Visits {
    pub count: u32,
}

/// What a middleware has left.
#[derive(Clone)]
pub struct Note(pub String);

/// An owl.
#[derive(SimpleObject)]
struct Owl {
    name: String,
    letters: Vec<u32>,
}

type Answer<T> = async_graphql::Result<T>;

#[Object]
impl Query {
    async fn hello(&self, input: Option<String>) -> String {
        format!("Hello {}", input.as_deref().unwrap_or("World"))
    }

    async fn me(&self) -> &Self {
        self
    }

    async fn owl(&self) -> Owl {
        Owl { name: "Hedwig".to_owned(), letters: vec![1, 2, 3] }
    }

    /// Says itself that its text is for clients.
    async fn refused(&self) -> Answer<Option<String>> {
        Err(async_graphql::Error::new("no owls today"))
    }

    async fn coded(&self) -> Answer<Option<String>> {
        Err((&std::io::Error::other("the owlery is closed"))
            .extend_with(|_, extensions| extensions.set("code", "CLOSED")))
    }

    async fn secret(&self) -> Answer<Option<String>> {
        Err(std::io::Error::other("password of the database: alohomora").into())
    }

    async fn text(&self) -> Answer<Option<String>> {
        Err("alohomora".into())
    }

    async fn problem(&self, status: u16) -> Answer<Option<String>> {
        Err(Problem::new(status).with_detail("no such spell").with("spell", "lumos").with_cause("alohomora").into())
    }

    async fn forgotten(&self, ctx: &Context<'_>) -> Answer<Option<u32>> {
        Ok(Some(*ctx.data::<u32>()?))
    }

    /// May not be null, and fails.
    async fn sure(&self) -> Answer<String> {
        Err(async_graphql::Error::new("not sure"))
    }

    async fn panics(&self) -> Option<String> {
        None.or_else(|| panic!("alohomora"))
    }

    async fn sleep(&self, ms: u64) -> u64 {
        tokio::time::sleep(Duration::from_millis(ms)).await;
        ms
    }

    /// What the event says, asked on another thread.
    async fn event(&self, ctx: &Context<'_>) -> Answer<String> {
        let event = ctx.data::<Event>()?.clone();
        let said = std::thread::spawn(move || {
            format!(
                "{} {} {} {:?} {:?} {:?} {:?}",
                event.method(),
                event.url(),
                event.path(),
                event.header("x-owl"),
                event.cookie("house"),
                event.param("school"),
                event.client_address().map(|address| address.to_string()),
            )
        });
        said.join().map_err(|_| "it panicked".into())
    }

    async fn user(&self, ctx: &Context<'_>) -> Option<String> {
        ctx.data_opt::<User>().map(|user| user.0.clone())
    }

    async fn local(&self, ctx: &Context<'_>) -> Answer<Option<String>> {
        let note = ctx.data::<Event>()?.with(async |event| event.locals.get::<Note>().map(|note| note.0));
        Ok(note.await?)
    }

    async fn fetched(&self, ctx: &Context<'_>, path: String) -> Answer<String> {
        let fetched = ctx.data::<Event>()?.fetch(path).await?;
        Ok(format!("{} {}", fetched.status, String::from_utf8_lossy(&fetched.body)))
    }
}

#[Object]
impl Mutation {
    async fn visit(&self, ctx: &Context<'_>) -> Answer<u32> {
        let event = ctx.data::<Event>()?;
        event.set_cookie(("seen", "yes"));
        event.set_header("x-seen", "yes");
        let count = event.with(async |event| {
            let mut session = event.session::<Visits>().await?;
            session.update(|visits| visits.count += 1);
            Ok::<_, Problem>(session.count)
        });
        Ok(count.await??)
    }

    /// Name, type and text of each file.
    async fn upload(&self, ctx: &Context<'_>, files: Vec<Upload>) -> Answer<Vec<String>> {
        let read = |file: Upload| {
            let file = file.value(ctx)?;
            let (name, kind) = (file.filename.clone(), file.content_type.clone());
            let mut text = String::new();
            file.into_read().read_to_string(&mut text)?;
            Ok(format!("{name} {kind:?} {text}"))
        };
        files.into_iter().map(read).collect()
    }
}

#[Subscription]
impl Subscription {
    async fn count(&self, to: u32) -> impl Stream<Item = u32> {
        futures_util::stream::iter(1..=to).then(|number| async move {
            tokio::time::sleep(Duration::from_millis(1)).await;
            number
        })
    }

    /// A number, and then an error.
    async fn failing(&self) -> impl Stream<Item = Answer<Option<u32>>> {
        futures_util::stream::iter([Ok(Some(1)), Err(std::io::Error::other("alohomora").into())])
    }
}
