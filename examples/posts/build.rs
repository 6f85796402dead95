//! Makes cargo notice new route files and new migrations.

fn main() {
    println!("cargo:rerun-if-changed=src/routes");
    println!("cargo:rerun-if-changed=migrations");
}
