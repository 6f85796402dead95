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
    /// One or more segments, the last of which is mixed: its first part is a parameter, and ends the rest's value.
    MixedRest(&'static [SegmentPart]),
}

impl Segment {
    /// Whether it stands for any number of segments. A path has at most one of these.
    pub fn is_catch_all(&self) -> bool {
        matches!(self, Self::Rest | Self::OptionalRest | Self::MixedRest(_))
    }
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
