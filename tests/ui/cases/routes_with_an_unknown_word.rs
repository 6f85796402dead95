mod routes {
    start_runtime::routes!("src/routes", dots);
}

fn main() {}
