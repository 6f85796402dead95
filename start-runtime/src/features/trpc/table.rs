//! The procedures of a router, by their paths, and what stands in each other's way.
//!
//! Records do not change while a program runs, so each table is made once.

use std::collections::{BTreeMap, HashMap};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{PoisonError, RwLock};

use crate::base::StartError;
use crate::describe::ProcedureInput;
use crate::kernel::{Procedure, ProcedureRoot, Step};

/// The procedures of a router.
#[derive(Default)]
pub struct Table {
    entries: HashMap<String, Entry>,
    /// How many subscriptions are open.
    open: AtomicUsize,
}

/// A procedure of a router.
pub struct Entry {
    pub path: String,
    pub procedure: &'static Procedure,
    /// What a call passes, outermost first.
    pub steps: Vec<Step>,
    pub takes: Takes,
}

/// What a procedure takes as its input.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Takes {
    Nothing,
    Json,
    Form,
    Bytes,
}

impl Table {
    /// All procedures of the program, or those whose names begin at this module.
    pub fn of(root: Option<&'static str>) -> &'static Self {
        static KNOWN: RwLock<BTreeMap<Option<&str>, &'static Table>> = RwLock::new(BTreeMap::new());
        let known = KNOWN.read().unwrap_or_else(PoisonError::into_inner).get(&root).copied();
        if let Some(known) = known {
            return known;
        }
        let mut known = KNOWN.write().unwrap_or_else(PoisonError::into_inner);
        known.entry(root).or_insert_with(|| Box::leak(Box::new(Self::new(&procedures(root)))))
    }

    /// Of two procedures with one path, the first: the program does not start with two.
    fn new(procedures: &[&'static Procedure]) -> Self {
        let mut entries = HashMap::new();
        for procedure in procedures {
            let entry = Entry {
                path: procedure.path(),
                procedure,
                steps: procedure.all_steps(),
                takes: match procedure.takes() {
                    ProcedureInput::Nothing => Takes::Nothing,
                    ProcedureInput::Json { .. } => Takes::Json,
                    ProcedureInput::Form { .. } => Takes::Form,
                    ProcedureInput::Bytes => Takes::Bytes,
                },
            };
            entries.entry(entry.path.clone()).or_insert(entry);
        }
        Self { entries, open: AtomicUsize::new(0) }
    }

    pub fn get(&self, path: &str) -> Option<&Entry> {
        self.entries.get(path)
    }

    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Counts one more open subscription for as long as what this returns is there; `None` if there are so many already.
    pub fn open(&'static self, most: Option<usize>) -> Option<Open> {
        let most = most.unwrap_or(usize::MAX);
        let counted =
            self.open.fetch_update(Ordering::AcqRel, Ordering::Acquire, |open| (open < most).then_some(open + 1));
        counted.ok().map(|_| Open(self))
    }
}

/// An open subscription.
pub struct Open(&'static Table);

impl Drop for Open {
    fn drop(&mut self) {
        self.0.open.fetch_sub(1, Ordering::AcqRel);
    }
}

/// The procedures of a root, or all; in the order of their paths.
pub fn procedures(root: Option<&str>) -> Vec<&'static Procedure> {
    let all = Procedure::all().into_iter();
    match root {
        Some(root) => all.filter(|procedure| procedure.root().is_some_and(|known| known.module == root)).collect(),
        None => all.collect(),
    }
}

/// Names that no procedure and no router has: an object with one of these is taken for a promise or a function.
const RESERVED: [&str; 3] = ["then", "call", "apply"];

/// What clients of version 10 have themselves in place of a procedure or a router with this name.
const OWN_OF_VERSION_10: [&str; 3] = ["links", "requestId", "runtime"];

/// Returns an error if clients of version 10 cannot call a procedure of a router.
pub fn check_version_10(root: Option<&str>) -> Result<(), StartError> {
    let hidden = |procedure: &&'static Procedure| {
        procedure.path().split('.').next().is_some_and(|first| OWN_OF_VERSION_10.contains(&first))
    };
    let hidden: Vec<String> = procedures(root).into_iter().filter(hidden).map(line).collect();
    if hidden.is_empty() {
        return Ok(());
    }
    Err(StartError::new(format!(
        "clients of version 10 have members of their own with these names, and cannot call:\n{}\nGive them other names",
        hidden.join("\n")
    )))
}

/// Returns an error if procedures of one root stand in each other's way, or if a root has two transformers.
pub fn check_roots() -> Result<(), StartError> {
    check_transformers(ProcedureRoot::all())?;
    let mut roots: BTreeMap<Option<&str>, Vec<&'static Procedure>> = BTreeMap::new();
    for procedure in Procedure::all() {
        roots.entry(procedure.root().map(|root| root.module)).or_default().push(procedure);
    }
    check(roots.values().flat_map(|procedures| conflicts(procedures)).collect())
}

/// The types of a router follow its transformer: a module whose `router!()` differ has none to follow.
fn check_transformers<'r>(roots: impl Iterator<Item = &'r ProcedureRoot>) -> Result<(), StartError> {
    let mut known: BTreeMap<&str, &ProcedureRoot> = BTreeMap::new();
    for root in roots {
        let first = *known.entry(root.module).or_insert(root);
        if first.transformer != root.transformer {
            let place = |root: &ProcedureRoot| format!("  {}:{}", root.file, root.line);
            return Err(StartError::new(format!(
                "the routers of `{}` have different transformers:\n{}\n{}\nGive both the same, or move one into a module of its own",
                root.module,
                place(first),
                place(root)
            )));
        }
    }
    Ok(())
}

