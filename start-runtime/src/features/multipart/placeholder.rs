//! Files travel through serde as placeholder texts, by which they are found again.
//!
//! So everything that can type a form (`Option`, `Vec`, renamed and flattened fields) also works for files, and serde
//! never sees the content of a file.

use std::cell::RefCell;
use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::{Arc, LazyLock};

use super::uploaded::Stored;

/// The prefix of the names of all file types.
const MARK: &str = "$start_runtime::UploadedFile/";

/// The name by which a file type asks for its value: the prefix, and how many bytes the file may have.
pub struct Name<const MAX: u64>;

impl<const MAX: u64> Name<MAX> {
    const BYTES: [u8; MARK.len() + 20] = {
        let mut bytes = [b'0'; MARK.len() + 20];
        let mark = MARK.as_bytes();
        let mut at = 0;
        while at < mark.len() {
            bytes[at] = mark[at];
            at += 1;
        }
        // Twenty digits are enough for any u64; the leading zeros are there already.
        let (mut at, mut rest) = (bytes.len(), MAX);
        while rest > 0 {
            at -= 1;
            bytes[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
        }
        bytes
    };
    pub const TEXT: &'static str = match std::str::from_utf8(&Self::BYTES) {
        Ok(text) => text,
        // Letters and digits are UTF-8; anything else would be a compiler bug.
        Err(_) => panic!("the name of a file type is ASCII"),
    };
}

/// Returns the limit in the name of a file type; `None` for any other name.
pub fn limit_in(name: &str) -> Option<u64> {
    name.strip_prefix(MARK)?.parse().ok()
}

/// The files of a form, and whether each was taken.
type Files = Vec<(Arc<Stored>, bool)>;

thread_local! {
    /// The files of the form that this thread is reading.
    static OPEN: RefCell<Option<Files>> = const { RefCell::new(None) };
}

/// Part of every placeholder: a number that only this process knows, so that no client can send one.
static SECRET: LazyLock<u64> = LazyLock::new(|| RandomState::new().build_hasher().finish());

fn prefix() -> String {
    format!("\u{1}upload-{:016x}-", *SECRET)
}

/// The placeholder of a file.
pub fn token(index: usize) -> String {
    format!("{}{index}\u{1}", prefix())
}

/// Replaces the placeholders in a text with the names of their files.
pub fn show(text: &str, files: &[Arc<Stored>]) -> String {
    let prefix = prefix();
    let mut pieces = text.split(&prefix);
    let mut shown = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let (index, rest) = piece.split_once('\u{1}').unwrap_or((piece, ""));
        let file = index.parse().ok().and_then(|index: usize| files.get(index));
        shown += &file.map_or("a file".into(), |file| file.label());
        shown += rest;
    }
    shown
}

/// Whether a form with files is being read.
pub fn is_open() -> bool {
    OPEN.with_borrow(Option::is_some)
}

/// Returns the file that a placeholder stands for.
pub fn take(text: &str) -> Option<Arc<Stored>> {
    let index: usize = text.strip_prefix(&prefix())?.strip_suffix('\u{1}')?.parse().ok()?;
    OPEN.with_borrow_mut(|open| {
        let (file, asked_for) = open.as_mut()?.get_mut(index)?;
        *asked_for = true;
        Some(file.clone())
    })
}

/// Reads a form: within `read`, [`take`] finds the files. Also returns the indexes of the files that were not taken.
pub fn open<T>(files: &[Arc<Stored>], read: impl FnOnce() -> T) -> (T, Vec<usize>) {
    /// A panic in a user's `Deserialize` must not leave the files of this form to the next one.
    struct Close;
    impl Drop for Close {
        fn drop(&mut self) {
            OPEN.set(None);
        }
    }
    let close = Close;
    OPEN.set(Some(files.iter().map(|file| (file.clone(), false)).collect()));
    let value = read();
    let open = OPEN.take().unwrap_or_default();
    drop(close);
    let left = open.iter().enumerate().filter(|(_, (_, asked_for))| !asked_for).map(|(index, _)| index).collect();
    (value, left)
}
