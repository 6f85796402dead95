//! What can only be checked when the program starts: the state that handlers take.

use std::rc::Rc;

use actix_http::Request;
use actix_service::IntoServiceFactory as _;
use actix_web::HttpResponse;
use actix_web::dev::{AppConfig, Service as _, ServiceFactory as _, ServiceRequest};
use actix_web::http::StatusCode;

use super::build::Prepared;
use crate::base::StartError;
use crate::describe::Need;
use crate::kernel::Procedure;
use crate::start::Registered;

impl Prepared {
    /// Returns an error if handlers take state that is not registered. What they take as an `Option`, and is not
    /// registered either, is returned. Middleware does not run for this.
    pub async fn check_data(&self) -> Result<Vec<String>, StartError> {
        let routes = self.app.table.routes().iter().map(|route| {
            let by = format!("{} {} at {}", route.methods.join(", "), route.pattern, route.place());
            (by, route.needs(), route.optional_needs())
        });
        let procedures = Procedure::all().into_iter().map(|procedure| {
            let (needs, optional) = procedure.needs();
            let by = format!("{} `{}` at {}", procedure.kind, procedure.path(), procedure.declaration.place());
            (by, needs, optional)
        });
        let needed: Vec<(Rc<str>, Need, bool)> = routes
            .chain(procedures)
            .flat_map(|(by, needs, optional)| {
                let by: Rc<str> = by.into();
                let needs = needs.into_iter().map(|need| (need, true));
                let optional = optional.into_iter().map(|need| (need, false));
                needs.chain(optional).map(move |(need, is_needed)| (by.clone(), need, is_needed))
            })
            .collect();
        if needed.is_empty() {
            return Ok(Vec::new());
        }
        let missing = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
        let found = missing.clone();
        let needed = std::rc::Rc::new(needed);
        let mut actix = actix_web::App::new();
        for configure in self.setup.data.iter().chain(&self.setup.services) {
            actix = actix.configure(|config| configure(config));
        }
        let actix = actix.wrap_fn(move |request: ServiceRequest, _| {
            for (by, need, is_needed) in needed.iter().filter(|(_, need, _)| !(need.present)(request.request())) {
                let missing =
                    Missing { line: missing_line(by, need, *is_needed), need: need.clone(), is_needed: *is_needed };
                let mut found = found.borrow_mut();
                // An extractor function is named once, whatever routes it guards.
                if !found.iter().any(|known: &Missing| known.line == missing.line) {
                    found.push(missing);
                }
            }
            std::future::ready(Ok(request.into_response(HttpResponse::new(StatusCode::NO_CONTENT))))
        });
        let service = actix
            .into_factory()
            .new_service(AppConfig::default())
            .await
            .map_err(|()| StartError::new("a middleware or service could not be built: the log says why"))?;
        drop(service.call(Request::new()).await);
        let (needed, optional): (Vec<_>, Vec<_>) = missing.take().into_iter().partition(|missing| missing.is_needed);
        if needed.is_empty() {
            return Ok(optional.into_iter().map(|missing| missing.line).collect());
        }
        Err(missing_data(&needed, &self.setup.registered))
    }
}

/// State that nobody registers.
struct Missing {
    /// Who takes it.
    line: String,
    need: Need,
    is_needed: bool,
}

fn missing_line(by: &str, need: &Need, is_needed: bool) -> String {
    let taken = need.cure.map_or_else(|| format!("Data<{}>", need.what), |_| need.what.to_owned());
    let taken = if is_needed { taken } else { format!("Option<{taken}>") };
    match need.by {
        Some(origin) => format!("the extractor `{}` at {} takes `{taken}`", origin.function, origin.place()),
        None => format!("{by} takes `{taken}`"),
    }
}

fn missing_data(missing: &[Missing], registered: &[Registered]) -> StartError {
    let lines: Vec<&str> = missing.iter().map(|missing| missing.line.as_str()).collect();
    let mut text = format!("handlers take state that nobody registers:\n  {}", lines.join("\n  "));
    let (others, data): (Vec<&Missing>, Vec<&Missing>) =
        missing.iter().partition(|missing| missing.need.cure.is_some());
    if !data.is_empty() {
        text += "\nRegister a value of each type: `Start::new().data(value).serve()`";
        text += &similar(&data, registered);
    }
    let mut cures: Vec<&str> = others.iter().filter_map(|missing| missing.need.cure).collect();
    cures.dedup();
    cures.iter().for_each(|cure| text += &format!("\nSet it up: {cure}"));
    StartError::new(text)
}

/// What is registered, and which of it is probably meant.
fn similar(missing: &[&Missing], registered: &[Registered]) -> String {
    let mut text = String::new();
    let known: Vec<String> =
        registered.iter().map(|known| format!("`{}` at {}", known.type_name, known.place)).collect();
    if !known.is_empty() {
        text += &format!("\nRegistered is {}", known.join(", "));
    }
    // `Arc<App>` for `App`, and the other way round.
    let is_wrapped = |inner: &str, outer: &str| {
        outer.strip_suffix('>').and_then(|outer| outer.strip_suffix(inner)).is_some_and(|outer| {
            ["sync::Arc<", "rc::Rc<", "data::Data<"].iter().any(|pointer| outer.ends_with(pointer))
        })
    };
    for needed in missing.iter().map(|missing| missing.need.what) {
        if registered.iter().any(|known| is_wrapped(needed, known.type_name)) {
            text += "\n`Data` is an `Arc` already: register the value itself, without `Arc::new` or `Data::new`";
        } else if registered.iter().any(|known| is_wrapped(known.type_name, needed)) {
            text += &format!("\n`Data` is an `Arc` already: take `Data<{}>`", inside(needed));
        }
    }
    text
}

/// `T` of `Arc<T>`.
fn inside(pointer: &str) -> &str {
    pointer.split_once('<').map_or(pointer, |(_, inner)| inner.trim_end_matches('>'))
}
