//! What another user of the machine, and the upstream server, can make of a proxy.

use super::{BufRead, BufReader, Proxy, Stdio, Value};
use crate::support::machine;
use crate::support::programs::recorder;
use crate::support::stage::Stage;
use crate::support::users::{ANOTHER, STRANGER, give, open_to_all, run_script_as};

/// Another user read the proxy's address from the arguments of a program, and used it.
#[test]
fn the_secret_in_a_programs_arguments_is_nothing_to_another_user() {
    if !machine::has_root() || !machine::has_programs(&["curl"]) {
        return;
    }
    let stage = Stage::logged_in();
    let home = stage.home.path();
    give(home, ANOTHER);
    open_to_all(home);
    let args = [
        "proxy",
        "--upstream",
        stage.sandbox.issuer(),
        "-p",
        "work",
        "--json",
    ];
    let mut proxy = stage.command_as_another(&args);
    let mut proxy = proxy.stdout(Stdio::piped()).spawn().expect("runs");
    let mut line = String::new();
    let stdout = proxy.stdout.take().expect("piped");
    BufReader::new(stdout).read_line(&mut line).expect("a line");
    let said: Value = serde_json::from_str(&line).expect("json");
    let url = said["url"].as_str().expect("a port");
    let ask = format!("curl -sf -m 10 {url}/resource");
    run_script_as(STRANGER, home, &format!("! {ask}"));
    assert_eq!(stage.ledger().resource_ok, 0);
    run_script_as(ANOTHER, home, &ask);
    assert_eq!(stage.ledger().resource_ok, 1);
    proxy.kill().expect("ended");
    proxy.wait().expect("ended");
}

/// A redirect to a path that only begins like the upstream's came back to the server with the
/// proxy's secret in it; and so did the address of the page that a program came from.
#[test]
fn the_upstream_server_never_learns_the_secret() {
    let stage = Stage::logged_in();
    let (address, asked) = recorder("302 Found\r\nLocation: /v1evil/x");
    let absolute = format!("{address}/v1");
    let proxy = Proxy::start(&stage, &absolute);
    let referer = format!("Referer: http://{}/{}/page\r\n", proxy.door, proxy.secret);
    let (status, answer) = proxy.ask("GET", "/redirected", &referer, "");
    assert_eq!(status, 302, "{answer}");
    assert!(!answer.contains(&proxy.secret), "{answer}");
    let seen = asked.recv().expect("asked");
    assert!(
        seen.starts_with("GET /v1/redirected") && !seen.contains(&proxy.secret),
        "{seen}"
    );
}

/// A redirect without a host led to the proxy without its secret, which refused it.
#[test]
fn a_redirect_within_the_upstream_server_comes_back_by_way_of_the_proxy() {
    let stage = Stage::logged_in();
    let (address, _asked) = recorder("302 Found\r\nLocation: next?page=2");
    let proxy = Proxy::start(&stage, &format!("{address}/v1"));
    let (_, answer) = proxy.ask("GET", "/a/first", "", "");
    let expected = format!("location: /{}/a/next?page=2", proxy.secret);
    assert!(answer.contains(&expected), "{answer}");
}
