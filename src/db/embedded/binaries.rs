//! Finding Postgres' server programs: those installed, those downloaded before, or a new download.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::account::Account;
use super::cluster;
use super::download;
use super::folder::DataFolder;
use super::{Error, Options};

/// The oldest major version that Kroniek works with.
pub(super) const OLDEST_MAJOR: u32 = 14;

/// The usual places: a folder, how the names of its versions begin, and where below them the programs are.
const PLACES: [(&str, &str, &str); 8] = [
    ("/usr/lib/postgresql", "", "bin"),          // Debian, Ubuntu
    ("/usr/lib", "postgresql", "bin"),           // openSUSE
    ("/usr", "pgsql-", "bin"),                   // packages of the PostgreSQL project for RHEL
    ("/usr/libexec", "postgresql", ""),          // Alpine
    ("/opt/homebrew/opt", "postgresql@", "bin"), // Homebrew on Apple silicon
    ("/usr/local/opt", "postgresql@", "bin"),    // Homebrew on Intel
    ("/opt/local/lib", "postgresql", "bin"),     // MacPorts
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"), // Postgres.app
];

/// A folder with `postgres` and `initdb` of one major version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Binaries {
    pub bin: PathBuf,
    pub major: u32,
}

/// The programs that made the folder's cluster, or the newest for a new cluster; `account` will run them.
pub(super) async fn find(
    options: &Options,
    folder: &DataFolder,
    account: &Account,
) -> Result<Binaries, Error> {
    let wanted = cluster::major(&folder.cluster())?;
    let installed = match &options.bin_dir {
        Some(bin) => vec![named(bin)?],
        None => installed(folder, account),
    };
    if let Some(best) = choose(&installed, wanted) {
        return Ok(best.clone());
    }
    let allowed = options.download
        && options.bin_dir.is_none()
        && wanted.is_none_or(|wanted| wanted >= OLDEST_MAJOR);
    let download = if allowed {
        match download::fetch(&folder.downloads(), wanted).await {
            Ok(bin) => return named(&bin),
            Err(reason) => reason,
        }
    } else {
        "not tried".to_owned()
    };
    let found = listing(&installed);
    Err(match wanted {
        Some(wanted) => Error::OtherMajor {
            folder: folder.cluster(),
            wanted,
            found,
            download,
        },
        None => Error::NoBinaries {
            found,
            download,
            command: install_command(),
        },
    })
}

/// The best of the `found`: of the `wanted` major version, else the newest that is new enough; the first of equals.
pub(super) fn choose(found: &[Binaries], wanted: Option<u32>) -> Option<&Binaries> {
    found
        .iter()
        .rev()
        .filter(|found| found.major >= OLDEST_MAJOR)
        .filter(|found| wanted.is_none_or(|wanted| found.major == wanted))
        .max_by_key(|found| found.major)
}

/// The programs in a folder that was named, and nowhere else.
fn named(bin: &Path) -> Result<Binaries, Error> {
    let absolute = std::path::absolute(bin).map_err(Error::folder("find", bin))?;
    inspect(&absolute)
        .filter(|found| found.major >= OLDEST_MAJOR)
        .ok_or(Error::BinDir { folder: absolute })
}

fn installed(folder: &DataFolder, account: &Account) -> Vec<Binaries> {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&on_path).filter(|folder| folder.is_absolute());
    let downloads = folder.downloads();
    let usual = PLACES.iter().flat_map(|(parent, prefix, below)| {
        versions(Path::new(parent), prefix)
            .into_iter()
            .map(move |version| version.join(below))
    });
    let downloaded = versions(&downloads, "")
        .into_iter()
        .map(|version| version.join("bin"));
    on_path
        .chain(usual)
        .chain(downloaded)
        .filter_map(|bin| inspect(&bin))
        .filter(|found| account.can_enter(&found.bin))
        .collect()
}

/// The folders in `parent` whose names are `prefix` and then a version.
fn versions(parent: &Path, prefix: &str) -> Vec<PathBuf> {
    let Ok(entries) = parent.read_dir() else {
        return Vec::new();
    };
    entries
        .filter_map(Result::ok)
        .filter(|entry| {
            entry
                .file_name()
                .to_str()
                .and_then(|name| name.strip_prefix(prefix))
                .is_some_and(|rest| rest.starts_with(|first: char| first.is_ascii_digit()))
        })
        .map(|entry| entry.path())
        .collect()
}

fn inspect(bin: &Path) -> Option<Binaries> {
    let postgres = bin.join("postgres");
    if !postgres.is_file() || !bin.join("initdb").is_file() {
        return None;
    }
    let output = Command::new(postgres).arg("--version").output().ok()?;
    let major = parse_version(&String::from_utf8_lossy(&output.stdout))?;
    let bin = bin.to_owned();
    Some(Binaries { bin, major })
}

/// The major version in the answer to `postgres --version`: `postgres (PostgreSQL) 15.4 (…)`.
///
/// Unfinished versions (`18beta1`) are none: their data folders can't be read by the finished ones.
pub(super) fn parse_version(answer: &str) -> Option<u32> {
    let version = answer
        .split_once("(PostgreSQL)")?
        .1
        .split_whitespace()
        .next()?;
    let (major, minor) = version.split_once('.')?;
    minor.parse::<u32>().ok()?;
    major.parse().ok()
}

fn listing(found: &[Binaries]) -> String {
    if found.is_empty() {
        return "none".to_owned();
    }
    let entries: Vec<String> = found
        .iter()
        .map(|found| format!("{} in {}", found.major, found.bin.display()))
        .collect();
    entries.join(", ")
}

/// The command that installs Postgres on this machine.
fn install_command() -> &'static str {
    if cfg!(target_os = "macos") {
        return "brew install postgresql@17";
    }
    let release = std::fs::read_to_string("/etc/os-release").unwrap_or_default();
    install_command_for(&release)
}

/// The same for a Linux, by its `os-release` (see os-release(5)): `ID` and the `ID_LIKE` it descends from.
pub(super) fn install_command_for(release: &str) -> &'static str {
    let names: Vec<&str> = release
        .lines()
        .filter_map(|line| {
            line.strip_prefix("ID=")
                .or_else(|| line.strip_prefix("ID_LIKE="))
        })
        .flat_map(|value| value.trim_matches(['"', '\'']).split_whitespace())
        .collect();
    let is = |candidates: &[&str]| names.iter().any(|name| candidates.contains(name));
    // `contrib` holds pg_trgm and unaccent; Debian, Arch and Homebrew ship it with the server.
    if is(&["fedora", "rhel", "centos"]) {
        "dnf install postgresql-server postgresql-contrib"
    } else if is(&["alpine"]) {
        "apk add postgresql postgresql-contrib"
    } else if is(&["suse", "opensuse"]) {
        "zypper install postgresql-server postgresql-contrib"
    } else if is(&["arch"]) {
        "pacman -S postgresql"
    } else {
        "apt-get install postgresql"
    }
}
