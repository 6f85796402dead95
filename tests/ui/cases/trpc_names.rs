use start_runtime::trpc;

#[trpc::query("")]
async fn empty() {}

#[trpc::query("a..b")]
async fn dots() {}

#[trpc::query("größe")]
async fn letters() {}

#[trpc::query("a,b")]
async fn comma() {}

#[trpc::query("post.then")]
async fn reserved() {}

#[trpc::query("one", "two")]
async fn twice() {}

const NAME: &str = "hello";

#[trpc::query(NAME)]
async fn constant() {}

fn main() {}
