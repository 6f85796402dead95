//! Which procedures answer at which path, as far as it is known before the first request: those of `Start::trpc`, and
//! those of routes that call `fetch_request_handler`.

use std::collections::BTreeMap;

use super::router::{Router, Version};
use crate::describe::Operation;
use crate::document::template;
use crate::kernel::{ProcedureKind, ProcedureRoot, Route, Transformer};
use crate::router::Segment;

/// Procedures at a path.
pub struct Served {
    /// The path before the names of the procedures, with its parameters in braces.
    pub below: String,
    pub params: Vec<&'static str>,
    pub methods: &'static [&'static str],
    /// The module at which the names of the procedures begin; all procedures of the program if there is none.
    pub root: Option<&'static str>,
    pub separator: char,
    pub version: Version,
    /// Whether the program changes the shape of errors.
    pub formats: bool,
    pub transformer: Option<Transformer>,
}

impl Served {
    /// Those of a router at a path without parameters.
    pub fn at(below: &str, router: &Router) -> Self {
        Self {
            below: below.to_owned(),
            params: Vec::new(),
            methods: &["GET", "POST"],
            root: router.root,
            separator: router.settings.separator,
            version: router.settings.version,
            formats: router.settings.format.is_some(),
            transformer: router.settings.transformer,
        }
    }

    /// Those that a route of the program answers with. Its function says which functions it calls; the settings of the
    /// router are not known.
    pub fn by(route: &'static Route) -> Option<Self> {
        let mut operation = Operation::new(None);
        route.document(&mut operation);
        let root = root(operation.procedure_calls?, route.declaration.module)?;
        let is_name = |segment: &Segment| matches!(segment, Segment::Param | Segment::Rest | Segment::OptionalRest);
        let (before, params) = route.paths.iter().find_map(|path| {
            let (last, before) = path.segments.split_last()?;
            let params = &path.params[..path.params.len().checked_sub(1)?];
            is_name(last).then_some((before, params))
        })?;
        let below = if before.is_empty() { String::new() } else { template(before, params) };
        Some(Self {
            below,
            params: params.to_vec(),
            methods: route.methods,
            root,
            separator: '.',
            version: Version::V11,
            formats: false,
            transformer: root.and_then(transformer),
        })
    }

    /// Whether a request for a procedure of this kind reaches it.
    pub fn answers(&self, kind: ProcedureKind) -> bool {
        let method = method(kind);
        let is_spoken = kind != ProcedureKind::Subscription || self.version == Version::V11;
        is_spoken && self.methods.iter().any(|known| *known == method || *known == "ANY")
    }

    /// The path of a procedure.
    pub fn path(&self, name: &str) -> String {
        let name = if self.separator == '.' { name.to_owned() } else { name.replace('.', &self.separator.to_string()) };
        format!("{}/{}", self.below, percent_encoding::utf8_percent_encode(&name, percent_encoding::CONTROLS))
    }
}

/// That of the routers of a module.
fn transformer(module: &str) -> Option<Transformer> {
    ProcedureRoot::all().find(|root| root.module == module)?.transformer
}

/// The method by which clients call a procedure.
pub fn method(kind: ProcedureKind) -> &'static str {
    if kind == ProcedureKind::Mutation { "POST" } else { "GET" }
}

/// The router that a function of this module means, which calls these functions: the one that one of them makes, else the
/// only one. `Some(None)` is that of all procedures; `None` says that it is not known.
fn root(calls: &[&str], module: &str) -> Option<Option<&'static str>> {
    let roots: BTreeMap<&'static str, String> =
        inventory::iter::<ProcedureRoot>().map(|root| (root.module, root.function())).collect();
    let makes_all = |call: &&str| call.ends_with("Router::new") || call.ends_with("Router::default");
    if roots.is_empty() || calls.iter().any(makes_all) {
        return Some(None);
    }
    let fits = |call: &&str, function: &str| {
        let written = call.trim_start_matches("crate::").trim_start_matches("self::").trim_start_matches("super::");
        function == written || function.ends_with(&format!("::{written}"))
    };
    let called = |&(_, function): &(&&'static str, &String)| calls.iter().any(|call| fits(call, function));
    let mut candidates: Vec<&'static str> = roots.iter().filter(called).map(|(root, _)| *root).collect();
    if candidates.len() > 1 && candidates.contains(&module) {
        candidates.retain(|root| *root == module);
    }
    match (candidates.as_slice(), roots.len()) {
        ([root], _) => Some(Some(root)),
        ([], 1) => roots.keys().next().map(|root| Some(*root)),
        _ => None,
    }
}
