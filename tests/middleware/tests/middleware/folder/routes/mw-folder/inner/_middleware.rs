pub use crate::app::below as middleware;
