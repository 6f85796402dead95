use std::path::PathBuf;

use super::Uploads;
use super::limits::MultipartLimits;
use crate::start::Start;

/// Settings of multipart bodies.
impl Start {
    /// How much multipart bodies may have, where neither the route nor the call says otherwise.
    pub fn multipart_limits(mut self, limits: MultipartLimits) -> Self {
        self.settings.edit(|uploads: &mut Uploads| uploads.limits = limits);
        self
    }

    /// Where uploaded files are kept while a request is answered; the system's folder for temporary
    /// files (`TMPDIR`) unless set. On many systems that one is in memory: large files need another.
    ///
    /// On the file system that [`UploadedFile::persist`](crate::UploadedFile::persist) keeps them on, no
    /// file has to be copied. A folder that cannot be written in is an error at start-up.
    pub fn upload_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        self.settings.edit(|uploads: &mut Uploads| uploads.folder = Some(folder));
        self
    }
}
