//! What becomes of a rendition whose picture is withdrawn or removed while it is made.

use std::path::PathBuf;
use std::time::Duration;

use serde_json::json;
use tokio_postgres::Transaction;

use super::pictures::jpeg;
use super::{image, uploaded};
use crate::app::App;

/// A rendition is asked for, and is written but not yet sent, when `act` is done to the database; the answer's status.
async fn meanwhile(app: &App, path: &str, patience: Duration, act: &str) -> Option<u16> {
    let mut sql = app.sql().await;
    let holding = sql.transaction().await.unwrap();
    // Whoever has made a file looks here whether its picture is still there.
    let lock = "LOCK TABLE newsroom.media IN ACCESS EXCLUSIVE MODE";
    holding.batch_execute(lock).await.unwrap();
    let (asked, ()) = tokio::join!(
        tokio::time::timeout(patience, app.get(path)),
        release(holding, act)
    );
    asked.ok().map(|answer| answer.status)
}

async fn release(holding: Transaction<'_>, act: &str) {
    let waiting =
        "SELECT FROM pg_locks WHERE relation = 'newsroom.media'::regclass AND NOT granted";
    while holding.query(waiting, &[]).await.unwrap().is_empty() {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    // Whoever is in a hurry has gone by now.
    tokio::time::sleep(Duration::from_millis(200)).await;
    holding.batch_execute(act).await.unwrap();
    holding.commit().await.unwrap();
}

fn folder(app: &App, id: &str) -> PathBuf {
    app.store.data_dir.join("media").join(id)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_withdrawn_while_it_is_made_is_not_sent() {
    let app = App::start().await;
    let picture = uploaded(&app, &jpeg(800, 600)).await;
    app.publish(json!({"headline": "Een", "image": image(&picture)}))
        .await;
    let id = picture.id();
    let path = format!("/v1/media/{id}/w320.webp");
    let act = format!("DELETE FROM delivery.media WHERE id = '{id}'");
    let status = meanwhile(&app, &path, Duration::from_secs(30), &act).await;
    assert_eq!(status, Some(404));
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_removed_while_it_is_made_leaves_no_file_though_its_client_has_gone() {
    let app = App::start().await;
    for patience in [Duration::from_secs(30), Duration::from_millis(100)] {
        let picture = uploaded(&app, &jpeg(800, 600)).await;
        let id = picture.id();
        app.publish(json!({"headline": "Een", "image": image(&picture)}))
            .await;
        assert!(folder(&app, &id).exists());
        let path = format!("/v1/media/{id}/w320.webp");
        let act = format!(
            "DELETE FROM newsroom.media_uses WHERE media_id = '{id}'; DELETE FROM newsroom.media WHERE id = '{id}'"
        );
        let status = meanwhile(&app, &path, patience, &act).await;
        assert!(matches!(status, Some(404) | None), "{status:?}");
        let mut looks = 0;
        while folder(&app, &id).exists() && looks < 200 {
            tokio::time::sleep(Duration::from_millis(50)).await;
            looks += 1;
        }
        assert!(!folder(&app, &id).exists(), "{patience:?}");
    }
    app.stop().await;
}
