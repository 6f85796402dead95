//! The letters: kept in memory and, a line of JSON each, in a file. A letter is never changed, and the number of letters
//! before it is its id less one, so whoever has seen one knows where to go on.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::{Stream, stream};
use garde::Validate;
use serde::{Deserialize, Serialize};
use start_runtime::prelude::*;
use start_runtime::serde_json;
use tokio::sync::watch;

/// A letter that has arrived.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Letter {
    /// Letters are numbered as they arrive, from 1.
    pub id: u32,
    pub sender: String,
    pub house: House,
    pub text: String,
}

/// A letter that is to be sent.
#[derive(Deserialize, JsonSchema, Validate)]
pub struct NewLetter {
    #[garde(length(chars, min = 1, max = 40))]
    pub sender: String,
    #[garde(skip)]
    pub house: House,
    #[garde(length(chars, min = 1, max = 2000))]
    pub text: String,
}

/// Whose table the owl flies to.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum House {
    Gryffindor,
    Hufflepuff,
    Ravenclaw,
    Slytherin,
}

/// All letters. A clone has the same ones.
#[derive(Clone)]
pub struct Letters {
    kept: Arc<Mutex<Kept>>,
    /// How many there are.
    count: watch::Sender<usize>,
}

struct Kept {
    letters: Vec<Letter>,
    file: File,
}

impl Letters {
    /// Reads the letters of a file, which is made if it is missing. What is left of a line that a program did not live to
    /// finish is cut off.
    pub fn open(path: impl AsRef<Path>) -> io::Result<Self> {
        let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text)?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        file.set_len(whole as u64)?;
        let lines = text[..whole].split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let letters = lines.map(serde_json::from_slice).collect::<Result<Vec<Letter>, _>>()?;
        let (count, _) = watch::channel(letters.len());
        Ok(Self { kept: Arc::new(Mutex::new(Kept { letters, file })), count })
    }

    /// Adds a letter. It is in the file before anybody reads it.
    pub fn add(&self, NewLetter { sender, house, text }: NewLetter) -> io::Result<Letter> {
        let mut kept = self.kept();
        let id = u32::try_from(kept.letters.len() + 1).map_err(io::Error::other)?;
        let letter = Letter { id, sender, house, text };
        let before = kept.file.metadata()?.len();
        let line = serde_json::json!(letter).to_string() + "\n";
        if let Err(error) = kept.file.write_all(line.as_bytes()) {
            kept.file.set_len(before)?;
            return Err(error);
        }
        kept.letters.push(letter.clone());
        self.count.send_replace(kept.letters.len());
        Ok(letter)
    }

    /// The last letters, oldest first: at most `most`, of one house or of all.
    pub fn latest(&self, most: usize, house: Option<House>) -> Vec<Letter> {
        let kept = self.kept();
        let wanted = kept.letters.iter().rev().filter(|letter| house.is_none_or(|house| letter.house == house));
        let mut latest: Vec<Letter> = wanted.take(most).cloned().collect();
        latest.reverse();
        latest
    }

    /// The letters behind the one with this id, and then those that arrive.
    pub fn behind(&self, id: usize) -> impl Stream<Item = Letter> + use<> {
        let seen = (self.clone(), id, self.count.subscribe());
        stream::unfold(seen, async |(letters, seen, mut count)| {
            count.wait_for(|count| *count > seen).await.ok()?;
            let letter = letters.kept().letters[seen].clone();
            Some((letter, (letters, seen + 1, count)))
        })
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
