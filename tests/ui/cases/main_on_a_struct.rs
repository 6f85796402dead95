#[start_runtime::main]
struct App;

fn main() {}
