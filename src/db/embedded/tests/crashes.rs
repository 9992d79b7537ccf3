//! What holds when processes are killed.

use super::*;

fn gone(pid: u32, cluster: &Path) -> bool {
    pid_file::holder(pid, cluster) != Holder::Postgres
}

#[test]
fn a_drop_stops_the_server() {
    let scratch = Scratch::new();
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let server = runtime.block_on(Server::start(&scratch.options())).unwrap();
    let pid = postmaster(&scratch.cluster());
    assert_eq!(pid_file::holder(pid, &scratch.cluster()), Holder::Postgres);
    drop(server);
    assert!(gone(pid, &scratch.cluster()));
    assert_eq!(
        pid_file::read(&scratch.cluster()).unwrap(),
        None,
        "an orderly end"
    );
}

#[test]
fn no_server_outlives_a_killed_kroniek() {
    let scratch = Scratch::new();
    let mut other = Other::serve(&scratch.data());
    let pid = postmaster(&scratch.cluster());
    assert_eq!(
        running(&scratch.data()).unwrap().as_deref(),
        Some(other.url.as_str())
    );
    other.kill();
    wait_for("the server ends", || gone(pid, &scratch.cluster()));
    assert_eq!(
        pid_file::read(&scratch.cluster()).unwrap(),
        None,
        "an orderly end"
    );
    assert_eq!(running(&scratch.data()).unwrap(), None);
}

#[tokio::test]
async fn a_start_right_after_a_kill_waits_for_the_old_server() {
    let scratch = Scratch::new();
    let mut other = Other::serve(&scratch.data());
    let port = pid_file::read(&scratch.cluster()).unwrap().unwrap().port;
    other.kill();
    let options = Options {
        port,
        ..scratch.options()
    };
    let server = Server::start(&options).await.unwrap();
    assert_eq!(server.url(), other.url);
    server.stop().await.unwrap();
}

#[tokio::test]
async fn goes_on_after_everything_was_killed() {
    let scratch = Scratch::new();
    let mut other = Other::serve(&scratch.data());
    let client = connect(&other.url).await;
    client
        .batch_execute("SET synchronous_commit = on; CREATE TABLE kept (n integer); INSERT INTO kept VALUES (7)")
        .await
        .unwrap();
    kill(postmaster(&scratch.cluster()));
    other.kill();
    assert!(scratch.cluster().join("postmaster.pid").exists());

    let server = Server::start(&scratch.options()).await.unwrap();
    assert_eq!(
        number(&connect(server.url()).await, "SELECT n FROM kept").await,
        7
    );
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_killed_server_does_not_hold_up_the_stop() {
    let scratch = Scratch::new();
    let server = Server::start(&scratch.options()).await.unwrap();
    let _busy = connect(server.url()).await;
    kill(postmaster(&scratch.cluster()));
    let began = Instant::now();
    server.stop().await.unwrap();
    assert!(began.elapsed() < Duration::from_secs(2));

    let server = Server::start(&scratch.options()).await.unwrap();
    server.stop().await.unwrap();
}

#[tokio::test]
async fn a_stale_process_id_that_another_program_got_does_not_matter() {
    let scratch = Scratch::new();
    let server = Server::start(&scratch.options()).await.unwrap();
    let file = scratch.cluster().join("postmaster.pid");
    let text = fs::read_to_string(&file).unwrap();
    let old = postmaster(&scratch.cluster());
    server.stop().await.unwrap();

    let mut sleep = Command::new("sleep");
    sleep.arg("60");
    Account::choose(&scratch.cluster())
        .unwrap()
        .apply(&mut sleep);
    let mut stranger = sleep.spawn().unwrap();
    fs::write(
        &file,
        text.replacen(&old.to_string(), &stranger.id().to_string(), 1),
    )
    .unwrap();

    let started = Server::start(&scratch.options()).await;
    stranger.kill().unwrap();
    stranger.wait().unwrap();
    started.unwrap().stop().await.unwrap();
}

#[test]
fn a_server_of_somebody_else_is_told() {
    let scratch = Scratch::new();
    let other = Other::serve(&scratch.data());
    let pid = postmaster(&scratch.cluster());
    let error =
        pid_file::wait_until_left(&scratch.cluster(), Duration::from_millis(50)).unwrap_err();
    assert!(
        matches!(error, Error::PostgresRuns { pid: told, .. } if told == pid),
        "{error}"
    );
    drop(other);
    wait_for("the server ends", || gone(pid, &scratch.cluster()));
}
