//! Database errors as problems: a constraint's name becomes the error that its violation means.

use actix_web::http::header::{self, HeaderValue};
use diesel::result::{DatabaseErrorInformation, DatabaseErrorKind, Error as DieselError};

use crate::error::{Code, Error};

impl From<DieselError> for Error {
    fn from(error: DieselError) -> Self {
        match error {
            DieselError::NotFound => Error::not_found(),
            DieselError::DatabaseError(kind, info) => violation(&kind, info.as_ref()),
            DieselError::BrokenTransactionManager => away(&"broken transaction"),
            other => Error::internal(other),
        }
    }
}

fn away(cause: &dyn std::fmt::Display) -> Error {
    tracing::warn!(%cause, "the database went away");
    Error::unavailable(UNAVAILABLE)
}

fn severed(cause: &dyn std::fmt::Display) -> Error {
    tracing::warn!(%cause, "the connection to the database broke");
    Error::severed(UNAVAILABLE)
}

const UNAVAILABLE: &str =
    "The database is not available at the moment. Nothing was written. Try again shortly.";

/// What the server says of SQLSTATE 53100, whatever it was about to write.
const NO_SPACE: &str = "No space left on device";

fn full(cause: &dyn std::fmt::Display) -> Error {
    tracing::error!(%cause, "the disk of the database is full: nothing can be written until there is room");
    let detail = "The disk of the database is full. Nothing was written. Tell the publisher, and try again later.";
    Error::new(Code::Unavailable, detail)
        .header(header::RETRY_AFTER, HeaderValue::from_static("10"))
}

fn violation(kind: &DatabaseErrorKind, info: &dyn DatabaseErrorInformation) -> Error {
    match kind {
        DatabaseErrorKind::UniqueViolation | DatabaseErrorKind::ForeignKeyViolation => {
            match info.constraint_name() {
                Some("slugs_pkey") => Error::new(
                    Code::SlugTaken,
                    "This slug was taken a moment ago. Choose another.",
                ),
                Some(name) if matches!(kind, DatabaseErrorKind::ForeignKeyViolation) => {
                    in_use(name)
                }
                _ => Error::internal(info.message()),
            }
        }
        DatabaseErrorKind::ClosedConnection | DatabaseErrorKind::UnableToSendCommand => {
            severed(&info.message())
        }
        _ if info.message().contains(NO_SPACE) => full(&info.message()),
        _ if has(info.message(), SEVERED) => severed(&info.message()),
        _ if has(info.message(), TRANSIENT) => given_up(info.message()),
        _ => Error::internal(info.message()),
    }
}

/// What the server gave up, of its own accord or since it is not there; told why where it says so.
fn given_up(message: &str) -> Error {
    let known = GIVEN_UP.iter().find(|(words, _)| message.contains(words));
    let Some((_, detail)) = known else {
        return away(&message);
    };
    tracing::warn!(cause = message, "the database gave a statement up");
    Error::unavailable(detail)
}

/// A row went, or came to be referred to, while this request was at work.
fn in_use(constraint: &str) -> Error {
    let what = match constraint {
        "article_versions_section" => {
            "A version of an article is in this section, or the section was just removed."
        }
        "article_version_authors_author" | "update_version_authors_author" => {
            "A version of an article or update names this author, or the author was just removed."
        }
        "article_version_entities_entity" => {
            "A version of an article names this entity, or the entity was just removed."
        }
        "article_version_related_article" => {
            "Another article picks this one as related, or it was just removed."
        }
        _ => "Something refers to it, or what it refers to was just removed.",
    };
    Error::new(
        Code::InUse,
        format!("{what} Read both again before the next try."),
    )
}

/// diesel tells no SQLSTATE, only the server's words; ours run in the C locale, and these are the time-outs and refusals among them.
const TRANSIENT: &[&str] = &[
    "canceling statement due to",
    "the database system is",
    "could not serialize access",
    "deadlock detected",
    "out of shared memory",
    "remaining connection slots",
    "too many clients",
    "cannot execute",
    // What was sent behind a statement that failed: that one is the cause.
    "current transaction is aborted",
];

/// What is told of those that are nobody's absence.
const GIVEN_UP: &[(&str, &str)] = &[
    (
        "statement timeout",
        "This took too long, and was given up. Nothing was written. Try again shortly, or ask for less at once.",
    ),
    (
        "lock timeout",
        "Another write holds what this one needs, and did not end in time. Nothing was written. Try again shortly.",
    ),
    (
        "deadlock detected",
        "This write and another waited for each other, and this one was given up. Nothing was written. Send it again.",
    ),
    (
        "could not serialize access",
        "Another write came in between. Nothing was written. Send it again.",
    ),
];

/// The same of connections that end.
const SEVERED: &[&str] = &["terminating connection", "connection closed"];

fn has(message: &str, any: &[&str]) -> bool {
    any.iter().any(|words| message.contains(words))
}
