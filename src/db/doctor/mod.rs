//! The checks of `kroniek doctor`: each a name, a state, and a sentence that says what is so and what to do. They change nothing.

pub(in crate::db) mod questions;

use diesel::QueryResult;
use diesel_async::AsyncPgConnection;
use secrecy::SecretString;
use serde::Serialize;

use super::{Address, Trust, roles};
use crate::changes::Seq;
use questions::{Renderings, Shape, Standby};

/// What a check found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// As it should be.
    Ok,
    /// It works, but somebody should look.
    Warning,
    /// It does not work.
    Failed,
}

impl State {
    /// As printed.
    pub fn as_str(self) -> &'static str {
        match self {
            State::Ok => "ok",
            State::Warning => "warning",
            State::Failed => "failed",
        }
    }
}

/// One check.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Check {
    /// What was looked at.
    pub name: &'static str,
    /// What was found.
    pub state: State,
    /// What is so, and what to do.
    pub detail: String,
}

impl Check {
    /// A check of this name.
    pub fn new(name: &'static str, state: State, detail: impl Into<String>) -> Self {
        Self {
            name,
            state,
            detail: detail.into(),
        }
    }
}

/// What is examined.
pub struct Patient<'a> {
    /// The owner's address.
    pub owner: &'a Address,
    /// Delivery's address, where one is told.
    pub delivery: Option<&'a Address>,
    /// The replica's address, where one is told.
    pub replica: Option<&'a Address>,
    /// The password of the login that Kroniek makes.
    pub password: &'a SecretString,
}

/// Examines a database; what can't be asked without an answer to something else is left out.
pub async fn examine(patient: &Patient<'_>) -> Vec<Check> {
    let mut conn = match patient.owner.establish().await {
        Ok(conn) => conn,
        Err(error) => return vec![Check::new("database", State::Failed, error.to_string())],
    };
    let mut found = vec![
        database(&mut conn, patient.owner).await,
        tls(&mut conn, patient.owner).await,
        clock(&mut conn).await,
    ];
    let (shape, whole) = migrations(&mut conn).await;
    found.push(shape);
    if !whole {
        return found;
    }
    found.push(logins(&mut conn, patient).await);
    found.push(renderer(&mut conn).await);
    found.push(search(&mut conn).await);
    found.push(log(&mut conn).await);
    found.push(site(&mut conn).await);
    if let Some(replica) = patient.replica {
        found.push(replica_check(&mut conn, patient, replica).await);
    }
    found
}

/// A check of what the database answers.
fn answered<T>(
    name: &'static str,
    answer: QueryResult<T>,
    judge: impl FnOnce(T) -> (State, String),
) -> Check {
    match answer {
        Ok(answer) => {
            let (state, detail) = judge(answer);
            Check::new(name, state, detail)
        }
        Err(error) => Check::new(name, State::Failed, format!("can't be asked: {error}")),
    }
}

async fn database(conn: &mut AsyncPgConnection, owner: &Address) -> Check {
    answered("database", questions::version(conn).await, |version| {
        let found = format!("PostgreSQL {}, {}", version.words, owner.target());
        if version.number >= 140_000 {
            return (State::Ok, found);
        }
        let detail = format!("{found}: too old. Bring the server to PostgreSQL 14 or newer");
        (State::Failed, detail)
    })
}

async fn tls(conn: &mut AsyncPgConnection, owner: &Address) -> Check {
    let trust = owner.trust();
    answered("tls", questions::encryption(conn).await, |encryption| {
        let verified = matches!(trust, Trust::Signed(_) | Trust::Named(_));
        let mode = trust.as_str();
        match encryption {
            Some(cipher) if verified || owner.is_local() => {
                (State::Ok, format!("{cipher}, sslmode={mode}"))
            }
            Some(cipher) => (
                State::Warning,
                format!("{cipher}, but with sslmode={mode} nobody looks at who the server is. Say sslmode=verify-full, with sslrootcert=PATH where this system does not know the root"),
            ),
            None if owner.is_local() => (State::Ok, "not used: the database is on this machine".to_owned()),
            None => (
                State::Warning,
                "not used, and the database is on another machine. Turn ssl on there and say sslmode=verify-full, unless nobody else is on that network".to_owned(),
            ),
        }
    })
}

