//! The text of the package: read from the disk, or invented by a self-test.

use std::{collections::BTreeMap, fs, io, path::Path};

/// Files by their path from the package's root, with `/` between its parts.
pub struct Tree(pub BTreeMap<String, String>);

impl Tree {
    /// Reads `Cargo.toml`, and the Rust and SQL files under `src/` and `tests/`.
    pub fn read(root: &Path) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        files.insert(
            "Cargo.toml".to_owned(),
            fs::read_to_string(root.join("Cargo.toml"))?,
        );
        for folder in ["src", "tests"] {
            if root.join(folder).is_dir() {
                read_folder(&root.join(folder), folder, &mut files)?;
            }
        }
        Ok(Self(files))
    }

    /// The text of a file.
    pub fn text(&self, path: &str) -> Option<&str> {
        self.0.get(path).map(String::as_str)
    }

    /// The Rust files, with their text.
    pub fn rust(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0
            .iter()
            .filter(|(path, _)| path.ends_with(".rs"))
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }
}

fn read_folder(folder: &Path, name: &str, files: &mut BTreeMap<String, String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let path = format!("{name}/{}", entry.file_name().to_string_lossy());
        if entry.path().is_dir() {
            read_folder(&entry.path(), &path, files)?;
        } else if path.ends_with(".rs") || path.ends_with(".sql") {
            files.insert(path, fs::read_to_string(entry.path())?);
        }
    }
    Ok(())
}

/// The folder of a file.
pub fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// A path as another file writes it, from the package's root.
pub fn beside(path: &str, relative: &str) -> String {
    let mut parts: Vec<&str> = folder(path).split('/').collect();
    for part in relative.split('/') {
        match part {
            "." | "" => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}
