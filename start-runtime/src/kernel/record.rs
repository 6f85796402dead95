//! The record that an attribute leaves behind: one per annotated function, collected at link time.
//!
//! Everything else in this crate is a view of these records. The macro parses the pattern: at run time its text is only
//! displayed.

use std::fmt;
use std::pin::Pin;

use super::call::Call;
use super::step::{Step, steps_of};
use super::table::SOCKET;
use crate::describe::{DocPart, Need, Operation, Schemas, doc_text};
use crate::response::Outcome;
use crate::router::{RouteKind, RoutePath};

/// The future that a handler's adapter returns.
pub type HandlerFuture = Pin<Box<dyn Future<Output = Outcome>>>;

/// Where and how the user wrote a function that left a record.
#[derive(Clone, Copy, Debug)]
pub struct Declaration {
    pub package: Package,
    pub module: &'static str,
    pub function: &'static str,
    pub file: &'static str,
    /// The line of the function's name.
    pub line: u32,
    /// The doc comment, as it was written.
    pub docs: &'static [DocPart],
    pub deprecated: bool,
}

/// One annotated function. Only the attributes create one.
pub struct Route {
    pub declaration: Declaration,
    pub kind: RouteKind,
    /// `GET`, `POST`, … `ANY`, or `WS` for a socket.
    pub methods: &'static [&'static str],
    /// As the user wrote it, with the prefixes of the enclosing modules.
    pub pattern: &'static str,
    /// The paths that the pattern stands for: one for each choice of optional segments.
    pub paths: &'static [RoutePath],
    /// Whether the pattern has optional segments: such a route yields to one that is written out.
    pub optional: bool,
    pub status: Option<u16>,
    pub tag: Option<&'static str>,
    pub hidden: bool,
    /// The names of the security schemes in the attribute.
    pub security: &'static [&'static str],
    /// How many bytes a body may have here, in place of the program's limits.
    pub body_limit: Option<usize>,
    /// What a request passes before the handler runs, outermost first: middleware and guards of the attributes around it.
    pub steps: &'static [Step],
    pub adapter: Adapter,
}

/// What generated code writes for a function: it answers a call, or says what the function's types are. It is one
/// function and not two, so that rustc finds the kinds of the types once.
pub type Adapter = fn(Asked<'_, '_>) -> Option<HandlerFuture>;

/// What an adapter is asked for.
pub enum Asked<'a, 'b> {
    /// To answer a call: it returns the future that does.
    Answer(Call),
    /// To document the function's types: it returns nothing.
    Describe(&'a mut Operation<'b>),
}

impl Asked<'_, '_> {
    /// The call, for a function whose types say nothing.
    pub fn call(self) -> Option<Call> {
        match self {
            Self::Answer(call) => Some(call),
            Self::Describe(_) => None,
        }
    }
}

/// The package that a route was compiled in, from its `Cargo.toml`.
#[derive(Clone, Copy, Debug)]
pub struct Package {
    pub name: Option<&'static str>,
    pub version: Option<&'static str>,
    pub description: Option<&'static str>,
    pub authors: Option<&'static str>,
    pub license: Option<&'static str>,
    pub homepage: Option<&'static str>,
    pub repository: Option<&'static str>,
    /// Its folder on the machine that compiled it, in debug builds.
    pub folder: Option<&'static str>,
}

impl Package {
    /// For code that was not compiled by cargo, or is not the user's.
    pub const NONE: Self = Self {
        name: None,
        version: None,
        description: None,
        authors: None,
        license: None,
        homepage: None,
        repository: None,
        folder: None,
    };
}

inventory::collect!(Route);

impl Declaration {
    /// The crate that the function was written in.
    pub fn crate_name(&self) -> &'static str {
        let name = self.module.split("::").next().unwrap_or(self.module);
        name.strip_prefix("r#").unwrap_or(name)
    }

    /// The path of the function, such as `hogwarts::students::GET`.
    pub fn function_path(&self) -> String {
        format!("{}::{}", self.module, self.function).replace("r#", "")
    }

    /// The doc comment, as rustdoc reads it.
    pub fn doc_text(&self) -> String {
        doc_text(self.docs)
    }

    /// File and line, such as `src/main.rs:12`.
    pub fn place(&self) -> String {
        format!("{}:{}", self.file, self.line)
    }
}

