//! What articles are searched by, put together on another processor while Postgres writes the next articles.

use std::collections::HashSet;

use diesel_async::AsyncPgConnection;
use tokio::task::{JoinHandle, spawn_blocking};
use uuid::Uuid;

use crate::error::{Error, Result};
use crate::publishing::analysis::{
    Analysed, Apart, Known, Texts, Together, Vocabulary, by_postgres, written,
};
use crate::publishing::project::{NewWords, Projection};

/// The words met so far, and the articles that are at work.
#[derive(Default)]
pub(super) struct Search {
    vocabulary: Vocabulary,
    at_work: Option<JoinHandle<Work>>,
}

/// What was done on another processor: a batch of articles was put together, and the next one taken apart.
struct Work {
    vocabulary: Vocabulary,
    together: Batch,
    apart: Vec<Apart>,
    unknown: HashSet<Known>,
}

/// Articles that are put together.
#[derive(Default)]
struct Batch {
    analysed: Analysed,
    words: NewWords,
    /// Those that could not be.
    rest: Vec<Apart>,
}

impl Search {
    /// Takes on articles that have just been written, and places those before the last.
    pub async fn next(&mut self, conn: &mut AsyncPgConnection, ids: &[Uuid]) -> Result<()> {
        let texts = written(conn, ids).await?;
        self.step(conn, texts).await
    }

    /// Places the last.
    pub async fn finish(&mut self, conn: &mut AsyncPgConnection) -> Result<()> {
        self.step(conn, Vec::new()).await?;
        self.step(conn, Vec::new()).await
    }

    /// Of three batches the first is placed, the second put together by words that have been asked for by now, the third taken apart.
    async fn step(&mut self, conn: &mut AsyncPgConnection, texts: Vec<Texts>) -> Result<()> {
        let (mut together, mut apart) = Default::default();
        if let Some(at_work) = self.at_work.take() {
            let done = at_work
                .await
                .map_err(|_| Error::internal("the words of articles could not be found"))?;
            self.vocabulary = done.vocabulary;
            self.vocabulary.learn(conn, done.unknown).await?;
            (together, apart) = (done.together, done.apart);
        }
        let vocabulary = std::mem::take(&mut self.vocabulary);
        self.at_work = Some(spawn_blocking(move || work(vocabulary, apart, texts)));
        place(conn, together).await
    }
}

fn work(mut vocabulary: Vocabulary, apart: Vec<Apart>, texts: Vec<Texts>) -> Work {
    let mut together = Batch::default();
    for article in apart {
        together.add(&mut vocabulary, article);
    }
    let apart: Vec<Apart> = texts.into_iter().map(Texts::apart).collect();
    let mut unknown = HashSet::new();
    for article in &apart {
        vocabulary.unknown(article, &mut unknown);
    }
    Work {
        vocabulary,
        together,
        apart,
        unknown,
    }
}

/// Writes them, those too that only Postgres can put together.
async fn place(conn: &mut AsyncPgConnection, batch: Batch) -> Result<()> {
    // No row of these has a number of its own.
    const NO_NUMBER: i64 = 0;
    if !batch.analysed.ids.is_empty() {
        let mut projection = Projection::new(conn, NO_NUMBER, &batch.analysed);
        projection.first_searchable(&batch.words).await?;
    }
    if !batch.rest.is_empty() {
        let analysed = by_postgres(conn, batch.rest.into_iter()).await?;
        let mut projection = Projection::new(conn, NO_NUMBER, &analysed);
        projection.searchable(&analysed.ids).await?;
    }
    Ok(())
}

impl Batch {
    fn add(&mut self, vocabulary: &mut Vocabulary, article: Apart) {
        let Some(Together { vector, new }) = vocabulary.together(&article) else {
            self.rest.push(article);
            return;
        };
        let stemming = article.stemming.as_str();
        for word in new {
            self.words.stemmings.push(stemming.to_owned());
            self.words.words.push(word);
            self.words.articles.push(article.id);
        }
        self.analysed.add(&article, vector);
    }
}
