//! A target of webhooks: it keeps what comes, and answers as it is told.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use actix_web::{App as Site, HttpRequest, HttpResponse, HttpServer, web};
use serde_json::Value;
use standardwebhooks::Webhook as Verifier;
use tokio::sync::watch;

/// A request that came.
#[derive(Debug, Clone)]
pub struct Got {
    pub headers: Vec<(String, String)>,
    pub body: String,
    pub json: Value,
}

impl Got {
    pub fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(known, _)| known == name);
        found.map_or("", |(_, value)| value)
    }

    pub fn id(&self) -> &str {
        self.header("webhook-id")
    }

    /// The event and the number of its change.
    pub fn told(&self) -> (String, i64) {
        let event = self.json["type"].as_str().unwrap().to_owned();
        let seq = self.json["seq"].as_i64();
        if let Some(seq) = seq {
            let change = self.header("kroniek-seq");
            assert!(change.ends_with(&format!("-{seq}")), "{change}: {seq}");
        }
        (event, seq.unwrap_or_default())
    }

    /// Whether the verifier of the specification takes it, with this secret.
    pub fn is_signed_by(&self, secret: &str) -> bool {
        let mut headers = reqwest::header::HeaderMap::new();
        for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
            headers.insert(name, self.header(name).parse().unwrap());
        }
        let verifier = Verifier::new(secret).unwrap();
        verifier.verify(self.body.as_bytes(), &headers).is_ok()
    }
}

type Answers = dyn Fn(&Got, usize) -> HttpResponse + Send + Sync;

pub struct Receiver {
    pub url: String,
    got: Arc<Mutex<Vec<Got>>>,
    count: watch::Receiver<usize>,
}

struct Inside {
    got: Arc<Mutex<Vec<Got>>>,
    count: watch::Sender<usize>,
    answers: Box<Answers>,
}

async fn take(request: HttpRequest, body: String, inside: web::Data<Inside>) -> HttpResponse {
    let headers = request
        .headers()
        .iter()
        .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()));
    let got = Got {
        headers: headers.collect(),
        json: serde_json::from_str(&body).unwrap(),
        body,
    };
    let number = {
        let mut all = inside.got.lock().unwrap();
        all.push(got.clone());
        all.len()
    };
    inside.count.send_replace(number);
    (inside.answers)(&got, number)
}

impl Receiver {
    /// Answers what a request and its number, from 1, give.
    pub async fn new(
        answers: impl Fn(&Got, usize) -> HttpResponse + Send + Sync + 'static,
    ) -> Self {
        let got = Arc::<Mutex<Vec<Got>>>::default();
        let (sender, count) = watch::channel(0);
        let inside = web::Data::new(Inside {
            got: got.clone(),
            count: sender,
            answers: Box::new(answers),
        });
        let site = move || {
            Site::new()
                .app_data(inside.clone())
                .default_service(web::to(take))
        };
        let server = HttpServer::new(site)
            .workers(1)
            .disable_signals()
            .bind("127.0.0.1:0")
            .unwrap();
        let url = format!("http://{}/hook", server.addrs()[0]);
        tokio::spawn(server.run());
        Self { url, got, count }
    }

    /// Takes everything.
    pub async fn taking() -> Self {
        Self::new(|_, _| HttpResponse::NoContent().finish()).await
    }

    /// What came, once that is so many requests; they must come within twenty seconds.
    pub async fn got(&self, wanted: usize) -> Vec<Got> {
        let mut count = self.count.clone();
        let come = count.wait_for(|count| *count >= wanted);
        let come = tokio::time::timeout(Duration::from_secs(20), come).await;
        let got = self.so_far();
        assert!(come.is_ok(), "{} of {wanted} came: {got:#?}", got.len());
        got
    }

    /// What has come so far.
    pub fn so_far(&self) -> Vec<Got> {
        self.got.lock().unwrap().clone()
    }
}
