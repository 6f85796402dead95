//! What each worker does for itself: an actix app of its own, with data, services, middleware and the routes.

use std::sync::Arc;

use actix_http::Request;
use actix_service::IntoServiceFactory as _;
use actix_web::dev::{AppConfig, Service as _, ServiceFactory, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::web::{FormConfig, JsonConfig, PayloadConfig, ServiceConfig};
use actix_web::{Error, HttpResponse};

use crate::base::StartError;
use crate::dispatch::Dispatch;
use crate::dispatch::Layers;
use crate::dispatch::{Outermost, PageFolder};
use crate::kernel::{App, Layer, Worker};

pub type Configure = dyn Fn(&mut ServiceConfig) + Send + Sync;

/// What each worker does for itself.
#[derive(Clone, Default)]
pub struct Setup {
    pub data: Vec<Arc<Configure>>,
    pub services: Vec<Arc<Configure>>,
    pub layers: Vec<Layer>,
    pub pages: Option<Arc<PageFolder>>,
}

/// An actix app, ready to be made a service.
pub trait AppFactory:
    ServiceFactory<
        Request,
        Config = AppConfig,
        Response = ServiceResponse,
        Error = Error,
        InitError = (),
        Service: 'static,
        Future: 'static,
    >
{
}

impl<F> AppFactory for F where
    F: ServiceFactory<
            Request,
            Config = AppConfig,
            Response = ServiceResponse,
            Error = Error,
            InitError = (),
            Service: 'static,
            Future: 'static,
        >
{
}

impl Setup {
    /// One worker's app: actix's, with the routes as its default service.
    pub fn worker(&self, app: &Arc<App>) -> Outermost<impl AppFactory + use<>> {
        let worker = Worker::new(app.clone());
        let routes = Dispatch::new(worker.clone(), self.pages.clone());
        let limit = app.body_limit;
        let mut actix = actix_web::App::new();
        for configure in self.data.iter().chain(&self.services) {
            actix = actix.configure(|config| configure(config));
        }
        let actix = actix
            .app_data(PayloadConfig::new(limit))
            .app_data(JsonConfig::default().limit(limit))
            .app_data(FormConfig::default().limit(limit))
            .default_service(routes.clone())
            .wrap(Layers {
                layers: self.layers.clone(),
                routes: self.services.is_empty().then_some(routes),
                worker: worker.clone(),
            });
        Outermost { app: actix.into_factory(), worker }
    }

    /// Looks for state that handlers take and nobody registers. Middleware does not run for this.
    pub async fn check_data(&self, app: &App) -> Result<(), StartError> {
        let needed: Vec<_> = app
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
        for configure in self.data.iter().chain(&self.services) {
            actix = actix.configure(|config| configure(config));
        }
        let actix = actix.wrap_fn(move |request: ServiceRequest, _| {
            for (route, need) in needed.iter().filter(|(_, need)| !(need.present)(request.request())) {
                found.borrow_mut().push(format!(
                    "{} {} at {} takes `Data<{}>`",
                    route.methods.join(", "),
                    route.pattern,
                    route.place(),
                    need.type_name
                ));
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

fn missing_data(missing: &[String]) -> StartError {
    StartError::new(format!(
        "handlers take state that nobody registers:\n  {}\nRegister a value of each type: `Start::new().data(value).serve()`",
        missing.join("\n  ")
    ))
}
