//! Folders and programs that a start refuses, each with an error of its own.

use super::*;

#[tokio::test]
async fn another_major_version_is_told() {
    for version in [13, 99] {
        let scratch = Scratch::new();
        scratch.imitate_cluster(&version.to_string());
        let error = Server::start(&scratch.options()).await.unwrap_err();
        assert!(
            matches!(error, Error::OtherMajor { wanted, .. } if wanted == version),
            "{error}"
        );
    }
}

#[tokio::test]
async fn a_folder_without_programs_is_told() {
    let scratch = Scratch::new();
    let options = Options {
        bin_dir: Some(scratch.0.clone()),
        ..scratch.options()
    };
    let error = Server::start(&options).await.unwrap_err();
    assert!(
        matches!(&error, Error::BinDir { folder } if *folder == scratch.0),
        "{error}"
    );
}

#[tokio::test]
async fn a_folder_that_is_no_cluster_is_left_alone() {
    let scratch = Scratch::new();
    fs::create_dir_all(scratch.cluster()).unwrap();
    fs::write(scratch.cluster().join("letter.txt"), "dear").unwrap();
    let error = Server::start(&scratch.options()).await.unwrap_err();
    assert!(matches!(error, Error::NotACluster { .. }), "{error}");
    assert!(scratch.cluster().join("letter.txt").exists());
}

#[tokio::test]
async fn a_damaged_cluster_is_told() {
    let scratch = Scratch::new();
    scratch.imitate_cluster("fifteen");
    let error = Server::start(&scratch.options()).await.unwrap_err();
    assert!(matches!(error, Error::Damaged { .. }), "{error}");

    fs::remove_dir_all(scratch.cluster()).unwrap();
    let server = Server::start(&scratch.options()).await.unwrap();
    server.stop().await.unwrap();
    // Whole to the eye: Postgres itself refuses, and the error quotes why.
    let control = scratch.cluster().join("global/pg_control");
    let length = fs::read(&control).unwrap().len();
    fs::write(&control, vec![0; length]).unwrap();
    let error = Server::start(&scratch.options()).await.unwrap_err();
    assert!(
        matches!(&error, Error::Start { output, .. } if output.contains("FATAL")),
        "{error}"
    );

    fs::remove_file(&control).unwrap();
    let error = Server::start(&scratch.options()).await.unwrap_err();
    assert!(matches!(error, Error::Damaged { .. }), "{error}");
}

#[tokio::test]
async fn a_data_folder_that_can_not_be_made_is_told() {
    let scratch = Scratch::new();
    fs::write(scratch.data(), "a file").unwrap();
    let error = Server::start(&scratch.options()).await.unwrap_err();
    assert!(matches!(error, Error::Folder { .. }), "{error}");
}
