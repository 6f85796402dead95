use actix_web::web::Bytes;

/// The boundary between the parts: a text that no test is likely to have in a file.
const BOUNDARY: &str = "----start-runtime-test-7c1f0e5a9b3d4826";

/// A field or a file of a multipart form, for [`TestRequest::multipart`](super::TestRequest::multipart).
#[derive(Clone, Debug)]
pub struct FormPart {
    head: String,
    content: Bytes,
}

impl FormPart {
    /// A text field.
    pub fn text(name: &str, value: impl Into<String>) -> Self {
        let head = format!("Content-Disposition: form-data; name=\"{}\"", escape(name));
        Self { head, content: value.into().into() }
    }

    /// A file, as a browser sends it.
    pub fn file(name: &str, file_name: &str, content_type: &str, content: impl Into<Bytes>) -> Self {
        let head = format!(
            "Content-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\nContent-Type: {content_type}",
            escape(name),
            escape(file_name)
        );
        Self { head, content: content.into() }
    }
}

/// Returns the content type and the body of a form.
pub fn compose(parts: impl IntoIterator<Item = FormPart>) -> (String, Vec<u8>) {
    let mut body = Vec::new();
    for FormPart { head, content } in parts {
        body.extend_from_slice(format!("--{BOUNDARY}\r\n{head}\r\n\r\n").as_bytes());
        body.extend_from_slice(&content);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={BOUNDARY}"), body)
}

/// Escapes a name as browsers do (HTML, "multipart/form-data encoding algorithm").
fn escape(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
