//! The attributes that make a route. This is the only list of their names.

use syn::Attribute;

/// Which attribute made a route.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    Api,
    Page,
    Socket,
}

impl Kind {
    const ALL: [Self; 3] = [Self::Api, Self::Page, Self::Socket];

    /// The name of the attribute.
    pub fn name(self) -> &'static str {
        match self {
            Self::Api => "api_route",
            Self::Page => "page_route",
            Self::Socket => "ws_route",
        }
    }

    /// The kind of route that an attribute makes, by the last word of its path; `None` if it is not
    /// one of ours.
    pub fn of(attribute: &Attribute) -> Option<Self> {
        let name = &attribute.path().segments.last()?.ident;
        Self::ALL.into_iter().find(|kind| name == kind.name())
    }
}
