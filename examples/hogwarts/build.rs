//! So that cargo sees new route files.

fn main() {
    println!("cargo:rerun-if-changed=src/routes");
}
