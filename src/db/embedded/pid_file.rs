//! `postmaster.pid`: what a running server tells about itself, and whether it still runs.
//!
//! Lines of the file (Postgres' `miscadmin.h`): process id, data folder, start time, port, socket folder, listen
//! address, shared memory key, state.

use std::path::Path;
use std::time::{Duration, Instant};

use super::Error;
use super::folder;

/// What `postmaster.pid` says. A server that is just starting has written only the first lines.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct PidFile {
    pub pid: u32,
    pub port: Option<u16>,
    /// Whether the server takes connections.
    pub ready: bool,
}

/// Who has the process id that stands in a `postmaster.pid`.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Holder {
    Nobody,
    /// The server of this cluster.
    Postgres,
    /// Another process, which got the number after a crash or a restart of the machine or container.
    Stranger,
}

/// Reads the file of a cluster; `None` when it does not exist or is not one yet.
pub(super) fn read(cluster: &Path) -> Result<Option<PidFile>, Error> {
    Ok(folder::read(&cluster.join("postmaster.pid"))?.and_then(|text| parse(&text)))
}

pub(super) fn parse(text: &str) -> Option<PidFile> {
    let mut lines = text.lines().map(str::trim);
    let pid = lines.next()?.parse().ok().filter(|&pid| pid > 0)?;
    let port = lines.nth(2).and_then(|port| port.parse().ok());
    let ready = lines.nth(3) == Some("ready");
    Some(PidFile { pid, port, ready })
}

/// Waits until no server runs on the cluster any more: one whose Kroniek was killed needs a moment to end.
///
/// Returns the stranger that carries the old server's process id, if one does.
pub(super) fn wait_until_left(cluster: &Path, patience: Duration) -> Result<Option<u32>, Error> {
    let deadline = Instant::now() + patience;
    loop {
        let Some(PidFile { pid, .. }) = read(cluster)? else {
            return Ok(None);
        };
        match holder(pid, cluster) {
            Holder::Nobody => return Ok(None),
            Holder::Stranger => return Ok(Some(pid)),
            Holder::Postgres if Instant::now() > deadline => {
                return Err(Error::PostgresRuns {
                    folder: cluster.to_owned(),
                    pid,
                });
            }
            Holder::Postgres => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

/// Who has process id `pid`: a Postgres server's current folder is its cluster.
#[cfg(target_os = "linux")]
pub(super) fn holder(pid: u32, cluster: &Path) -> Holder {
    let process = Path::new("/proc").join(pid.to_string());
    if !process.exists() {
        return Holder::Nobody;
    }
    let same = |folder: &Path| {
        cluster
            .canonicalize()
            .is_ok_and(|cluster| cluster == folder)
    };
    match process.join("cwd").read_link() {
        Ok(folder) if same(&folder) => Holder::Postgres,
        Ok(_) => Holder::Stranger,
        // A process that has ended, but whose parent did not take note, has no folder any more.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Holder::Stranger,
        // Not ours to see: trust the name.
        Err(_) => match std::fs::read_to_string(process.join("comm")) {
            Ok(name) if name.trim() == "postgres" => Holder::Postgres,
            _ => Holder::Stranger,
        },
    }
}

/// Who has process id `pid`, by the name of its program.
#[cfg(not(target_os = "linux"))]
pub(super) fn holder(pid: u32, _cluster: &Path) -> Holder {
    let name = std::process::Command::new("ps")
        .args(["-o", "comm=", "-p", &pid.to_string()])
        .output()
        .map(|output| String::from_utf8_lossy(&output.stdout).trim().to_owned())
        .unwrap_or_default();
    match name.rsplit('/').next() {
        None | Some("") => Holder::Nobody,
        Some("postgres") => Holder::Postgres,
        Some(_) => Holder::Stranger,
    }
}
