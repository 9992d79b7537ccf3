//! What partners have read, written down; and what it lets them be told.

use std::time::Instant;

use diesel::QueryableByName;
use diesel::sql_types::{Array, BigInt, Bool, Integer, Nullable, Uuid as SqlUuid};
use diesel_async::RunQueryDsl;
use uuid::Uuid;

use crate::auth::Noted;
use crate::changes::Seq;
use crate::db::{NewsroomConn, fixed};
use crate::error::Result;
use crate::publishing::{Tx, wait_for_door};

/// Partners who are gone meanwhile are passed over. What another node has written of earlier and later readings stays.
const WRITE: &str = "
    INSERT INTO newsroom.partner_reads AS k (
        partner_id, article_id, first_epoch, first_seq, epoch, seq, text_epoch, text_seq, updates_epoch, updates_seq, first_at, last_at)
    SELECT p.id, s.article_id, s.first_epoch, s.first_seq, s.epoch, s.seq, s.text_epoch, s.text_seq, s.updates_epoch, s.updates_seq,
           clock_timestamp() - s.first_age * interval '1 millisecond', clock_timestamp() - s.last_age * interval '1 millisecond'
    FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) AS s (
        partner_id, article_id, first_epoch, first_seq, epoch, seq, text_epoch, text_seq, updates_epoch, updates_seq, first_age, last_age)
    JOIN newsroom.partners p ON p.id = s.partner_id
    ORDER BY p.id, s.article_id
    ON CONFLICT (partner_id, article_id) DO UPDATE SET
        first_seq = CASE WHEN (EXCLUDED.first_epoch, EXCLUDED.first_seq) < (k.first_epoch, k.first_seq) THEN EXCLUDED.first_seq ELSE k.first_seq END,
        first_epoch = least(k.first_epoch, EXCLUDED.first_epoch),
        seq = CASE WHEN (EXCLUDED.epoch, EXCLUDED.seq) > (k.epoch, k.seq) THEN EXCLUDED.seq ELSE k.seq END,
        epoch = greatest(k.epoch, EXCLUDED.epoch),
        text_seq = CASE WHEN k.text_seq IS NULL OR (EXCLUDED.text_epoch, EXCLUDED.text_seq) > (k.text_epoch, k.text_seq)
                        THEN EXCLUDED.text_seq ELSE k.text_seq END,
        text_epoch = greatest(k.text_epoch, EXCLUDED.text_epoch),
        updates_seq = CASE WHEN k.updates_seq IS NULL OR (EXCLUDED.updates_epoch, EXCLUDED.updates_seq) > (k.updates_epoch, k.updates_seq)
                           THEN EXCLUDED.updates_seq ELSE k.updates_seq END,
        updates_epoch = greatest(k.updates_epoch, EXCLUDED.updates_epoch),
        first_at = least(k.first_at, EXCLUDED.first_at),
        last_at = greatest(k.last_at, EXCLUDED.last_at)";

/// Writes readings down. By the database's clock: a node tells only how long ago a reading was.
///
/// # Errors
/// The database.
pub async fn keep(conn: &mut NewsroomConn, noted: &[Noted]) -> Result<()> {
    let age = |at: Instant| i64::try_from(at.elapsed().as_millis()).unwrap_or(i64::MAX);
    let ages = |of: fn(&Noted) -> Instant| noted.iter().map(|one| age(of(one))).collect();
    let (partners, articles) = pairs(noted);
    let (first_epochs, first_numbers) = split(noted, |one| one.first);
    let (epochs, numbers) = split(noted, |one| one.last);
    let (text_epochs, text_numbers) = split_known(noted, |one| one.text);
    let (updates_epochs, updates_numbers) = split_known(noted, |one| one.updates);
    fixed(WRITE)
        .bind::<Array<SqlUuid>, _>(partners)
        .bind::<Array<SqlUuid>, _>(articles)
        .bind::<Array<Integer>, _>(first_epochs)
        .bind::<Array<BigInt>, _>(first_numbers)
        .bind::<Array<Integer>, _>(epochs)
        .bind::<Array<BigInt>, _>(numbers)
        .bind::<Array<Nullable<Integer>>, _>(text_epochs)
        .bind::<Array<Nullable<BigInt>>, _>(text_numbers)
        .bind::<Array<Nullable<Integer>>, _>(updates_epochs)
        .bind::<Array<Nullable<BigInt>>, _>(updates_numbers)
        .bind::<Array<BigInt>, Vec<i64>>(ages(|one| one.first_at))
        .bind::<Array<BigInt>, Vec<i64>>(ages(|one| one.last_at))
        .execute(&mut **conn)
        .await?;
    Ok(())
}

