//! The proxy's door: a port on this machine, or a UNIX socket.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;

use super::forward::{Forward, sentence};
use crate::loopback::serve_streams;
use crate::platform::local::{Duplex, Local};
use crate::platform::peer::Ends;

/// How long to wait when a connection cannot be accepted, most likely for want of file descriptors.
const PAUSE: Duration = Duration::from_millis(50);

/// Where a proxy listens.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// An address of this machine that no other one can reach.
    Loopback(SocketAddr),
    /// A UNIX socket.
    Path(PathBuf),
}

impl Place {
    /// Reads `127.0.0.1:PORT`, `[::1]:PORT` or `unix:PATH`.
    ///
    /// # Errors
    /// What it must be.
    pub fn parse(text: &str) -> Result<Self, String> {
        if let Some(path) = text.strip_prefix("unix:").filter(|path| !path.is_empty()) {
            return Ok(Self::Path(path.into()));
        }
        let address: Option<SocketAddr> = text.replace("localhost:", "127.0.0.1:").parse().ok();
        match address {
            Some(address) if address.ip().is_loopback() => Ok(Self::Loopback(address)),
            _ => Err(
                "127.0.0.1:PORT or unix:PATH is expected: no other machine reaches it".to_owned(),
            ),
        }
    }
}

/// A bound place.
pub enum Door {
    /// A port.
    Port(TcpListener),
    /// A UNIX socket.
    Path(Local),
}

impl Door {
    /// Binds a place.
    ///
    /// # Errors
    /// When another process has it.
    pub async fn bind(place: &Place) -> io::Result<Self> {
        Ok(match place {
            Place::Loopback(address) => Self::Port(TcpListener::bind(address).await?),
            Place::Path(path) => Self::Path(Local::bind(path)?),
        })
    }

    /// The address that was bound; `None` for a UNIX socket.
    #[must_use]
    pub fn address(&self) -> Option<SocketAddr> {
        match self {
            Self::Port(listener) => listener.local_addr().ok(),
            Self::Path(_) => None,
        }
    }

    /// The next connection, with its ends if it came to a port.
    async fn accept(&self) -> io::Result<(Box<dyn Duplex>, Option<Ends>)> {
        match self {
            Self::Port(listener) => {
                let (stream, other) = listener.accept().await?;
                let _ = stream.set_nodelay(true);
                let own = stream.local_addr()?;
                Ok((Box::new(stream), Some(Ends { own, other })))
            }
            Self::Path(local) => Ok((local.accept().await?, None)),
        }
    }

    /// Answers requests until the future is dropped.
    pub async fn serve(self, forward: Arc<Forward>) {
        loop {
            let Ok((connection, ends)) = self.accept().await else {
                tokio::time::sleep(PAUSE).await;
                continue;
            };
            let forward = Arc::clone(&forward);
            tokio::spawn(async move {
                // The secret may stand in the arguments of a program, which other users can read.
                if is_strangers(ends).await {
                    let why = "another user of this machine asks";
                    serve_streams(connection, |_| async move { sentence(403, why) }).await;
                    return;
                }
                let answer = move |request| {
                    let forward = Arc::clone(&forward);
                    async move { forward.answer(request).await }
                };
                serve_streams(connection, answer).await;
            });
        }
    }
}

/// Whether a connection certainly comes from another person who uses this machine.
async fn is_strangers(ends: Option<Ends>) -> bool {
    let Some(ends) = ends else {
        return false;
    };
    let looked = tokio::task::spawn_blocking(move || ends.is_another_persons());
    looked.await.unwrap_or(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_on_this_machine() {
        for (text, expected) in [
            ("127.0.0.1:0", true),
            ("127.0.0.2:8080", true),
            ("[::1]:1", true),
            ("localhost:9", true),
            ("unix:/run/x", true),
            ("unix:", false),
            ("0.0.0.0:80", false),
            ("192.168.0.1:80", false),
            ("[::]:80", false),
            ("8080", false),
            ("", false),
        ] {
            assert_eq!(Place::parse(text).is_ok(), expected, "{text}");
        }
    }
}
