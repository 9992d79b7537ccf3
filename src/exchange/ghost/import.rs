//! Loading an export: what Ghost's own files add to what every import does.

use std::fs::File;

use super::convert::{Around, Found, arrival, fingerprint, guid};
use super::queries::{self, Belonging, Joined, Laid};
use super::reader::{Join, Meta, Post, Reader, Record, Setting, Wanted};
use crate::db::{NewsroomConn, Pools};
use crate::error::{Error, Result};
use crate::exchange::import::{self, Arrival, Categories, Export, ImportError, Known, Names};
use crate::exchange::report::Report;
use crate::publishing::Tx;
use crate::site::queries::newsroom as site;
use crate::values::WebUrl;

/// How to import.
#[derive(Debug)]
pub struct Options {
    /// What every import is told.
    pub common: import::Options,
    /// The address of the Ghost site, for which its exports only have a sign; the publication's own when none.
    pub url: Option<WebUrl>,
}

/// Imports an export. `progress` is told how many bytes of how many have been read, both passes together.
///
/// # Errors
/// See [`ImportError`].
pub async fn import(
    pools: &Pools,
    options: &Options,
    progress: impl FnMut(u64, u64),
) -> Result<Report, ImportError> {
    let first_is_section = options.common.categories == Categories::Section;
    let base = options.url.as_ref().map(ToString::to_string);
    let export = Ghost {
        around: Around {
            base: base.unwrap_or_default(),
            language: None,
            first_is_section,
        },
        source: "ghost".to_owned(),
        is_laid_aside: false,
        laid: Vec::new(),
        joined: Vec::new(),
    };
    import::run(pools, &options.common, export, progress).await
}

/// A Ghost export.
struct Ghost {
    around: Around,
    source: String,
    is_laid_aside: bool,
    /// Rows that wait to be laid aside together.
    laid: Vec<Laid>,
    joined: Vec<Joined>,
}

/// How many rows are laid aside at once; of rows that tie, ten times as many, since they are short.
const ROWS: usize = 100;

impl Export for Ghost {
    const COMMAND: &'static str = "import ghost";
    const NAMES: Names = Names {
        article: "post",
        id: "id",
    };
    type Records = Reader;
    type Item = Found;

    fn open(&self, file: File) -> Reader {
        let wanted = if self.is_laid_aside {
            Wanted::Posts
        } else {
            Wanted::Others
        };
        Reader::open(file, wanted)
    }

    async fn lay_out(&mut self, conn: &mut NewsroomConn) -> Result<()> {
        queries::lay_out(conn).await
    }

    async fn lay_aside(
        &mut self,
        conn: &mut NewsroomConn,
        record: Record,
        report: &mut Report,
    ) -> Result<(), ImportError> {
        match record {
            Record::Tag(tag) => {
                if tag.is_internal {
                    report.note("skipped: internal tag", &tag.name)?;
                }
                self.laid.push(laid("tag", &tag.id, &tag)?);
            }
            Record::User(user) => self.laid.push(laid("user", &user.id, &user)?),
            Record::Meta(meta) => self.laid.push(laid("meta", &meta.post_id, &meta)?),
            Record::PostTag(join) => self.joined.push(joined("tag", join)),
            Record::PostAuthor(join) => self.joined.push(joined("user", join)),
            Record::Setting(setting) => self.setting(setting),
            Record::Skipped { what, reason } => skip(report, &what, &reason)?,
            Record::Post(_) => {}
        }
        if self.laid.len() >= ROWS || self.joined.len() >= 10 * ROWS {
            self.lay_down(conn).await?;
        }
        Ok(())
    }

    async fn laid_aside(
        &mut self,
        conn: &mut NewsroomConn,
        _report: &mut Report,
    ) -> Result<String, ImportError> {
        self.lay_down(conn).await?;
        self.is_laid_aside = true;
        if self.around.base.is_empty() {
            self.around.base = site::get(conn).await?.public_url;
        }
        self.around
            .base
            .truncate(self.around.base.trim_end_matches('/').len());
        Ok(self.source.clone())
    }

    async fn find(
        &mut self,
        tx: &mut Tx,
        record: Record,
        report: &mut Report,
    ) -> Result<Option<Known<Found>>, ImportError> {
        let post = match record {
            Record::Post(post) => *post,
            Record::Skipped { what, reason } => {
                skip(report, &what, &reason)?;
                return Ok(None);
            }
            _ => return Ok(None),
        };
        if !matches!(
            post.status.as_str(),
            "published" | "draft" | "scheduled" | "sent"
        ) {
            let status: String = post.status.chars().take(40).collect();
            skip(report, &post.title, &format!("of status {status}"))?;
            return Ok(None);
        }
        let belongings = queries::belongings(tx, &post.id, post.author_id.as_deref()).await?;
        let found = gather(post, belongings, report)?;
        Ok(Some(Known {
            id: guid(&found.post),
            is_page: found.post.is_page,
            title: found.post.title.clone(),
            fingerprint: fingerprint(&found, &self.around.base),
            item: found,
        }))
    }

    fn arrival(&self, item: Found) -> Arrival {
        arrival(item, &self.around)
    }
}

impl Ghost {
    /// The few settings that matter. An export does not tell its site's address; the row of the site's title is as old as the site, so its id tells
    /// one site from another where ids are more than numbers.
    fn setting(&mut self, setting: Setting) {
        let Setting { id, key, value } = setting;
        match key.as_str() {
            "title" if id.len() == 24 => self.source = format!("ghost:{id}"),
            "locale" | "lang" | "default_locale" | "defaultLang" if !value.is_empty() => {
                self.around.language = Some(value);
            }
            _ => {}
        }
    }

    async fn lay_down(&mut self, conn: &mut NewsroomConn) -> Result<()> {
        queries::lay(conn, &std::mem::take(&mut self.laid)).await?;
        queries::join(conn, &std::mem::take(&mut self.joined)).await
    }
}

fn skip(report: &mut Report, what: &str, reason: &str) -> std::io::Result<()> {
    report.note(&format!("skipped: {reason}"), what)
}

fn laid(kind: &'static str, id: &str, row: &impl serde::Serialize) -> Result<Laid> {
    Ok(Laid {
        kind,
        id: id.to_owned(),
        row: serde_json::to_string(row).map_err(Error::internal)?,
    })
}

fn joined(kind: &'static str, join: Join) -> Joined {
    Joined {
        kind,
        post: join.post_id,
        other: join.other_id,
        position: join.order,
    }
}

/// A post with what belongs to it; what is missing from the file is told.
fn gather(
    post: Post,
    belongings: Vec<Belonging>,
    report: &mut Report,
) -> Result<Found, ImportError> {
    let (mut meta, mut tags, mut users) = (Meta::default(), Vec::new(), Vec::new());
    for Belonging { kind, id, row } in belongings {
        let Some(row) = row else {
            let what = format!("{id} — {}", post.title);
            report.note(&format!("{kind} missing from the file"), &what)?;
            continue;
        };
        match kind.as_str() {
            "tag" => tags.push(read(&row)?),
            "user" => users.push(read(&row)?),
            _ => meta = read(&row)?,
        }
    }
    tags.retain(|tag: &super::reader::Tag| !tag.is_internal);
    Ok(Found {
        post,
        meta,
        tags,
        users,
    })
}

fn read<T: serde::de::DeserializeOwned>(row: &str) -> Result<T> {
    serde_json::from_str(row).map_err(Error::internal)
}
