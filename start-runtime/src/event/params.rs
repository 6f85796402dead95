use crate::kernel::Exchange;
use std::fmt;
use std::ops::Index;
use std::rc::Rc;

/// The params of the path, decoded: of `/api/[house]` for `/api/slytherin`, `house` is `slytherin`.
///
/// An optional param that is left out of the path is not there. A catch-all is one text with its
/// slashes; a handler that takes it as `Vec<String>` sees its segments.
#[derive(Clone)]
pub struct Params(Rc<Exchange>);

impl Params {
    pub(crate) fn new(exchange: Rc<Exchange>) -> Self {
        Self(exchange)
    }

    /// The value of a param.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.captured.get(name)
    }

    /// Names and values, in the order of the path.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.captured.iter()
    }

    /// How many params there are.
    pub fn len(&self) -> usize {
        self.iter().count()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

/// The value of a param that is there for sure.
///
/// # Panics
/// If there is no such param. The client gets a 500 and the log says which name was meant; use
/// [`Params::get`] for an optional param.
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
