//! Logins at a terminal: what is pasted there, how the wait is drawn, and how the terminal is left.

use std::io::{Read, Write};
use std::process::{Command, Stdio};
use std::time::Duration;

use authctl::sandbox::Options;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};

use crate::support::machine;
use crate::support::programs::{authorization_request, get, scribe};
use crate::support::stage::{Done, Stage};
use crate::support::terminal::AtTerminal;

/// A login at a terminal.
fn start(stage: &Stage, args: &[&str], term: &str, columns: u16) -> AtTerminal {
    let args = [&["--timeout", "60s"], args].concat();
    let by_default = machine::default_signals().unwrap_or_default();
    let mut command = stage.login_command_by(by_default, "work", &args);
    command.env("LANG", "C.UTF-8");
    AtTerminal::start(command, term, columns)
}

/// The terminal cut a pasted address at 4095 bytes, and showed the code that it held.
#[test]
fn an_address_longer_than_a_terminals_line_is_pasted_unseen() {
    let stage = Stage::with(Options {
        approve: Some("alice".to_owned()),
        ..Options::default()
    });
    let mut login = start(&stage, &["--paste"], "xterm", 80);
    let said = login.read_until("waiting for the browser");
    let address = said
        .lines()
        .find_map(|line| line.trim().strip_prefix("http"))
        .expect("an address");
    let (_, answer) = get(&format!("http{address}"));
    let redirect = answer
        .lines()
        .find_map(|line| line.strip_prefix("location: "))
        .expect("a redirect")
        .trim();
    let long = format!("{redirect}&more={}", "a".repeat(6000));
    assert!(!login.is_usual());
    writeln!(login.person, "{long}").expect("pasted");
    assert!(!login.read_until("logged in as alice").contains("code="));
    assert!(login.child.wait().expect("it ends").success());
    assert!(login.is_usual());
    stage.token();
}

#[test]
fn an_interrupt_leaves_the_terminal_as_it_was() {
    let stage = Stage::new();
    let mut login = start(&stage, &["--paste"], "xterm", 80);
    login.read_until("waiting for the browser");
    assert!(!login.is_usual());
    login.interrupt();
    assert!(login.is_usual());
}

