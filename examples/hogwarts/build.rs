//! Makes cargo notice new route files.

fn main() {
    println!("cargo:rerun-if-changed=src/routes");
}
