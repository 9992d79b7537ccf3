//! What posts of an export refer to, laid aside in temporary tables.

use diesel::prelude::*;
use diesel::sql_types::{Array, Double, Nullable, Text};
use diesel_async::{RunQueryDsl, SimpleAsyncConnection};

use crate::db::NewsroomConn;
use crate::error::Result;

/// A row laid aside.
#[derive(Debug)]
pub struct Laid {
    /// What it is: `tag`, `user` or `meta`.
    pub kind: &'static str,
    /// Its id; of `meta` the post's.
    pub id: String,
    /// What it says, as JSON.
    pub row: String,
}

/// That something belongs to a post.
#[derive(Debug)]
pub struct Joined {
    /// What it is: `tag` or `user`.
    pub kind: &'static str,
    /// The post.
    pub post: String,
    /// Its id.
    pub other: String,
    /// Its place among the others.
    pub position: f64,
}

/// What belongs to a post.
#[derive(Debug, QueryableByName)]
pub struct Belonging {
    /// What it is: `tag`, `user` or `meta`.
    #[diesel(sql_type = Text)]
    pub kind: String,
    /// Its id.
    #[diesel(sql_type = Text)]
    pub id: String,
    /// What it says, as JSON; none when it is missing from the file.
    #[diesel(sql_type = Nullable<Text>)]
    pub row: Option<String>,
}

/// Makes the temporary tables of this connection.
///
/// # Errors
/// The owner may not make temporary tables; the database.
pub async fn lay_out(conn: &mut NewsroomConn) -> Result<()> {
    let tables = "
        DROP TABLE IF EXISTS import_laid, import_joined;
        CREATE TEMPORARY TABLE import_laid (kind text, id text, row text NOT NULL, PRIMARY KEY (kind, id));
        CREATE TEMPORARY TABLE import_joined (
            place bigint GENERATED ALWAYS AS IDENTITY, kind text NOT NULL, post text NOT NULL, other text NOT NULL, position float8 NOT NULL
        );
        CREATE INDEX import_joined_post ON import_joined (post);";
    Ok(conn.batch_execute(tables).await?)
}

/// Lays rows aside. Of two with one id the first counts.
///
/// # Errors
/// The database.
pub async fn lay(conn: &mut NewsroomConn, rows: &[Laid]) -> Result<()> {
    diesel::sql_query(
        "INSERT INTO import_laid SELECT * FROM unnest($1, $2, $3) ON CONFLICT (kind, id) DO NOTHING",
    )
    .bind::<Array<Text>, _>(rows.iter().map(|row| row.kind).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(rows.iter().map(|row| row.row.as_str()).collect::<Vec<_>>())
    .execute(&mut **conn)
    .await?;
    Ok(())
}

/// Lays aside what belongs to which post.
///
/// # Errors
/// The database.
pub async fn join(conn: &mut NewsroomConn, rows: &[Joined]) -> Result<()> {
    diesel::sql_query(
        "INSERT INTO import_joined (kind, post, other, position) SELECT * FROM unnest($1, $2, $3, $4)",
    )
    .bind::<Array<Text>, _>(rows.iter().map(|row| row.kind).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(rows.iter().map(|row| row.post.as_str()).collect::<Vec<_>>())
    .bind::<Array<Text>, _>(rows.iter().map(|row| row.other.as_str()).collect::<Vec<_>>())
    .bind::<Array<Double>, _>(rows.iter().map(|row| row.position).collect::<Vec<_>>())
    .execute(&mut **conn)
    .await?;
    Ok(())
}

/// What belongs to this post, tags and authors in their order; `author` where the post names one itself and no row does. At most a thousand of
/// each.
///
/// # Errors
/// The database.
pub async fn belongings(
    conn: &mut NewsroomConn,
    post: &str,
    author: Option<&str>,
) -> Result<Vec<Belonging>> {
    let found = diesel::sql_query(
        "(SELECT j.kind, j.other AS id, l.row
          FROM import_joined j LEFT JOIN import_laid l ON l.kind = j.kind AND l.id = j.other
          WHERE j.post = $1 ORDER BY j.position, j.place LIMIT 2000)
         UNION ALL
         SELECT kind, id, row FROM import_laid WHERE kind = 'meta' AND id = $1
         UNION ALL
         SELECT 'user', $2, (SELECT row FROM import_laid WHERE kind = 'user' AND id = $2)
         WHERE $2 IS NOT NULL AND NOT EXISTS (SELECT FROM import_joined WHERE post = $1 AND kind = 'user')",
    )
    .bind::<Text, _>(post)
    .bind::<Nullable<Text>, _>(author);
    Ok(found.load(&mut **conn).await?)
}
