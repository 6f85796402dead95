/// The name of a type as clients read it: only the last part of each path, and no `Option`, which says no more than that
/// the value may be missing. `NaiveDate` for `core::option::Option<chrono::naive::date::NaiveDate>`.
pub fn type_label(name: &str) -> String {
    let separators = |char: char| !char.is_alphanumeric() && char != '_' && char != ':';
    let short: String =
        name.split_inclusive(separators).map(|piece| piece.rsplit("::").next().unwrap_or(piece)).collect();
    let mut inside = short.as_str();
    while let Some(inner) = inside.strip_prefix("Option<").and_then(|rest| rest.strip_suffix('>')) {
        inside = inner;
    }
    inside.to_owned()
}

#[cfg(test)]
mod tests {
    use super::type_label;

    #[test]
    fn a_label_is_what_a_client_can_use() {
        let cases = [
            ("u32", "u32"),
            ("alloc::string::String", "String"),
            ("core::option::Option<alloc::string::String>", "String"),
            ("core::option::Option<core::option::Option<u8>>", "u8"),
            ("alloc::vec::Vec<chrono::naive::date::NaiveDate>", "Vec<NaiveDate>"),
            ("(u8, alloc::string::String)", "(u8, String)"),
            ("[core::option::Option<a::B>; 2]", "[Option<B>; 2]"),
        ];
        for (name, label) in cases {
            assert_eq!(type_label(name), label, "{name}");
        }
    }
}