/// Returns an error if procedures of one router stand in each other's way.
pub fn check_router(root: Option<&str>) -> Result<(), StartError> {
    check(conflicts(&procedures(root)))
}

fn check(conflicts: Vec<String>) -> Result<(), StartError> {
    if conflicts.is_empty() {
        return Ok(());
    }
    Err(StartError::new(format!("procedures stand in each other's way:\n\n{}", conflicts.join("\n\n"))))
}

/// Two procedures of one path, and a procedure where another one has a router.
fn conflicts(procedures: &[&'static Procedure]) -> Vec<String> {
    let mut by_path: BTreeMap<String, Vec<&Procedure>> = BTreeMap::new();
    for procedure in procedures {
        by_path.entry(procedure.path()).or_default().push(procedure);
    }
    let mut found = Vec::new();
    for (path, same) in &by_path {
        if let Some(reserved) = path.split('.').find(|name| RESERVED.contains(name)) {
            found.push(format!(
                "tRPC keeps the name `{reserved}` for itself, so no client can call `{path}`:\n{}\nWrite another name, such as `#[trpc::{}(\"…\")]`, or rename the function or the module",
                line(same[0]),
                same[0].kind
            ));
        }
        if same.len() > 1 {
            found.push(format!(
                "`{path}` has {} procedures:\n{}\nGive one of them another name, such as `#[trpc::{}(\"{path}2\")]`",
                same.len(),
                same.iter().map(|procedure| line(procedure)).collect::<Vec<_>>().join("\n"),
                same[0].kind
            ));
        }
        let inside = format!("{path}.");
        if let Some((_, below)) = by_path.range(inside.clone()..).next().filter(|(below, _)| below.starts_with(&inside))
        {
            found.push(format!(
                "`{path}` is a procedure, and a router of others:\n{}\n{}\nGive one of them another name",
                line(same[0]),
                line(below[0])
            ));
        }
    }
    found
}

fn line(procedure: &Procedure) -> String {
    let declaration = &procedure.declaration;
    format!(
        "  {} `{}`, {}  at {}  (crate {})",
        procedure.kind,
        procedure.path(),
        declaration.function_path(),
        declaration.place(),
        declaration.crate_name()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kernel::Transformer;

    #[test]
    fn routers_of_one_module_have_one_transformer() {
        let root =
            |module, transformer, line| ProcedureRoot { module, transformer, inside: || "", file: "src/api.rs", line };
        let superjson = Some(Transformer::Superjson);
        let cases = [
            (vec![], None),
            (vec![root("api", None, 1), root("api", None, 2), root("api::admin", superjson, 3)], None),
            (vec![root("api", superjson, 1), root("api", superjson, 2)], None),
            (
                vec![root("api", None, 1), root("other", None, 2), root("api", superjson, 3)],
                Some("src/api.rs:1\n  src/api.rs:3"),
            ),
        ];
        for (roots, expected) in cases {
            let error = check_transformers(roots.iter()).err().map(|error| error.to_string());
            match expected {
                None => assert_eq!(error, None),
                Some(places) => assert!(error.as_ref().is_some_and(|error| error.contains(places)), "{error:?}"),
            }
        }
    }
}
