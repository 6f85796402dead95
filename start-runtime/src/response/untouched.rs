/// In the extensions of a response that another program has made: its content and its validators are that program's, and no
/// capability adds to them.
#[allow(dead_code, reason = "capabilities use it")]
pub struct Untouched;
