//! From settings to a program that is ready to run: opens the capabilities and builds the table of routes.

use std::io;
use std::path::Path;
use std::sync::Arc;

use actix_web::http::header::HeaderName;
use actix_web::web::ServiceConfig;

use super::capabilities;
use super::guards;
use crate::base::StartError;
use crate::dispatch::PageFolder;
use crate::http::TrustedProxies;
use crate::kernel::{App, BannerLine, Opening, Procedure, ProgramMiddlewares, Route, Settings, StoreCheck, Table};
use crate::start::{Setup, Start, linked};

/// A program that is ready to run.
#[derive(Clone)]
pub struct Prepared {
    /// What all workers share.
    pub app: Arc<App>,
    /// What each worker sets up for itself.
    pub setup: Setup,
    /// The folder of static pages, if there is one.
    pub pages: Option<Arc<PageFolder>>,
    pub banner: Arc<[BannerLine]>,
    /// What the program needs from outside.
    pub checks: Arc<[StoreCheck]>,
}

impl Start {
    /// Opens the capabilities and builds the table.
    pub(crate) fn build(mut self) -> Result<Prepared, StartError> {
        super::entry::served();
        super::twice::check(&self.setup)?;
        let linked = linked::routes(self.only_crates.as_deref())?;
        let mut opening = capabilities::open(&linked, &mut self.settings)?;
        if linked.is_empty() && !opening.answers_clients() {
            return Err(linked::no_routes());
        }
        let table = table(&linked, &opening)?;
        for work in opening.once_built.drain(..) {
            work(&table)?;
        }
        let pages = self.pages.as_deref().map(page_folder).transpose()?;
        let request_id_header = self.request_id_header.map(header_name).transpose()?;
        let mut setup = self.setup;
        let proxies = trusted_proxies(&self.trusted_proxies)?;
        if !proxies.is_empty() {
            setup.data.push(Arc::new(move |config: &mut ServiceConfig| {
                config.app_data(proxies.clone());
            }));
        }
        // The layer that is added last runs first, and the first in the list is outermost.
        setup.layers.extend(opening.layers.into_iter().rev());
        let app = App {
            table,
            body_limit: self.body_limit,
            stream_limit: self.stream_limit,
            timeouts: self.timeouts,
            header_limit: self.header_limit,
            fetch_limit: self.fetch_limit,
            on_error: self.on_error,
            request_id_header,
            state: opening.state,
            watchers: opening.watchers,
            outside: opening.outside,
            has_middleware: !setup.layers.is_empty(),
            after: Arc::default(),
            stopping: Arc::default(),
            middleware: ProgramMiddlewares::read(self.middleware)?,
        };
        Ok(Prepared {
            app: Arc::new(app),
            setup,
            pages: pages.map(Arc::new),
            banner: opening.banner.into(),
            checks: opening.checks.into(),
        })
    }
}

/// The table of a program with default settings, which is all that the command line knows. `needs_routes` says whether it
/// is an error if no route is linked, and no procedure either.
pub fn default_table(needs_routes: bool) -> Result<Table, StartError> {
    let linked = linked::routes(None)?;
    if linked.is_empty() && needs_routes && Procedure::all().is_empty() {
        return Err(linked::no_routes());
    }
    let opening = capabilities::open(&linked, &mut Settings::default())?;
    table(&linked, &opening)
}

fn table(linked: &[&'static Route], opening: &Opening<'_>) -> Result<Table, StartError> {
    let mut table = Table::build(linked.iter().chain(&opening.routes).copied())?;
    table.in_place.clone_from(&opening.in_place);
    table.types.clone_from(&opening.types);
    table.operations.clone_from(&opening.operations);
    table.set_passages(&opening.passages);
    guards::check(&table)?;
    Ok(table)
}

fn trusted_proxies(texts: &[String]) -> Result<TrustedProxies, StartError> {
    TrustedProxies::parse(texts.iter().map(String::as_str)).map_err(|text| {
        StartError::new(format!(
            "`trusted_proxies([{text:?}])`: write the address of a proxy, such as 10.0.0.1, or a network, such as 10.0.0.0/8"
        ))
    })
}

fn header_name(name: String) -> Result<HeaderName, StartError> {
    HeaderName::try_from(&name).map_err(|_| {
        StartError::new(format!("`request_id_header({name:?})`: write the name of a header, such as `X-Request-Id`"))
    })
}

fn page_folder(folder: &Path) -> Result<PageFolder, StartError> {
    PageFolder::new(folder).map_err(|error| no_pages(folder, error))
}

fn no_pages(folder: &Path, error: io::Error) -> StartError {
    let place = std::env::current_dir().unwrap_or_default();
    let text = format!("the folder of pages `{}` cannot be read from `{}`: {error}", folder.display(), place.display());
    StartError::caused_by(text, error)
}
