#[start_runtime::test]
fn there_is_a_greeting() {}

fn main() {}
