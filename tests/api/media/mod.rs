//! Media: pictures that are uploaded, kept, made smaller, and shown while something public uses them.

mod bounds;
mod fetching;
mod hidden;
mod keeping;
mod making;
mod managing;
pub mod pictures;
mod refused;
mod shown;
mod sizes;
mod taking;

use serde_json::{Value, json};

use crate::app::{Answer, App};
use crate::shorthand::managed;

/// A form with these fields and this file, as its Content-Type and its body.
pub fn form(fields: &[(&str, &str)], file: Option<(&str, &[u8])>) -> (String, Vec<u8>) {
    let boundary = "grens-van-het-formulier";
    let mut body = Vec::new();
    let mut part = |disposition: &str, content: &[u8]| {
        body.extend_from_slice(
            format!("--{boundary}\r\nContent-Disposition: form-data; {disposition}\r\n\r\n")
                .as_bytes(),
        );
        body.extend_from_slice(content);
        body.extend_from_slice(b"\r\n");
    };
    for (name, value) in fields {
        part(&format!("name=\"{name}\""), value.as_bytes());
    }
    if let Some((name, content)) = file {
        part(&format!("name=\"file\"; filename=\"{name}\""), content);
    }
    body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
    (format!("multipart/form-data; boundary={boundary}"), body)
}

/// Uploads a file under a name, with these fields.
pub async fn upload(app: &App, fields: &[(&str, &str)], file: (&str, &[u8])) -> Answer {
    let (content_type, body) = form(fields, Some(file));
    app.manage("POST", "/media")
        .body(&content_type, body)
        .send()
        .await
}

/// Uploads a file; it must be new.
pub async fn uploaded(app: &App, file: &[u8]) -> Answer {
    upload(app, &[], ("", file)).await.expect(201)
}

/// An article's image by its id.
pub fn image(media: &Answer) -> Value {
    json!({"media": media.id()})
}

/// A picture as management shows it now.
pub async fn kept(app: &App, media: &Answer) -> Answer {
    managed(app, &format!("/media/{}", media.id())).await
}

/// The kept file.
pub async fn file(app: &App, media: &Answer) -> Vec<u8> {
    let path = format!("/media/{}/file", media.id());
    managed(app, &path).await.bytes
}

/// The sides of a picture.
pub fn sides(bytes: &[u8]) -> (u32, u32) {
    let picture = image::load_from_memory(bytes).unwrap();
    (picture.width(), picture.height())
}

/// Whether bytes stand somewhere in others.
pub fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}
