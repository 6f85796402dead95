//! The program that the tests ask has its routes beside them.
