//! A GraphQL API for the clients of the protocols: `clients/graphql.mjs`.

use std::time::Duration;

use async_graphql::{Context, ErrorExtensions as _, Object, SimpleObject, Subscription, Upload};
use futures_util::{Stream, StreamExt as _, stream};
use start_runtime::graphql::{self, Event};
use start_runtime::{Response, prelude::*};

pub struct Query;
pub struct Mutation;
pub struct Subscription;

pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

pub fn schema() -> Schema {
    Schema::new(Query, Mutation, Subscription)
}

start_runtime::graphql_schema!(schema);

/// The API.
#[api_route(GET, POST, "/graphql")]
async fn graphql(event: APIEvent, schema: Data<Schema>) -> Response {
    graphql::handle(event, &schema).await
}

/// The same, with streams in both modes.
#[api_route(GET, POST, PUT, DELETE, "/graphql/stream")]
async fn stream(event: APIEvent, schema: Data<Schema>) -> Response {
    graphql::handle(event, &schema).await
}

/// The same over a WebSocket.
#[api_route(GET, "/graphql/ws")]
async fn socket(event: APIEvent, schema: Data<Schema>) -> Response {
    graphql::handle(event, &schema).await
}

#[derive(SimpleObject)]
struct Message {
    message: Option<String>,
}

#[Object]
impl Query {
    async fn hello(&self, input: Option<String>) -> Option<Message> {
        let name = input.filter(|input| !input.is_empty()).unwrap_or_else(|| "World".to_owned());
        Some(Message { message: Some(format!("Hello {name}")) })
    }

    async fn goodbye(&self) -> Option<&'static str> {
        Some("Goodbye")
    }

    async fn fail(&self) -> async_graphql::Result<Option<String>> {
        Err(async_graphql::Error::new("boom").extend_with(|_, extensions| extensions.set("code", "BOOM")))
    }

    /// What the program knows of the disk is not for clients.
    async fn secret(&self) -> async_graphql::Result<Option<String>> {
        Ok(Some(std::fs::read_to_string("/nowhere/secret")?))
    }

    async fn panics(&self) -> Option<String> {
        None.or_else(|| panic!("a resolver panics"))
    }

    /// Waits for so many milliseconds.
    async fn sleep(&self, ms: u32) -> u32 {
        tokio::time::sleep(Duration::from_millis(ms.into())).await;
        ms
    }

    async fn me(&self) -> &Self {
        self
    }

    async fn agent(&self, ctx: &Context<'_>) -> async_graphql::Result<Option<String>> {
        Ok(ctx.data::<Event>()?.header("user-agent").map(str::to_owned))
    }
}

#[Object]
impl Mutation {
    async fn set_message(&self, ctx: &Context<'_>, message: String) -> async_graphql::Result<Option<Message>> {
        ctx.data::<Event>()?.set_cookie(("message", "set"));
        Ok(Some(Message { message: Some(message) }))
    }

    /// The name of a file, and how many bytes it has.
    async fn upload(&self, ctx: &Context<'_>, file: Upload) -> async_graphql::Result<Option<String>> {
        let file = file.value(ctx)?;
        Ok(Some(format!("{} {}", file.filename, file.size()?)))
    }
}

#[Subscription]
impl Subscription {
    /// From 1 up to a number.
    async fn count(&self, to: i32) -> impl Stream<Item = Option<i32>> {
        stream::iter(1..=to).then(|number| async move {
            tokio::time::sleep(Duration::from_millis(5)).await;
            Some(number)
        })
    }

    async fn failing(&self) -> impl Stream<Item = async_graphql::Result<Option<i32>>> {
        stream::iter([Ok(Some(1)), Err(async_graphql::Error::new("stream broke"))])
    }
}
