use start_runtime::trpc;

struct Point {
    x: u32,
}

#[trpc::query]
async fn taken_apart(Point { x }: Point) -> u32 {
    x
}

fn main() {}
