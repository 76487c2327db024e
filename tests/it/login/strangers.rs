//! The login is its user's: what another user of the machine can do with an address that the
//! browser was given, or with the authorization request itself.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use crate::support::machine;
use crate::support::programs::{
    authorization_request, copy_program, get, scribe, visitor, wait_for,
};
use crate::support::stage::{Done, Stage};
use crate::support::users::{ANOTHER, STRANGER, give, open_to_all, run_script_as};

/// A login of [`ANOTHER`] that waits for a browser which only wrote down what it was given.
fn begin(stage: &Stage) -> (std::process::Child, std::path::PathBuf) {
    let (script, given) = scribe(stage.home.path());
    give(stage.home.path(), ANOTHER);
    open_to_all(stage.home.path());
    let mut login = stage.login_command_as_another(&script);
    login.stdout(std::process::Stdio::piped());
    login.stderr(std::process::Stdio::piped());
    (login.spawn().expect("runs"), given)
}

/// Lets alice, who is [`ANOTHER`], end the login at the address that she was given.
fn log_in_as_alice(stage: &Stage, login: std::process::Child, address: &str) {
    let visited = stage.run_as_another(&["sandbox", "visit", "--user", "alice", address]);
    assert!(visited.stderr.contains("You are logged in"), "{visited:?}");
    let done = Done::of(login);
    assert!(done.stderr.contains("logged in as alice"), "{done:?}");
}

fn visit_as_stranger(home: &Path, address: &str) {
    let program = copy_program(home);
    let script = format!(
        "{} sandbox visit --user mallory '{address}' || true",
        program.display()
    );
    run_script_as(STRANGER, home, &script);
}

/// Another user read the address from the browser's arguments and completed the login as himself.
#[test]
fn what_the_browser_was_given_is_nothing_to_another_user() {
    if !machine::has_root() {
        return;
    }
    let stage = Stage::new();
    let (login, given) = begin(&stage);
    let address = wait_for(&given);
    assert!(!address.contains("state="), "{address}");
    visit_as_stranger(stage.home.path(), &address);
    assert_eq!(stage.ledger().logins, 0);
    log_in_as_alice(&stage, login, &address);
}

/// Whoever has the whole authorization request all the same cannot bring his own answer to it.
#[test]
fn an_answer_that_another_user_brings_is_not_taken() {
    if !machine::has_root() {
        return;
    }
    let stage = Stage::new();
    let (login, given) = begin(&stage);
    let request = authorization_request(&given);
    visit_as_stranger(stage.home.path(), &request);
    log_in_as_alice(&stage, login, &request);
}

/// A stranger who closed his connections at once counted as root, and completed the login.
#[test]
fn a_stranger_who_hangs_up_is_a_stranger_still() {
    if !machine::has_root() || !machine::has_programs(&["python3"]) {
        return;
    }
    let stage = Stage::new();
    let (login, given) = begin(&stage);
    let request = authorization_request(&given);
    // The stranger has a code of his own, and brings it on many connections.
    let attack = stage.home.path().join("attack.py");
    let text = "import socket, sys, urllib.parse as p, urllib.request as r\n\
        class Stay(r.HTTPRedirectHandler):\n    def redirect_request(self, *a): return None\n\
        url = sys.argv[1]\nq = p.urlsplit(url).query\n\
        form = p.urlencode({'request': q, 'user': 'mallory', 'decision': 'approve'}).encode()\n\
        try:\n    r.build_opener(Stay).open(url.split('?')[0], form)\n\
        except r.HTTPError as e:\n    there = p.urlsplit(e.headers['location'])\n\
        for i in range(100):\n    s = socket.create_connection((there.hostname, there.port))\n\
        \x20   line = f'GET {there.path}?{there.query} HTTP/1.1\\r\\n'\n\
        \x20   s.send(f'{line}Host: {there.netloc}\\r\\n\\r\\n'.encode())\n\
        \x20   s.close()\n";
    fs::write(
        &attack,
        text.replace("r.HTTPError", "__import__('urllib.error').error.HTTPError"),
    )
    .expect("written");
    fs::set_permissions(&attack, fs::Permissions::from_mode(0o644)).expect("root may");
    let script = format!("python3 {} '{request}'", attack.display());
    run_script_as(STRANGER, stage.home.path(), &script);
    log_in_as_alice(&stage, login, &request);
}

