//! A bare actix handler: the same bytes and headers for each request, and nothing else.
//!
//! `bare ADDRESS FILE`, where the file is an answer as `curl --include` writes it.

use std::io::{Error, ErrorKind, Result};

use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::{App, HttpResponse, HttpServer, web};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// What every request is answered with.
#[derive(Clone)]
struct Fixed {
    headers: Vec<(HeaderName, HeaderValue)>,
    body: web::Bytes,
}

impl Fixed {
    fn read(file: &str) -> Result<Self> {
        let answer = std::fs::read(file)?;
        let end = answer
            .windows(4)
            .position(|bytes| bytes == b"\r\n\r\n")
            .ok_or(ErrorKind::InvalidData)?;
        let head = String::from_utf8_lossy(&answer[..end]).into_owned();
        let headers = head.lines().skip(1).filter_map(|line| {
            let (name, value) = line.split_once(": ")?;
            let own = ["content-length", "date", "connection", "transfer-encoding"];
            if own.contains(&name.to_ascii_lowercase().as_str()) {
                return None;
            }
            Some((name.parse().ok()?, value.parse().ok()?))
        });
        Ok(Self {
            headers: headers.collect(),
            body: web::Bytes::copy_from_slice(&answer[end + 4..]),
        })
    }
}

async fn answer(fixed: web::Data<Fixed>) -> HttpResponse {
    let mut response = HttpResponse::Ok();
    for (name, value) in &fixed.headers {
        response.append_header((name.clone(), value.clone()));
    }
    response.body(fixed.body.clone())
}

#[actix_web::main]
async fn main() -> Result<()> {
    let mut told = std::env::args().skip(1);
    let (Some(address), Some(file)) = (told.next(), told.next()) else {
        return Err(Error::other("bare ADDRESS FILE"));
    };
    let fixed = web::Data::new(Fixed::read(&file)?);
    HttpServer::new(move || {
        App::new()
            .app_data(fixed.clone())
            .default_service(web::to(answer))
    })
    .workers(std::thread::available_parallelism()?.get())
    .bind(address)?
    .run()
    .await
}
