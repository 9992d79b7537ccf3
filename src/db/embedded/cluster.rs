//! The cluster: what state its folder is in, making a new one, setting its password.

use std::fs::DirBuilder;
use std::io::{self, Write};
use std::os::unix::fs::DirBuilderExt;
use std::path::Path;
use std::process::{Command, Stdio};

use postgresql_commands::CommandBuilder;
use postgresql_commands::initdb::InitDbBuilder;
use postgresql_commands::postgres::PostgresBuilder;

use super::account::Account;
use super::binaries::Binaries;
use super::command::Setting;
use super::folder::{self, DataFolder};
use super::{Error, USER, failure};

/// Character classes for new databases, the first one the system knows. All sort by code point (`C`), so that every
/// machine sorts alike; the classes only decide what a letter is, and `C` knows none outside ASCII.
const CHARACTER_CLASSES: [&str; 3] = ["C.UTF-8", "en_US.UTF-8", "C"];

/// The major version that made the cluster; `None` when there is no cluster yet.
pub(super) fn major(cluster: &Path) -> Result<Option<u32>, Error> {
    let damaged = |reason: &str| Error::Damaged {
        folder: cluster.to_owned(),
        reason: reason.to_owned(),
    };
    if let Some(version) = folder::read(&cluster.join("PG_VERSION"))? {
        return version
            .parse()
            .map(Some)
            .map_err(|_| damaged("PG_VERSION holds no version"));
    }
    let mut entries = match cluster.read_dir() {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(Error::folder("read", cluster)(error)),
    };
    if cluster.join("global").exists() {
        return Err(damaged("PG_VERSION is missing"));
    }
    match entries.next() {
        None => Ok(None),
        Some(_) => Err(Error::NotACluster {
            folder: cluster.to_owned(),
        }),
    }
}

/// Says so when a cluster lacks what Postgres can't start without.
pub(super) fn check(cluster: &Path) -> Result<(), Error> {
    for part in [
        "global/pg_control",
        "base",
        "pg_wal",
        "postgresql.conf",
        "pg_hba.conf",
    ] {
        if !cluster.join(part).exists() {
            return Err(Error::Damaged {
                folder: cluster.to_owned(),
                reason: format!("{part} is missing"),
            });
        }
    }
    Ok(())
}

/// What a new cluster is made with.
pub(super) struct NewCluster<'a> {
    pub account: &'a Account,
    pub binaries: &'a Binaries,
    pub password: &'a str,
    pub durable: bool,
}

impl NewCluster<'_> {
    /// Makes the cluster beside its place and moves it there when it is complete: a half-made one is never started.
    pub fn make(&self, folder: &DataFolder) -> Result<(), Error> {
        let unfinished = folder.unfinished_cluster();
        remove(&unfinished)?;
        let made = self.make_at(&unfinished);
        if made.is_err() {
            // The first error is the one to tell.
            let _ = remove(&unfinished);
        }
        made?;
        let cluster = folder.cluster();
        std::fs::rename(&unfinished, &cluster).map_err(Error::folder("make", &cluster))
    }

    fn make_at(&self, folder: &Path) -> Result<(), Error> {
        DirBuilder::new()
            .mode(0o700)
            .create(folder)
            .map_err(Error::folder("make", folder))?;
        self.account.own(folder)?;
        let setting = Setting::new(self.account, folder)?;
        setting.check_programs(&self.binaries.bin)?;
        self.initdb(&setting)?;
        set_password(&setting, self.binaries, self.password)
    }

    fn initdb(&self, setting: &Setting) -> Result<(), Error> {
        let mut output = String::new();
        for classes in CHARACTER_CLASSES {
            let program = InitDbBuilder::new()
                .program_dir(&self.binaries.bin)
                .pgdata(setting.data_directory())
                .username(USER)
                .encoding("UTF8")
                .lc_collate("C")
                .lc_ctype(classes)
                .lc_messages("C")
                .auth_local("reject")
                .auth_host("scram-sha-256")
                .no_instructions();
            let program = if self.durable {
                program
            } else {
                program.no_sync()
            };
            match run(setting, &program.build(), "")? {
                Ok(()) => return Ok(()),
                Err(text) => output = text,
            }
            if !output.contains("invalid locale") {
                break;
            }
        }
        Err(failure::initialising(setting.cluster(), output))
    }
}

/// Sets the password of [`USER`]; no server may run on the cluster.
pub(super) fn set_password(
    setting: &Setting,
    binaries: &Binaries,
    password: &str,
) -> Result<(), Error> {
    let program = PostgresBuilder::new()
        .program_dir(&binaries.bin)
        .single_user_mode()
        .data_dir(setting.data_directory())
        .runtime_param("password_encryption", "scram-sha-256")
        .runtime_param("log_checkpoints", "off")
        .runtime_param("exit_on_error", "on")
        .dbname("template1")
        .build();
    let statement = format!("ALTER ROLE {USER} PASSWORD '{password}'\n");
    run(setting, &program, &statement)?
        .map_err(|output| failure::initialising(setting.cluster(), output))
}

/// Runs a program to its end with `input`; the inner error is what it said when it failed.
fn run(setting: &Setting, program: &Command, input: &str) -> Result<Result<(), String>, Error> {
    let failed = |source| Error::Program {
        program: program.get_program().to_string_lossy().into_owned(),
        source,
    };
    let mut child = setting
        .command(program)?
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(failed)?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that ended without reading says why in its output.
        let _ = stdin.write_all(input.as_bytes());
    }
    let output = child.wait_with_output().map_err(failed)?;
    Ok(if output.status.success() {
        Ok(())
    } else {
        Err(failure::tail(&String::from_utf8_lossy(&output.stderr)))
    })
}

fn remove(folder: &Path) -> Result<(), Error> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => {
            Err(Error::folder("remove", folder)(error))
        }
        _ => Ok(()),
    }
}
