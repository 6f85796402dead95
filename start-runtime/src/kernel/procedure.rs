//! The record of a procedure of tRPC, and what its function takes and makes.
//!
//! It is a record beside `Route`: what is generated from the records (types, listings, the start-up checks) reads it here,
//! and the capability that speaks the protocol calls it. A procedure has no path of its own; a router gives it one by its
//! name.

use std::any::Any;
use std::fmt;
use std::rc::Rc;

use actix_web::web::Bytes;
use futures_core::Stream;
use futures_core::future::LocalBoxFuture;
use futures_core::stream::LocalBoxStream;
use serde_json::Value;

use super::call::Call;
use super::record::Declaration;
use super::step::{Step, steps_before};
use crate::describe::{Need, Operation, ProcedureInput, ProcedureOutput, Schemas};
use crate::response::Problem;

/// What a client does with a procedure.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProcedureKind {
    Query,
    Mutation,
    Subscription,
}

impl ProcedureKind {
    /// The name that tRPC has for it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Mutation => "mutation",
            Self::Subscription => "subscription",
        }
    }
}

impl fmt::Display for ProcedureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// How the values of a router are written beside plain JSON: the `transformer` of tRPC.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Transformer {
    /// npm's `superjson`.
    Superjson,
}

/// One annotated function. Only the attributes create one.
pub struct Procedure {
    pub declaration: Declaration,
    pub kind: ProcedureKind,
    /// As the attribute says it; `None` if the name is that of the function.
    pub name: Option<&'static str>,
    /// What a call passes before the function runs, outermost first: middleware and guards of the attribute.
    pub steps: &'static [Step],
    /// Hands what the attribute says beside to who asks.
    pub meta: Option<Meta>,
    pub adapter: ProcedureAdapter,
}

/// Makes the values that an attribute has as `meta`, and hands each of them to the argument.
pub type Meta = fn(&mut dyn FnMut(&dyn Any));

/// The module at which the names of a router's procedures begin. `trpc::router!()` leaves one.
pub struct ProcedureRoot {
    pub module: &'static str,
    pub transformer: Option<Transformer>,
    pub file: &'static str,
    pub line: u32,
    /// A name inside of the function that makes the router.
    pub inside: fn() -> &'static str,
}

impl ProcedureRoot {
    /// All roots of the program.
    #[allow(dead_code, reason = "capabilities have procedures")]
    pub fn all() -> impl Iterator<Item = &'static Self> {
        inventory::iter::<Self>()
    }
}

inventory::collect!(Procedure);
inventory::collect!(ProcedureRoot);

/// What generated code writes for a function: it answers a call, or says what the function's types are.
pub type ProcedureAdapter = fn(ProcedureAsked<'_, '_>) -> Option<ProcedureFuture>;

/// What an adapter is asked for.
pub enum ProcedureAsked<'a, 'b> {
    /// To answer a call with this input.
    Answer(Call, RawInput),
    /// To document the function's types.
    Describe(&'a mut Operation<'b>),
}

impl ProcedureAsked<'_, '_> {
    /// The input, which generated code hands to what reads it.
    pub fn input(&mut self) -> RawInput {
        match self {
            Self::Answer(_, input) => std::mem::take(input),
            Self::Describe(_) => RawInput::default(),
        }
    }
}

/// The input of a call, as it was sent.
#[derive(Clone, Default)]
pub enum RawInput {
    /// Nothing was sent.
    #[default]
    Undefined,
    /// A text that may be JSON.
    Json(Bytes),
    /// The body of the request is the input.
    Body,
    /// What is wrong with all inputs of the request.
    Broken(Rc<Problem>),
}

/// The future of a call.
pub type ProcedureFuture = LocalBoxFuture<'static, Result<Produced, Problem>>;

/// What a procedure returns.
pub enum Produced {
    /// `undefined`.
    Undefined,
    Value(ProducedValue),
    Stream(LocalBoxStream<'static, Result<ProducedItem, Problem>>),
}

/// A value as JSON.
pub struct ProducedValue {
    pub json: Bytes,
    /// What the transformer of the call says of it.
    pub marks: Option<Box<Value>>,
    /// Its properties that are not there yet. The JSON has their marks as texts.
    pub later: Vec<(String, Later)>,
}

/// A property that is not there yet.
pub enum Later {
    Promise(ProcedureFuture),
    Iterable(LocalBoxStream<'static, Result<ProducedItem, Problem>>),
}

/// A value of a stream, with its id if it has one.
pub struct ProducedItem {
    pub id: Option<String>,
    pub value: Produced,
}

impl From<ProducedValue> for Produced {
    fn from(value: ProducedValue) -> Self {
        Self::Value(value)
    }
}

impl Produced {
    /// A stream of values.
    pub fn stream(items: impl Stream<Item = Result<ProducedItem, Problem>> + 'static) -> Self {
        Self::Stream(Box::pin(items))
    }
}

/// What a procedure takes and returns.
#[derive(Clone, Debug, PartialEq)]
pub struct ProcedureTypes {
    pub input: ProcedureInput,
    pub output: ProcedureOutput,
}

impl Procedure {
    /// All procedures of the program, in the order of their paths.
    pub fn all() -> Vec<&'static Self> {
        let mut all: Vec<&'static Self> = inventory::iter::<Self>().collect();
        all.sort_by_cached_key(|procedure| {
            (procedure.path(), procedure.declaration.file, procedure.declaration.line, procedure.declaration.module)
        });
        all
    }

