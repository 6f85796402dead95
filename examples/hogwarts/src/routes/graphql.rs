use async_graphql::{EmptyMutation, EmptySubscription, Object, SimpleObject};
use start_runtime::{Response, graphql, prelude::*};

pub type Schema = async_graphql::Schema<Query, EmptyMutation, EmptySubscription>;

pub fn schema() -> Schema {
    Schema::new(Query, EmptyMutation, EmptySubscription)
}

start_runtime::graphql_schema!(schema);

pub struct Query;

#[derive(SimpleObject)]
struct Message {
    message: Option<String>,
}

#[Object]
impl Query {
    async fn hello(&self, input: Option<String>) -> Option<Message> {
        let name = input.as_deref().filter(|input| !input.is_empty()).unwrap_or("World");
        Some(Message { message: Some(format!("Hello {name}")) })
    }

    async fn goodbye(&self) -> Option<&'static str> {
        Some("Goodbye")
    }
}

/// The messages, as GraphQL. A browser gets a page in which one writes queries.
#[api_route(GET, POST)]
async fn graphql(event: APIEvent, schema: Data<Schema>) -> Response {
    graphql::handle(event, &schema).await
}