/// What is read from the arguments afterwards, on a system that does not tell whose a connection
/// is, leads nowhere.
#[test]
fn the_address_leads_to_the_login_once() {
    let stage = Stage::new();
    let (script, given) = scribe(stage.home.path());
    let mut command = stage.login_command("work", &["--browser", &script]);
    command.stderr(std::process::Stdio::piped());
    let login = command.spawn().expect("runs");
    let request = authorization_request(&given);
    let (status, page) = get(&wait_for(&given));
    assert_eq!(status, 410);
    assert!(
        page.contains("Already opened") && !page.contains("state="),
        "{page}"
    );
    let visited = stage.run(&["sandbox", "visit", &request]);
    assert!(visited.stderr.contains("You are logged in"), "{visited:?}");
    assert_eq!(Done::of(login).code, Some(0));
}

/// `account` was a hint, and anybody who logged in had the profile.
#[test]
fn the_account_of_the_profile_is_the_only_one() {
    let stage = Stage::new();
    for account in ["alice", "alice@sandbox.example", "ALICE@sandbox.example"] {
        let bob = stage.login(&["--account", account, "--browser", &visitor("bob")]);
        bob.fails(
            1,
            &format!("the profile is for {account}, and bob@sandbox.example logged in"),
        );
        let ledger = stage.ledger();
        assert!(ledger.revocations > 0, "what came is given back");
        assert!(!stage.file("work.json").exists());
    }
    let alice = stage.login(&["--account", "alice", "--browser", &visitor("alice")]);
    assert_eq!(alice.code, Some(0), "{alice:?}");
}

/// Root's login is answered by the browser of the user behind `sudo`.
#[test]
fn a_login_of_root_is_answered_by_a_browser_of_a_user() {
    if !machine::has_root() {
        return;
    }
    let stage = Stage::new();
    open_to_all(stage.home.path());
    let (script, given) = scribe(stage.home.path());
    let mut command = stage.login_command("work", &["--browser", &script]);
    command.stderr(std::process::Stdio::piped());
    let login = command.spawn().expect("runs");
    let address = wait_for(&given);
    let program = copy_program(stage.home.path());
    let script = format!(
        "{} sandbox visit --user alice '{address}'",
        program.display()
    );
    run_script_as(STRANGER, stage.home.path(), &script);
    assert_eq!(Done::of(login).code, Some(0));
}

/// A stranger's request whose connection he reset at once had no owner any more, and counted as
/// nobody's.
#[test]
fn a_request_that_is_reset_at_once_is_another_users_too() {
    if !machine::has_root() || !machine::has_programs(&["perl"]) {
        return;
    }
    let stage = Stage::new();
    let (login, given) = begin(&stage);
    let address = wait_for(&given);
    let url = url::Url::parse(&address).expect("an address");
    // SO_LINGER of zero seconds: the connection is reset when it is closed.
    let script = format!(
        r#"perl -MSocket -e '
            socket(my $s, PF_INET, SOCK_STREAM, 0) or die;
            connect($s, sockaddr_in({port}, inet_aton("127.0.0.1"))) or die;
            setsockopt($s, SOL_SOCKET, SO_LINGER, pack("ii", 1, 0)) or die;
            syswrite($s, "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n") or die;
            close($s);'"#,
        port = url.port().expect("a port"),
        path = url.path(),
    );
    for _ in 0..3 {
        run_script_as(STRANGER, Path::new("/"), &script);
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    log_in_as_alice(&stage, login, &address);
}
