//! One rule a file: what is refused, and in which words; what is accepted.

#[test]
fn mistakes_are_told_in_plain_words() {
    let cases = trybuild::TestCases::new();
    cases.pass("pass/*.rs");
    cases.compile_fail("cases/*.rs");
}
