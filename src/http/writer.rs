//! Writes of management: one extractor, one transaction, one answer.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::{Method, StatusCode};
use actix_web::{FromRequest, HttpMessage, HttpRequest, HttpResponse, web};
use serde::Serialize;

use super::batch::Batch;
use super::body::BodyHash;
use super::conditional::Version;
use super::headers::{actor, idempotency_key};
use super::idempotency::{self, Kept, Retry};
use super::{State, request_id};
use crate::auth::{ApiKey, Authorized, Needs, Scope};
use crate::changes::Seq;
use crate::error::{Error, Result};
use crate::publishing::{Attribution, AuditEntry, Change, Record, Tx, last_change};

/// A request that may write with the scope `S`: who it is, for whom, and which retry.
pub struct Writer<S> {
    authorized: Authorized<S>,
    request: HttpRequest,
    state: web::Data<State>,
    actor: Option<String>,
    retry_key: Option<String>,
}

impl<S: Needs> FromRequest for Writer<S> {
    type Error = Error;
    type Future = Ready<Result<Self>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        let authorized = Authorized::from_request(request, payload).into_inner();
        ready(authorized.and_then(|authorized| Self::of(authorized, request)))
    }
}

impl<S: Needs> Writer<S> {
    fn of(authorized: Authorized<S>, request: &HttpRequest) -> Result<Self> {
        let state = request
            .app_data::<web::Data<State>>()
            .cloned()
            .ok_or_else(|| Error::internal("no state"))?;
        let retry_key = if request.method() == Method::POST {
            idempotency_key(request)?
        } else {
            None
        };
        Ok(Self {
            authorized,
            actor: actor(request)?,
            retry_key,
            request: request.clone(),
            state,
        })
    }

    /// Goes on only when the key has this scope too.
    ///
    /// # Errors
    /// 403 naming the scope.
    pub fn also(&self, scope: Scope) -> Result<()> {
        self.authorized.also(scope)
    }

    /// The key that writes.
    pub fn key(&self) -> &ApiKey {
        &self.authorized.key
    }

    /// The person that it writes for.
    pub fn actor(&self) -> Option<&str> {
        self.actor.as_deref()
    }

    /// The client's name for the request, where it may be a retry.
    pub fn retry_key(&self) -> Option<&str> {
        self.retry_key.as_deref()
    }

