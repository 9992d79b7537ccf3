//! Requests that Kroniek makes to itself, so that an operation means the same in a batch as alone.

use std::rc::Rc;

use actix_http::{Payload, Request};
use actix_service::{IntoServiceFactory, boxed};
use actix_web::body::BoxBody;
use actix_web::dev::{AppConfig, Service, ServiceFactory, ServiceResponse};
use actix_web::http::header::{CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use actix_web::http::{Method, Uri};
use actix_web::web::{self, Bytes, ServiceConfig};
use actix_web::{App, HttpMessage};
use futures_util::stream;
use tokio::sync::OnceCell;

use super::State;
use super::batch::Batch;
use super::fallback::{Methods, fallback};
use crate::auth::{ApiKey, lend};
use crate::error::{Error, Result};

type Routed = boxed::BoxService<Request, ServiceResponse<BoxBody>, actix_web::Error>;

/// The operations of this worker, once more, without what stands around them: the key is known, the request is counted.
#[derive(Clone)]
pub struct Inner {
    routes: fn(&mut ServiceConfig),
    routed: Rc<OnceCell<Routed>>,
}

/// A request to one operation.
pub struct Call {
    /// Its method.
    pub method: Method,
    /// Its path.
    pub uri: Uri,
    /// Its headers, as strings.
    pub headers: Vec<(&'static str, String)>,
    /// Its body, JSON.
    pub body: Option<Bytes>,
}

impl Inner {
    /// Of these operations. They are set up when the first request is made.
    pub fn new(routes: fn(&mut ServiceConfig)) -> Self {
        Self {
            routes,
            routed: Rc::default(),
        }
    }

    /// Makes a request with this key, as one write of a batch where there is one.
    ///
    /// # Errors
    /// Those of the operation are in its answer; an internal failure where the request can't be made.
    pub async fn call(
        &self,
        call: Call,
        (key, batch): (&ApiKey, Option<&Batch>),
        shared: (&web::Data<State>, &web::Data<Methods>),
    ) -> Result<ServiceResponse<BoxBody>> {
        let routed = self.routed.get_or_try_init(|| self.set_up(shared)).await?;
        let request = call.into_request()?;
        lend(key, &mut request.extensions_mut());
        if let Some(batch) = batch {
            request.extensions_mut().insert(batch.clone());
        }
        routed.call(request).await.map_err(Error::internal)
    }

    async fn set_up(
        &self,
        (state, methods): (&web::Data<State>, &web::Data<Methods>),
    ) -> Result<Routed> {
        let app = App::new()
            .configure(self.routes)
            .app_data(state.clone())
            .app_data(methods.clone())
            .default_service(web::to(fallback));
        let service = app.into_factory().new_service(AppConfig::default()).await;
        let service = service.map_err(|()| Error::internal("the operations can't be set up"))?;
        Ok(boxed::service(service))
    }
}

impl Call {
    fn into_request(self) -> Result<Request> {
        let body = self.body.unwrap_or_default();
        let mut headers = HeaderMap::new();
        for (name, value) in self.headers {
            let value = HeaderValue::try_from(value).map_err(Error::internal)?;
            headers.insert(HeaderName::from_static(name), value);
        }
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        let payload = Payload::Stream {
            payload: Box::pin(stream::iter([Ok(body)])) as _,
        };
        let mut request = Request::with_payload(payload);
        let head = request.head_mut();
        head.method = self.method;
        head.uri = self.uri;
        head.headers = headers;
        Ok(request)
    }
}
