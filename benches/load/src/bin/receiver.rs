//! A receiver of webhooks: takes everything, and tells what it was.
//!
//! `receiver ADDRESS` takes what is posted to any path, and tells of it at the same path: how many, how many of these came twice (by `webhook-id`), how
//! many after a later one of their article, and when the first and the last came, in nanoseconds since 1970.

use std::collections::{HashMap, HashSet};
use std::io::{Error, Result};
use std::sync::{Mutex, PoisonError};
use std::time::{SystemTime, UNIX_EPOCH};

use actix_web::http::Method;
use actix_web::{App, HttpRequest, HttpResponse, HttpServer, web};
use serde_json::{Value, json};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What came to one path.
#[derive(Default)]
struct Taken {
    ids: HashSet<String>,
    last_of_article: HashMap<String, u64>,
    doubled: u64,
    disordered: u64,
    first: u64,
    last: u64,
}

impl Taken {
    fn take(&mut self, id: String, body: &Value) {
        let seq = body["seq"].as_u64().unwrap_or(0);
        let article = body["data"]["article"]["id"].as_str().unwrap_or("");
        if !self.ids.insert(id) {
            self.doubled += 1;
        } else if let Some(last) = self.last_of_article.get_mut(article) {
            self.disordered += u64::from(*last >= seq);
            *last = seq;
        } else {
            self.last_of_article.insert(article.to_owned(), seq);
        }
        self.last = now();
        if self.first == 0 {
            self.first = self.last;
        }
    }

    fn tell(&self) -> Value {
        json!({"count": self.ids.len(), "doubled": self.doubled, "disordered": self.disordered, "first": self.first, "last": self.last})
    }
}

type Paths = Mutex<HashMap<String, Taken>>;

async fn answer(request: HttpRequest, paths: web::Data<Paths>, body: web::Bytes) -> HttpResponse {
    let mut paths = paths.lock().unwrap_or_else(PoisonError::into_inner);
    let taken = paths.entry(request.path().to_owned()).or_default();
    if request.method() == Method::GET {
        return HttpResponse::Ok().json(taken.tell());
    }
    let id = request.headers().get("webhook-id");
    let id = id.and_then(|id| id.to_str().ok());
    match (id, serde_json::from_slice(&body)) {
        (Some(id), Ok(body)) => taken.take(id.to_owned(), &body),
        _ => return HttpResponse::BadRequest().finish(),
    }
    HttpResponse::NoContent().finish()
}

fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| u64::try_from(since.as_nanos()).unwrap_or(0))
}

#[actix_web::main]
async fn main() -> Result<()> {
    let Some(address) = std::env::args().nth(1) else {
        return Err(Error::other("receiver ADDRESS"));
    };
    let paths = web::Data::new(Paths::default());
    let server = HttpServer::new(move || {
        App::new()
            .app_data(paths.clone())
            .default_service(web::to(answer))
    })
    .workers(1)
    .bind(address)?;
    for address in server.addrs() {
        println!("listening on http://{address}");
    }
    server.run().await
}
