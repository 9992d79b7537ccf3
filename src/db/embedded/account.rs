//! Whom the Postgres processes run as. Postgres refuses to run as root, so root hands them to an ordinary user.

use std::fs::Metadata;
use std::io;
use std::os::unix::fs::{MetadataExt, chown, lchown};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Command, Stdio};

use super::Error;

/// Users that may own the cluster of a Kroniek started as root, in the order of preference.
const CANDIDATES: [&str; 2] = ["postgres", "nobody"];

/// The user of the Postgres processes.
#[derive(Debug, Clone)]
pub(super) enum Account {
    /// The one who runs Kroniek.
    Same,
    /// Another one, because Kroniek runs as root.
    Other(User),
}

/// A user by name (or number, when the name is unknown) and ids.
#[derive(Debug, Clone)]
pub(super) struct User {
    pub name: String,
    pub uid: u32,
    pub gid: u32,
}

impl Account {
    /// Chooses the account: root goes on as the owner of a `cluster` that exists, else as the first candidate there is.
    pub fn choose(cluster: &Path) -> Result<Self, Error> {
        if id(&["-u"])? != Some(0) {
            return Ok(Self::Same);
        }
        let owner = cluster.metadata().ok().filter(|found| found.uid() != 0);
        let user = match owner {
            Some(owner) => User::owning(&owner),
            None => User::candidate()?,
        };
        let account = Self::Other(user);
        account.probe()?;
        Ok(account)
    }

    /// Lets `command` run as this account.
    pub fn apply(&self, command: &mut Command) {
        if let Self::Other(user) = self {
            // With another user's id, the standard library drops root's supplementary groups as well.
            command.uid(user.uid).gid(user.gid);
        }
    }

    /// Gives a folder with all that is in it to this account, if it is still root's.
    ///
    /// Only then: a folder that was the other user's may hold links made by them to files that are none of theirs.
    pub fn own(&self, folder: &Path) -> Result<(), Error> {
        let Self::Other(user) = self else {
            return Ok(());
        };
        let give = || -> io::Result<()> {
            if folder.metadata()?.uid() != 0 {
                return Ok(());
            }
            give_contents(folder, user)?;
            chown(folder, Some(user.uid), Some(user.gid))
        };
        give().map_err(|source| self.refused(source))
    }

    /// Whether this account can enter `folder`, whatever its parents allow.
    pub fn can_enter(&self, folder: &Path) -> bool {
        // The new process becomes the other user first and changes its folder then.
        matches!(self, Self::Same) || self.run_nothing(folder).is_ok()
    }

    /// The name to tell in errors.
    pub fn name(&self) -> &str {
        match self {
            Self::Same => "running Kroniek",
            Self::Other(user) => &user.name,
        }
    }

    fn probe(&self) -> Result<(), Error> {
        self.run_nothing(Path::new("/"))
            .map_err(|source| self.refused(source))
    }

    fn run_nothing(&self, folder: &Path) -> io::Result<()> {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", ":"]).current_dir(folder);
        self.apply(&mut command);
        command.status().map(|_| ())
    }

    fn refused(&self, source: io::Error) -> Error {
        Error::SwitchUser {
            user: self.name().to_owned(),
            source,
        }
    }
}

impl User {
    fn owning(found: &Metadata) -> Self {
        Self {
            name: format!("number {}", found.uid()),
            uid: found.uid(),
            gid: found.gid(),
        }
    }

    fn candidate() -> Result<Self, Error> {
        for name in CANDIDATES {
            if let (Some(uid), Some(gid)) = (id(&["-u", name])?, id(&["-g", name])?)
                && uid != 0
            {
                let name = name.to_owned();
                return Ok(Self { name, uid, gid });
            }
        }
        Err(Error::NoAccount)
    }
}

fn give_contents(folder: &Path, user: &User) -> io::Result<()> {
    for entry in folder.read_dir()? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            give_contents(&entry.path(), user)?;
        }
        lchown(entry.path(), Some(user.uid), Some(user.gid))?;
    }
    Ok(())
}

/// Asks `id` (POSIX), which knows every source of users that the system knows. `None`: no such user.
fn id(arguments: &[&str]) -> Result<Option<u32>, Error> {
    let output = Command::new("id")
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(|source| Error::Program {
            program: "id".to_owned(),
            source,
        })?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().parse().ok())
}
