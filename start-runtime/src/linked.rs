//! The routes that are linked in: those of the program's crates, and the docs where no other route is in their place.

use crate::docs::DocsPlaces;
use crate::error::StartError;
use crate::folder;
use crate::route::Route;
use crate::table::Table;

/// The table of the routes that are linked in.
pub fn table(only_crates: Option<&[String]>, docs: &DocsPlaces) -> Result<Table, StartError> {
    with_docs(routes(only_crates)?, docs)
}

/// The routes that are linked in.
pub fn routes(only_crates: Option<&[String]>) -> Result<Vec<&'static Route>, StartError> {
    let forgotten = folder::forgotten();
    if !forgotten.is_empty() {
        return Err(StartError::ForgottenFiles(forgotten));
    }
    let linked: Vec<&'static Route> = inventory::iter::<Route>().collect();
    if linked.is_empty() {
        return Err(StartError::NoRoutes);
    }
    let wanted =
        |route: &&&'static Route| only_crates.is_none_or(|names| names.iter().any(|name| name == route.crate_name()));
    let routes: Vec<&'static Route> = linked.iter().filter(wanted).copied().collect();
    if routes.is_empty() {
        let mut known: Vec<String> = linked.iter().map(|route| route.crate_name().to_owned()).collect();
        known.sort();
        known.dedup();
        return Err(StartError::NoRoutesOf { wanted: only_crates.unwrap_or_default().to_vec(), known });
    }
    Ok(routes)
}

/// The table, with the docs where no other route is in their place.
pub fn with_docs(mut routes: Vec<&'static Route>, docs: &DocsPlaces) -> Result<Table, StartError> {
    let taken = |built_in: &&Route| {
        routes.iter().any(|route| route.paths.iter().any(|path| path.segments == built_in.paths[0].segments))
    };
    let free: Vec<_> = docs.routes()?.into_iter().filter(|built_in| !taken(built_in)).collect();
    routes.extend(free);
    Table::build(routes).map_err(StartError::Conflicts)
}
