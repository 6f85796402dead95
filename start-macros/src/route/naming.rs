//! What a file in a folder of routes is called, and the pattern that its name stands for.
//!
//! Names follow the grammar of patterns. There are two ways to read them: a folder for each segment, or TanStack
//! Router's way, in which a dot in a name begins a segment as well. In both, `index` stands for its folder, and names
//! can leave a file out.

/// How the names in a folder are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Naming {
    /// Only folders nest, and a dot is part of the text: `users/$id.rs`, `feed.xml.rs`.
    Nested,
    /// Dots nest, as in TanStack Router, and brackets escape: `users.$id.rs`, `feed[.]xml.rs`.
    Flat,
}

/// What the name of a file says.
#[derive(Debug, PartialEq, Eq)]
pub enum Name {
    /// A route with this pattern.
    Route(String),
    /// Not a route, for this reason.
    LeftOut(String),
    /// Not a name: what is wrong, and what to write instead.
    Bad(String),
}

/// The one name with a dot in front that is a route (RFC 8615).
const WELL_KNOWN: &str = ".well-known";

impl Naming {
    /// Reads the path of a `.rs` file, relative to the folder, with slashes.
    pub fn read(self, file: &str) -> Name {
        let stem = stem(file);
        if let Some(reason) = stem.split('/').find_map(|part| self.reason(part)) {
            return Name::LeftOut(reason);
        }
        if file.rsplit('/').next() == Some("mod.rs") {
            return Name::LeftOut("a file `mod.rs` belongs to the module of its folder".into());
        }
        match self {
            Self::Nested => Name::Route(nested(stem)),
            Self::Flat => flat(stem),
        }
    }

    /// Why a file is left out that has this part in its path.
    fn reason(self, part: &str) -> Option<String> {
        let begins = match (self, part.chars().next()?) {
            (Self::Nested, begins @ ('_' | '-')) => begins,
            (Self::Flat, '-') => '-',
            (Self::Nested, '.') if part != WELL_KNOWN => '.',
            (Self::Flat, '.')
                if part.strip_prefix(WELL_KNOWN).is_none_or(|rest| !rest.is_empty() && !rest.starts_with('.')) =>
            {
                '.'
            }
            _ => return None,
        };
        let group = part.trim_start_matches(begins);
        let cure = if begins == '_' { format!(" (a group is written `({group})`)") } else { String::new() };
        Some(format!("`{part}` begins with `{begins}`{cure}"))
    }
}

fn stem(file: &str) -> &str {
    file.strip_suffix(".rs").unwrap_or(file)
}

/// `api/[house]/index` is `/api/[house]`.
fn nested(stem: &str) -> String {
    let path = if stem == "index" { "" } else { stem.strip_suffix("/index").unwrap_or(stem) };
    format!("/{path}")
}

/// `api.posts_.$postId.feed[.]xml` is `/api/posts/$postId/feed.xml`.
fn flat(stem: &str) -> Name {
    let mut segments = match segments(stem) {
        Ok(segments) => segments,
        Err(mistake) => return Name::Bad(mistake),
    };
    // `route` is the route of its folder itself, also where that has no path.
    if segments.last().is_some_and(|last| last.is("route")) {
        segments.pop();
    }
    if segments.last().is_some_and(|last| last.is("index")) {
        segments.pop();
    } else if let Some(last) = segments.last().filter(|last| last.is_pathless()) {
        return Name::LeftOut(format!("`{}` begins with `_`, so it has no path of its own", last.shown()));
    }
    let segments = segments.iter().filter(|segment| !segment.is_pathless());
    Name::Route(format!("/{}", segments.map(FlatSegment::pattern).collect::<Vec<_>>().join("/")))
}

/// What a file is called in a folder of nested names that has this flat name: `api/rpc/$.rs` for `api.rpc.$.rs`, and
/// `feed.xml.rs` for `feed[.]xml.rs`. `None` if it is called the same.
pub fn nested_name(file: &str) -> Option<String> {
    let segments = segments(stem(file)).ok()?;
    let name = format!("{}.rs", segments.iter().map(FlatSegment::folder).collect::<Vec<_>>().join("/"));
    (name != file).then_some(name)
}

/// A segment of a flat name: its characters, and which of them stood in brackets.
#[derive(Default)]
struct FlatSegment(Vec<(char, bool)>);

impl FlatSegment {
    fn is(&self, word: &str) -> bool {
        self.0.iter().copied().eq(word.chars().map(|char| (char, false)))
    }

    fn is_pathless(&self) -> bool {
        self.0.first() == Some(&('_', false))
    }

    fn shown(&self) -> String {
        self.0.iter().map(|(char, _)| char).collect()
    }

    /// Without the `_` at the end that takes a route out of the layout of its folder: layouts have no meaning here.
    fn in_the_url(&self) -> &[(char, bool)] {
        match self.0.split_last() {
            Some((('_', false), rest)) if !rest.is_empty() => rest,
            _ => &self.0,
        }
    }

    /// As a pattern says it.
    fn pattern(&self) -> String {
        let mut text = String::new();
        for &(char, escaped) in self.in_the_url() {
            if escaped && (char.is_control() || "[](){}$%?#".contains(char)) {
                char.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| text.push_str(&format!("%{byte:02X}")));
            } else {
                text.push(char);
            }
        }
        text
    }

    /// As a folder or a file says it that only folders nest in.
    fn folder(&self) -> String {
        if self.is_pathless() { format!("({})", self.shown().trim_start_matches('_')) } else { self.pattern() }
    }
}

/// Takes a flat name apart.
fn segments(stem: &str) -> Result<Vec<FlatSegment>, String> {
    let mut segments = Vec::new();
    for part in stem.split('/') {
        let mut segment = FlatSegment::default();
        let mut rest = part;
        if let Some(behind) = part.strip_prefix('.') {
            segment.0.push(('.', true));
            rest = behind;
        }
        while let Some(char) = rest.chars().next() {
            rest = &rest[char.len_utf8()..];
            match char {
                '[' => {
                    let (escaped, behind) = escape(rest)?;
                    segment.0.extend(escaped.chars().map(|char| (char, true)));
                    rest = behind;
                }
                '.' => segments.push(std::mem::take(&mut segment)),
                char => segment.0.push((char, false)),
            }
        }
        segments.push(segment);
    }
    // As in TanStack Router, two dots in a row are one.
    segments.retain(|segment| !segment.0.is_empty());
    Ok(segments)
}

/// What stands in brackets, and what stands behind them.
fn escape(text: &str) -> Result<(&str, &str), String> {
    let other_spelling = [("[...", "]]", "`$`"), ("[", "]]", "`{-$NAME}`"), ("...", "]", "`$`")];
    for (open, close, cure) in other_spelling {
        if let Some((name, _)) = text.strip_prefix(open).and_then(|rest| rest.split_once(close)) {
            let cure = cure.replace("NAME", name);
            return Err(format!("in a folder of flat names, brackets escape: write {cure} for `[{open}{name}{close}`"));
        }
    }
    match text.split_once(']') {
        Some(("", _)) => Err("`[]` escapes nothing: leave it out".into()),
        Some(found) => Ok(found),
        None => Err("unclosed `[`: close it with `]`; brackets escape, as in `feed[.]xml.rs`".into()),
    }
}

#[cfg(test)]
mod tests;
