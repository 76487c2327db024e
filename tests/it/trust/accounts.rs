//! Two accounts on one host, and proxies.

use std::fs;

/// A login at a server on another machine.
const LOGIN_ELSEWHERE: [&str; 7] = [
    "login",
    "new",
    "--issuer",
    "https://as.example",
    "--client-id",
    "c",
    "--paste",
];

use crate::support::programs::visitor;
use crate::support::stage::Stage;

/// The user name in git's request, or in the address, chooses among the accounts of a host.
#[test]
fn git_says_which_account_of_a_host_it_means() {
    let stage = Stage::logged_in();
    let config = fs::read_to_string(stage.config()).expect("there");
    let other = config
        .replace("[profile.work]", "[profile.home]")
        .replace("default_profile = \"work\"\n", "");
    stage.configure(&format!(
        "{config}{other}\
         [[match]]\nhost = \"git.example.com\"\nprofile = \"work\"\nusername = \"alice\"\n\
         [[match]]\nhost = \"git.example.com\"\nprofile = \"home\"\nusername = \"bob\"\n\
         [[match]]\nurl = \"https://carol@git.example.com\"\nprofile = \"home\"\n\
         [[match]]\nhost = \"forge.example.com\"\nprofile = \"hub\"\n\
         [profile.hub]\nprovider = \"github\"\nclient_id = \"sandbox\"\n\
         authorization_endpoint = \"{issuer}/authorize\"\ntoken_endpoint = \"{issuer}/token\"\n",
        issuer = stage.sandbox.issuer()
    ));
    let ask = |profile: &str| {
        let browser = visitor(profile);
        let done = stage.run(&["login", profile, "--browser", &browser]);
        assert_eq!(done.code, Some(0), "{done:?}");
        stage.run(&["token", profile]).answer().to_owned()
    };
    let (work, home) = (stage.token(), ask("home"));
    for (request, token, username) in [
        ("host=git.example.com\n", &work, "alice"),
        ("host=git.example.com\nusername=alice\n", &work, "alice"),
        ("host=git.example.com\nusername=bob\n", &home, "bob"),
        ("host=git.example.com\nusername=carol\n", &home, "carol"),
        ("host=git.example.com\nusername=dora\n", &work, "alice"),
    ] {
        let request = format!("protocol=https\n{request}");
        let done = stage.run_with_stdin(&["hook", "git", "get"], &request);
        let expected = format!("username={username}\npassword={token}\n");
        assert!(done.stdout.contains(&expected), "{request}: {done:?}");
    }
    let hub = ask("hub");
    let request = "protocol=https\nhost=forge.example.com\nusername=alice\n";
    let done = stage.run_with_stdin(&["hook", "git", "get"], request);
    let expected = format!("username=x-access-token\npassword={hub}\n");
    assert!(done.stdout.contains(&expected), "{done:?}");
}

/// A proxy that is dead, or of no kind that there is, was not named.
#[test]
fn the_proxy_that_is_in_the_way_is_named() {
    let stage = Stage::logged_in();
    for (variable, value, code, words) in [
        (
            "HTTPS_PROXY",
            "http://user:hunter2@127.0.0.1:1",
            5,
            "HTTPS_PROXY names the proxy 127.0.0.1:1",
        ),
        (
            "ALL_PROXY",
            "socks5h://127.0.0.1:1",
            5,
            "ALL_PROXY names the proxy 127.0.0.1:1",
        ),
        (
            "https_proxy",
            "127.0.0.1:1",
            5,
            "https_proxy names the proxy 127.0.0.1:1",
        ),
        (
            "ALL_PROXY",
            "gopher://127.0.0.1:70",
            6,
            "`gopher` is not a kind of proxy",
        ),
        (
            "HTTPS_PROXY",
            "http://[",
            6,
            "HTTPS_PROXY names no proxy that can be used",
        ),
    ] {
        let done = stage.run_with(&[(variable, value)], &LOGIN_ELSEWHERE);
        done.fails(code, words);
        assert!(!done.stderr.contains("hunter2"), "{done:?}");
    }
    // What is on this machine is not asked through a proxy.
    stage.expire();
    let done = stage.run_with(&[("ALL_PROXY", "gopher://x")], &["token", "work"]);
    assert!(done.answer().starts_with("at-"));
}

/// A SOCKS proxy is spoken to: it is told the name of the server.
#[test]
fn a_socks_proxy_is_asked_for_the_server() {
    use std::io::{Read, Write};
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let proxy = format!("socks5h://{}", listener.local_addr().expect("known"));
    let asked = std::thread::spawn(move || {
        let (mut stream, _) = listener.accept().expect("a caller");
        let mut greeting = [0; 3];
        stream.read_exact(&mut greeting).expect("a greeting");
        stream.write_all(&[5, 0]).expect("written");
        let mut request = [0; 5];
        stream.read_exact(&mut request).expect("a request");
        let mut name = vec![0; usize::from(request[4])];
        stream.read_exact(&mut name).expect("a name");
        (
            greeting[0],
            request[3],
            String::from_utf8(name).expect("text"),
        )
    });
    let stage = Stage::new();
    stage
        .run_with(&[("ALL_PROXY", &proxy)], &LOGIN_ELSEWHERE)
        .fails(5, "as.example");
    assert_eq!(
        asked.join().expect("asked"),
        (5, 3, "as.example".to_owned())
    );
}
