//! The table of codes: each stands here once, with its status, its title and its explanation.

use actix_web::http::StatusCode;

macro_rules! codes {
    ($($name:ident $status:ident $slug:literal $title:literal $explanation:literal)*) => {
        /// What kind of problem an answer tells of.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum Code {
            $(#[doc = $title] $name,)*
        }

        impl Code {
            /// Every code, in the table's order.
            pub const ALL: &[Code] = &[$(Code::$name),*];

            /// The HTTP status that a problem of this code answers with.
            pub fn status(self) -> StatusCode {
                match self { $(Code::$name => StatusCode::$status),* }
            }

            /// The stable name, the last part of the problem's `type`.
            pub fn slug(self) -> &'static str {
                match self { $(Code::$name => $slug),* }
            }

            /// The kind of problem in words.
            pub fn title(self) -> &'static str {
                match self { $(Code::$name => $title),* }
            }

            /// What it means and what a client should do, in a few sentences.
            pub fn explanation(self) -> &'static str {
                match self { $(Code::$name => $explanation),* }
            }
        }
    };
}

codes! {
    InvalidParameters BAD_REQUEST "invalid-parameters" "The parameters are not valid"
        "A query parameter is unknown, repeated or has a value that it can't have. `errors` names each one. Parameters are never ignored, since that would widen the result unnoticed."
    InvalidHeader BAD_REQUEST "invalid-header" "A header is not valid"
        "A request header can't be read, for instance If-Match, Idempotency-Key or Kroniek-Actor. The detail tells which and what it should look like."
    InvalidJson BAD_REQUEST "invalid-json" "The body is not JSON"
        "The body can't be read as JSON. The detail tells the line and column of the first fault. Lone surrogates, invalid UTF-8 and values nested more than 127 deep are faults too."
    InvalidForm BAD_REQUEST "invalid-form" "The body is not a form"
        "The body can't be read as a form. The detail tells what is wrong. Most HTTP clients make such a body, with its Content-Type, when they are given a file."
    MissingKey UNAUTHORIZED "missing-key" "An API key is needed"
        "Send a key in the Authorization header: `Authorization: Bearer kroniek_…`. A key in the address is never accepted."
    InvalidKey UNAUTHORIZED "invalid-key" "The API key is not valid"
        "The key is unknown, has expired or was revoked. Ask the publisher for a new one, or leave the header out to read public content."
    MissingScope FORBIDDEN "missing-scope" "The API key may not do this"
        "The key is valid but lacks the scope that this operation needs, or one that the key has which it would make, rotate or revoke. The detail names the scope."
    NoContract FORBIDDEN "no-contract" "The key reads under no contract"
        "What is syndicated is read with a key that belongs to a partner, whose contract tells what there is to read. Ask the publisher for one: it is made at the partner's `keys`."
    ContractNotRunning FORBIDDEN "contract-not-running" "The contract is not running"
        "The partner's contract has not begun yet, or is over. The detail tells when. Ask the publisher."
    NetworkNotAllowed FORBIDDEN "network-not-allowed" "Requests may not come from here"
        "The contract names the networks that requests may come from, and this address is in none of them. Ask the publisher to add it."
    NotFound NOT_FOUND "not-found" "Not found"
        "Nothing is at this address, or nothing that this reader may see."
    MethodNotAllowed METHOD_NOT_ALLOWED "method-not-allowed" "This method is not allowed here"
        "The address exists, but not with this method. The Allow header lists those that it has."
    NotAcceptable NOT_ACCEPTABLE "not-acceptable" "None of the accepted types can be served"
        "The Accept header leaves out application/json, the only type that this operation answers with."
    RequestTimeout REQUEST_TIMEOUT "request-timeout" "The body came too slowly"
        "A body has 30 seconds, and a second more for each 8 KB of it that has come. What was sent was given up, and nothing was written. Send it again."
    SlugTaken CONFLICT "slug-taken" "The slug is taken"
        "Another thing of the same kind has, or once had in public, this slug. Choose another; a public slug stays reserved so that old links go on working."
    InUse CONFLICT "in-use" "Something refers to it"
        "It can't be removed while something refers to it, or because readers have known it. Remove the references first, or withdraw an article instead of deleting it. A write that refers to something gets this too when that is removed while it runs: read again, and send it without."
    StateConflict CONFLICT "state-conflict" "Its state does not allow this"
        "The act does not fit the state that the resource is in, such as an update shown on an article that is not published. The detail tells the state."
    RequestInProgress CONFLICT "request-in-progress" "The same request is still running"
        "A request with this Idempotency-Key is being worked on. Send it again in a moment to get its answer."
    Withdrawn GONE "withdrawn" "It was withdrawn"
        "The article was public once and has been withdrawn by its publisher. Remove your copies."
    Purged GONE "purged" "It was purged"
        "The article's texts and versions were erased for good, and so were the answers to requests that held any of them. Only its id is left, what other articles say of it, the slugs that readers knew, and who purged it and why. It can't be had back."
    EpochOver GONE "epoch-over" "The change log has begun anew"
        "After a restore or a failover the log begins a new epoch, and what was numbered under the old one can't be told from what comes. Start over: read without the old Kroniek-Seq, cursor or event id. A replay gets this too where what came after its change is so old that the log keeps it no longer; the detail tells from where on it can be told."
    TermsChanged GONE "terms-changed" "What may be read has changed"
        "The cursor or event id is of a time when other things, or more or less of the texts, could be read: the site's `public_text`, or a partner's contract, was changed since. A copy that went on from there would be wrong without anybody noticing. Throw the copy away, and begin again without the cursor."
    PreviewOver GONE "preview-over" "The preview has ended"
        "The link was good once. It has expired or was revoked, or what it showed was removed. Ask the newsroom for a new one."
    VersionMismatch PRECONDITION_FAILED "version-mismatch" "The resource has changed"
        "The version in If-Match is not the current one. `current_version` tells it, and `diff` what changed since the version that you had, where that is known. Read the resource again before you write."
    BodyTooLarge PAYLOAD_TOO_LARGE "body-too-large" "The body is too large"
        "The request's body is over the limit of this operation. The detail tells the limit."
    UnsupportedMediaType UNSUPPORTED_MEDIA_TYPE "unsupported-media-type" "The body's type is not supported"
        "Send application/json (or application/merge-patch+json to PATCH, a form where the detail says so) in UTF-8, without Content-Encoding."
    RangeNotSatisfiable RANGE_NOT_SATISFIABLE "range-not-satisfiable" "The range is not there"
        "The Range header asks for bytes past the end. Content-Range tells how many there are."
    UnsupportedMedia UNSUPPORTED_MEDIA_TYPE "unsupported-media" "The file is not a picture that is taken"
        "Pictures are told by their content, whatever they are called. Send a JPEG, PNG, WebP or GIF file; save others, such as SVG, HEIC and AVIF, as one of these first."
    InvalidBody UNPROCESSABLE_ENTITY "invalid-body" "The body is not valid"
        "The body can be read, but some of its fields are missing, unknown, repeated, or have values that they can't have. `errors` names each with a JSON Pointer (RFC 6901)."
    BulkRefused UNPROCESSABLE_ENTITY "bulk-refused" "Some of the writes were refused"
        "Of writes that were to hold all or none, some can't be made, so that none was. `errors` names each by its place in the request: what is wrong with its body, or the status and reason that it would get alone. Put them right and send all of them again."
    IdempotencyKeyReused UNPROCESSABLE_ENTITY "idempotency-key-reused" "The Idempotency-Key was used for another request"
        "The same key came with another body within the last 24 hours. Use a new key for each new request, and the same key only to repeat one."
    ChecksFailed UNPROCESSABLE_ENTITY "checks-failed" "The article did not pass the checks"
        "A check that weighs `error` on this site found something, so the article was not published. `errors` names each place in the article, not in the request, with what to do there; `POST …/check` tells the same at any time. Change the article and publish it again; or, with `site:write`, change what the check weighs."
    PreconditionRequired PRECONDITION_REQUIRED "precondition-required" "If-Match is needed"
        "Changes need the version that they are based on: send the resource's ETag in If-Match, so that nobody's work is overwritten unseen."
    RateLimited TOO_MANY_REQUESTS "rate-limited" "Too many requests"
        "There were more requests from this address, or with this key, than its budget allows; or too many keys from this address were wrong. `RateLimit-Policy` tells the budget, `RateLimit` what is left of it. Wait for the seconds in Retry-After, and ask for less: answers may be kept as long as Cache-Control says."
    QuotaUsed TOO_MANY_REQUESTS "quota-used" "The day's quota is used up"
        "The contract allows so many requests a day (UTC), and they have been made. Retry-After tells the seconds until the next day."
    Internal INTERNAL_SERVER_ERROR "internal" "Internal failure"
        "Something went wrong on the server. Nothing was written. Tell the publisher the request_id."
    NotImplemented NOT_IMPLEMENTED "not-implemented" "There is none of this kind"
        "What is asked for is known to a standard that Kroniek follows, and is not made here, such as an embed in XML. Ask for another form; the operation's description tells which there are."
    Unavailable SERVICE_UNAVAILABLE "unavailable" "Unavailable for the moment"
        "The server or its database is overloaded, restarting or shutting down, or the database's disk is full. Nothing was written, but where `detail` says that it is not known. Try again after the seconds in Retry-After."
}

impl Code {
    /// The path that serves the explanation: the problem's `type`.
    pub fn path(self) -> String {
        format!("/problems/{}", self.slug())
    }

    /// The code of this name.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.slug() == slug)
    }

    /// Errors are not stored, but for a short time where a crawler would ask again and again (RFC 9111).
    pub fn cache_control(self) -> &'static str {
        match self {
            Code::NotFound | Code::Withdrawn => "public, max-age=5",
            _ => "no-store",
        }
    }
}
