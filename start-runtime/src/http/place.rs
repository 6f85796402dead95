/// Where a parameter stands in a request, in the words of OpenAPI.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParamPlace {
    Path,
    Query,
    Header,
    Cookie,
    /// A field of a form: a part of the body, so a bad one is a 422.
    Form,
}

impl ParamPlace {
    /// The name on the wire of a field in Rust.
    pub fn wire_name(self, field: &str) -> String {
        if self == Self::Header { field.replace('_', "-") } else { field.to_owned() }
    }

    /// The name under which a value that is no struct is looked for: that of its argument, but a query has no such name.
    pub fn argument(self, name: &str) -> &str {
        if self == Self::Query { "" } else { name }
    }

    /// The place in one word, as the member `in` of a problem has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::Form => "form",
        }
    }
}
