use crate::kernel::Exchange;
use std::fmt;
use std::ops::Index;
use std::rc::Rc;

/// The parameters of the path, decoded: with the pattern `/api/[house]` and the path `/api/slytherin`, `house` is
/// `slytherin`.
///
/// An optional parameter that the path leaves out has no value. A catch-all is one text including its slashes; a
/// handler that takes it as `Vec<String>` receives its segments.
#[derive(Clone)]
pub struct Params(Rc<Exchange>);

impl Params {
    pub(crate) fn new(exchange: Rc<Exchange>) -> Self {
        Self(exchange)
    }

    /// Returns the value of a parameter, if the path has it.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.captured.get(name)
    }

    /// Iterates over names and values, in the order of the path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.captured.iter()
    }

    /// The number of parameters.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there are no parameters.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// Returns the value itself, for a parameter that the route always has.
///
/// # Panics
/// Panics if there is no such parameter. The client gets a 500, and the log shows the name and the parameters that the
/// path has. Use [`Params::get`] for an optional parameter.
impl Index<&str> for Params {
    type Output = str;

    fn index(&self, name: &str) -> &str {
        self.get(name).unwrap_or_else(|| {
            let known: Vec<_> = self.iter().map(|(name, _)| name).collect();
            panic!("no param `{name}` in this path: it has {known:?}; an optional param is read with `params.get(\"{name}\")`")
        })
    }
}

impl fmt::Debug for Params {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
