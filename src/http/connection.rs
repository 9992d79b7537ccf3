//! Connections, below what requests see of them.

use std::any::Any;
use std::time::Duration;

/// Lets the system end a connection whose other end takes nothing of what it was sent for this long (RFC 5482): a client that stops reading
/// holds memory and a place no longer. Elsewhere than on Linux it is for the system's own time-outs to do.
pub fn give_up_after(connection: &dyn Any, patience: Duration) {
    #[cfg(target_os = "linux")]
    if let Some(connection) = connection.downcast_ref::<tokio::net::TcpStream>()
        && let Err(error) = socket2::SockRef::from(connection).set_tcp_user_timeout(Some(patience))
    {
        tracing::debug!(%error, "a connection has no limit to how long its client may take nothing");
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (connection, patience);
}