    /// The innermost root that the procedure is below.
    pub fn root(&self) -> Option<&'static ProcedureRoot> {
        let below = |root: &&ProcedureRoot| module_below(root.module, self.declaration.module).is_some();
        ProcedureRoot::all().filter(below).max_by_key(|root| root.module.len())
    }

    /// Its name with those of the routers around it, such as `greeting.hello`: as the attribute says it, else that of the
    /// function in camelCase, behind those of the modules between it and the root.
    pub fn path(&self) -> String {
        if let Some(name) = self.name {
            return name.to_owned();
        }
        let module = self.root().and_then(|root| module_below(root.module, self.declaration.module));
        let modules = module.unwrap_or_default().split("::").filter(|name| !name.is_empty());
        let names: Vec<String> = modules.chain([self.declaration.function]).map(camel_case).collect();
        names.join(".")
    }

    /// What a call passes before the function runs, outermost first.
    pub fn all_steps(&self) -> Vec<Step> {
        steps_before(self.declaration.module, self.steps)
    }

    /// Answers a call.
    pub fn answer(&self, call: Call, input: RawInput) -> ProcedureFuture {
        let answered = (self.adapter)(ProcedureAsked::Answer(call, input));
        answered.unwrap_or_else(|| Box::pin(async { Ok(Produced::Undefined) }))
    }

    /// Documents the types in the signature, and the guards.
    pub fn document(&self, operation: &mut Operation<'_>) {
        for step in self.all_steps() {
            if let Step::Guard(guard) = step {
                (guard.describe)(operation);
            }
        }
        (self.adapter)(ProcedureAsked::Describe(operation));
    }

    /// What it takes and returns. The schemas refer to definitions in `schemas`.
    pub fn types(&self, schemas: &mut Schemas) -> ProcedureTypes {
        let mut operation = Operation::new(Some(schemas));
        (self.adapter)(ProcedureAsked::Describe(&mut operation));
        ProcedureTypes { input: operation.procedure_input(), output: operation.output }
    }

    /// What it takes, as far as it is known without schemas.
    pub fn takes(&self) -> ProcedureInput {
        let mut operation = Operation::new(None);
        (self.adapter)(ProcedureAsked::Describe(&mut operation));
        operation.procedure_input()
    }

    /// The state that it takes, and what it takes as an `Option`.
    pub fn needs(&self) -> (Vec<Need>, Vec<Need>) {
        let mut operation = Operation::new(None);
        self.document(&mut operation);
        (operation.needs, operation.may_need)
    }
}

impl fmt::Debug for Procedure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} ({})", self.kind, self.path(), self.declaration.place())
    }
}

impl ProcedureRoot {
    /// The path of the function that makes the router, as far as the compiler tells it.
    pub fn function(&self) -> String {
        let inside = (self.inside)();
        let rest = module_below(self.module, inside).unwrap_or_default();
        let name = rest.split("::").next().unwrap_or_default();
        format!("{}::{name}", self.module).replace("r#", "")
    }
}

/// The rest of a module's path below another one; empty for that itself.
fn module_below<'a>(root: &str, module: &'a str) -> Option<&'a str> {
    let rest = module.strip_prefix(root)?;
    if rest.is_empty() { Some(rest) } else { rest.strip_prefix("::") }
}

/// `add_post` as `addPost`.
fn camel_case(name: &str) -> String {
    let name = name.strip_prefix("r#").unwrap_or(name);
    let mut words = name.split('_').filter(|word| !word.is_empty());
    let mut text = words.next().unwrap_or(name).to_owned();
    for word in words {
        let mut chars = word.chars();
        text.extend(chars.next().into_iter().flat_map(char::to_uppercase));
        text.push_str(chars.as_str());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_functions_become_camel_case() {
        let cases = [
            ("hello", "hello"),
            ("add_post", "addPost"),
            ("a_b_c", "aBC"),
            ("_private", "private"),
            ("r#type", "type"),
            ("trailing_", "trailing"),
            ("two__words", "twoWords"),
            ("v2_list", "v2List"),
            ("list_2", "list2"),
            ("HELLO", "HELLO"),
            ("größe_x", "größeX"),
            ("_", "_"),
        ];
        for (name, expected) in cases {
            assert_eq!(camel_case(name), expected, "{name}");
        }
    }

    #[test]
    fn a_module_is_below_itself_and_those_around_it() {
        let cases = [
            ("app", "app", Some("")),
            ("app", "app::api", Some("api")),
            ("app::api", "app::api::post", Some("post")),
            ("app::api", "app::api2", None),
            ("app::api", "app", None),
            ("app", "application", None),
        ];
        for (root, module, expected) in cases {
            assert_eq!(module_below(root, module), expected, "{root} {module}");
        }
    }
}
