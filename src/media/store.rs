//! Where files are kept: a folder, or a bucket of a store that speaks S3. A picture's files stand together below its id, which nothing else ever
//! has: a file is written once and removed with its picture.

use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use futures_util::stream::BoxStream;
use object_store::aws::{AmazonS3Builder, AmazonS3ConfigKey};
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{Error as StoreError, GetOptions, ObjectStore, ObjectStoreExt};
use secrecy::ExposeSecret;
use uuid::Uuid;

use crate::config::MediaSettings;
use crate::error::{Error, Result};

/// A setting of the store that can't be right.
#[derive(Debug, thiserror::Error)]
pub enum SettingError {
    /// Neither a folder nor a bucket.
    #[error(
        "KRONIEK_MEDIA_URL (--media-url) is {0}, which is neither a folder, as in file:///var/lib/kroniek/media, nor a bucket, as in s3://bucket/media"
    )]
    Url(String),
    /// The folder can't be one.
    #[error(
        "the folder for media, {0}, can't be used: {1}. Set another with KRONIEK_MEDIA_URL or KRONIEK_DATA_DIR"
    )]
    Folder(String, String),
    /// The bucket can't be reached by these settings.
    #[error(
        "the bucket of KRONIEK_MEDIA_URL can't be used: {0}. Look at KRONIEK_MEDIA_S3_ENDPOINT, KRONIEK_MEDIA_S3_REGION, KRONIEK_MEDIA_S3_ACCESS_KEY_ID and KRONIEK_MEDIA_S3_SECRET_ACCESS_KEY, or the settings of AWS that stand for them"
    )]
    Bucket(String),
}

/// A file that is being read.
pub struct Reading {
    /// The length of the whole file, in bytes.
    pub length: u64,
    /// What was asked for of it.
    pub content: BoxStream<'static, object_store::Result<Bytes>>,
}

/// The files of all pictures.
#[derive(Debug, Clone)]
pub struct MediaStore {
    objects: Arc<dyn ObjectStore>,
    folder: Path,
    /// The folder on this machine's disk, if it is there.
    on_disk: Option<PathBuf>,
}

impl MediaStore {
    /// Opens the store that is told, or the folder `media` in the data folder. A folder is made when the first file comes.
    ///
    /// # Errors
    /// See [`SettingError`].
    pub fn open(settings: &MediaSettings, data_dir: &FilePath) -> Result<Self, SettingError> {
        let Some(url) = &settings.url else {
            return Self::folder(&data_dir.join("media"));
        };
        match url.scheme() {
            "file" => match url.to_file_path() {
                Ok(path) => Self::folder(&path),
                Err(()) => Err(SettingError::Url(url.to_string())),
            },
            "s3" => Self::bucket(settings, url),
            _ => Err(SettingError::Url(url.to_string())),
        }
    }

    fn folder(path: &FilePath) -> Result<Self, SettingError> {
        let refused =
            |why: &dyn ToString| SettingError::Folder(path.display().to_string(), why.to_string());
        let whole = std::path::absolute(path).map_err(|error| refused(&error))?;
        if whole.exists() && !whole.is_dir() {
            return Err(refused(&"it is a file"));
        }
        Ok(Self {
            folder: Path::from_absolute_path(&whole).map_err(|error| refused(&error))?,
            objects: Arc::new(LocalFileSystem::new().with_fsync(true)),
            on_disk: Some(whole),
        })
    }

    fn bucket(settings: &MediaSettings, url: &url::Url) -> Result<Self, SettingError> {
        // What speaks TLS comes without a provider of its own; the first that is installed stays.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let bucket = url
            .host_str()
            .filter(|_| url.query().is_none() && url.username().is_empty());
        let bucket = bucket.ok_or_else(|| SettingError::Url(url.to_string()))?;
        let folder =
            Path::from_url_path(url.path()).map_err(|_| SettingError::Url(url.to_string()))?;
        let mut builder = AmazonS3Builder::from_env().with_bucket_name(bucket);
        if let Some(endpoint) = &settings.s3_endpoint {
            builder = builder
                .with_config(
                    AmazonS3ConfigKey::S3Endpoint,
                    endpoint.as_str().trim_end_matches('/'),
                )
                .with_allow_http(endpoint.scheme() == "http");
        }
        if let Some(region) = &settings.s3_region {
            builder = builder.with_region(region);
        }
        if let Some(id) = &settings.s3_access_key_id {
            builder = builder.with_access_key_id(id.expose_secret());
        }
        if let Some(key) = &settings.s3_secret_access_key {
            builder = builder.with_secret_access_key(key.expose_secret());
        }
        if settings.s3_access_key_id.is_some() != settings.s3_secret_access_key.is_some() {
            let why = "an access key needs both its id and its secret";
            return Err(SettingError::Bucket(why.to_owned()));
        }
        let store = builder
            .build()
            .map_err(|error| SettingError::Bucket(error.to_string()))?;
        Ok(Self {
            objects: Arc::new(store),
            folder,
            on_disk: None,
        })
    }