    /// Runs the work in one transaction and answers with what it has written. A retry of an earlier request gets that one's answer.
    ///
    /// The work goes on to its end when the client goes away: half a request is never written.
    ///
    /// # Errors
    /// Those of the work, after which nothing is written; 503 when the database is away or a lock is not to be had in time.
    pub async fn write<F>(self, action: &'static str, work: F) -> Result<HttpResponse>
    where
        F: AsyncFnOnce(&mut Tx) -> Result<Written> + 'static,
    {
        let (by, retry) = (self.attribution(action), self.retry());
        let batch = self.request.extensions().get::<Batch>().cloned();
        let state = self.state;
        if let Some(batch) = batch {
            return Ok(batch.write(by, work, &state).await?.respond(None));
        }
        finish(async move {
            let mut tx = Tx::open(state.pools(), by).await?;
            let (answer, record) = match run(&mut tx, retry.as_ref(), work, &state).await {
                Ok(done) => done,
                Err(error) => {
                    tx.roll_back().await;
                    return Err(error);
                }
            };
            let reflected = finish_with(tx, &record, &state).await?;
            Ok(answer.respond(reflected))
        })
        .await
    }

    /// Runs many writes in one transaction, which the requests that make them find in the batch, and answers with what became of them.
    ///
    /// # Errors
    /// Those of the work, after which nothing is written; 503 when the database is away or a lock is not to be had in time.
    pub async fn gather<F>(self, action: &'static str, work: F) -> Result<HttpResponse>
    where
        F: AsyncFnOnce(&Batch) -> Result<Written> + 'static,
    {
        let (by, retry) = (self.attribution(action), self.retry());
        let state = self.state;
        finish(async move {
            let mut tx = Tx::open(state.pools(), by).await?;
            let kept = match &retry {
                Some(retry) => idempotency::enter(&mut tx, retry).await,
                None => Ok(None),
            };
            let batch = match kept {
                Ok(None) => Batch::of(tx),
                Ok(Some(kept)) => {
                    let seq = last_change(&mut tx).await;
                    tx.roll_back().await;
                    let seq = seq?;
                    state.applied(Some(seq)).await;
                    return Ok(kept.respond(Some(seq)));
                }
                Err(error) => {
                    tx.roll_back().await;
                    return Err(error);
                }
            };
            let written = work(&batch).await;
            let (mut tx, record) = batch.close()?;
            let done = async {
                let answer = written?.into_answer(&state);
                if let Some(retry) = &retry {
                    idempotency::keep(&mut tx, retry, &answer).await?;
                }
                Ok(answer)
            };
            match done.await {
                Ok(answer) => {
                    let reflected = finish_with(tx, &record, &state).await?;
                    Ok(answer.respond(reflected))
                }
                Err(error) => {
                    tx.roll_back().await;
                    Err(error)
                }
            }
        })
        .await
    }

    fn attribution(&self, action: &str) -> Attribution {
        Attribution {
            key_id: Some(self.authorized.key.id),
            key_name: self.authorized.key.name.clone(),
            actor: self.actor.clone(),
            request_id: request_id::current(),
            action: action.to_owned(),
            may_read: self.authorized.key.has(Scope::ContentRead),
        }
    }

    fn retry(&self) -> Option<Retry> {
        let extensions = self.request.extensions();
        let hash = extensions.get::<BodyHash>().map_or([0; 32], |hash| hash.0);
        self.retry_key.as_ref().map(|key| Retry {
            key_id: self.authorized.key.id,
            route: format!("POST {}", self.request.path()),
            key: key.clone(),
            body_hash: hash,
        })
    }
}

/// Lets a request's work go on to its end when its client goes away.
///
/// # Errors
/// Those of the work.
pub async fn finish(
    work: impl Future<Output = Result<HttpResponse>> + 'static,
) -> Result<HttpResponse> {
    let id = request_id::current();
    let task = actix_web::rt::spawn(request_id::scope(id, work));
    task.await.map_err(Error::internal)?
}

/// The answer, and what is to be recorded.
async fn run<F>(
    tx: &mut Tx,
    retry: Option<&Retry>,
    work: F,
    state: &State,
) -> Result<(Kept, Record)>
where
    F: AsyncFnOnce(&mut Tx) -> Result<Written>,
{
    if let Some(retry) = retry
        && let Some(kept) = idempotency::enter(tx, retry).await?
    {
        return Ok((kept, Record::default()));
    }
    let mut written = work(tx).await?;
    let record = std::mem::take(&mut written.record);
    let told_once = written.told_once.take();
    let mut answer = written.into_answer(state);
    if let Some(retry) = retry {
        idempotency::keep(tx, retry, &answer).await?;
    }
    // Only now: what is kept never holds a secret.
    if let Some(body) = told_once {
        answer.body = body;
    }
    Ok((answer, record))
}

/// Records what was written, commits, and waits until this node has applied what the answer reflects: its own change, else the last there is. Who
/// publishes what is published is told what another has just done, and who tries again what was done then, which may be news to this node. Gives that
/// change, where it is known.
async fn finish_with(tx: Tx, record: &Record, state: &State) -> Result<Option<Seq>> {
    let under_way = state.log().under_way(tx.process);
    let (mut conn, own) = tx.finish(record).await?;
    if let Some(own) = own {
        drop(conn);
        let seq = own.seq;
        under_way.committed(own).await;
        state.applied(Some(seq)).await;
        return Ok(Some(seq));
    }
    under_way.ended();
    let reflected = last_change(&mut conn).await;
    drop(conn);
    match reflected {
        Ok(seq) => {
            state.applied(Some(seq)).await;
            Ok(Some(seq))
        }
        // It is committed, and is answered so.
        Err(error) => {
            tracing::warn!(%error, "can't see what is news to this node");
            state.log().distrust();
            Ok(None)
        }
    }
}

/// What a write answers, and what it leaves in the audit and the log.
pub struct Written {
    status: StatusCode,
    location: Option<String>,
    etag: Option<String>,
    body: String,
    told_once: Option<String>,
    record: Record,
}

impl Written {
    fn new(status: StatusCode, body: String) -> Self {
        Self {
            status,
            location: None,
            etag: None,
            body,
            told_once: None,
            record: Record::default(),
        }
    }

    /// 201 with the new thing, found at this path.
    ///
    /// # Errors
    /// None in practice: views are plain data.
    pub fn created(path: String, version: &Version, view: &impl Serialize) -> Result<Self> {
        let body = serde_json::to_string(view).map_err(Error::internal)?;
        Ok(Self {
            location: Some(path),
            etag: Some(version.etag()),
            ..Self::new(StatusCode::CREATED, body)
        })
    }

    /// 200 with the thing as it now is.
    ///
    /// # Errors
    /// None in practice: views are plain data.
    pub fn changed(version: &Version, view: &impl Serialize) -> Result<Self> {
        let body = serde_json::to_string(view).map_err(Error::internal)?;
        Ok(Self {
            etag: Some(version.etag()),
            ..Self::new(StatusCode::OK, body)
        })
    }

    /// 200 with what was done, which has no version of its own.
    ///
    /// # Errors
    /// None in practice: views are plain data.
    pub fn done(view: &impl Serialize) -> Result<Self> {
        let body = serde_json::to_string(view).map_err(Error::internal)?;
        Ok(Self::new(StatusCode::OK, body))
    }

    /// What it leaves behind.
    pub(super) fn take_record(&mut self) -> Record {
        std::mem::take(&mut self.record)
    }

    /// 204: it is gone.
    pub fn removed() -> Self {
        Self::new(StatusCode::NO_CONTENT, String::new())
    }

    /// Tells more to this request than is kept for its repetitions: a secret, which is shown once.
    ///
    /// # Errors
    /// None in practice: views are plain data.
    pub fn telling_once(mut self, view: &impl Serialize) -> Result<Self> {
        self.told_once = Some(serde_json::to_string(view).map_err(Error::internal)?);
        Ok(self)
    }

    /// The audit row.
    #[must_use]
    pub fn audited(mut self, entry: AuditEntry) -> Self {
        self.record.audit.push(entry);
        self
    }

    /// Why it was done, in all its audit rows.
    #[must_use]
    pub fn because(mut self, reason: String) -> Self {
        let audit = std::mem::take(&mut self.record.audit).into_iter();
        self.record.audit = audit.map(|entry| entry.because(reason.clone())).collect();
        self
    }

    /// The change, when readers can see it.
    #[must_use]
    pub fn publishing(mut self, change: impl Into<Option<Change>>) -> Self {
        self.record.change = change.into();
        self
    }

    pub(super) fn into_answer(self, state: &State) -> Kept {
        let location = self
            .location
            .map(|path| ("location".to_owned(), state.link(&path)));
        let etag = self.etag.map(|etag| ("etag".to_owned(), etag));
        Kept {
            status: self.status,
            headers: location.into_iter().chain(etag).collect(),
            body: self.body,
        }
    }
}
