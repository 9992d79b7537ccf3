//! Reading what Postgres and the system write.

use proptest::prelude::*;

use super::*;
use crate::db::embedded::binaries::{choose, install_command_for, parse_version};
use crate::db::embedded::pid_file::{PidFile, parse};

#[test]
fn a_pid_file_tells_port_and_state() {
    let file =
        |state| format!("4711\n/data/postgres\n1700000000\n5433\n\n127.0.0.1\n  52 3\n{state}\n");
    let expected = |ready| PidFile {
        pid: 4711,
        port: Some(5433),
        ready,
    };
    assert_eq!(parse(&file("ready   ")), Some(expected(true)));
    assert_eq!(parse(&file("starting")), Some(expected(false)));
    assert_eq!(parse(&file("stopping")), Some(expected(false)));
}

#[test]
fn a_pid_file_may_be_half_written() {
    let only_pid = PidFile {
        pid: 12,
        port: None,
        ready: false,
    };
    assert_eq!(parse("12\n/data\n"), Some(only_pid));
    for none in ["", "\n", "0\n", "-3\n", "postgres\n"] {
        assert_eq!(parse(none), None, "{none:?}");
    }
}

#[test]
fn versions_are_read_and_unfinished_ones_passed_over() {
    assert_eq!(
        parse_version("postgres (PostgreSQL) 15.4 (Debian 15.4-1)\n"),
        Some(15)
    );
    assert_eq!(parse_version("postgres (PostgreSQL) 17.10\n"), Some(17));
    assert_eq!(parse_version("postgres (PostgreSQL) 18beta1\n"), None);
    assert_eq!(parse_version("postgres (PostgreSQL) 19devel\n"), None);
    assert_eq!(parse_version(""), None);
}

#[test]
fn the_newest_is_chosen_unless_a_cluster_needs_another() {
    let found: Vec<Binaries> = [("/a", 15), ("/b", 17), ("/c", 17), ("/d", 13)]
        .map(|(bin, major)| Binaries {
            bin: bin.into(),
            major,
        })
        .into();
    let chosen = |wanted| choose(&found, wanted).map(|chosen| chosen.bin.to_str().unwrap());
    assert_eq!(chosen(None), Some("/b"));
    assert_eq!(chosen(Some(15)), Some("/a"));
    assert_eq!(chosen(Some(13)), None, "too old for Kroniek");
    assert_eq!(chosen(Some(16)), None);
}

#[test]
fn the_command_that_helps_is_the_systems_own() {
    let command = |release| install_command_for(release);
    assert_eq!(
        command("ID=ubuntu\nID_LIKE=debian\n"),
        "apt-get install postgresql"
    );
    assert!(
        command("ID=\"rocky\"\nID_LIKE=\"rhel centos fedora\"\n")
            .starts_with("dnf install postgresql-server")
    );
    assert!(command("ID=fedora\n").starts_with("dnf "));
    assert!(command("ID=alpine\n").starts_with("apk "));
    assert!(command("ID=\"opensuse-leap\"\nID_LIKE=\"suse opensuse\"\n").starts_with("zypper "));
    assert!(command("ID=arch\n").starts_with("pacman "));
    assert_eq!(command(""), "apt-get install postgresql");
}

#[test]
fn causes_are_told_apart() {
    let cause = failure::cause;
    assert_eq!(
        cause("LOG: could not bind IPv4 address \"127.0.0.1\": Address already in use"),
        Cause::PortTaken
    );
    assert_eq!(
        cause("FATAL: pre-existing shared memory block (key 1, ID 2) is still in use"),
        Cause::MemoryInUse
    );
    assert_eq!(
        cause("could not write file: No space left on device"),
        Cause::DiskFull
    );
    assert_eq!(cause("FATAL: something else"), Cause::Other);
    let error = failure::initialising(Path::new("/data"), "initdb: No space left on device".into());
    assert!(matches!(error, Error::DiskFull { .. }), "{error}");
}

#[test]
fn errors_quote_the_last_lines() {
    let lines: Vec<String> = (0..40).map(|number| number.to_string()).collect();
    let tail = failure::tail(&lines.join("\n"));
    assert!(tail.starts_with("25\n") && tail.ends_with("\n39"), "{tail}");
    assert_eq!(failure::tail("one"), "one");
}

#[test]
fn no_programs_at_all_are_told_with_the_command_that_helps() {
    let error = Error::NoBinaries {
        found: "none".into(),
        download: "not allowed".into(),
        command: "apt-get install postgresql",
    };
    assert!(
        error
            .to_string()
            .contains("run `apt-get install postgresql`"),
        "{error}"
    );
}

proptest! {
    #[test]
    fn nothing_that_is_read_makes_a_reader_panic(text in "(?s).{0,200}") {
        let _ = parse(&text);
        let _ = parse_version(&text);
        let _ = install_command_for(&text);
        let _ = failure::tail(&text);
    }
}