    /// Where the files are, for people.
    pub fn name(&self) -> String {
        match &self.on_disk {
            Some(folder) => folder.display().to_string(),
            None => format!("{}, folder /{}", self.objects, self.folder),
        }
    }

    /// Looks whether the store answers to who it is asked by. A folder may not be there yet.
    ///
    /// # Errors
    /// The store, in its own words: the reader is the operator.
    pub async fn look(&self) -> object_store::Result<()> {
        match self.objects.list(Some(&self.folder)).next().await {
            Some(Err(error)) if !matches!(error, StoreError::NotFound { .. }) => Err(error),
            _ => Ok(()),
        }
    }

    fn place(&self, id: Uuid, name: &str) -> Path {
        self.folder.clone().join(id.to_string()).join(name)
    }

    /// Writes a file. When this returns, it is there to stay.
    ///
    /// # Errors
    /// 503 when the store is away.
    pub async fn write(&self, id: Uuid, name: &str, bytes: Vec<u8>) -> Result<()> {
        let written = self.objects.put(&self.place(id, name), bytes.into()).await;
        written.map_err(|error| away(&error))?;
        Ok(())
    }

    /// Reads a file, or a part of it; nothing when it is not there.
    ///
    /// # Errors
    /// 503 when the store is away.
    pub async fn read(
        &self,
        id: Uuid,
        name: &str,
        part: Option<Range<u64>>,
    ) -> Result<Option<Reading>> {
        let options = GetOptions::new().with_range(part);
        match self.objects.get_opts(&self.place(id, name), options).await {
            Ok(found) => Ok(Some(Reading {
                length: found.meta.size,
                content: found.into_stream(),
            })),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(away(&error)),
        }
    }

    /// Whether a file is there.
    ///
    /// # Errors
    /// 503 when the store is away.
    pub async fn has(&self, id: Uuid, name: &str) -> Result<bool> {
        match self.objects.head(&self.place(id, name)).await {
            Ok(_) => Ok(true),
            Err(StoreError::NotFound { .. }) => Ok(false),
            Err(error) => Err(away(&error)),
        }
    }

    /// Reads a whole file into memory; nothing when it is not there.
    ///
    /// # Errors
    /// 503 when the store is away.
    pub async fn whole(&self, id: Uuid, name: &str) -> Result<Option<Bytes>> {
        match self.objects.get(&self.place(id, name)).await {
            Ok(found) => Ok(Some(found.bytes().await.map_err(|error| away(&error))?)),
            Err(StoreError::NotFound { .. }) => Ok(None),
            Err(error) => Err(away(&error)),
        }
    }

    /// Removes all files of a picture.
    ///
    /// # Errors
    /// 503 when the store is away.
    pub async fn remove(&self, id: Uuid) -> Result<()> {
        let below = self.folder.clone().join(id.to_string());
        let mut files = self.objects.list(Some(&below));
        while let Some(file) = files.next().await {
            let place = match file {
                Ok(file) => file.location,
                Err(StoreError::NotFound { .. }) => continue,
                Err(error) => return Err(away(&error)),
            };
            match self.objects.delete(&place).await {
                Ok(()) | Err(StoreError::NotFound { .. }) => {}
                Err(error) => return Err(away(&error)),
            }
        }
        if let Some(folder) = &self.on_disk {
            // A bucket has no folders; here the empty one would stay. It may not be there, or no longer be empty: no harm.
            let _ = tokio::fs::remove_dir(folder.join(id.to_string())).await;
        }
        Ok(())
    }

    /// The pictures of which there are files. What else stands there is not ours.
    ///
    /// # Errors
    /// 503 when the store is away.
    pub async fn pictures(&self) -> Result<Vec<Uuid>> {
        match self.objects.list_with_delimiter(Some(&self.folder)).await {
            Ok(found) => Ok(found
                .common_prefixes
                .iter()
                .filter_map(|folder| Uuid::try_parse(folder.filename()?).ok())
                .collect()),
            Err(StoreError::NotFound { .. }) => Ok(Vec::new()),
            Err(error) => Err(away(&error)),
        }
    }

    /// When the newest file of a picture was written, by the store's clock.
    ///
    /// # Errors
    /// 503 when the store is away.
    pub async fn newest(&self, id: Uuid) -> Result<Option<DateTime<Utc>>> {
        let below = self.folder.clone().join(id.to_string());
        let mut files = self.objects.list(Some(&below));
        let mut newest = None;
        while let Some(file) = files.next().await {
            match file {
                Ok(file) => newest = newest.max(Some(file.last_modified)),
                Err(StoreError::NotFound { .. }) => {}
                Err(error) => return Err(away(&error)),
            }
        }
        Ok(newest)
    }
}

/// The store is not there, or will not do what it must.
fn away(error: &StoreError) -> Error {
    tracing::warn!(%error, "the store for media failed");
    Error::unavailable(
        "The store for media is not available at the moment. Nothing was written. Try again shortly.",
    )
}
