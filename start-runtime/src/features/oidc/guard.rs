//! `SignedInUser` as an argument and as a guard.

use std::sync::Arc;

use actix_web::web::Data;

use super::settings::IsSetUp;
use super::user_cookie::{self, NAME};
use super::{Opened, SignedInUser};
use crate::describe::{Need, Operation, Scheme, SecurityScheme};
use crate::event::APIEvent;
use crate::extract::{Extract, Guard, MayBeAbsent, guard_record};
use crate::kernel::{Call, Declaration, GuardRecord, Package};
use crate::response::{Outcome, Problem};

/// What to write where signing in is missing.
const HOW: &str = "`Start::new().sign_in(Oidc::from_env()?)`";

impl Extract for SignedInUser {
    const DECLARATION: Declaration = Declaration {
        package: Package::NONE,
        module: "start_runtime",
        function: "signed_in_user",
        file: file!(),
        line: line!(),
        docs: &[],
        deprecated: false,
    };
    const MAY_FIND_NOTHING: bool = true;

    async fn run(call: &Call) -> Result<Option<Self>, Outcome> {
        let Some(opened) = call.exchange().worker.app.state.get::<Arc<Opened>>() else {
            return Err(Outcome::Problem(Problem::internal(format!("nobody can sign in: {HOW}"))));
        };
        Ok(user_cookie::read(&APIEvent::new(call), opened).map(|kept| kept.user))
    }

    fn share(&self) -> Option<Self> {
        Some(self.clone())
    }

    fn schemes() -> Vec<Scheme> {
        vec![SecurityScheme::cookie("signedIn", NAME).description("Set by signing in: GET /api/auth/login").into()]
    }

    fn describe(operation: &mut Operation<'_>) {
        let by = operation.origin;
        let present = |http: &actix_web::HttpRequest| http.app_data::<Data<IsSetUp>>().is_some();
        operation.needs.push(Need { what: "SignedInUser", cure: Some(HOW), present, by });
    }
}

impl MayBeAbsent for SignedInUser {}

/// The guard that lets those in who are signed in: `#[api_route(…, guard = start_runtime::signed_in_user)]`.
#[allow(non_camel_case_types, reason = "guards have the names of functions")]
pub enum signed_in_user {}

impl Guard for signed_in_user {
    const RECORD: GuardRecord = guard_record::<SignedInUser>();
}
