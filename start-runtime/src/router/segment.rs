//! The paths that a pattern stands for, as the macro parsed them: no code parses a pattern at run time.

/// One path that a pattern stands for.
#[derive(Debug)]
pub struct RoutePath {
    pub segments: &'static [Segment],
    /// The names of the parameters, in the order of their values.
    pub params: &'static [&'static str],
}

/// A segment of such a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Segment {
    /// Decoded text.
    Literal(&'static str),
    /// One non-empty segment.
    Param,
    /// Parameters with text around or between them.
    Mixed(&'static [SegmentPart]),
    /// One or more segments.
    Rest,
    /// Zero or more segments.
    OptionalRest,
}

/// A piece of a mixed segment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SegmentPart {
    Literal(&'static str),
    Param,
}

/// Whether a route answers programs or people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RouteKind {
    Api,
    Page,
}