fn pairs(noted: &[Noted]) -> (Vec<Uuid>, Vec<Uuid>) {
    noted.iter().map(|one| (one.partner, one.article)).unzip()
}

fn split(noted: &[Noted], of: fn(&Noted) -> Seq) -> (Vec<i32>, Vec<i64>) {
    let seqs = noted.iter().map(of);
    seqs.map(|seq| (seq.epoch, seq.number)).unzip()
}

fn split_known(
    noted: &[Noted],
    of: fn(&Noted) -> Option<Seq>,
) -> (Vec<Option<i32>>, Vec<Option<i64>>) {
    let seqs = noted.iter().map(of);
    seqs.map(|seq| (seq.map(|it| it.epoch), seq.map(|it| it.number)))
        .unzip()
}

/// A partner and an article.
pub type Which = (Uuid, Uuid);

#[derive(QueryableByName)]
struct Found {
    #[diesel(sql_type = SqlUuid)]
    partner_id: Uuid,
    #[diesel(sql_type = SqlUuid)]
    article_id: Uuid,
}

/// What happened to an article `n` after its first reading `b`, of which it was not known whom it concerns.
macro_rules! unknown {
    () => {
        "NOT EXISTS (SELECT FROM newsroom.notice_partners c WHERE c.partner_id = b.partner_id AND c.notice_id = n.id AND c.has_read)"
    };
}

/// Indexes: the primary keys of `partners`, `partner_reads` and `notice_partners`, `notices_article`.
const UNKNOWN: &str = concat!(
    "SELECT DISTINCT b.partner_id, b.article_id FROM unnest($1, $2) AS s (partner_id, article_id)
    JOIN newsroom.partners p ON p.id = s.partner_id
    JOIN newsroom.partner_reads b ON b.partner_id = p.id AND b.article_id = s.article_id
    JOIN newsroom.notices n ON n.article_id = b.article_id AND (b.first_epoch, b.first_seq) < (n.epoch, n.seq)
    WHERE ",
    unknown!()
);

/// Indexes: `notices_newest`, `partner_reads_article`, the primary key of `notice_partners`.
const UNKNOWN_OF_A_DAY: &str = concat!(
    "SELECT DISTINCT b.partner_id, b.article_id FROM newsroom.notices n
    JOIN newsroom.partner_reads b ON b.article_id = n.article_id AND (b.first_epoch, b.first_seq) < (n.epoch, n.seq)
    JOIN newsroom.partners p ON p.id = b.partner_id
    WHERE n.at > clock_timestamp() - interval '1 day' AND ",
    unknown!(),
    " LIMIT $1"
);

/// What others may hold of it, before the counter is locked.
const HOLD: &str = "
    SELECT k.partner_id, n.article_id FROM unnest($1, $2) AS s (partner_id, article_id)
    JOIN newsroom.notices n ON n.article_id = s.article_id
    JOIN newsroom.notice_partners k ON k.partner_id = s.partner_id AND k.notice_id = n.id
    ORDER BY k.partner_id, k.notice_id FOR UPDATE OF k";

/// Those whom it concerned by their contract were told of it with its change, unless that has ended or been changed since. What is published again is
/// not told to be taken down.
const CONCERN: &str = concat!(
    "INSERT INTO newsroom.notice_partners AS k (partner_id, notice_id, seq, at, has_read)
    SELECT b.partner_id, n.id, CASE WHEN n.kind = 'kill' AND a.status = 'published' THEN n.seq ELSE $3 END, n.at, true
    FROM unnest($1, $2) AS s (partner_id, article_id)
    JOIN newsroom.partners p ON p.id = s.partner_id
    JOIN newsroom.partner_reads b ON b.partner_id = p.id AND b.article_id = s.article_id
    JOIN newsroom.notices n ON n.article_id = b.article_id AND (b.first_epoch, b.first_seq) < (n.epoch, n.seq)
    LEFT JOIN newsroom.articles a ON a.id = n.article_id
    WHERE ",
    unknown!(),
    " ON CONFLICT (partner_id, notice_id) DO UPDATE SET has_read = true, seq = CASE
        WHEN EXISTS (SELECT FROM newsroom.partners p WHERE p.id = k.partner_id AND (p.modified_at > k.at OR p.ends_at <= clock_timestamp()))
        THEN EXCLUDED.seq ELSE k.seq END
    RETURNING k.seq = $3 AS yes"
);

