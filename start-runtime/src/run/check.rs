//! What can only be checked when the program starts: the state that handlers take.

use actix_http::Request;
use actix_service::IntoServiceFactory as _;
use actix_web::HttpResponse;
use actix_web::dev::{AppConfig, Service as _, ServiceFactory as _, ServiceRequest};
use actix_web::http::StatusCode;

use super::build::Prepared;
use crate::base::StartError;
use crate::describe::Need;
use crate::kernel::Route;

impl Prepared {
    /// Returns an error if handlers take state that is not registered. Middleware does not run for this.
    pub async fn check_data(&self) -> Result<(), StartError> {
        let needed: Vec<_> = self
            .app
            .table
            .routes()
            .iter()
            .flat_map(|route| route.needs().into_iter().map(move |need| (*route, need)))
            .collect();
        if needed.is_empty() {
            return Ok(());
        }
        let missing = std::rc::Rc::new(std::cell::RefCell::new(Vec::new()));
        let found = missing.clone();
        let needed = std::rc::Rc::new(needed);
        let mut actix = actix_web::App::new();
        for configure in self.setup.data.iter().chain(&self.setup.services) {
            actix = actix.configure(|config| configure(config));
        }
        let actix = actix.wrap_fn(move |request: ServiceRequest, _| {
            for (route, need) in needed.iter().filter(|(_, need)| !(need.present)(request.request())) {
                let (line, cure) = (missing_line(route, need), need.cure);
                let mut found = found.borrow_mut();
                if !found.contains(&(line.clone(), cure)) {
                    found.push((line, cure));
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
        let missing = missing.take();
        if missing.is_empty() { Ok(()) } else { Err(missing_data(&missing)) }
    }
}

fn missing_line(route: &Route, need: &Need) -> String {
    let taken = need.cure.map_or_else(|| format!("Data<{}>", need.what), |_| need.what.to_owned());
    match need.by {
        // The function is named once, whatever routes it guards.
        Some(by) => format!("the extractor `{}` at {} takes `{taken}`", by.function, by.place()),
        None => {
            format!("{} {} at {} takes `{taken}`", route.methods.join(", "), route.pattern, route.place())
        }
    }
}

/// `missing`: what a handler takes, and how it is registered, if not with `Start::data`.
fn missing_data(missing: &[(String, Option<&'static str>)]) -> StartError {
    let lines: Vec<&str> = missing.iter().map(|(line, _)| line.as_str()).collect();
    let mut text = format!("handlers take state that nobody registers:\n  {}", lines.join("\n  "));
    let mut cures: Vec<&str> = missing.iter().filter_map(|(_, cure)| *cure).collect();
    cures.dedup();
    if missing.iter().any(|(_, cure)| cure.is_none()) {
        text.push_str("\nRegister a value of each type: `Start::new().data(value).serve()`");
    }
    cures.iter().for_each(|cure| text.push_str(&format!("\nSet it up: {cure}")));
    StartError::new(text)
}
