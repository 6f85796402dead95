//! The API routes page of `SolidStart`'s guide as a program: `cargo run -p hogwarts`.

mod hogwarts;

mod routes {
    start_runtime::routes!("src/routes");
}

fn main() -> std::io::Result<()> {
    start_runtime::run()
}
