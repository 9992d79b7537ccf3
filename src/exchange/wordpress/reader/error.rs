//! What can end the reading of an export.

use std::io;

use thiserror::Error;

/// Why an export can't be read further. Positions are bytes from the start of the file; what came before them has
/// been yielded. Nothing follows an error.
#[derive(Debug, Error)]
pub enum ReadError {
    /// The disk or the connection failed.
    #[error(
        "reading failed at byte {position}: {source}; try again, or copy the file to a local disk first"
    )]
    Io {
        /// Where.
        position: u64,
        /// What the system says.
        source: io::Error,
    },
    /// The file ends inside an element.
    #[error(
        "the file ends at byte {position} inside <{inside}>: it is cut off; export it again, in parts when the server runs out of time, and import that (what came before this place has been read)"
    )]
    Truncated {
        /// The length of the file.
        position: u64,
        /// The innermost open element, or `rss` when none was.
        inside: String,
    },
    /// The file is in another encoding than UTF-8.
    #[error("the file is in {encoding}, not in UTF-8; convert it first: {}", conversion(.encoding))]
    Encoding {
        /// The name of the encoding, as `iconv` knows it.
        encoding: String,
    },
    /// The file claims to be UTF-8 and is not.
    #[error(
        "the text of <{inside}> that begins at byte {position} is not UTF-8; when the export came from an old database: iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW; when only a few characters are broken: iconv -f UTF-8 -t UTF-8 -c FILE > NEW; then import NEW"
    )]
    NotUtf8 {
        /// Where the element's text begins.
        position: u64,
        /// The element.
        inside: String,
    },
    /// The file is compressed.
    #[error("the file is compressed; unpack it with {tool} and import the .xml inside")]
    Compressed {
        /// The program that unpacks it.
        tool: &'static str,
    },
    /// The file is something else than a WordPress export.
    #[error(
        "this is no WordPress export (WXR) but {found}; make one in WordPress under Tools, Export, All content"
    )]
    NotWxr {
        /// What it looks like.
        found: String,
    },
    /// A version of the format that this reader does not know.
    #[error(
        "WXR version {version:?} is not known, only 1.0 to 1.2 are; export from a current WordPress"
    )]
    Version {
        /// The version as the file gives it.
        version: String,
    },
    /// A document type, which no export has and which could define entities. It is never read.
    #[error(
        "the file has a document type (DOCTYPE) at byte {position}; WordPress writes none, and its entities are never expanded: remove it and import again"
    )]
    Doctype {
        /// Where it begins.
        position: u64,
    },
    /// The file is not well-formed XML.
    #[error(
        "the XML is broken at byte {position}: {fault}; export again, or mend that place by hand"
    )]
    Malformed {
        /// Where.
        position: u64,
        /// What is wrong.
        fault: String,
    },
}

/// The command that makes UTF-8 of a file. Its first line names the old encoding and must name the new one.
fn conversion(encoding: &str) -> String {
    format!(
        "iconv -f {encoding} -t UTF-8 FILE | sed '1s/{encoding}/UTF-8/I' > NEW, then import NEW"
    )
}

impl ReadError {
    /// The place in the file, in bytes from its start; 0 for what concerns the file as a whole.
    pub fn position(&self) -> u64 {
        match self {
            Self::Io { position, .. }
            | Self::Truncated { position, .. }
            | Self::NotUtf8 { position, .. }
            | Self::Doctype { position }
            | Self::Malformed { position, .. } => *position,
            Self::Encoding { .. }
            | Self::Compressed { .. }
            | Self::NotWxr { .. }
            | Self::Version { .. } => 0,
        }
    }
}
