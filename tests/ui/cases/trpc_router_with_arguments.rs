use start_runtime::trpc;

fn app_router() -> trpc::Router {
    trpc::router!(post, user)
}

fn main() {
    let _ = app_router();
}
