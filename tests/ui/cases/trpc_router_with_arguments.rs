use start_runtime::trpc;

fn app_router() -> trpc::Router {
    trpc::router!(post, user)
}

fn other_router() -> trpc::Router {
    trpc::router!(transformer = devalue)
}

fn main() {
    let _ = (app_router(), other_router());
}
