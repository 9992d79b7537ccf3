//! Loading an export: what WordPress's own files add to what every import does.

use std::fs::File;
use std::io::BufReader;

use super::convert::{Around, Found, arrival, fingerprint, passed_over};
use super::queries::{self, Attachment, Other};
use super::reader::{Channel, Item, ItemKind, Reader, Record};
use crate::db::{NewsroomConn, Pools};
use crate::error::Result;
use crate::exchange::import::{
    self, Arrival, Categories, Export, ImportError, Known, Names, Options, Person, Records,
    Unreadable,
};
use crate::exchange::report::Report;
use crate::publishing::Tx;

/// Imports an export. `progress` is told how many bytes of how many have been read, both passes together.
///
/// # Errors
/// See [`ImportError`].
pub async fn import(
    pools: &Pools,
    options: &Options,
    progress: impl FnMut(u64, u64),
) -> Result<Report, ImportError> {
    let export = Wordpress {
        first_is_section: options.categories == Categories::Section,
        channel: Channel::default(),
        attachments: Vec::new(),
    };
    import::run(pools, options, export, progress).await
}

/// A WordPress export.
struct Wordpress {
    first_is_section: bool,
    channel: Channel,
    /// Attachments that wait to be laid aside together.
    attachments: Vec<Attachment>,
}

/// How many attachments are laid aside at once.
const ATTACHMENTS: usize = 500;

impl<R: std::io::BufRead> Records for Reader<R> {
    type Record = Record;

    async fn next_record(&mut self) -> Option<Result<Record, Unreadable>> {
        self.next().map(|record| record.map_err(Unreadable::from))
    }

    fn position(&self) -> u64 {
        Reader::position(self)
    }
}

impl Export for Wordpress {
    const COMMAND: &'static str = "import wordpress";
    const NAMES: Names = Names {
        article: "item",
        id: "post_id",
    };
    type Records = Reader<BufReader<File>>;
    type Item = Found;

    fn open(&self, file: File) -> Self::Records {
        Reader::new(BufReader::with_capacity(1 << 16, file))
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
            Record::Channel(channel) => self.channel = channel,
            Record::Author(author) => {
                queries::lay_author(conn, &author.login, &author.display_name).await?
            }
            Record::Item(item) if item.kind == ItemKind::Attachment => {
                self.attachments.extend(attachment(*item))
            }
            Record::Skipped(skipped) => {
                report.note(&format!("skipped: {}", skipped.reason), &skipped.what)?
            }
            Record::Item(_) | Record::Term(_) => {}
        }
        if self.attachments.len() >= ATTACHMENTS {
            self.lay_attachments(conn, report).await?;
        }
        Ok(())
    }

    async fn laid_aside(
        &mut self,
        conn: &mut NewsroomConn,
        report: &mut Report,
    ) -> Result<String, ImportError> {
        self.lay_attachments(conn, report).await?;
        let base = if self.channel.base_blog_url.is_empty() {
            &self.channel.link
        } else {
            &self.channel.base_blog_url
        };
        Ok(format!("wordpress:{}", base.trim_end_matches('/')))
    }

    async fn find(
        &mut self,
        tx: &mut Tx,
        record: Record,
        report: &mut Report,
    ) -> Result<Option<Known<Found>>, ImportError> {
        let Record::Item(item) = record else {
            return Ok(None);
        };
        let item = *item;
        if let Some(reason) = passed_over(&item) {
            let name = if item.title.is_empty() {
                format!("item {}", item.wp_id)
            } else {
                item.title
            };
            report.note(&format!("skipped: {reason}"), &name)?;
            return Ok(None);
        }
        let picture = match item.thumbnail_id {
            Some(wp_id) => queries::attachment(tx, wp_id).await?,
            None => None,
        };
        if item.thumbnail_id.is_some() && picture.is_none() {
            report.note("featured image missing from the file", &item.title)?;
        }
        let author = author(tx, &item.creator).await?;
        Ok(Some(Known {
            id: item.wp_id.to_string(),
            is_page: item.kind == ItemKind::Page,
            title: item.title.clone(),
            fingerprint: fingerprint(&item, picture.as_ref()),
            item: Found {
                item,
                picture,
                author,
            },
        }))
    }

    fn arrival(&self, item: Found) -> Arrival {
        let around = Around {
            blog: &self.channel.base_blog_url,
            language: &self.channel.language,
            first_is_section: self.first_is_section,
        };
        arrival(item, &around)
    }
}

impl Wordpress {
    /// Lays the waiting attachments aside. Of two with one id the first counts; the other is told, unless it is the same file.
    async fn lay_attachments(
        &mut self,
        conn: &mut NewsroomConn,
        report: &mut Report,
    ) -> Result<(), ImportError> {
        let rows = std::mem::take(&mut self.attachments);
        queries::lay_attachments(conn, &rows).await?;
        for Other { wp_id, url } in queries::other_attachments(conn, &rows).await? {
            report.note(
                "skipped: another attachment of the file has the same post_id, and the first counts: export its site apart, else articles may show a picture of the other",
                &format!("{url} (post_id {wp_id})"),
            )?;
        }
        Ok(())
    }
}

/// The author of this login.
async fn author(tx: &mut Tx, login: &str) -> Result<Person> {
    let name = queries::author_name(tx, login).await?;
    Ok(Person {
        id: login.to_owned(),
        name: name.unwrap_or_default(),
        slug: None,
        biography: None,
        image: None,
        links: Vec::new(),
        old_path: None,
    })
}

fn attachment(item: Item) -> Option<Attachment> {
    let caption = Some(item.excerpt).filter(|caption| !caption.is_empty());
    Some(Attachment {
        wp_id: item.wp_id,
        url: item.attachment_url?,
        alt: item.alt_text,
        caption,
    })
}
