//! Who subscribes to feeds: it keeps what comes, confirms what it is asked as it is told, and answers to feeds as it is told.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::{App as Site, HttpRequest, HttpResponse, HttpServer, web};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use tokio::sync::watch;

/// A request that came.
#[derive(Debug, Clone)]
pub struct Got {
    pub method: String,
    /// The query as it came.
    pub query: String,
    pub headers: BTreeMap<String, String>,
    pub body: String,
}

impl Got {
    /// A parameter of the query.
    pub fn asked(&self, name: &str) -> String {
        let mut pairs = form_urlencoded::parse(self.query.as_bytes());
        let found = pairs.find(|(known, _)| known == name);
        found.map_or(String::new(), |(_, value)| value.into_owned())
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }

    /// Whether the body is signed with this secret.
    pub fn is_signed_by(&self, secret: &str) -> bool {
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
        mac.update(self.body.as_bytes());
        let bytes = mac.finalize().into_bytes();
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        self.header("x-hub-signature") == format!("sha256={digits}")
    }
}

type Answers = dyn Fn(&Got, usize) -> HttpResponse + Send + Sync;

pub struct Subscriber {
    pub url: String,
    got: Arc<Mutex<Vec<Got>>>,
    count: watch::Receiver<usize>,
}

struct Inside {
    got: Arc<Mutex<Vec<Got>>>,
    count: watch::Sender<usize>,
    answers: Box<Answers>,
    /// A feed is answered to once this is so.
    open: watch::Receiver<bool>,
}

async fn take(request: HttpRequest, body: String, inside: web::Data<Inside>) -> HttpResponse {
    let headers = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    let got = Got {
        method: request.method().to_string(),
        query: request.query_string().to_owned(),
        headers: headers.collect(),
        body,
    };
    let number = {
        let mut all = inside.got.lock().unwrap();
        all.push(got.clone());
        all.len()
    };
    inside.count.send_replace(number);
    if got.method == "POST" {
        let _ = inside.open.clone().wait_for(|open| *open).await;
    }
    (inside.answers)(&got, number)
}

/// What a subscriber says that means what it is asked.
pub fn confirmed(got: &Got) -> HttpResponse {
    HttpResponse::Ok().body(got.asked("hub.challenge"))
}

impl Subscriber {
    /// Answers what a request and its number, from 1, give; to a feed once it is open.
    pub async fn held(
        open: watch::Receiver<bool>,
        answers: impl Fn(&Got, usize) -> HttpResponse + Send + Sync + 'static,
    ) -> Self {
        let got = Arc::<Mutex<Vec<Got>>>::default();
        let (sender, count) = watch::channel(0);
        let inside = web::Data::new(Inside {
            got: got.clone(),
            count: sender,
            answers: Box::new(answers),
            open,
        });
        let site = move || {
            Site::new()
                .app_data(inside.clone())
                .app_data(web::PayloadConfig::new(8 << 20))
                .default_service(web::to(take))
        };
        let server = HttpServer::new(site)
            .workers(1)
            .disable_signals()
            .bind("127.0.0.1:0")
            .unwrap();
        let url = format!("http://{}/feed", server.addrs()[0]);
        tokio::spawn(server.run());
        Self { url, got, count }
    }

    pub async fn new(
        answers: impl Fn(&Got, usize) -> HttpResponse + Send + Sync + 'static,
    ) -> Self {
        Self::held(watch::channel(true).1, answers).await
    }

    /// Means what it asks for, and takes everything.
    pub async fn willing() -> Self {
        Self::new(|got, _| confirmed(got)).await
    }

    /// What came, once that is so many requests; they must come within thirty seconds.
    pub async fn got(&self, wanted: usize) -> Vec<Got> {
        let mut count = self.count.clone();
        let come = count.wait_for(|count| *count >= wanted);
        let come = tokio::time::timeout(Duration::from_secs(30), come).await;
        let got = self.so_far();
        assert!(come.is_ok(), "{} of {wanted} came: {got:#?}", got.len());
        got
    }

    pub fn so_far(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }

    /// The feeds that came so far.
    pub fn feeds(&self) -> Vec<Got> {
        let all = self.so_far().into_iter();
        all.filter(|got| got.method == "POST").collect()
    }
}