impl Route {
    /// The crate that the function was written in.
    pub fn crate_name(&self) -> &'static str {
        self.declaration.crate_name()
    }

    /// The path of the function, such as `hogwarts::students::GET`.
    pub fn function_path(&self) -> String {
        self.declaration.function_path()
    }

    /// File and line, such as `src/main.rs:12`.
    pub fn place(&self) -> String {
        self.declaration.place()
    }
}

/// The two halves of the adapter.
impl Route {
    /// Answers a call.
    pub fn answer(&self, call: Call) -> HandlerFuture {
        (self.adapter)(Asked::Answer(call)).unwrap_or_else(|| Box::pin(async { Outcome::Missing }))
    }

    /// Documents the types in the signature.
    pub fn describe(&self, operation: &mut Operation<'_>) {
        (self.adapter)(Asked::Describe(operation));
    }
}

/// What the types in the signature report.
impl Route {
    /// All that is known of the route's operation, with that of its guards.
    pub fn document(&'static self, operation: &mut Operation<'_>) {
        for step in steps_of(self) {
            if let Step::Guard(guard) = step {
                (guard.describe)(operation);
            }
        }
        self.describe(operation);
    }

    /// The state that the handler takes.
    pub fn needs(&'static self) -> Vec<Need> {
        let mut operation = Operation::new(None);
        self.document(&mut operation);
        operation.needs
    }

    /// Why a text is no value of a parameter of the path, as far as its type says.
    pub fn refuses(&self, name: &str, text: &str) -> Option<String> {
        let mut operation = Operation::new(None);
        self.describe(&mut operation);
        let (_, read) = operation.readable.iter().find(|(known, _)| *known == name)?;
        read(text).err()
    }

    /// The state that the handler takes as an `Option`.
    pub fn optional_needs(&self) -> Vec<Need> {
        let mut operation = Operation::new(None);
        self.describe(&mut operation);
        operation.may_need
    }

    /// What is wrong with the body that the handler takes.
    pub fn body_mistake(&self) -> Option<String> {
        let mut operation = Operation::new(None);
        self.describe(&mut operation);
        let readers = operation.readers;
        let names = || readers.iter().map(|(name, _)| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
        if readers.len() > 1 {
            return Some(format!(
                "reads the body into {}, and a body is read once: take one type with the fields of both, or `Either` of both",
                names()
            ));
        }
        let without_body = self.methods.iter().all(|method| matches!(*method, "GET" | "HEAD" | SOCKET));
        // A raw payload may be that of an upgrade.
        (without_body && readers.iter().any(|(_, kind)| kind.is_typed())).then(|| {
            if self.methods == [SOCKET] {
                return format!("reads a body into {}, and the request for a WebSocket has none: messages come from the socket", names());
            }
            let methods = self.methods.join(" or ");
            format!("reads the body into {}, and a {methods} request has none (RFC 9110, section 9.3.1): take `Query`, or answer POST", names())
        })
    }

    /// Parameters that no request can carry, and what to take instead.
    pub fn unreadable(&'static self) -> Vec<String> {
        let mut schemas = Schemas::new();
        let mut operation = Operation::new(Some(&mut schemas));
        self.document(&mut operation);
        operation.unreadable
    }

    /// The types that should have a schema but have none.
    pub fn undocumented(&'static self) -> Vec<&'static str> {
        let mut schemas = Schemas::new();
        let mut operation = Operation::new(Some(&mut schemas));
        self.document(&mut operation);
        let mut types = operation.undocumented;
        types.sort_unstable();
        types.dedup();
        types
    }
}

impl fmt::Debug for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({})", self.methods.join(" "), self.pattern, self.place())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_that_is_called_like_a_keyword_is_shown_by_its_name() {
        let declaration = Declaration {
            package: Package::NONE,
            module: "r#try::r#type",
            function: "GET",
            file: "src/main.rs",
            line: 1,
            docs: &[],
            deprecated: false,
        };
        assert_eq!(declaration.crate_name(), "try");
        assert_eq!(declaration.function_path(), "try::type::GET");
    }
}
