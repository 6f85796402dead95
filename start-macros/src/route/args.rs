//! The arguments of `#[api_route(…)]` and its siblings: methods, a path, and the table of options.

use proc_macro2::{Span, TokenStream};
use syn::{Expr, Ident, LitStr, Path};

use crate::grammar::suggest::closest;
use crate::item::options::{self, AttributeArgs, OptionSpec, ResponseValue, Takes, Value};
use crate::route::methods::{METHODS, method};
use crate::route::rate::{self, RateLimit};

/// The arguments as written.
#[derive(Default)]
pub struct Args {
    pub methods: Vec<(&'static str, Span)>,
    pub path: Option<LitStr>,
    pub status: Option<(u16, Span)>,
    pub tag: Option<LitStr>,
    pub hidden: bool,
    pub deprecated: bool,
    pub security: Option<LitStr>,
    pub body_limit: Option<Expr>,
    pub middleware: Vec<Path>,
    pub guards: Vec<Path>,
    pub rate_limit: Option<RateLimit>,
    pub rate_limit_by: Option<Path>,
    pub responses: Vec<Response>,
    /// Of a socket, in the order in which the server prefers them.
    pub protocols: Vec<LitStr>,
    /// Of a socket.
    pub message_limit: Option<Expr>,
    /// Whether an argument could not be read: what seems to be missing may be that one.
    pub broken: bool,
}

impl Args {
    /// Reads the arguments; each argument that is wrong becomes an error and is left out.
    pub fn parse(tokens: TokenStream, errors: &mut Vec<syn::Error>) -> Self {
        let errors_before = errors.len();
        let args: Self = options::parse(tokens, errors);
        Self { broken: errors.len() > errors_before, ..args }
    }
}

/// What `responses(…)` says of one status.
#[derive(Clone)]
pub struct Response {
    pub status: u16,
    pub value: ResponseValue,
}

impl Args {
    fn response(&mut self, value: &Value<'_>) -> syn::Result<()> {
        let (status, span, value) = value.status_and_response()?;
        if self.responses.iter().any(|known| known.status == status) {
            return Err(syn::Error::new(span, format!("{status} is written twice: say both in one text")));
        }
        if let (204 | 205 | 304, ResponseValue::Type(ty)) = (status, &value) {
            let message = format!("a {status} has no body (RFC 9110): write a text, such as `{status} = \"…\"`");
            return Err(syn::Error::new_spanned(ty, message));
        }
        self.responses.push(Response { status, value });
        Ok(())
    }
}

impl AttributeArgs for Args {
    const OPTIONS: &'static [OptionSpec<Self>] = &[
        OptionSpec {
            name: "status",
            takes: Takes::Value {
                expected: "`status` takes a final HTTP status from 200 to 599: write `status = 201`",
                read: |args, value| value.status().map(|status| args.status = Some(status)),
            },
        },
        OptionSpec {
            name: "tag",
            takes: Takes::Value {
                expected: "`tag` takes a text: write `tag = \"students\"`",
                read: |args, value| value.text().map(|tag| args.tag = Some(tag)),
            },
        },
        OptionSpec { name: "hidden", takes: Takes::Nothing(|args| args.hidden = true) },
        OptionSpec { name: "deprecated", takes: Takes::Nothing(|args| args.deprecated = true) },
        OptionSpec {
            name: "security",
            takes: Takes::Value {
                expected: "`security` takes the name of a security scheme: write `security = \"token\"`. It only documents; to check it, write `guard = require_user`, and `#[extractor(security = bearer(\"token\"))]` above that function",
                read: |args, value| value.text().map(|scheme| args.security = Some(scheme)),
            },
        },
        OptionSpec {
            name: "body_limit",
            takes: Takes::Value {
                expected: "`body_limit` takes a number of bytes: write `body_limit = 64 * 1024 * 1024`",
                read: |args, value| value.bytes().map(|limit| args.body_limit = Some(limit)),
            },
        },
        OptionSpec {
            name: "middleware",
            takes: Takes::Value {
                expected: "`middleware` takes functions: write `middleware = timed`, or `middleware = (timed, logged)`, the outermost first",
                read: |args, value| value.paths().map(|middleware| args.middleware = middleware),
            },
        },
        OptionSpec {
            name: "guard",
            takes: Takes::Value {
                expected: "`guard` takes functions with `#[extractor]`: write `guard = require_user`, or `guard = (require_user, require_admin)`",
                read: |args, value| value.paths().map(|guards| args.guards = guards),
            },
        },
        OptionSpec {
            name: "rate_limit",
            takes: Takes::Value {
                expected: rate::EXPECTED,
                read: |args, value| rate::read(&value.text()?).map(|limit| args.rate_limit = Some(limit)),
            },
        },
        OptionSpec {
            name: "rate_limit_by",
            takes: Takes::Value {
                expected: "`rate_limit_by` takes the path of one function: write `rate_limit_by = user`, for `async fn user(event: APIEvent) -> Option<String>`",
                read: |args, value| value.path().map(|path| args.rate_limit_by = Some(path)),
            },
        },
        OptionSpec {
            name: "protocols",
            takes: Takes::Value {
                expected: "`protocols` takes texts, the one that the server prefers first: write `protocols = [\"chat.v2\", \"chat.v1\"]`",
                read: |args, value| value.texts().map(|protocols| args.protocols = protocols),
            },
        },
        OptionSpec {
            name: "message_limit",
            takes: Takes::Value {
                expected: "`message_limit` takes a number of bytes: write `message_limit = 1024 * 1024`",
                read: |args, value| value.bytes().map(|limit| args.message_limit = Some(limit)),
            },
        },
        OptionSpec {
            name: "responses",
            takes: Takes::List {
                expected: "`responses` takes final HTTP statuses from 200 to 599, each with a text or a type: write `responses(404 = \"No such post\", 422 = Refusal)`",
                read: Self::response,
            },
        },
    ];
    const NOT_OPTIONS: &'static [(&'static str, &'static str)] = &[
        ("method", METHOD_IS_NO_OPTION),
        ("methods", METHOD_IS_NO_OPTION),
        ("guards", "write `guard = require_user`, or `guard = (require_user, require_admin)`"),
        ("middlewares", "write `middleware = timed`, or `middleware = (timed, logged)`"),
        ("protocol", "write `protocols = [\"chat.v2\"]`"),
        ("path", "the path is written as it is: `#[api_route(\"/api/students\")]`"),
    ];
    const WRITTEN_OUT: &'static str = "the path is written out as text, such as \"/api/students\": constants and macros are not known yet when the attribute is read";
    const EXPECTED: &'static str =
        "expected a path such as \"/api/students\", a method such as GET, or an option such as `status = 201`";

    fn text(&mut self, path: LitStr) -> syn::Result<()> {
        if let Some(method) = method(&path.value().to_uppercase()) {
            return Err(syn::Error::new(path.span(), format!("a method is written without quotes: `{method}`")));
        }
        if self.path.is_some() {
            return Err(syn::Error::new(
                path.span(),
                "a route has one path: write a second attribute on a second function",
            ));
        }
        self.path = Some(path);
        Ok(())
    }

    fn word(&mut self, word: &Ident) -> bool {
        let method = method(&word.to_string());
        self.methods.extend(method.map(|method| (method, word.span())));
        method.is_some()
    }

    fn unknown(name: &str, has_text: bool) -> String {
        if let Some(method) = method(&name.to_uppercase()) {
            return format!("`{name}` is not an HTTP method: write `{method}`");
        }
        // Without a path, a name in capitals is a constant, or a method that is misspelled.
        if !has_text && name.len() > 1 && !name.contains(char::is_lowercase) {
            let method = closest(name, METHODS).filter(|_| name != "PATH");
            let or = method.map_or_else(String::new, |method| format!(". Or did you mean the method `{method}`?"));
            return format!("`{name}` is no method: {}{or}", Self::WRITTEN_OUT);
        }
        let options = Self::OPTIONS.iter().map(|option| option.name);
        if let Some(known) = closest(name, METHODS.into_iter().chain(options.clone())) {
            return format!("`{name}` is neither a method nor an option: did you mean `{known}`?");
        }
        let common: Vec<&str> = options.filter(|option| !SOCKET_OPTIONS.contains(option)).collect();
        format!(
            "`{name}` is neither a method ({}) nor an option ({}; of a WebSocket also {})",
            METHODS.join(", "),
            common.join(", "),
            SOCKET_OPTIONS.join(", ")
        )
    }
}

/// The options that only a socket has.
pub const SOCKET_OPTIONS: [&str; 2] = ["protocols", "message_limit"];

const METHOD_IS_NO_OPTION: &str = "a method is written as it is: `#[api_route(GET, \"/api/students\")]`";
