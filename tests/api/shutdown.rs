//! A node that stops: nobody who was let in loses a request by it.

use kroniek::db::ping;

use crate::app::App;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_connection_outlives_the_worker_that_opened_it() {
    let app = App::start().await;
    let pools = app.store.pools.clone();
    // Like a worker: a thread with a runtime of its own, that ends. More than the pool has ready, so that some are opened there.
    let worker = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async {
            let mut opened = Vec::new();
            for _ in 0..3 {
                opened.push(pools.delivery().await.unwrap());
            }
            opened
        })
    });
    let opened = tokio::task::spawn_blocking(|| worker.join().unwrap());

    for mut conn in opened.await.unwrap() {
        ping(&mut conn).await.unwrap();
    }
    app.stop().await;
}
