//! What keeps pictures and their uses together: races, rebuilds and clean-ups.

use serde_json::json;

use super::pictures::jpeg;
use super::{image, kept, uploaded};
use crate::app::{Answer, App};
use crate::history::rebuilt;
use crate::shorthand::remove;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn removing_a_picture_and_coming_to_use_it_at_once_never_leave_a_use_of_nothing() {
    let app = App::start().await;
    for round in 0..12 {
        let picture = uploaded(&app, &jpeg(40 + round, 30)).await;
        let path = format!("/media/{}", picture.id());
        let body = json!({"headline": format!("Ronde {round}"), "image": image(&picture)});
        let (removed, made) = tokio::join!(
            remove(&app, &path, &picture),
            app.manage("POST", "/articles").json(&body).send()
        );
        match (removed.status, made.status) {
            (204, 422) | (409, 201) => {}
            other => panic!("{other:?}: {} {}", removed.text, made.text),
        }
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_knows_which_pictures_are_public() {
    let app = App::start().await;
    let (seen, hidden) = (
        uploaded(&app, &jpeg(400, 300)).await,
        uploaded(&app, &jpeg(401, 300)).await,
    );
    app.publish(json!({"headline": "Een", "image": image(&seen)}))
        .await;
    app.make(
        "/articles",
        json!({"headline": "Twee", "image": image(&hidden)}),
    )
    .await;
    assert_eq!(rebuilt(&app).await.changed, 0);
    let sql = app.sql().await;
    sql.batch_execute(&format!(
        "DELETE FROM delivery.media; INSERT INTO delivery.media_uses VALUES ('article', gen_random_uuid(), '{0}');
         INSERT INTO delivery.media SELECT id, 1, mime, width, height, bytes, digest, animated, widths, focal_x, focal_y
         FROM newsroom.media WHERE id = '{0}'",
        hidden.id()
    ))
    .await
    .unwrap();
    let status = async |media: &Answer| {
        app.get(&format!("/v1/media/{}/large", media.id()))
            .await
            .status
    };
    assert_eq!((status(&seen).await, status(&hidden).await), (404, 200));

    assert!(rebuilt(&app).await.changed > 0);

    assert_eq!((status(&seen).await, status(&hidden).await), (200, 404));
    assert_eq!(rebuilt(&app).await.changed, 0);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_upload_left_over_is_cleaned_up_and_what_has_just_come_is_not() {
    let app = App::start().await;
    let made = uploaded(&app, &jpeg(400, 300)).await;
    let folder = app.store.data_dir.join("media");
    let put = |hours: u64| {
        let place = folder.join(uuid::Uuid::new_v4().to_string());
        std::fs::create_dir(&place).unwrap();
        let file = std::fs::File::create(place.join("original.jpg")).unwrap();
        let then = std::time::SystemTime::now() - std::time::Duration::from_secs(hours * 3600);
        file.set_modified(then).unwrap();
        place.join("original.jpg")
    };
    uploaded(&app, &jpeg(410, 300)).await;
    let (old, new) = (put(8 * 24), put(2));
    let long_ago = std::time::SystemTime::UNIX_EPOCH;
    let own = folder.join(made.id()).join("original.jpg");
    std::fs::File::options()
        .write(true)
        .open(&own)
        .unwrap()
        .set_modified(long_ago)
        .unwrap();

    app.clean_up().await;

    assert_eq!(
        (old.exists(), new.exists(), own.exists()),
        (false, true, true)
    );
    assert_eq!(kept(&app, &made).await.status, 200);
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_that_is_mostly_anothers_is_left_alone() {
    let app = App::start().await;
    let made = uploaded(&app, &jpeg(400, 300)).await;
    let folder = app.store.data_dir.join("media");
    let others: Vec<_> = (0..3)
        .map(|_| {
            let place = folder.join(uuid::Uuid::new_v4().to_string());
            std::fs::create_dir(&place).unwrap();
            let file = std::fs::File::create(place.join("original.jpg")).unwrap();
            file.set_modified(std::time::SystemTime::UNIX_EPOCH)
                .unwrap();
            place.join("original.jpg")
        })
        .collect();
    app.clean_up().await;
    assert!(others.iter().all(|file| file.exists()));
    assert_eq!(kept(&app, &made).await.status, 200);
    app.stop().await;
}
