//! The pages, as text.

/// The page for a visitor who is not logged in, with what was wrong the last time.
pub fn form(wrong: &str) -> String {
    page(&format!(
        "<form method=\"post\" action=\"/login\">\n\
         <p role=\"alert\">{wrong}</p>\n\
         <p><label>Name <input name=\"user\" autocomplete=\"username\" required></label></p>\n\
         <p><label>Password <input name=\"password\" type=\"password\" autocomplete=\"current-password\" required></label></p>\n\
         <p><button>Log in</button></p>\n\
         </form>"
    ))
}

/// The page for a user.
pub fn greeting(user: &str) -> String {
    page(&format!(
        "<p>You are logged in as <strong>{}</strong>.</p>\n\
         <form method=\"post\" action=\"/logout\"><button>Log out</button></form>",
        escaped(user)
    ))
}

fn page(content: &str) -> String {
    format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <link rel=\"icon\" href=\"data:,\">\n<title>Login</title>\n<main>\n<h1>Login</h1>\n{content}\n</main>\n</html>\n"
    )
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
