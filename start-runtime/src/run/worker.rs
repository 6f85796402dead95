//! One worker's app: an actix app with the routes as its default service.

use actix_http::Request;
use actix_service::IntoServiceFactory as _;
use actix_web::Error;
use actix_web::dev::{AppConfig, ServiceFactory, ServiceResponse};
use actix_web::web::{FormConfig, JsonConfig, PayloadConfig};

use super::build::Prepared;
use crate::dispatch::{Dispatch, Layers, Outermost};
use crate::kernel::Worker;

/// An actix app, ready to be turned into a service.
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

impl Prepared {
    /// Builds one worker's app: an actix app with the routes as its default service.
    pub fn worker(&self) -> Outermost<impl AppFactory + use<>> {
        let is_direct = self.setup.layers.is_empty() && self.setup.services.is_empty();
        let worker = Worker::new(self.app.clone(), is_direct);
        let routes = Dispatch::new(worker.clone(), self.pages.clone());
        let limit = self.app.body_limit;
        let mut actix = actix_web::App::new();
        for configure in self.setup.data.iter().chain(&self.setup.services) {
            actix = actix.configure(|config| configure(config));
        }
        let actix = actix
            .app_data(PayloadConfig::new(limit))
            .app_data(JsonConfig::default().limit(limit))
            .app_data(FormConfig::default().limit(limit))
            .default_service(routes.clone())
            .wrap(Layers {
                layers: self.setup.layers.clone(),
                routes: self.setup.services.is_empty().then_some(routes),
                worker: worker.clone(),
            });
        Outermost { app: actix.into_factory(), worker }
    }
}
