//! HEAD, OPTIONS, and methods that a path does not have.

use crate::app::{Answer, App};
use crate::openapi::{filled, operations};
use crate::statuses::{Publication, needed};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn options_and_methods_that_a_path_does_not_have_tell_those_that_it_has() {
    let app = App::start().await;
    let mut paths: Vec<&str> = operations().into_iter().map(|(path, ..)| path).collect();
    paths.extend([
        "/openapi.json",
        "/docs",
        "/docs/",
        "/docs/index.html",
        "/health/live",
        "/health/ready",
        "/problems/not-found",
    ]);
    paths.dedup();
    for path in paths {
        let url = filled(path);
        let options = app.call("OPTIONS", &url).send().await.expect(204);
        let allowed: Vec<&str> = options.header("allow").split(", ").collect();
        for method in [
            "GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "PROPFIND", "PURGE",
        ] {
            if !allowed.contains(&method) {
                let refused = app.call(method, &url).send().await;
                assert_eq!(
                    (refused.status, refused.header("allow")),
                    (405, options.header("allow")),
                    "{method} {path}"
                );
            }
        }
        assert_eq!(
            allowed.contains(&"HEAD"),
            allowed.contains(&"GET"),
            "{path}"
        );
    }
    app.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn head_is_get_without_the_body_for_what_is_there_and_what_is_not() {
    let publication = Publication::new().await;
    let app = &publication.app;
    let mut wrong = Vec::new();
    for (path, ..) in operations()
        .into_iter()
        .filter(|(_, method, _)| *method == "get")
    {
        let query = needed(path);
        for name in ["nieuw", "oud", "weg", "nergens"] {
            let url = format!("{}{query}", publication.path(path, name));
            let ask = async |method: &str, known: &str| {
                let call = app
                    .call(method, &url)
                    .key(&app.admin)
                    .header("x-request-id", "same");
                let call = if known.is_empty() {
                    call
                } else {
                    call.header("if-none-match", known)
                };
                call.send().await
            };
            let get = ask("GET", "").await;
            assert!(name != "nieuw" || get.status == 200, "{url}: {}", get.text);
            let (known, head, head_known) = (
                ask("GET", &get.etag()).await,
                ask("HEAD", "").await,
                ask("HEAD", &get.etag()).await,
            );
            for (get, head) in [(get, head), (known, head_known)] {
                let headers = |answer: &Answer| {
                    let mut all = answer.headers.clone();
                    all.retain(|(name, _)| name != "date" && name != "cache-status");
                    all.sort();
                    all
                };
                if (head.status, head.text.as_str(), headers(&head))
                    != (get.status, "", headers(&get))
                {
                    wrong.push(format!(
                        "{url}: {} {:?}, but HEAD {} {:?}",
                        get.status,
                        headers(&get),
                        head.status,
                        headers(&head)
                    ));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