#[derive(QueryableByName)]
struct Yes {
    #[diesel(sql_type = Bool)]
    yes: bool,
}

/// Those of these readings that a notice concerns of which it was not known. Whatever passes the door from now on sees them.
///
/// # Errors
/// The database.
pub async fn unknown(conn: &mut NewsroomConn, noted: &[Noted]) -> Result<Vec<Which>> {
    wait_for_door(conn).await?;
    let (partners, articles) = pairs(noted);
    let found: Vec<Found> = fixed(UNKNOWN)
        .bind::<Array<SqlUuid>, _>(partners)
        .bind::<Array<SqlUuid>, _>(articles)
        .load(&mut **conn)
        .await?;
    Ok(found.into_iter().map(which).collect())
}

/// The same of all that was told within a day, so many at most: what a node that was killed has written down and no more.
///
/// # Errors
/// The database.
pub async fn unknown_of_a_day(conn: &mut NewsroomConn, most: usize) -> Result<Vec<Which>> {
    let found: Vec<Found> = fixed(UNKNOWN_OF_A_DAY)
        .bind::<BigInt, _>(i64::try_from(most).unwrap_or(i64::MAX))
        .load(&mut **conn)
        .await?;
    Ok(found.into_iter().map(which).collect())
}

fn which(found: Found) -> Which {
    (found.partner_id, found.article_id)
}

/// Has such notices concern them; tells whether there is one that they are still to be told of, by the change to come.
///
/// # Errors
/// The database.
pub async fn concern(tx: &mut Tx, which: &[Which]) -> Result<bool> {
    let (partners, articles): (Vec<Uuid>, Vec<Uuid>) = which.iter().copied().unzip();
    let _: Vec<Found> = fixed(HOLD)
        .bind::<Array<SqlUuid>, _>(&partners)
        .bind::<Array<SqlUuid>, _>(&articles)
        .load(&mut ***tx)
        .await?;
    let seq = tx.lock_log().await?;
    let concerned: Vec<Yes> = fixed(CONCERN)
        .bind::<Array<SqlUuid>, _>(partners)
        .bind::<Array<SqlUuid>, _>(articles)
        .bind::<BigInt, _>(seq.number)
        .load(&mut ***tx)
        .await?;
    Ok(concerned.iter().any(|row| row.yes))
}

/// Rows of partners who are gone, so many at a time. Each table has an index that begins with the partner, by which it is leapt from one to the next.
macro_rules! orphans {
    ($table:literal) => {
        concat!(
            "WITH RECURSIVE those AS (
        (SELECT partner_id FROM newsroom.",
            $table,
            " ORDER BY partner_id LIMIT 1)
        UNION ALL
        SELECT (SELECT r.partner_id FROM newsroom.",
            $table,
            " r WHERE r.partner_id > those.partner_id ORDER BY r.partner_id LIMIT 1)
        FROM those WHERE those.partner_id IS NOT NULL
    )
    DELETE FROM newsroom.",
            $table,
            " WHERE ctid = ANY(ARRAY(
        SELECT r.ctid FROM those t JOIN newsroom.",
            $table,
            " r ON r.partner_id = t.partner_id
        WHERE NOT EXISTS (SELECT FROM newsroom.partners p WHERE p.id = t.partner_id) LIMIT $1))"
        )
    };
}

/// What is kept of partners, from the fewest.
const ORPHANS: [&str; 3] = [
    orphans!("acknowledgements"),
    orphans!("notice_partners"),
    orphans!("partner_reads"),
];

/// Removes up to so many rows of each kind that is kept of partners who are gone; tells whether there may be more.
///
/// # Errors
/// The database.
pub async fn clean(conn: &mut NewsroomConn, most: usize) -> Result<bool> {
    let limit = i64::try_from(most).unwrap_or(i64::MAX);
    let mut more = false;
    for sql in ORPHANS {
        let removed = fixed(sql)
            .bind::<BigInt, _>(limit)
            .execute(&mut **conn)
            .await?;
        more |= removed >= most;
    }
    Ok(more)
}