/// A stop (Ctrl-Z) left the shell without echo, and after it the code was shown as it was typed.
#[test]
fn a_stop_leaves_the_terminal_as_it_was_until_the_login_goes_on() {
    let stage = Stage::new();
    let mut login = start(&stage, &["--paste"], "xterm", 80);
    login.read_until("waiting for the browser");
    for _ in 0..2 {
        assert!(!login.is_usual());
        kill(login.pid(), Signal::SIGTSTP).expect("sent");
        let seen = waitpid(login.pid(), Some(WaitPidFlag::WUNTRACED)).expect("its parent");
        assert!(matches!(seen, WaitStatus::Stopped(..)), "{seen:?}");
        assert!(login.is_usual());
        kill(login.pid(), Signal::SIGCONT).expect("sent");
        for _ in 0..1000 {
            if !login.is_usual() {
                break;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }
    assert!(!login.is_usual());
    login.interrupt();
    assert!(login.is_usual());
}

/// At 40 columns the spinner broke into two lines, so that a login left a page of them.
#[test]
fn a_spinner_keeps_to_its_line_and_an_interrupt_wipes_it_away() {
    let stage = Stage::new();
    let mut login = start(&stage, &["--device"], "xterm", 30);
    login.read_until("⠙ waiting for you to approve\u{1b}[K");
    login.interrupt();
    drop(login.terminal);
    let mut rest = Vec::new();
    // A terminal without another end is an error on Linux and an end elsewhere.
    let _ = login.person.read_to_end(&mut rest);
    let rest = login.said + &String::from_utf8_lossy(&rest);
    assert!(rest.ends_with("\r\u{1b}[K"), "{rest:?}");
}

#[test]
fn a_dumb_terminal_gets_lines_and_a_quiet_login_says_only_what_is_needed() {
    let stage = Stage::new();
    let mut login = start(&stage, &["--device"], "dumb", 80);
    let said = login.read_until("waiting for you to approve (at most 1m)");
    assert!(!said.contains('\u{1b}'), "{said:?}");
    login.interrupt();
    let (script, written) = scribe(stage.home.path());
    let mut login = start(&stage, &["--quiet", "--browser", &script], "xterm", 80);
    stage.run(&["sandbox", "visit", &authorization_request(&written)]);
    login.child.wait().expect("it ends");
    drop(login.terminal);
    let mut said = String::new();
    let _ = login.person.read_to_string(&mut said);
    assert!(
        said.contains("http://") && !said.contains("waiting"),
        "{said:?}"
    );
}

/// `authctl login --paste &` was stopped by the terminal, and kept the login's lock until it was
/// killed.
#[test]
fn a_job_in_the_background_is_not_stopped_by_the_terminal() {
    if !machine::has_programs(&["script", "bash"]) {
        return;
    }
    let stage = Stage::new();
    let login = stage.login_command("work", &["--paste", "--timeout", "60s"]);
    let words = [login.get_program()].into_iter().chain(login.get_args());
    let words: Vec<_> = words.map(|word| word.to_string_lossy()).collect();
    let typed = format!("{} &\nwait %1\njobs -l\nexit\n", words.join(" "));
    let mut shell = Command::new("script");
    shell
        .args(["-qfec", "bash --norc -i", "/dev/null"])
        .env("AUTHCTL_HOME", stage.state())
        .env("AUTHCTL_CONFIG", stage.config())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut shell = shell.spawn().expect("script runs");
    let mut person = shell.stdin.take().expect("piped");
    person.write_all(typed.as_bytes()).expect("typed");
    let done = Done::of(shell);
    assert!(
        done.stdout.contains("this job is in the background"),
        "{done:?}"
    );
    assert!(!done.stdout.contains("Stopped"), "{done:?}");
}

/// An address that is longer than a line is hard to select; as a link it is opened whole.
#[test]
fn an_address_is_a_link_where_the_terminal_shows_links() {
    for (term, forced, is_link) in [
        ("xterm", Some("1"), true),
        ("xterm", None, false),
        ("dumb", Some("1"), false),
    ] {
        let stage = Stage::new();
        let by_default = machine::default_signals().unwrap_or_default();
        let words = ["--no-browser", "--timeout", "60s"];
        let mut command = stage.login_command_by(by_default, "work", &words);
        command.env("LANG", "C.UTF-8");
        command.envs(forced.map(|value| ("FORCE_HYPERLINK", value)));
        let mut login = AtTerminal::start(command, term, 80);
        let said = login.read_until("waiting for the browser").to_owned();
        let begins = format!("\x1b]8;;{}/authorize?", stage.sandbox.issuer());
        assert_eq!(said.contains(&begins), is_link, "{term}: {said:?}");
        assert_eq!(said.contains("\x1b]8;;\x1b\\"), is_link, "{term}: {said:?}");
        login.interrupt();
    }
}

/// A long address breaks over the lines of a narrow terminal. The short one is for this machine,
/// leads to the whole one as often as it is opened, and to no one else.
#[test]
fn a_short_address_leads_to_the_whole_one() {
    let stage = Stage::new();
    let (browser, opened) = scribe(stage.home.path());
    let mut login = start(&stage, &["--browser", &browser], "xterm", 40);
    let said = login.read_until("waiting for the browser").to_owned();
    let addresses: Vec<&str> = said
        .split_whitespace()
        .filter(|word| word.starts_with("http://"))
        .collect();
    let [short, whole] = addresses[..] else {
        panic!("{addresses:?}")
    };
    assert!(short.len() < 40, "{short}");
    assert!(whole.starts_with(stage.sandbox.issuer()), "{whole}");
    let once = crate::support::programs::wait_for(&opened);
    assert_ne!(
        once, short,
        "what other users can read in arguments leads there once"
    );
    for (address, statuses) in [(short, [302, 302]), (&once, [302, 410])] {
        for status in statuses {
            let (answered, answer) = get(address);
            assert_eq!(answered, status, "{address}: {answer}");
            assert_eq!(answer.contains(whole), status == 302, "{answer}");
        }
    }
    let (port, _) = short.rsplit_once('/').expect("a path");
    assert_eq!(get(&format!("{port}/elsewhere0")).0, 404);
    login.interrupt();
}
