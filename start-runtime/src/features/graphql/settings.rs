//! A schema and how it is served.

use std::sync::Arc;

use actix_web::web::Data;
use async_graphql::Request;

use super::documents::{Documents, TrustedDocuments};
use super::handle::{Handling, Prepare};
use super::limits::Limits;
use super::mounted::Mounting;
use super::schema::GraphqlSchema;
use super::socket::Connect;
use crate::event::APIEvent;
use crate::response::Problem;
use crate::start::Start;

/// A schema with its settings, for [`Start::graphql`](crate::Start::graphql); or as `Data<Graphql<Schema>>`, for a handler
/// that calls [`Graphql::handle`].
///
/// ```
/// # use async_graphql::{EmptyMutation, EmptySubscription, Object};
/// # struct Query;
/// # #[Object] impl Query { async fn goodbye(&self) -> &'static str { "Goodbye" } }
/// use start_runtime::{Start, graphql::{Graphql, Limits}};
///
/// let schema = async_graphql::Schema::new(Query, EmptyMutation, EmptySubscription);
/// let graphql = Graphql::new(schema).introspection(false).limits(Limits::default().depth(8));
/// let start = Start::new().graphql("/graphql", graphql);
/// # let _ = start;
/// ```
#[derive(Clone)]
pub struct Graphql<S> {
    pub(super) schema: S,
    pub(super) limits: Limits,
    pub(super) documents: Documents,
    pub(super) introspection: bool,
    pub(super) graphiql: bool,
    pub(super) prepare: Option<Arc<Prepare>>,
    pub(super) connect: Option<Arc<Connect>>,
    pub(super) origins: Vec<String>,
}

impl<S: GraphqlSchema> Graphql<S> {
    /// A schema with the default settings.
    pub fn new(schema: S) -> Self {
        Self {
            schema,
            limits: Limits::default(),
            documents: Documents::default(),
            introspection: true,
            graphiql: true,
            prepare: None,
            connect: None,
            origins: Vec::new(),
        }
    }

    /// Sets what one request may ask for.
    #[must_use]
    pub fn limits(self, limits: Limits) -> Self {
        Self { limits, ..self }
    }

    /// Whether a browser that opens the address gets GraphiQL, a page in which one writes queries; it does unless this is
    /// `false`. The page loads nothing from other hosts. Behind a guard, it is where the guard lets the browser in.
    #[must_use]
    pub fn graphiql(self, graphiql: bool) -> Self {
        Self { graphiql, ..self }
    }

    /// Whether clients may ask for the types of the schema; they may unless this is `false`.
    #[must_use]
    pub fn introspection(self, introspection: bool) -> Self {
        Self { introspection, ..self }
    }

    /// Keeps documents that clients have sent with their hash, so that they send the hash alone from then on: automatic
    /// persisted queries, as Apollo's clients send them (`extensions.persistedQuery`). Off unless set.
    ///
    /// Up to so many `bytes` of documents are kept in memory, and those that were used the longest time ago give way. A
    /// document is found by its SHA-256 alone, so nobody can plant another one. In a handler, keep the settings as
    /// `Data<Graphql<Schema>>`: what is kept is in them.
    #[must_use]
    pub fn persisted(mut self, bytes: usize) -> Self {
        self.documents.keep(bytes);
        self
    }

    /// Executes these documents alone: those that the clients of the program were built with. A request names one by
    /// `documentId`, or sends its text to the letter; any other is refused.
    ///
    /// ```
    /// # use async_graphql::{EmptyMutation, EmptySubscription, Object};
    /// # struct Query;
    /// # #[Object] impl Query { async fn goodbye(&self) -> &'static str { "Goodbye" } }
    /// use start_runtime::graphql::{Graphql, TrustedDocuments};
    ///
    /// # fn main() -> std::io::Result<()> {
    /// let documents = TrustedDocuments::new([("goodbye", "query Goodbye { goodbye }")])?;
    /// let schema = async_graphql::Schema::new(Query, EmptyMutation, EmptySubscription);
    /// let graphql = Graphql::new(schema).trusted(documents);
    /// # let _ = graphql;
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn trusted(mut self, documents: TrustedDocuments) -> Self {
        self.documents.trust(documents);
        self
    }

