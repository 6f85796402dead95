//! Nothing: the program is in `tests/`.
