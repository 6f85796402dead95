//! The routes of the crates that are linked in.

use super::folder;
use crate::base::StartError;
use crate::kernel::Route;

/// Returns what is left out by mistake, line by line: files that hold routes and whose names say that they do not.
pub fn left_out() -> Vec<String> {
    folder::left_out(inventory::iter::<Route>())
}

/// Returns the routes that are linked in, which may be none, or an error if a route file was forgotten.
pub fn routes(only_crates: Option<&[String]>) -> Result<Vec<&'static Route>, StartError> {
    let forgotten = folder::forgotten();
    if !forgotten.is_empty() {
        return Err(forgotten_files(&forgotten));
    }
    let linked: Vec<&'static Route> = inventory::iter::<Route>().collect();
    if linked.is_empty() {
        return Ok(linked);
    }
    let wanted =
        |route: &&&'static Route| only_crates.is_none_or(|names| names.iter().any(|name| name == route.crate_name()));
    let routes: Vec<&'static Route> = linked.iter().filter(wanted).copied().collect();
    if routes.is_empty() {
        let mut known: Vec<String> = linked.iter().map(|route| route.crate_name().to_owned()).collect();
        known.sort();
        known.dedup();
        return Err(no_routes_of(only_crates.unwrap_or_default(), &known));
    }
    Ok(routes)
}

/// What a program is told that answers nothing.
pub fn no_routes() -> StartError {
    StartError::new(
        "no route is linked into this program.\n\
         Annotate a function:\n\n    \
         #[api_route(\"/api/hello\")]\n    \
         async fn GET() -> &'static str { \"Hello World\" }\n\n\
         If your routes are in a library crate (or in the src/lib.rs beside this main.rs), name it once in\n\
         main.rs, because Rust leaves out a crate that no line mentions:\n\n    \
         use my_routes as _;",
    )
}

fn no_routes_of(wanted: &[String], known: &[String]) -> StartError {
    StartError::new(format!(
        "no route of the crates in `only_crates` ({}) is linked in; there are routes of {}",
        wanted.join(", "),
        known.join(", ")
    ))
}

fn forgotten_files(files: &[folder::Forgotten]) -> StartError {
    let (names, folders): (Vec<&str>, Vec<&str>) = files.iter().map(|file| (file.file.as_str(), file.folder)).unzip();
    let cure = if files.iter().all(|file| file.has_build_script) {
        "Build again: `cargo build` or `cargo run`.".to_owned()
    } else {
        format!(
            "Cargo does not see new files by itself. Add a build.rs beside Cargo.toml with one line, then build again:\n\n    \
             fn main() {{ println!(\"cargo:rerun-if-changed={}\"); }}",
            folders[0]
        )
    };
    StartError::new(format!("route files are not compiled in: {}\n{cure}", names.join(", ")))
}

/// Routes that were written and are not linked in, and functions that nobody registers: a line for each, in debug builds.
#[cfg(debug_assertions)]
pub fn not_linked(routes: &[&'static Route]) -> Vec<String> {
    super::sources::forgotten(routes, &folder::paths())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forgotten_file_is_told_whether_a_build_script_is_missing() {
        let file = |has_build_script| folder::Forgotten {
            file: "app/routes/new.rs".to_owned(),
            folder: "app/routes",
            has_build_script,
        };
        let text = |has_build_script| forgotten_files(&[file(has_build_script)]).to_string();
        assert!(text(true).contains("app/routes/new.rs") && text(true).contains("Build again"), "{}", text(true));
        assert!(!text(true).contains("build.rs"), "{}", text(true));
        let missing = text(false);
        assert!(missing.contains("Add a build.rs") && missing.contains("rerun-if-changed=app/routes"), "{missing}");
    }
}
