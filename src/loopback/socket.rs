//! A WebSocket that sends back what it gets (RFC 6455), for rehearsals.
//!
//! Deliberately absent: extensions, subprotocols, and any meaning of a message.

use std::io;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use bytes::Bytes;
use ring::digest::{SHA1_FOR_LEGACY_USE_ONLY, digest};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What is added to a client's key before it is hashed (section 1.3).
const KEY: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";

/// The longest message that is sent back, in bytes.
const LONGEST: u64 = 1 << 20;

const CLOSE: u8 = 8;
const PING: u8 = 9;
const PONG: u8 = 10;

/// What the server answers to the client's `Sec-WebSocket-Key` (section 4.2.2).
pub(super) fn accept(key: &str) -> String {
    // The protocol demands this hash. It protects nothing.
    let hash = digest(&SHA1_FOR_LEGACY_USE_ONLY, format!("{key}{KEY}").as_bytes());
    BASE64.encode(hash.as_ref())
}

/// Sends back each frame until the client closes. `first` is what was read of the connection
/// already.
pub(super) async fn echo(stream: TcpStream, first: Bytes) -> io::Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut reader = (&first[..]).chain(reader);
    loop {
        let head = reader.read_u16().await?.to_be_bytes();
        let [kind, length] = head;
        let is_masked = length & 0x80 != 0;
        let length = match length & 0x7f {
            126 => u64::from(reader.read_u16().await?),
            127 => reader.read_u64().await?,
            short => u64::from(short),
        };
        // A client that does not mask breaks the protocol (section 5.1).
        if !is_masked || length > LONGEST {
            return Ok(());
        }
        let mut mask = [0; 4];
        reader.read_exact(&mut mask).await?;
        let mut message = vec![0; usize::try_from(length).unwrap_or(0)];
        reader.read_exact(&mut message).await?;
        for (byte, mask) in message.iter_mut().zip(mask.iter().cycle()) {
            *byte ^= mask;
        }
        let answer = match kind & 0x0f {
            PING => kind & 0xf0 | PONG,
            PONG => continue,
            _ => kind,
        };
        writer.write_all(&frame(answer, &message)).await?;
        if kind & 0x0f == CLOSE {
            return Ok(());
        }
    }
}

/// A frame of a server, which masks nothing (section 5.2). `kind` has the bit of a last frame.
fn frame(kind: u8, message: &[u8]) -> Vec<u8> {
    let mut frame = vec![kind];
    match (u8::try_from(message.len()), u16::try_from(message.len())) {
        (Ok(length @ ..126), _) => frame.push(length),
        (_, Ok(length)) => {
            frame.push(126);
            frame.extend_from_slice(&length.to_be_bytes());
        }
        _ => {
            frame.push(127);
            frame.extend_from_slice(&(message.len() as u64).to_be_bytes());
        }
    }
    frame.extend_from_slice(message);
    frame
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_accepted_as_the_rfc_shows_it() {
        let accepted = accept("dGhlIHNhbXBsZSBub25jZQ==");
        assert_eq!(accepted, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    #[test]
    fn a_frame_says_how_long_it_is() {
        assert_eq!(frame(0x81, b"Hello"), b"\x81\x05Hello");
        assert_eq!(frame(0x82, &[0; 256])[..4], [0x82, 126, 1, 0]);
        assert_eq!(frame(0x82, &vec![0; 65536])[..4], [0x82, 127, 0, 0]);
    }
}
