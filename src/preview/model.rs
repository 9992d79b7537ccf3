//! What a preview link is: what it shows, until when, and the token that opens it.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use deserr::Deserr;
use diesel::{Queryable, Selectable};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::auth::Signer;
use crate::db::schema::newsroom;
use crate::error::Faults;
use crate::http::path::Segment;
use crate::values::{Id, Timestamp};

/// How long a link holds unless told.
pub const USUAL: TimeDelta = TimeDelta::days(7);

/// How long a link may hold at most.
pub const LONGEST: TimeDelta = TimeDelta::days(90);

/// Bytes of a token's signature.
const SIGNATURE: usize = 16;

/// A preview that is wanted.
#[derive(Debug, Deserr, ToSchema)]
#[deserr(error = Faults, deny_unknown_fields)]
pub struct PreviewInput {
    /// The version to show; unless told the working copy, as it stands whenever it is looked at.
    #[deserr(default)]
    #[schema(example = json!(null), minimum = 1)]
    pub version: Option<i32>,
    /// A drafted update to show in its place under the article. Of a published article, with the text that readers have.
    #[deserr(default)]
    #[schema(value_type = Option<Uuid>, example = json!(null))]
    pub update: Option<Id>,
    /// When the link ends: in 7 days unless told, in 90 at most.
    #[deserr(default)]
    #[schema(example = json!(null))]
    pub expires_at: Option<Timestamp>,
}

/// A preview link.
#[derive(Debug, Clone, Queryable, Selectable)]
#[diesel(table_name = newsroom::previews, check_for_backend(diesel::pg::Pg))]
pub struct Preview {
    /// Its id.
    pub id: Uuid,
    /// The article that it shows.
    pub article_id: Uuid,
    /// The version that it shows; none for the working copy.
    pub version: Option<i32>,
    /// The drafted update that it shows along.
    pub update_id: Option<Uuid>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
    /// The person that the key wrote for.
    pub actor: Option<String>,
}

/// What opens a preview: its id and a signature. Nobody can make one without the secret, and none is kept.
#[derive(Debug, Clone)]
pub struct Token(String);

impl Token {
    /// The token of this preview.
    pub fn of(id: Uuid, signer: &Signer) -> Self {
        let mut bytes = id.as_bytes().to_vec();
        bytes.extend(signer.previews().sign(id.as_bytes(), SIGNATURE));
        Self(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The preview that it opens, if it was made here.
    pub fn open(&self, signer: &Signer) -> Option<Uuid> {
        let bytes = URL_SAFE_NO_PAD.decode(&self.0).ok()?;
        let (id, signature) = bytes.split_first_chunk::<16>()?;
        let genuine = signature.len() == SIGNATURE && signer.previews().verify(id, signature);
        genuine.then(|| Uuid::from_bytes(*id))
    }

    /// As it stands in addresses.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Segment for Token {
    fn read(text: &str) -> Option<Self> {
        (text.len() <= 100).then(|| Self(text.to_owned()))
    }
}
