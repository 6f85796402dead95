use start_runtime::trpc;

mod post {
    use super::trpc;

    #[trpc::query("all")]
    async fn every() -> u32 {
        1
    }

    #[trpc::query]
    async fn all() -> u32 {
        2
    }
}

/// The same name in another module is another procedure.
#[trpc::query]
async fn all() -> u32 {
    3
}

fn main() {}
