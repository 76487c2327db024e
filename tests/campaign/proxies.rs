//! The proxy beside a plain forwarder made of the same library, and with many open streams.

use std::convert::Infallible;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::{Child, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use http_body_util::Full;
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::Mutex;

use crate::support::stage::Stage;

/// How many connections are busy at once.
const BUSY: usize = 32;

/// How many rounds, turn by turn.
const ROUNDS: usize = 5;

/// How large an answer is.
const ANSWER: &[u8] = &[b'x'; 1024];

/// Runs it: how many requests in a round, and how many streams.
pub fn run(args: &[&str]) -> bool {
    let number = |n: usize, usual| args.get(n).and_then(|n| n.parse().ok()).unwrap_or(usual);
    let (requests, streams) = (number(0, 20_000), number(1, 1000));
    let stage = Stage::logged_in();
    let upstream = listen(|stream| async move {
        let answer =
            |_| async { Ok::<_, Infallible>(Response::new(Full::new(Bytes::from_static(ANSWER)))) };
        let server = hyper::server::conn::http1::Builder::new();
        let _ = server
            .serve_connection(TokioIo::new(stream), service_fn(answer))
            .await;
    });
    let plain = listen(move |stream| forward(stream, upstream));
    let (mut proxy, door, secret) = start(&stage, &format!("http://{upstream}"));
    let (mut ours, mut theirs) = (vec![], vec![]);
    for _ in 0..ROUNDS {
        theirs.push(load(plain, "/x", requests));
        ours.push(load(door, &format!("/{secret}/x"), requests));
    }
    let _ = proxy.kill();
    let _ = proxy.wait();
    let ratios = ours.iter().zip(&theirs).map(|(ours, theirs)| ours / theirs);
    let ratio = median(ratios.collect());
    println!(
        "{requests} requests on {BUSY} connections, medians of {ROUNDS}: {:.0} a second through \
         the proxy, {:.0} through a plain forwarder: {ratio:.2} times",
        median(ours),
        median(theirs)
    );
    let megabytes = open_streams(&stage, streams);
    println!("{streams} open event streams: {megabytes} MB of memory");
    ratio >= 0.7 && megabytes < 100
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

/// Serves each connection on a thread of its own.
fn listen<F: Future<Output = ()> + Send + 'static>(
    serve: impl Fn(tokio::net::TcpStream) -> F + Send + 'static,
) -> SocketAddr {
    let (sender, address) = mpsc::channel();
    std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("bound");
            let _ = sender.send(listener.local_addr().expect("bound"));
            loop {
                let (stream, _) = listener.accept().await.expect("a connection");
                let _ = stream.set_nodelay(true);
                tokio::spawn(serve(stream));
            }
        });
    });
    address.recv().expect("it listens")
}

/// Forwards the requests of one connection over one other, and does nothing else.
async fn forward(stream: tokio::net::TcpStream, upstream: SocketAddr) {
    let connection = tokio::net::TcpStream::connect(upstream)
        .await
        .expect("it listens");
    let _ = connection.set_nodelay(true);
    let (sender, connection) = hyper::client::conn::http1::handshake(TokioIo::new(connection))
        .await
        .expect("HTTP");
    tokio::spawn(connection);
    let sender = Mutex::new(sender);
    let pass =
        |request: Request<Incoming>| async { sender.lock().await.send_request(request).await };
    let server = hyper::server::conn::http1::Builder::new();
    let _ = server
        .serve_connection(TokioIo::new(stream), service_fn(pass))
        .await;
}

fn start(stage: &Stage, upstream: &str) -> (Child, SocketAddr, String) {
    let mut command = stage.command(&["proxy", "--upstream", upstream, "-p", "work", "--json"]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("runs");
    let mut line = String::new();
    let stdout = child.stdout.take().expect("piped");
    BufReader::new(stdout).read_line(&mut line).expect("a line");
    let said: serde_json::Value = serde_json::from_str(&line).expect("json");
    let origin = said["origin"]
        .as_str()
        .and_then(|origin| origin.strip_prefix("http://"));
    let door = origin.expect("a port").parse().expect("an address");
    (
        child,
        door,
        said["secret"].as_str().expect("one").to_owned(),
    )
}

/// Requests a second.
fn load(door: SocketAddr, path: &str, requests: usize) -> f64 {
    let began = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..BUSY {
            scope.spawn(|| {
                let mut stream = TcpStream::connect(door).expect("it listens");
                let _ = stream.set_nodelay(true);
                let request = format!("GET {path} HTTP/1.1\r\nHost: {door}\r\n\r\n");
                let mut buffer = vec![0; 8192];
                for _ in 0..requests / BUSY {
                    stream.write_all(request.as_bytes()).expect("sent");
                    let mut read = 0;
                    // The body ends what is read: no byte of a head is an x followed by nothing.
                    while read < ANSWER.len() || !buffer[..read].ends_with(&ANSWER[..1000]) {
                        read += stream.read(&mut buffer[read..]).expect("an answer");
                    }
                }
            });
        }
    });
    requests as f64 / began.elapsed().as_secs_f64()
}

/// How many megabytes a proxy has with so many open streams, each of which has sent an event.
fn open_streams(stage: &Stage, count: usize) -> u64 {
    crate::support::machine::use_all_files();
    let (mut proxy, door, secret) = start(stage, stage.sandbox.issuer());
    let path = format!("/{secret}/resource/events?count=1000&every=1000");
    let mut streams: Vec<TcpStream> = (0..count)
        .map(|_| {
            let mut stream = TcpStream::connect(door).expect("it listens");
            let request = format!("GET {path} HTTP/1.1\r\nHost: {door}\r\n\r\n");
            stream.write_all(request.as_bytes()).expect("sent");
            stream
        })
        .collect();
    let mut some = [0; 4096];
    for stream in &mut streams {
        let limit = Some(Duration::from_secs(60));
        stream.set_read_timeout(limit).expect("a limit");
        let mut text = String::new();
        while !text.contains("data: 1") {
            let read = stream.read(&mut some).expect("an event");
            assert!(read > 0, "{text}");
            text.push_str(&String::from_utf8_lossy(&some[..read]));
        }
    }
    let status = std::fs::read_to_string(format!("/proc/{}/status", proxy.id())).expect("there");
    let memory = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = memory.and_then(|text| text.trim().split(' ').next()?.parse::<u64>().ok());
    let _ = proxy.kill();
    let _ = proxy.wait();
    kilobytes.expect("a number") / 1000
}
