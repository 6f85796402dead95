use start_runtime::trpc;

struct NewPost {
    title: String,
}

#[trpc::mutation]
async fn add(input: NewPost) -> String {
    input.title
}

fn main() {}
