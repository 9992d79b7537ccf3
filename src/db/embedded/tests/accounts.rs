//! Root and ordinary users. Without root these tests have nothing to do: all others then show the ordinary user.

use std::os::unix::fs::{MetadataExt, PermissionsExt, chown};
use std::os::unix::process::CommandExt;

use super::*;

/// The number of `nobody` on every Linux; only that it is not root's matters.
const NOBODY: u32 = 65534;

fn is_root(scratch: &Scratch) -> bool {
    scratch.0.metadata().unwrap().uid() == 0
}

fn allow(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Puts a program in its place, ready to run. Another process writes it: while one of ours holds it open for writing,
/// a child that another test starts at that moment inherits that, and running the program fails as "text file busy".
fn install(program: &Path, place: &Path) {
    let copied = Command::new("cp").args([program, place]).status();
    assert!(copied.unwrap().success());
    allow(place, 0o755);
}

/// Runs one test of this module's parent as an ordinary user, and returns what it said and whether it passed.
fn run_as_nobody(scratch: &Scratch, test: &str) -> (String, bool) {
    let program = scratch.0.join("tests");
    install(&std::env::current_exe().unwrap(), &program);
    let home = scratch.0.join("home");
    fs::create_dir(&home).unwrap();
    chown(&home, Some(NOBODY), Some(NOBODY)).unwrap();
    let (_crate, module) = module_path!()
        .rsplit_once("::")
        .unwrap()
        .0
        .split_once("::")
        .unwrap();
    let output = Command::new(&program)
        .args(["--exact", &format!("{module}::{test}"), "--nocapture"])
        .env("TMPDIR", &home)
        .current_dir(&home)
        .uid(NOBODY)
        .gid(NOBODY)
        .output()
        .unwrap();
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    (text, output.status.success())
}

#[test]
fn works_as_an_ordinary_user() {
    let scratch = Scratch::new();
    if !is_root(&scratch) {
        return;
    }
    let (text, passed) = run_as_nobody(&scratch, "starts_and_goes_on_with_its_data");
    assert!(passed && text.contains("1 passed"), "{text}");
}

#[tokio::test]
async fn root_gives_only_the_cluster_to_another_user() {
    let scratch = Scratch::new();
    if !is_root(&scratch) {
        return;
    }
    let server = Server::start(&scratch.options()).await.unwrap();
    let owner = |path: &Path| path.metadata().unwrap().uid();
    assert_ne!(owner(&scratch.cluster()), 0);
    for name in ["", "postgres.log", "postgres-password", "postgres.lock"] {
        assert_eq!(owner(&scratch.data().join(name)), 0, "{name}");
    }
    let process = Path::new("/proc").join(postmaster(&scratch.cluster()).to_string());
    if process.exists() {
        assert_eq!(owner(&process), owner(&scratch.cluster()));
    }
    server.stop().await.unwrap();
}

#[tokio::test]
async fn root_takes_over_a_cluster_that_was_copied_by_root() {
    let scratch = Scratch::new();
    if !is_root(&scratch) {
        return;
    }
    let server = Server::start(&scratch.options()).await.unwrap();
    server.stop().await.unwrap();
    let copied = Command::new("chown")
        .args(["-R", "0:0"])
        .arg(scratch.cluster())
        .status();
    assert!(copied.unwrap().success());

    let server = Server::start(&scratch.options()).await.unwrap();
    server.stop().await.unwrap();
}

#[tokio::test]
async fn root_goes_on_as_the_owner_of_the_cluster() {
    let scratch = Scratch::new();
    if !is_root(&scratch) {
        return;
    }
    let server = Server::start(&scratch.options()).await.unwrap();
    server.stop().await.unwrap();
    let given = Command::new("chown")
        .args(["-R", "54321:54321"])
        .arg(scratch.cluster())
        .status();
    assert!(given.unwrap().success());

    let server = Server::start(&scratch.options()).await.unwrap();
    assert_eq!(
        scratch
            .cluster()
            .join("postmaster.pid")
            .metadata()
            .unwrap()
            .uid(),
        54321
    );
    server.stop().await.unwrap();
}

/// As below root's home: the other user may not pass, and nobody's permissions are widened for that.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn root_can_keep_the_data_where_others_may_not_go() {
    let scratch = Scratch::new();
    if !is_root(&scratch) {
        return;
    }
    allow(&scratch.0, 0o700);
    for _ in 0..2 {
        let server = Server::start(&scratch.options()).await.unwrap();
        assert_eq!(
            running(&scratch.data()).unwrap().as_deref(),
            Some(server.url())
        );
        let client = connect(server.url()).await;
        for statement in [
            "CREATE TABLE IF NOT EXISTS kept (n integer)",
            "CHECKPOINT",
            "VACUUM",
        ] {
            client.batch_execute(statement).await.unwrap();
        }
        assert_eq!(
            text(&connect(server.url()).await, "SHOW config_file").await,
            "/proc/self/fd/3/postgresql.conf"
        );
        server.stop().await.unwrap();
    }
    assert_eq!(
        scratch.0.metadata().unwrap().permissions().mode() & 0o777,
        0o700
    );

    let mut other = Other::serve(&scratch.data());
    let pid = postmaster(&scratch.cluster());
    other.kill();
    wait_for("the server ends", || {
        pid_file::holder(pid, &scratch.cluster()) != Holder::Postgres
    });
}

#[tokio::test]
async fn programs_that_the_other_user_can_not_reach_are_told() {
    let scratch = Scratch::new();
    if !is_root(&scratch) {
        return;
    }
    let bin = scratch.0.join("private");
    fs::create_dir(&bin).unwrap();
    allow(&bin, 0o700);
    let script = scratch.0.join("script");
    fs::write(&script, "#!/bin/sh\necho 'postgres (PostgreSQL) 17.2'\n").unwrap();
    for name in ["postgres", "initdb"] {
        install(&script, &bin.join(name));
    }
    let options = Options {
        bin_dir: Some(bin.clone()),
        ..scratch.options()
    };
    let error = Server::start(&options).await.unwrap_err();
    assert!(
        matches!(&error, Error::Unreachable { folder, .. } if *folder == bin),
        "{error}"
    );
}
