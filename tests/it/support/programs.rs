//! The program under test, programs that stand in for others, and how tests talk to servers.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::mpsc;
use std::thread;

/// The program under test.
pub const AUTHCTL: &str = env!("CARGO_BIN_EXE_authctl");

/// A `--browser` that logs in to the sandbox as `user`.
pub fn visitor(user: &str) -> String {
    format!("{AUTHCTL} sandbox visit --user {user}")
}

/// A `--browser` that only writes the address down.
pub fn scribe(directory: &Path) -> (String, PathBuf) {
    let (script, address) = (directory.join("scribe.sh"), directory.join("address"));
    let text = format!(
        "printf %s \"$1\" > {0}.new && mv {0}.new {0}\n",
        address.display()
    );
    fs::write(&script, text).expect("written");
    (format!("sh {}", script.display()), address)
}

/// A copy of the program in a directory that other users may enter. Another process makes it: a
/// file that the tests have open for writing may be inherited by a child that another test starts
/// at that moment, and the kernel runs no file that is open for writing.
pub fn copy_program(directory: &Path) -> PathBuf {
    let copy = directory.join("authctl");
    if !copy.exists() {
        let copied = Command::new("install")
            .args(["-m", "755", AUTHCTL])
            .arg(&copy)
            .status();
        assert!(copied.expect("install runs").success());
    }
    copy
}

/// Waits for a file that another process is about to write.
pub fn wait_for(path: &Path) -> String {
    for _ in 0..3_000 {
        if let Ok(text) = fs::read_to_string(path) {
            return text;
        }
        thread::sleep(std::time::Duration::from_millis(20));
    }
    panic!("{} does not appear", path.display());
}

/// The authorization request to which the address leads that a browser was given, see [`scribe`].
/// The address leads there once.
pub fn authorization_request(given: &Path) -> String {
    let address = wait_for(given);
    let (status, answer) = get(&address);
    assert_eq!(status, 302, "{answer}");
    let location = answer
        .lines()
        .find_map(|line| line.strip_prefix("location: "));
    location.expect("it leads somewhere").to_owned()
}

/// One GET over a connection of its own: status and body.
pub fn get(url: &str) -> (u16, String) {
    let url = url.strip_prefix("http://").expect("plain http");
    let (host, path) = url.split_once('/').expect("a path");
    raw(
        host,
        &format!("GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n"),
    )
}

/// Sends a request byte for byte: the status of the answer, or 0, and all of it.
pub fn raw(host: &str, request: &str) -> (u16, String) {
    let mut stream = std::net::TcpStream::connect(host).expect("a server listens");
    stream
        .set_read_timeout(Some(std::time::Duration::from_secs(20)))
        .expect("a limit");
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    let _ = stream.read_to_string(&mut answer);
    let status = answer
        .split(' ')
        .nth(1)
        .and_then(|code| code.parse().ok())
        .unwrap_or(0);
    (status, answer)
}

/// A server that answers each request with this head, and tells what it was asked.
pub fn recorder(head: &str) -> (String, mpsc::Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = format!("http://{}", listener.local_addr().expect("bound"));
    let answer = format!("HTTP/1.1 {head}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    let (sender, asked) = mpsc::channel();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let mut reader = BufReader::new(stream);
            let mut request = String::new();
            while !request.ends_with("\r\n\r\n") {
                if reader.read_line(&mut request).unwrap_or(0) == 0 {
                    break;
                }
            }
            let _ = sender.send(request);
            let _ = reader.get_mut().write_all(answer.as_bytes());
        }
    });
    (address, asked)
}
