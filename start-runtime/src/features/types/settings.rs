use std::path::PathBuf;

use super::Written;
use crate::start::Start;

/// Settings of types.
impl Start {
    /// Keeps a file with the program's types for TypeScript current: debug builds write what the command `types` prints
    /// whenever they start and it has changed, before they listen. Release builds write nothing.
    ///
    /// A relative path is one from the folder in which the program runs. The file is replaced as a whole, so no reader
    /// sees half of it. A folder that is missing, or that cannot be written, is an error at start-up. A file that ends in
    /// `.d.ts` gets the types without the client.
    ///
    /// ```no_run
    /// # fn main() -> std::io::Result<()> {
    /// # actix_web::rt::System::new().block_on(async {
    /// start_runtime::Start::new().write_types("web/src/server.ts").serve().await
    /// # })}
    /// ```
    pub fn write_types(mut self, path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        self.settings.edit(|Written(files): &mut Written| files.push(path));
        self
    }
}
