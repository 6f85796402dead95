//! State that is registered twice: `Data` finds the value of a type, so the second would win without a word.

use crate::base::StartError;
use crate::start::{Registered, Setup};

/// Returns an error if two values of one type are registered.
pub fn check(setup: &Setup) -> Result<(), StartError> {
    let twice = |(index, first): (usize, &Registered)| {
        let second = setup.registered[index + 1..].iter().find(|second| second.id == first.id)?;
        Some(format!("`{}` at {} and at {}", first.type_name, first.place, second.place))
    };
    let twice: Vec<String> = setup.registered.iter().enumerate().filter_map(twice).collect();
    if twice.is_empty() {
        return Ok(());
    }
    Err(StartError::new(format!(
        "state is registered twice, and a handler's `Data` finds one value of each type:\n  {}\n\
         Leave one of them out, or give each a type of its own: `struct Primary(Pool);`",
        twice.join("\n  ")
    )))
}
