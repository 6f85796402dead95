//! Writes the thousand routes that stand beside the measured one. They are generated because there is nothing to read
//! in them.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::{env, fs, io};

fn main() -> io::Result<()> {
    println!("cargo:rerun-if-changed=build.rs");
    let mut source = String::new();
    for number in 0..1000 {
        let name = format!("r{number:04}");
        let path = format!("/bulk/{name}/[house]/students/year-[year]");
        let body = "hogwarts::students_of(&house, year)";
        writeln!(
            source,
            "#[api_route(GET, \"{path}\")]\nasync fn {name}(house: String, year: u16) -> Vec<Student> {{ {body} }}"
        )
        .map_err(io::Error::other)?;
    }
    let folder = env::var_os("OUT_DIR").ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    fs::write(PathBuf::from(folder).join("bulk.rs"), source)
}