async fn search(conn: &mut AsyncPgConnection) -> Check {
    answered(
        "search",
        questions::unsearchable(conn).await,
        |count| match count {
            0 => (State::Ok, "finds every published article".to_owned()),
            count => (
                State::Warning,
                format!(
                    "does not find {count} articles yet, which an older version has published. `kroniek serve` makes them findable beside its work; `kroniek rebuild` does so at once"
                ),
            ),
        },
    )
}

async fn clock(conn: &mut AsyncPgConnection) -> Check {
    answered("clock", questions::clock_ahead(conn).await, judge_clock)
}

/// More than a second apart is told: keys and cursors end by the database's clock, logs are read by this one's.
fn judge_clock(ahead: f64) -> (State, String) {
    let apart = format!("{:.3} s", ahead.abs());
    if ahead.abs() <= 1.0 {
        return (State::Ok, format!("{apart} from the database's"));
    }
    let way = if ahead > 0.0 { "behind" } else { "ahead of" };
    let detail = format!(
        "this machine's is {apart} {way} the database's. Have both kept by a time service (NTP)"
    );
    (State::Warning, detail)
}

/// Whether all that this program needs is there, too.
async fn migrations(conn: &mut AsyncPgConnection) -> (Check, bool) {
    let shape = questions::shape(conn).await;
    let whole = shape.as_ref().is_ok_and(|shape| shape.pending.is_empty());
    (answered("migrations", shape, judge_shape), whole)
}

fn judge_shape(shape: Shape) -> (State, String) {
    let Shape {
        applied,
        pending,
        unknown,
    } = shape;
    if !pending.is_empty() {
        let detail = format!(
            "{applied} applied, {} pending ({}). Run `kroniek migrate`",
            pending.len(),
            pending.join(", ")
        );
        return (State::Failed, detail);
    }
    if unknown.is_empty() {
        return (State::Ok, format!("{applied} applied, none pending"));
    }
    let detail = format!(
        "all {applied} applied, and {} that this version does not know ({}). A newer Kroniek works on this database: bring this one up to it",
        unknown.len(),
        unknown.join(", ")
    );
    (State::Warning, detail)
}

/// The address that delivery reads by.
async fn reading(
    conn: &mut AsyncPgConnection,
    patient: &Patient<'_>,
) -> Result<Address, roles::RoleError> {
    match patient.delivery {
        Some(told) => Ok(told.clone()),
        None => roles::made_login(conn, patient.owner, patient.password).await,
    }
}

async fn logins(conn: &mut AsyncPgConnection, patient: &Patient<'_>) -> Check {
    let failed = |error: &dyn std::fmt::Display, advice: &str| {
        Check::new("logins", State::Failed, format!("{error}{advice}"))
    };
    let address = match reading(conn, patient).await {
        Ok(address) => address,
        Err(error) => return failed(&error, ""),
    };
    let mut conn = match address.establish().await {
        Ok(conn) => conn,
        Err(error) if patient.delivery.is_some() => return failed(&error, ""),
        Err(error) => {
            let advice = ". Delivery's login is made, and given the password of this secret, by `kroniek migrate` or `serve`; if nodes run, give this command the KRONIEK_SECRET that they have";
            return failed(&error, advice);
        }
    };
    match roles::check_wall(&mut conn).await {
        Ok(login) => {
            let detail =
                format!("delivery reads as {login}, which sees what is published and nothing else");
            Check::new("logins", State::Ok, detail)
        }
        Err(error) => failed(&error, ""),
    }
}

async fn renderer(conn: &mut AsyncPgConnection) -> Check {
    let judge = |Renderings { older, newer }| match (older, newer) {
        (0, 0) => (
            State::Ok,
            "every text is of this version's renderer".to_owned(),
        ),
        (0, _) => (
            State::Warning,
            format!(
                "{newer} texts were made by a newer renderer. A newer Kroniek works on this database: bring this one up to it"
            ),
        ),
        (_, _) => (
            State::Warning,
            format!("{older} texts were made by an older renderer. Run `kroniek rebuild`"),
        ),
    };
    answered("renderer", questions::renderings(conn).await, judge)
}