    /// Does something before a request is executed: asks who it is from, gives values to resolvers. A problem is sent in
    /// place of an answer, with its status.
    ///
    /// ```
    /// # use async_graphql::{EmptyMutation, EmptySubscription, Object};
    /// # struct Query;
    /// # #[Object] impl Query { async fn goodbye(&self) -> &'static str { "Goodbye" } }
    /// use start_runtime::{Problem, graphql::Graphql};
    ///
    /// #[derive(Clone)]
    /// struct User(String);
    ///
    /// let schema = async_graphql::Schema::new(Query, EmptyMutation, EmptySubscription);
    /// let graphql = Graphql::new(schema).before(async |event, request| {
    ///     let user = event.cookies().get("user").ok_or_else(|| Problem::unauthorized("who is asking?"))?;
    ///     Ok(request.data(User(user)))
    /// });
    /// # let _ = graphql;
    /// ```
    #[must_use]
    pub fn before<F>(self, prepare: F) -> Self
    where
        F: AsyncFn(APIEvent, Request) -> Result<Request, Problem> + Send + Sync + 'static,
    {
        let prepare = Arc::new(prepare);
        let boxed: Arc<Prepare> = Arc::new(move |event, request| {
            let prepare = prepare.clone();
            Box::pin(async move { prepare(event, request).await })
        });
        Self { prepare: Some(boxed), ..self }
    }

    /// Decides about a WebSocket by the payload of its `connection_init` message: with a problem, it is closed (4403).
    /// Resolvers have the payload as [`ConnectionParams`](crate::graphql::ConnectionParams).
    #[must_use]
    pub fn on_connect<F>(self, connect: F) -> Self
    where
        F: AsyncFn(APIEvent, serde_json::Value) -> Result<(), Problem> + Send + Sync + 'static,
    {
        let connect = Arc::new(connect);
        let boxed: Arc<Connect> = Arc::new(move |event, payload| {
            let connect = connect.clone();
            Box::pin(async move { connect(event, payload).await })
        });
        Self { connect: Some(boxed), ..self }
    }

    /// Lets pages of this origin, such as `https://owls.example`, open WebSockets, too. A browser sends the cookies of the
    /// program with them and asks nobody, so by default only pages of the program's own host may.
    #[must_use]
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Self {
        self.origins.push(origin.into());
        self
    }

    /// Answers a request: [`graphql::handle`](crate::graphql::handle) with these settings.
    pub fn handle(&self, event: APIEvent) -> Handling<S> {
        Handling::new(event, self.clone())
    }
}

/// What [`graphql::handle`](crate::graphql::handle) and [`Start::graphql`](crate::Start::graphql) take: a schema of async-graphql,
/// or one with its settings; in a `Data` or an `Arc`, too.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no GraphQL schema",
    label = "not a schema of async-graphql",
    note = "build one with `async_graphql::Schema::build(Query, Mutation, Subscription).finish()`, by the version of async-graphql that is `start_runtime::graphql::async_graphql`"
)]
pub trait AsGraphql {
    /// The schema.
    type Schema: GraphqlSchema;

    /// The schema with its settings.
    fn as_graphql(&self) -> Graphql<Self::Schema>;
}

impl<S: GraphqlSchema> AsGraphql for Graphql<S> {
    type Schema = S;

    fn as_graphql(&self) -> Self {
        self.clone()
    }
}

#[diagnostic::do_not_recommend]
impl<S: GraphqlSchema> AsGraphql for S {
    type Schema = S;

    fn as_graphql(&self) -> Graphql<S> {
        Graphql::new(self.clone())
    }
}

impl<T: AsGraphql> AsGraphql for Data<T> {
    type Schema = T::Schema;

    fn as_graphql(&self) -> Graphql<T::Schema> {
        T::as_graphql(self)
    }
}

impl<T: AsGraphql> AsGraphql for Arc<T> {
    type Schema = T::Schema;

    fn as_graphql(&self) -> Graphql<T::Schema> {
        T::as_graphql(self)
    }
}

/// Settings of GraphQL.
impl Start {
    /// Serves a schema of async-graphql at this path, by GET and POST, as [`graphql::handle`](crate::graphql::handle)
    /// does.
    ///
    /// The path has no parameters, like `/graphql`; any other path is an error at start-up, as is a route of the program
    /// at the same path. The route stands in the served document. `routes` and `openapi` of the command line answer
    /// before the body of `main`, where nobody has called this yet: a handler of your own stands there as well.
    #[allow(clippy::needless_pass_by_value, reason = "so that no caller has to write a reference")]
    pub fn graphql(mut self, path: impl Into<String>, graphql: impl AsGraphql) -> Self {
        let mounting = Mounting::new(path.into(), graphql.as_graphql());
        self.settings.edit(|all: &mut Vec<Mounting>| all.push(mounting));
        self
    }
}
