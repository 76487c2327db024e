//! `WebSocket` connections through the proxy.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};

use super::Proxy;
use crate::support::stage::Stage;

/// A server that switches to another protocol, and then sends back what it gets.
fn echo_server() -> (String, std::thread::JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("bound");
    let address = format!("http://{}", listener.local_addr().expect("bound"));
    let serving = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a connection");
        let mut head = Vec::new();
        let mut byte = [0];
        while !head.ends_with(b"\r\n\r\n") {
            stream.read_exact(&mut byte).expect("a head");
            head.push(byte[0]);
        }
        let answer = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: \
                      websocket\r\n\r\n";
        stream.write_all(answer.as_bytes()).expect("sent");
        let mut some = [0; 1024];
        while let Ok(count @ 1..) = stream.read(&mut some) {
            stream.write_all(&some[..count]).expect("sent");
        }
        String::from_utf8_lossy(&head).into_owned()
    });
    (address, serving)
}

#[test]
fn a_websocket_passes_through_with_a_token() {
    let stage = Stage::logged_in();
    let (upstream, serving) = echo_server();
    let proxy = Proxy::start(&stage, &upstream);
    let mut stream = TcpStream::connect(&proxy.door).expect("it listens");
    write!(
        stream,
        "GET /{}/socket HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: \
         websocket\r\nSec-WebSocket-Version: 13\r\n\r\n",
        proxy.secret, proxy.door
    )
    .expect("sent");
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).expect("an answer");
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head).to_lowercase();
    assert!(
        head.starts_with("http/1.1 101") && head.contains("upgrade: websocket"),
        "{head}"
    );
    for text in ["hello", "and again"] {
        stream.write_all(text.as_bytes()).expect("sent");
        let mut back = vec![0; text.len()];
        stream.read_exact(&mut back).expect("an echo");
        assert_eq!(back, text.as_bytes());
    }
    drop(stream);
    let seen = serving.join().expect("it ends").to_lowercase();
    let token = stage.token();
    assert!(
        seen.contains(&format!("authorization: bearer {}", token.to_lowercase())),
        "{seen}"
    );
    assert!(!seen.contains(&proxy.secret.to_lowercase()), "{seen}");
}

/// The sandbox's own WebSocket, by its frames.
#[test]
fn the_sandbox_has_a_websocket_to_rehearse_with() {
    let stage = Stage::logged_in();
    let proxy = Proxy::start(&stage, stage.sandbox.issuer());
    let mut stream = TcpStream::connect(&proxy.door).expect("it listens");
    write!(
        stream,
        "GET /{}/resource/socket HTTP/1.1\r\nHost: {}\r\nConnection: Upgrade\r\nUpgrade: \
         websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: \
         dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
        proxy.secret, proxy.door
    )
    .expect("sent");
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        stream.read_exact(&mut byte).expect("an answer");
        head.push(byte[0]);
    }
    let head = String::from_utf8_lossy(&head);
    assert!(head.contains("s3pPLMBiTxaQ9kYGzzhZRbK+xOo="), "{head}");
    // "Hello" as a client sends it (RFC 6455, section 5.7), and a close.
    let hello = [
        0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58,
    ];
    stream.write_all(&hello).expect("sent");
    let mut back = [0; 7];
    stream.read_exact(&mut back).expect("an echo");
    assert_eq!(&back, b"\x81\x05Hello");
    stream.write_all(&[0x88, 0x80, 0, 0, 0, 0]).expect("sent");
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).expect("it ends");
    assert_eq!(rest, [0x88, 0]);
}
