//! A page to click through.

use start_runtime::{SignedInUser, prelude::*};

use crate::Visitor;

#[page_route("/")]
async fn home(user: Option<SignedInUser>, event: APIEvent) -> Result<String, Problem> {
    let content = match user {
        Some(user) => {
            let sign_ins = event.session::<Visitor>().await?.sign_ins;
            let name = user.name.as_deref().or(user.email.as_deref()).unwrap_or(&user.sub);
            format!(
                "<p>You are <strong>{}</strong>, and have signed in {sign_ins} times since you last signed out.</p>\
                 <form method=post action=/api/auth/logout><button>Sign out</button></form>",
                escaped(name)
            )
        }
        None => "<p>Nobody is signed in.</p><p><a href=\"/api/auth/login?return_to=/\">Sign in</a></p>".to_owned(),
    };
    Ok(format!(
        "<!doctype html><html lang=en><meta charset=utf-8><title>Sign in</title>\
         <meta name=viewport content=\"width=device-width\"><h1>Sign in</h1>{content}"
    ))
}

/// A text between tags.
fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
