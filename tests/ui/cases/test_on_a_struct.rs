#[start_runtime::test]
struct App;

fn main() {}
