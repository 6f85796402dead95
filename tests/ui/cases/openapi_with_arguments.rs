//! The attribute takes nothing: the function says it all.

#[start_runtime::openapi(title = "Owls")]
fn about(document: &mut start_runtime::openapi::OpenApi) {
    document.title("Owls");
}

fn main() {}
