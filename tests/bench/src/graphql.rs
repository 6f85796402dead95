//! The query `hello` of a GraphQL API: Start beside the integrations that async-graphql has for actix-web and axum, over one
//! and the same schema, and beside graphql-yoga on Node, over one that answers the same bytes.
//!
//! One process per server, one worker, 16 keep-alive connections. The servers take short turns, and ratios are of CPU time
//! within a round. Node's other threads count as well: they compile and collect.

use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use async_graphql::{EmptyMutation, EmptySubscription, Object, SimpleObject};
use async_graphql_actix_web::GraphQL as ActixGraphQL;
use async_graphql_axum::GraphQL as AxumGraphQL;
use axum::Router;
use start_runtime::graphql;
use start_runtime::prelude::*;
use start_runtime::{Response, actix_web};

use crate::Result;
use crate::load::Load;
use crate::process::{Server, leave_first_cpu};
use crate::stats::{median, print_table, row, spread, thousands};

pub type Schema = async_graphql::Schema<Query, EmptyMutation, EmptySubscription>;

/// The originals' example.
pub struct Query;

#[derive(SimpleObject)]
struct Message {
    message: Option<String>,
}

#[Object]
impl Query {
    async fn hello(&self, input: Option<String>) -> Option<Message> {
        let name = input.unwrap_or_else(|| "World".to_owned());
        Some(Message { message: Some(format!("Hello {name}")) })
    }

    async fn goodbye(&self) -> Option<&'static str> {
        Some("Goodbye")
    }
}

pub fn schema() -> Schema {
    Schema::new(Query, EmptyMutation, EmptySubscription)
}

const ROUNDS: usize = 30;
const TIME: Duration = Duration::from_millis(300);
const CONNECTIONS: usize = 16;
const QUERY: &str = r#"{"query":"query Hello($input: String) { hello(input: $input) { message } }","variables":{"input":"Luna"},"operationName":"Hello"}"#;
const ANSWER: &str = r#"{"data":{"hello":{"message":"Hello Luna"}}}"#;

const SUBJECTS: [(&str, &str); 4] = [
    ("Start", "start"),
    ("async-graphql-actix-web", "actix-graphql"),
    ("async-graphql-axum", "axum-graphql"),
    ("graphql-yoga, Node", "yoga"),
];

/// CPU time of a request in microseconds, requests per second, and the share of its core that the server had.
type Turn = (f64, f64, f64);

/// Measures and prints.
pub fn run() -> Result<()> {
    leave_first_cpu()?;
    let servers = SUBJECTS.iter().map(|(_, kind)| start_server(kind)).collect::<Result<Vec<_>>>()?;
    let mut rounds: Vec<Vec<Turn>> = Vec::new();
    // The first ones warm up: Node compiles what is called often.
    for round in 0..ROUNDS + 4 {
        let turns = servers.iter().map(turn).collect::<Result<Vec<_>>>()?;
        if round >= 4 {
            rounds.push(turns);
        }
    }
    let each = |of: &dyn Fn(&[Turn]) -> f64| -> Vec<f64> { rounds.iter().map(|round| of(round)).collect() };
    let mut rows = vec![row!["server", "CPU µs per request", "CPU, × Start", "requests/s", "core in use"]];
    for (index, (name, _)) in SUBJECTS.iter().enumerate() {
        rows.push(row![
            name,
            spread(&each(&|round| round[index].0), 2),
            spread(&each(&|round| round[index].0 / round[0].0), 2),
            thousands(median(each(&|round| round[index].1))),
            format!("{:.2}", median(each(&|round| round[index].2))),
        ]);
    }
    print_table(&format!("GraphQL: {ROUNDS} rounds of {} ms", TIME.as_millis()), &rows);
    Ok(())
}

fn start_server(kind: &str) -> Result<Server> {
    if kind != "yoga" {
        return Server::start(kind);
    }
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("graphql-yoga");
    let mut install = Command::new("npm");
    install.args(["ci", "--silent", "--no-audit", "--no-fund"]).current_dir(&folder);
    if !install.status()?.success() {
        return Err("npm could not install graphql-yoga".into());
    }
    Server::start_program("node", &[&folder.join("server.mjs").display().to_string()])
}

fn turn(server: &Server) -> Result<Turn> {
    let mut load = Load::open_post(server.address, "/graphql", CONNECTIONS, QUERY)?;
    if load.body() != ANSWER.as_bytes() {
        return Err(format!("another answer: {}", String::from_utf8_lossy(load.body())).into());
    }
    let (cpu, started) = (server.cpu_time()?, Instant::now());
    let answers = load.run(TIME)? as f64;
    let (cpu, time) = ((server.cpu_time()? - cpu).as_secs_f64(), started.elapsed().as_secs_f64());
    Ok((cpu / answers * 1e6, answers / time, cpu / time))
}

/// Start's route.
#[api_route(GET, POST, "/graphql")]
async fn answer(event: APIEvent, schema: Data<Schema>) -> Response {
    graphql::handle(event, &schema).await
}

/// async-graphql's own integration for actix-web.
pub async fn actix(address: SocketAddr) -> Result<()> {
    use actix_web::{App, HttpServer, web};

    let app = || App::new().service(web::resource("/graphql").to(ActixGraphQL::new(schema())));
    let server = HttpServer::new(app).workers(1).disable_signals().bind(address)?;
    println!("{}", server.addrs()[0]);
    Ok(server.run().await?)
}

/// The one for axum.
pub async fn axum(address: SocketAddr) -> Result<()> {
    let listener = tokio::net::TcpListener::bind(address).await?;
    println!("{}", listener.local_addr()?);
    let app = Router::new().route_service("/graphql", AxumGraphQL::new(schema()));
    Ok(axum::serve(listener, app).await?)
}
