//! A way to the database that can be frozen: nothing passes, and nobody is told.

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use url::Url;

/// The way.
pub struct Proxy {
    /// The address of the database by this way.
    pub database_url: String,
    frozen: watch::Sender<bool>,
}

impl Proxy {
    /// A way to this database.
    pub async fn to(database_url: &str) -> Self {
        let mut url = Url::parse(database_url).unwrap();
        let target = format!("{}:{}", url.host_str().unwrap(), url.port().unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        url.set_port(Some(port)).unwrap();
        let (frozen, looked_at) = watch::channel(false);
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                let Ok(far) = TcpStream::connect(&target).await else {
                    continue;
                };
                let ((near_in, near_out), (far_in, far_out)) =
                    (near.into_split(), far.into_split());
                tokio::spawn(pass(near_in, far_out, looked_at.clone()));
                tokio::spawn(pass(far_in, near_out, looked_at.clone()));
            }
        });
        Self {
            database_url: url.to_string(),
            frozen,
        }
    }

    /// Lets nothing pass, or everything again.
    pub fn freeze(&self, frozen: bool) {
        self.frozen.send_replace(frozen);
    }
}

async fn pass(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    mut frozen: watch::Receiver<bool>,
) -> Option<()> {
    let mut bytes = [0; 16_384];
    loop {
        let read = from.read(&mut bytes).await.ok()?;
        frozen.wait_for(|frozen| !frozen).await.ok()?;
        if read == 0 {
            return None;
        }
        to.write_all(bytes.get(..read)?).await.ok()?;
    }
}
