use start_runtime::prelude::*;
use start_runtime::{Multipart, UploadedFile};

struct Upload {
    file: UploadedFile,
}

#[api_route("/api/uploads")]
async fn POST(Multipart(upload): Multipart<Upload>) -> u64 {
    upload.file.size()
}

fn main() {}