async fn log(conn: &mut AsyncPgConnection) -> Check {
    answered("log", questions::log_head(conn).await, |head| {
        match head {
        Some(seq) => (
            State::Ok,
            format!("epoch {}, {} changes", seq.epoch, seq.number),
        ),
        None => (
            State::Failed,
            "the row of delivery.head is gone, and nothing can be published. Restore the database from a backup".to_owned(),
        ),
    }
    })
}

/// A site that nobody has told where it is gives addresses to readers that lead nowhere.
async fn site(conn: &mut AsyncPgConnection) -> Check {
    answered("site", questions::public_url(conn).await, |url| {
        if url != questions::NO_PUBLIC_URL {
            return (State::Ok, format!("its pages are at {url}"));
        }
        let detail = format!(
            "its public_url is still {url}, and every address that readers get begins with it. Tell where the frontend is with PATCH /v1/manage/site"
        );
        (State::Warning, detail)
    })
}

async fn replica_check(
    conn: &mut AsyncPgConnection,
    patient: &Patient<'_>,
    replica: &Address,
) -> Check {
    let warning = |detail: String| Check::new("replica", State::Warning, detail);
    let login = match reading(conn, patient).await {
        Ok(login) => login,
        Err(error) => return warning(error.to_string()),
    };
    let primary = questions::log_head(conn).await;
    let mut there = match replica.clone().as_login_of(&login).establish().await {
        Ok(there) => there,
        Err(error) => {
            return warning(format!(
                "{error}. The primary is read until it can be reached"
            ));
        }
    };
    let found = questions::standby(&mut there).await;
    let Ok(Some(head)) = primary else {
        return warning("the primary has no log to compare it with".to_owned());
    };
    answered("replica", found, |replica| judge_replica(&replica, head))
}

fn judge_replica(replica: &Standby, primary: Seq) -> (State, String) {
    if !replica.is_standby {
        let detail = "is no standby of the primary: it takes writes of its own, and may hold anything. Set it up as a streaming replica, or leave DATABASE_REPLICA_URL out";
        return (State::Warning, detail.to_owned());
    }
    if replica.epoch != primary.epoch {
        let detail = format!(
            "is of epoch {}, the primary of {}: nothing is read from it until it follows. Set it up anew",
            replica.epoch, primary.epoch
        );
        return (State::Warning, detail);
    }
    match primary.number - replica.seq {
        ..=0 => (State::Ok, "has all changes of the primary".to_owned()),
        behind => (
            State::Warning,
            format!(
                "is {behind} changes behind, and is not read until it has them. Look at its replay if that lasts"
            ),
        ),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)] // a test that panics has failed, as it should

    use super::{State, judge_clock, judge_shape, questions::Shape};

    #[test]
    fn clocks_more_than_a_second_apart_are_told_with_the_way() {
        assert_eq!(judge_clock(0.02).0, State::Ok);
        assert_eq!(judge_clock(-1.0).0, State::Ok);
        let (state, detail) = judge_clock(1.5);
        assert!(
            state == State::Warning && detail.contains("1.500 s behind"),
            "{detail}"
        );
        let (state, detail) = judge_clock(-3600.0);
        assert!(
            state == State::Warning && detail.contains("ahead of"),
            "{detail}"
        );
    }

    #[test]
    fn what_is_pending_weighs_more_than_what_is_unknown() {
        let shape = |pending: &[&str], unknown: &[&str]| Shape {
            applied: 3,
            pending: pending.iter().map(ToString::to_string).collect(),
            unknown: unknown.iter().map(ToString::to_string).collect(),
        };
        assert_eq!(judge_shape(shape(&[], &[])).0, State::Ok);
        assert_eq!(judge_shape(shape(&[], &["2030"])).0, State::Warning);
        let (state, detail) = judge_shape(shape(&["2026"], &["2030"]));
        assert!(
            state == State::Failed && detail.contains("kroniek migrate"),
            "{detail}"
        );
    }
}
