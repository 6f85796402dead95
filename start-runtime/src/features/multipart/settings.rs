use std::path::PathBuf;

use super::Uploads;
use super::limits::MultipartLimits;
use crate::start::Start;

/// Settings of multipart bodies.
impl Start {
    /// Sets the limits of multipart bodies, for whatever neither the route nor the call limits.
    pub fn multipart_limits(mut self, limits: MultipartLimits) -> Self {
        self.settings.edit(|uploads: &mut Uploads| uploads.limits = limits);
        self
    }

    /// Sets where uploaded files are stored while a request is answered; unless set, the system's folder for temporary
    /// files (`TMPDIR`). On many systems that folder is in memory: large files need another.
    ///
    /// If the folder is on the file system where [`UploadedFile::persist`](crate::UploadedFile::persist) keeps the
    /// files, they need not be copied. A folder that is not writable is an error at start-up.
    ///
    /// Files that a killed process left in the folder are deleted at start-up, and those of living processes stay.
    pub fn upload_folder(mut self, folder: impl Into<PathBuf>) -> Self {
        let folder = folder.into();
        self.settings.edit(|uploads: &mut Uploads| uploads.folder = Some(folder));
        self
    }
}
