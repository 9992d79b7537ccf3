//! Addresses of pictures in answers. In delivery they stand as paths of this API, in texts and beside them; where it is told where clients reach
//! the API, they go out whole.

use memchr::memmem;
use uuid::Uuid;

/// What the paths of pictures begin with.
const MEDIA: &str = "/v1/media/";

/// The same bytes with the paths of pictures made whole.
pub fn whole(bytes: Vec<u8>, base: &str) -> Vec<u8> {
    led(bytes, &format!("{base}{MEDIA}"))
}

/// The same bytes with the paths of pictures led to what is below this address: those that a quotation mark stands before, as in JSON and in attributes, or a space, as
/// in the attribute `srcset`. What only looks like a path, because no id follows, is left.
pub fn led(bytes: Vec<u8>, to: &str) -> Vec<u8> {
    let found: Vec<usize> = memmem::find_iter(&bytes, MEDIA)
        .filter(|at| is_path(&bytes, *at))
        .collect();
    if found.is_empty() {
        return bytes;
    }
    let mut out = Vec::with_capacity(bytes.len() + found.len() * to.len());
    let mut rest = bytes.as_slice();
    let mut done = 0;
    for at in found {
        let (before, after) = rest.split_at_checked(at - done).unwrap_or((rest, &[]));
        out.extend_from_slice(before);
        out.extend_from_slice(to.as_bytes());
        (rest, done) = (
            after.get(MEDIA.len()..).unwrap_or_default(),
            at + MEDIA.len(),
        );
    }
    out.extend_from_slice(rest);
    out
}

fn is_path(bytes: &[u8], at: usize) -> bool {
    let before = at.checked_sub(1).and_then(|before| bytes.get(before));
    let begin = at + MEDIA.len();
    let id = bytes.get(begin..begin + 36);
    matches!(before, Some(b'"' | b' '))
        && id.is_some_and(|id| Uuid::try_parse_ascii(id).is_ok())
        && bytes.get(begin + 36) == Some(&b'/')
}

#[cfg(test)]
mod tests {
    use super::whole;

    #[test]
    fn paths_of_pictures_are_made_whole_and_nothing_else() {
        let path = "/v1/media/7f3f2a52-6c1e-4e0a-9d58-0a4b2b9f5a11/large";
        let before = format!(
            r#"{{"url":"{path}","srcset":"{path} 1w, {path} 2w","html":"<img src=\"{path}\">","x":"https://a.example{path} /v1/media/x/"}}"#
        );
        let base = "https://api.example";
        let after = format!(
            r#"{{"url":"{base}{path}","srcset":"{base}{path} 1w, {base}{path} 2w","html":"<img src=\"{base}{path}\">","x":"https://a.example{path} /v1/media/x/"}}"#
        );
        assert_eq!(whole(before.into_bytes(), base), after.into_bytes());
        assert_eq!(whole(b"/v1/media/".to_vec(), base), b"/v1/media/");
    }
}
