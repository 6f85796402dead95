//! The API routes page of `SolidStart`'s guide as a program: `cargo run -p hogwarts`.
//!
//! | file | what it has |
//! |---|---|
//! | `hogwarts.rs` | the students and houses; nothing of HTTP |
//! | `routes/` | a file for each path: `api/students.rs` answers `/api/students` |
//!
//! The next route is a new file in `routes/`, with a function `GET` or `POST` under `#[api_route]`. The build finds it.

mod hogwarts;

mod routes {
    start_runtime::routes!("src/routes");
}

fn main() -> std::io::Result<()> {
    start_runtime::run()
}
