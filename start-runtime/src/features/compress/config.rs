use super::Coding;

/// How answers are compressed, for [`Start::compress`](crate::Start::compress).
#[derive(Clone, Debug)]
pub struct Compression {
    pub(super) min_size: usize,
    pub(super) codings: Vec<Coding>,
}

impl Compression {
    /// All codings, for bodies of 1024 bytes and more.
    pub fn new() -> Self {
        Self { min_size: 1024, codings: Coding::ALL.to_vec() }
    }

    /// Sets how many bytes a body must have to be compressed; 1024 unless set. A smaller one fits into one packet
    /// anyway.
    #[must_use]
    pub fn min_size(mut self, bytes: usize) -> Self {
        self.min_size = bytes;
        self
    }

    /// Sets the codings that answers may have; zstd, br and gzip unless set. Where a client likes several equally, the
    /// first of these is sent.
    #[must_use]
    pub fn codings(mut self, codings: impl IntoIterator<Item = Coding>) -> Self {
        self.codings = codings.into_iter().collect();
        self
    }
}

impl Default for Compression {
    fn default() -> Self {
        Self::new()
    }
}
