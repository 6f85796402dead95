/// Where a parameter is in a request, named as in OpenAPI.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ParamPlace {
    Path,
    Query,
    Header,
    Cookie,
    /// A field of a form: it is part of the body, so an invalid one is a 422.
    Form,
}

impl ParamPlace {
    /// The name on the wire that belongs to a field in Rust.
    pub fn wire_name(self, field: &str) -> String {
        if self == Self::Header { field.replace('_', "-") } else { field.to_owned() }
    }

    /// The name of a value that is not a struct: that of its argument; empty for a query, which has no such name.
    pub fn argument(self, name: &str) -> &str {
        if self == Self::Query { "" } else { name }
    }

    /// What a value in this place is called.
    pub fn noun(self) -> &'static str {
        match self {
            Self::Path => "path param",
            Self::Query => "query param",
            Self::Header => "header",
            Self::Cookie => "cookie",
            Self::Form => "form field",
        }
    }

    /// The place in one word, as in the member `in` of a problem.
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
