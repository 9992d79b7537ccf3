//! `/websub`: the hub of this publication's feeds.

use actix_web::{HttpResponse, post, web};
use url::Url;
use uuid::Uuid;

use super::address::words;
use super::queries::newsroom::websub as queries;
use super::websub::model::{Asked, HubMode, HubRequest, subscription_id};
use crate::auth::Visitor;
use crate::error::{Code, Error, Fault, FaultCode, Faults, Result};
use crate::feeds::topic::Topic;
use crate::http::outgoing::Refusal;
use crate::http::query::Nothing;
use crate::http::{FormBody, NoParameters, Query, State};
use crate::publishing::{Attribution, Record, write};
use crate::resolve::{Found, locate};
use crate::values::Reference;

/// Subscribe to a feed, or unsubscribe
///
/// The hub of this publication's own feeds (WebSub). Before anything holds, the callback is asked by GET whether it was meant and has to answer with the challenge. From then on the feed is sent to it by POST whenever it changes, as it then is, signed where a secret was given. A subscription ends with its lease unless it is asked for again, and when the callback answers 410.
#[utoipa::path(
    tag = "Feeds",
    request_body(content = HubRequest, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 202, description = "The callback is asked whether it was meant."),
        (status = 404, description = "There is no hub here: KRONIEK_API_URL is not set."),
        (status = 409, description = "There are as many subscriptions as there may be, of all or of this host."),
    ),
)]
#[post("/websub")]
pub async fn websub_hub(
    _: Visitor,
    _: Query<NoParameters, Nothing>,
    form: FormBody<HubRequest>,
    state: web::Data<State>,
) -> Result<HttpResponse> {
    let asked = check(form.0, &state).await?;
    let by = Attribution::command("websub");
    write(state.pools(), by, async |tx| {
        queries::ask(tx, &asked).await?;
        Ok(((), Record::default()))
    })
    .await?;
    state.hasten_webhooks();
    Ok(HttpResponse::Accepted().finish())
}

/// All that can be told at once of what is wrong with a request.
async fn check(form: HubRequest, state: &State) -> Result<Asked> {
    let Some(base) = state.api_url() else {
        let detail = "There is no hub here. A publication has one once KRONIEK_API_URL tells where its API is reached.";
        return Err(Error::new(Code::NotFound, detail));
    };
    let mut faults = Faults::default();
    let scope = match about(&form, (state, base)).await? {
        Ok(scope) => scope,
        Err(fault) => {
            faults.push(fault);
            None
        }
    };
    let callback = form.callback.as_str();
    let host = match dialled(callback, state).await {
        Ok(host) => host,
        Err(refusal) => {
            let at = "/hub.callback";
            faults.push(Fault::at(at, FaultCode::InvalidValue, words(&refusal)));
            String::new()
        }
    };
    faults.none()?;
    let subscription = subscription_id(callback, &form.topic);
    let vault = state.signer().vault();
    let secret = form.secret.filter(|_| form.mode == HubMode::Subscribe);
    let sealed = secret.map(|secret| vault.seal(&secret.0, subscription.as_bytes()));
    Ok(Asked {
        mode: form.mode,
        subscription,
        callback: callback.to_owned(),
        host,
        scope,
        secret: sealed.transpose()?,
        lease: form.lease,
        topic: form.topic,
    })
}

/// What the feed is of, or what is wrong with its address. A feed that is no more can be unsubscribed from.
async fn about(
    form: &HubRequest,
    (state, base): (&State, &str),
) -> Result<Result<Option<Uuid>, Fault>> {
    let fault = |detail: String| Fault::at("/hub.topic", FaultCode::InvalidValue, detail);
    let topic = form.topic.strip_prefix(base).and_then(Topic::parse);
    let Some(topic) = topic.filter(|_| form.topic.len() <= 2048) else {
        let detail = format!(
            "is no feed that this hub knows: give the address of a feed as it names itself, such as {base}/feeds/atom.xml"
        );
        return Ok(Err(fault(detail)));
    };
    let Some((kind, name)) = topic.of.clone().filter(|_| form.mode == HubMode::Subscribe) else {
        return Ok(Ok(None));
    };
    let located = locate(&mut state.delivery().await?, kind, &name).await;
    match located {
        Ok(Found::Here(id)) => Ok(Ok(Some(id))),
        Ok(Found::Moved(to)) => {
            let moved = Reference::parse(&to.slug).map(|name| Topic {
                of: Some((kind, name)),
                ..topic
            });
            let path = moved.map(|topic| topic.path()).unwrap_or_default();
            Ok(Err(fault(format!("has moved to {base}{path}"))))
        }
        Err(error) if matches!(error.code(), Code::NotFound | Code::Withdrawn) => {
            Ok(Err(fault("is no feed, or none any more".to_owned())))
        }
        Err(error) => Err(error),
    }
}

/// The host of a callback that may be dialled.
async fn dialled(callback: &str, state: &State) -> Result<String, Refusal> {
    let url = Url::parse(callback).map_err(|_| Refusal::Unknown)?;
    state.outgoing().look_up_in_time(&url).await?;
    let host = url.host_str().unwrap_or_default();
    Ok(host.trim_end_matches('.').to_owned())
}
