//! `/v1/manage/bulk`.

use actix_web::body::to_bytes;
use actix_web::dev::ServiceResponse;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, post, web};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::model::{BulkInput, BulkOperation};
use super::view::{BulkResult, BulkResults};
use crate::auth::{ApiKey, ContentWrite};
use crate::entities::queries::newsroom::hold_off_merges;
use crate::error::{Code, Error, Fault, FaultCode, Faults, Result};
use crate::http::answer::managed;
use crate::http::batch::Batch;
use crate::http::fallback::Methods;
use crate::http::inner::{Call, Inner};
use crate::http::{JsonBody, NoParameters, Query, State, Writer, Written, finish};

const AWAY: &str =
    "The writes could not be made at the moment. Nothing was written. Try again shortly.";

/// Make many writes
///
/// Up to 1,000, in their order, each as its operation makes it alone. All or nothing: they are one transaction, and one change to readers, of which caches and synchronised copies learn, streams and webhooks do not; when any is refused nothing is written, and `errors` names what is wrong with each. One by one: each holds for itself, and `results` tells what became of it. An `Idempotency-Key` holds for the whole, or for each `POST` in its place; `if_match` keeps the others from being made twice.
#[utoipa::path(
    tag = "Bulk", request_body = BulkInput, security(("api_key" = ["content:write"])),
    responses((status = 200, description = "What became of each.", body = BulkResults)),
)]
#[post("/v1/manage/bulk")]
pub async fn write_bulk(
    writer: Writer<ContentWrite>,
    _: Query<NoParameters>,
    body: JsonBody<BulkInput, 20>,
    request: HttpRequest,
) -> Result<HttpResponse> {
    let calls = Calls::new(body.0, &request, &writer)?;
    if calls.all_or_nothing {
        return writer
            .gather("write_bulk", async move |batch| {
                // Its writes take locks in the order in which they come, and merges in another.
                batch.first(hold_off_merges).await?;
                calls.all(batch).await
            })
            .await;
    }
    finish(async move { managed(StatusCode::OK, None, &calls.each().await?) }).await
}

/// What the writes have in common.
struct Calls {
    operations: Vec<(BulkOperation, actix_web::http::Uri)>,
    all_or_nothing: bool,
    bodies: bool,
    key: ApiKey,
    actor: Option<String>,
    retry_key: Option<String>,
    inner: Inner,
    state: web::Data<State>,
    methods: web::Data<Methods>,
}

impl Calls {
    fn new(input: BulkInput, request: &HttpRequest, writer: &Writer<ContentWrite>) -> Result<Self> {
        let mut faults = Faults::default();
        if input.operations.is_empty() {
            let detail = "must hold at least one write";
            faults.push(Fault::at("/operations", FaultCode::InvalidValue, detail));
        }
        let mut operations = Vec::new();
        for (place, operation) in input.operations.into_vec().into_iter().enumerate() {
            match operation.uri() {
                Ok(uri) => operations.push((operation, uri)),
                Err(fault) => faults.push(fault.below(&format!("/operations/{place}/path"))),
            }
        }
        if !faults.is_empty() {
            return Err(Error::body(faults));
        }
        let missing = || Error::internal("the server is not set up for bulk writes");
        Ok(Self {
            operations,
            all_or_nothing: input.all_or_nothing,
            bodies: input.bodies,
            key: writer.key().clone(),
            actor: writer.actor().map(str::to_owned),
            retry_key: writer.retry_key().map(str::to_owned),
            inner: request.app_data::<Inner>().ok_or_else(missing)?.clone(),
            state: request.app_data().cloned().ok_or_else(missing)?,
            methods: request.app_data().cloned().ok_or_else(missing)?,
        })
    }

    /// All of them in one transaction, or the faults of all that were refused.
    async fn all(&self, batch: &Batch) -> Result<Written> {
        let mut results = Vec::new();
        let mut faults = Faults::default();
        for place in 0..self.operations.len() {
            let response = self.call(place, Some(batch)).await?;
            if response.status().is_success() {
                results.push(self.result(response).await?);
                continue;
            }
            let error = response.response().error();
            match error.and_then(|error| error.as_error::<Error>()) {
                Some(error) if !error.code().status().is_server_error() => {
                    tell(&mut faults, place, error);
                }
                _ => return Err(Error::unavailable(AWAY)),
            }
        }
        if faults.is_empty() {
            return Written::done(&BulkResults { results });
        }
        Err(Error::refused(faults))
    }

    /// Each for itself.
    async fn each(&self) -> Result<BulkResults> {
        let mut results = Vec::new();
        for place in 0..self.operations.len() {
            let response = self.call(place, None).await?;
            results.push(self.result(response).await?);
        }
        Ok(BulkResults { results })
    }

    async fn call(&self, place: usize, batch: Option<&Batch>) -> Result<ServiceResponse> {
        let (operation, uri) = self
            .operations
            .get(place)
            .ok_or_else(|| Error::internal("no such write"))?;
        let if_match = operation
            .if_match
            .as_ref()
            .map(|tag| tag.as_str().to_owned());
        let own_retry = self.retry_key.as_ref().filter(|_| batch.is_none());
        let headers = [
            ("if-match", if_match),
            ("kroniek-actor", self.actor.clone()),
            ("idempotency-key", own_retry.map(|key| one_of(key, place))),
        ];
        let body = operation.body.as_ref().map(serde_json::to_vec);
        let call = Call {
            method: operation.method.into(),
            uri: uri.clone(),
            headers: headers
                .into_iter()
                .filter_map(|(name, value)| Some((name, value?)))
                .collect(),
            body: body.transpose().map_err(Error::internal)?.map(Bytes::from),
        };
        let shared = (&self.state, &self.methods);
        self.inner.call(call, (&self.key, batch), shared).await
    }

    async fn result(&self, response: ServiceResponse) -> Result<BulkResult> {
        let status = response.status();
        let header = |name: &str| {
            let value = response.headers().get(name)?;
            value.to_str().ok().map(str::to_owned)
        };
        let (etag, location) = (header("etag"), header("location"));
        let bytes = to_bytes(response.into_body()).await;
        let told = bytes.map_err(|_| Error::internal("an answer broke off"))?;
        let told: Option<Value> = serde_json::from_slice(&told).ok();
        let (body, problem) = match status.is_success() {
            true => (told, None),
            false => (None, told),
        };
        let id = body.as_ref().and_then(|body| body.get("id")?.as_str());
        Ok(BulkResult {
            status: status.as_u16(),
            id: id.map(str::to_owned),
            etag,
            location,
            body: body.filter(|_| self.bodies),
            problem,
        })
    }
}

/// The name of one write of a request of this name: as short as any, whatever the client calls the whole.
fn one_of(key: &str, place: usize) -> String {
    let digest: [u8; 32] = Sha256::digest(format!("{place} {key}")).into();
    format!("bulk {}", URL_SAFE_NO_PAD.encode(digest))
}

/// Adds what is wrong with one write: each of its faults at its place in the request, or why it was refused.
fn tell(faults: &mut Faults, place: usize, error: &Error) {
    let at = format!("/operations/{place}");
    if error.faults().is_empty() || error.code() == Code::InvalidParameters {
        let code = error.code();
        let detail = format!(
            "{} ({}): {}",
            code.status().as_u16(),
            code.slug(),
            error.detail()
        );
        faults.push(Fault::at(at, FaultCode::Refused, detail));
        return;
    }
    for fault in error.faults() {
        faults.push(fault.clone().below(&format!("{at}/body")));
    }
}
