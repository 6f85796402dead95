//! One rule per file: the code that is refused, with the error message, and the code that is accepted.

#[test]
fn mistakes_are_told_in_plain_words() {
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*.rs");
    cases.compile_fail("cases/*.rs");
}
