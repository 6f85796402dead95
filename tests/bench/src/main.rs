//! Compares Start with bare actix-web and other routers, and prints the tables of the docs.
//!
//! `cargo run --release -p bench -- all`, or one of `http`, `pipelining`, `fairness`, `instructions`, `fetch`, `router`,
//! `docs`, `compile`, `graphql`, `hostile`, `middleware`, `proxy`, `redis`, `trpc`, `webhooks`. The connections' own, `pipelining`
//! and `fairness`, `instructions`, `graphql`, `hostile`, `middleware`, `proxy`, `redis`, `trpc` and `webhooks` are not part of `all`.
//! `instructions`, `middleware` and `redis` need valgrind, `redis` needs redis-server too, `proxy` needs nginx, `graphql`
//! and `trpc` need Node and npm, `webhooks` needs Node and `npm ci` in `tests/conformance/clients`, the others nothing; where `taskset`
//! is, the server has CPU 0 and the load CPU 1 for itself.

mod compile;
mod docs;
mod fairness;
mod fetch;
mod graphql;
mod health;
mod hostile;
mod http;
mod instructions;
mod load;
mod middleware;
mod pipelining;
mod process;
mod proxy;
mod redis;
mod router;
mod serve;
mod sessions;
mod stats;
mod students;
mod trpc;
mod webhooks;

/// The error of any step of a measurement.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

const USAGE: &str = "usage: bench all | http | pipelining | fairness | instructions [OTHER] | fetch | router | docs | compile | graphql | hostile | middleware | proxy | redis | trpc | webhooks";

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["all"] => [http::run, fetch::run, router::run, docs::run, compile::run].into_iter().try_for_each(|run| run()),
        ["http"] => http::run(),
        ["pipelining"] => pipelining::run(),
        ["fairness"] => fairness::run(),
        ["instructions"] => instructions::run(None),
        ["instructions", other] => instructions::run(Some(other)),
        ["fetch"] => fetch::run(),
        ["router"] => router::run(),
        ["graphql"] => graphql::run(),
        ["hostile"] => hostile::run(),
        ["middleware"] => middleware::run(),
        ["proxy"] => proxy::run(),
        ["redis"] => redis::run(),
        ["trpc"] => trpc::run(),
        ["webhooks"] => webhooks::run(),
        ["docs"] => docs::run(),
        ["compile"] => compile::run(),
        // The harness itself starts these.
        ["serve", kind] => serve::run(kind, ""),
        ["serve", kind, upstream] => serve::run(kind, upstream),
        ["match", router, size, kind, times] => router::repeat(router, size.parse()?, kind, times.parse()?),
        _ => Err(USAGE.into()),
    }
}
