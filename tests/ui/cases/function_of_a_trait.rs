use start_runtime::prelude::*;

pub trait Students
where
    Self: Sized,
{
    #[page_route("/students")]
    async fn students() -> &'static str {
        "hello"
    }
}

fn main() {}
