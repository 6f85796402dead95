//! How often each operation of a GraphQL API was asked for, named by OpenTelemetry's conventions.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};
use std::sync::{LazyLock, Mutex, PoisonError};

use ::metrics::{Counter, counter};
use foldhash::fast::RandomState;

/// How many operations were executed.
pub const OPERATIONS: &str = "graphql_operations_total";

/// The attributes of a request that say what it executes. The name comes first, and again for each of its operations.
const NAME: &str = "graphql.operation.name";
const KIND: &str = "graphql.operation.type";

/// How many names are labels. Clients choose them, and each would be a series.
const MOST_NAMES: usize = 100;

/// The label of those that came later.
const OTHER: &str = "_OTHER";

/// The kinds that there are (GraphQL, section 2.3).
const KINDS: [&str; 3] = ["query", "mutation", "subscription"];

/// One worker's handles to the series.
#[derive(Default)]
pub struct Operations(RefCell<HashMap<(&'static str, String), Counter, RandomState>>);

/// What one request has said of its next operation.
#[derive(Default)]
pub struct Next(RefCell<String>);

impl Operations {
    /// Counts an operation once its kind is said.
    pub fn describe(&self, next: &Next, attribute: &str, value: &str) {
        match attribute {
            NAME => drop(next.0.replace(value.to_owned())),
            KIND => {
                let name = next.0.take();
                if let Some(kind) = KINDS.into_iter().find(|kind| *kind == value) {
                    self.count(kind, name);
                }
            }
            _ => {}
        }
    }

    fn count(&self, kind: &'static str, name: String) {
        let mut known = self.0.borrow_mut();
        let key = (kind, label(name));
        if let Some(counter) = known.get(&key) {
            counter.increment(1);
            return;
        }
        let counter = counter!(OPERATIONS, "graphql_operation_type" => kind, "graphql_operation_name" => key.1.clone());
        counter.increment(1);
        known.insert(key, counter);
    }
}

/// The name, if it is one of the first of the process.
fn label(name: String) -> String {
    static NAMES: LazyLock<Mutex<HashSet<String>>> = LazyLock::new(Mutex::default);
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if name.is_empty() || names.contains(&name) {
        return name;
    }
    if names.len() >= MOST_NAMES {
        return OTHER.to_owned();
    }
    names.insert(name.clone());
    name
}
