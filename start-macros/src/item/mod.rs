//! The item that an attribute stands on and the arguments in its parentheses, read but not judged.
//!
//! Invariant: nothing in here knows the name of an attribute, of an option or of a method. Each
//! attribute brings what it looks for: an `ItemSpec` for its items, a table of `OptionSpec`s for its
//! arguments.

pub mod function;
pub mod module;
pub mod options;
pub mod seen;
pub mod surroundings;

use syn::parse::discouraged::Speculative as _;
use syn::parse::{Parse as _, ParseStream};
use syn::{Attribute, Token, Visibility};

use self::function::Function;
use self::module::Module;

/// What an attribute looks for in the item that it stands on.
pub struct ItemSpec {
    /// The error for an item that is neither a function nor a module.
    pub expected: &'static str,
    /// Whether an attribute inside a module makes its item a handler.
    pub is_ours: fn(&Attribute) -> bool,
    /// Whether a function without such an attribute is a handler, by its name.
    pub is_handler: fn(&str) -> bool,
}

/// An item that an attribute stands on.
pub enum Item {
    Function(Box<Function>),
    Module(Box<Module>),
}

impl Item {
    /// Reads a function or an inline module.
    pub fn parse(input: ParseStream<'_>, spec: &ItemSpec) -> syn::Result<Self> {
        let fork = input.fork();
        if let Ok(function) = fork.parse() {
            input.advance_to(&fork);
            return Ok(Self::Function(Box::new(function)));
        }
        let fork = input.fork();
        Attribute::parse_outer(&fork)?;
        Visibility::parse(&fork)?;
        if fork.peek(Token![mod]) {
            return Ok(Self::Module(Box::new(Module::parse(input, spec)?)));
        }
        Err(fork.error(spec.expected))
    }
}
