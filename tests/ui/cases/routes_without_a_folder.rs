mod routes {
    start_runtime::routes!(flat);
}

fn main() {}
