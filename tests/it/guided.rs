//! Guided logins: every question, key by key, at a real terminal.

use std::io::Write;

use authctl::provider::PRESETS;
use authctl::sandbox::{MACHINE_CLIENT, MACHINE_SECRET, PUBLIC_CLIENT};

use crate::support::machine;
use crate::support::programs::visitor;
use crate::support::stage::{Done, Stage};
use crate::support::terminal::AtTerminal;

const SERVER: &str = "a number, a name, or an issuer's address: ";
const CLIENT: &str = "client id";
const SECRET: &str = "client secret";
const NAME: &str = "name of the profile";
const CONFIRM: &str = "log in now";

/// A login without a word about a server, on an empty machine.
fn start(stage: &Stage, args: &[&str]) -> AtTerminal {
    let by_default = machine::default_signals().unwrap_or_default();
    let words = [&["login", "--timeout", "60s"], args].concat();
    AtTerminal::start(stage.command_by(by_default, &words), "xterm", 80)
}

fn start_untimed(stage: &Stage, args: &[&str]) -> AtTerminal {
    let by_default = machine::default_signals().unwrap_or_default();
    let words = [&["login"], args].concat();
    AtTerminal::start(stage.command_by(by_default, &words), "xterm", 80)
}

fn config(stage: &Stage) -> String {
    std::fs::read_to_string(stage.config()).unwrap_or_default()
}

/// Nothing has to be known beforehand but the server's address.
#[test]
fn from_an_empty_machine_questions_lead_to_a_token() {
    let stage = Stage::new();
    let mut login = start(&stage, &["--browser", &visitor("alice")]);
    login.answer(SERVER, stage.sandbox.issuer());
    login.answer(CLIENT, PUBLIC_CLIENT);
    login.answer(SECRET, "");
    login.answer(NAME, "");
    login.answer(CONFIRM, "");
    let said = login.read_until("how it stands").to_owned();
    assert!(login.child.wait().expect("it ends").success());
    let name = stage
        .sandbox
        .issuer()
        .replace("http://", "")
        .replace(':', "-");
    for words in [
        &format!("authctl login {name} --issuer {}", stage.sandbox.issuer()),
        "logged in as alice",
        &format!("authctl token {name}"),
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let token = stage.run(&["token"]).answer().to_owned();
    assert_eq!(stage.run(&["token", &name]).answer(), token);
    assert!(config(&stage).contains(&format!("client_id = \"{PUBLIC_CLIENT}\"")));
}

/// Where the server registers clients, not even a client has to be known.
#[test]
fn a_server_that_registers_clients_needs_its_address_alone() {
    let stage = Stage::new();
    let mut login = start(&stage, &["--browser", &visitor("alice")]);
    login.answer(SERVER, stage.sandbox.issuer());
    login.answer(CLIENT, "mistyped");
    login.answer(SECRET, "back");
    login.answer(CLIENT, "");
    login.answer(NAME, "corp");
    login.answer(CONFIRM, "");
    let said = login.read_until("how it stands").to_owned();
    assert!(login.child.wait().expect("it ends").success());
    let same = format!(
        "authctl login corp --issuer {} --register",
        stage.sandbox.issuer()
    );
    for words in [
        &*same,
        "has registered a client for this",
        "logged in as alice",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    assert!(
        !said.contains(SECRET) || said.matches(SECRET).count() == 1,
        "{said}"
    );
    assert_eq!(stage.ledger().registrations, 1);
    stage.run(&["token", "corp"]).answer();
    let done = stage.run(&["logout", "corp", "--unregister"]);
    assert_eq!(done.code, Some(0), "{done:?}");
    assert_eq!(stage.ledger().unregistrations, 1);
}

#[test]
fn what_cannot_be_meant_is_asked_again_and_back_leads_back() {
    let stage = Stage::new();
    let mut login = start(&stage, &["--browser", &visitor("alice")]);
    login.answer(SERVER, "nothing like it");
    login.answer(SERVER, "http://127.0.0.1:1");
    login.answer("cannot reach 127.0.0.1", "back");
    // There is no question before the first one: it comes again.
    login.answer(SERVER, "google");
    login.answer("What is the token for?", "chess");
    login.answer("that is none of them", "mail");
    login.answer("console.cloud.google.com", "back");
    login.answer("What is the token for?", "back");
    login.answer(SERVER, stage.sandbox.issuer());
    login.answer(CLIENT, "with a blank");
    login.answer("that has a blank in it", PUBLIC_CLIENT);
    login.answer(SECRET, "");
    login.answer(NAME, "work");
    login.answer(CONFIRM, "back");
    login.answer(NAME, "con");
    login.answer("cannot be a profile's name", "home");
    assert_eq!(
        config(&stage),
        "",
        "nothing is written before the last answer"
    );
    login.answer(CONFIRM, "yes");
    login.read_until("how it stands");
    assert!(login.child.wait().expect("it ends").success());
    assert_eq!(stage.ledger().logins, 1);
    stage.run(&["token", "home"]).answer();
}

/// A secret that is typed is neither shown nor written where others read.
#[test]
fn a_secret_is_typed_unseen_into_a_file_of_its_own() {
    use std::os::unix::fs::PermissionsExt as _;

    let stage = Stage::new();
    let mut login = start(
        &stage,
        &["work", "--issuer", stage.sandbox.issuer(), "--device"],
    );
    login.answer(CLIENT, MACHINE_CLIENT);
    login.said.clear();
    login.read_until(SECRET);
    assert!(!login.is_usual());
    writeln!(login.person, "{MACHINE_SECRET}").expect("typed");
    login.answer(CONFIRM, "");
    login.said.clear();
    let said = login.read_until("user_code=").to_owned();
    assert!(!said.contains(MACHINE_SECRET), "{said}");
    login.read_until("waiting for you");
    let address = login
        .said
        .split_whitespace()
        .find(|word| word.contains("user_code="));
    let address = address.expect("an address").to_owned();
    stage.run(&["sandbox", "visit", &address]);
    login.read_until("how it stands");
    assert!(!login.said.contains(MACHINE_SECRET), "{}", login.said);
    assert!(login.child.wait().expect("it ends").success());
    let secret = stage.config().with_file_name("work.secret");
    let meta = std::fs::metadata(&secret).expect("there");
    assert_eq!(meta.permissions().mode() & 0o777, 0o600);
    assert_eq!(
        std::fs::read_to_string(&secret).expect("read"),
        MACHINE_SECRET
    );
    assert!(!config(&stage).contains(MACHINE_SECRET));
    stage.expire();
    stage.token();
}

#[test]
fn a_guide_that_is_left_changes_nothing() {
    let stage = Stage::new();
    let mut login = start(&stage, &[]);
    login.answer(SERVER, "1");
    login.read_until("What is the token for?");
    // The key that ends the input, at the beginning of a line.
    login.person.write_all(b"\x04").expect("typed");
    login.read_until("the questions were left, and nothing was changed");
    assert_eq!(login.child.wait().expect("it ends").code(), Some(130));
    let mut login = start(&stage, &["work", "--issuer", stage.sandbox.issuer()]);
    login.answer(CLIENT, "x");
    login.read_until(SECRET);
    assert!(!login.is_usual());
    login.interrupt();
    assert!(login.is_usual());
    assert!(!stage.config().exists() && !stage.state().exists());
}

/// A script that runs where a person looks on is not asked; nor is one with JSON.
#[test]
fn nothing_is_asked_where_nobody_can_answer() {
    let stage = Stage::new();
    stage.run(&["login"]).fails(6, "there is no profile yet");
    let mut login = start(&stage, &["--json"]);
    assert_eq!(login.child.wait().expect("it ends").code(), Some(6));
    let mut command = stage.command(&["login", "--provider", "github"]);
    let done = Done::from(command.output().expect("runs"));
    done.fails(6, "`client_id` is missing");
}

/// Each preset leads to a whole profile with the port, scopes and redirect of its registration.
#[test]
fn each_provider_is_asked_for_what_it_needs() {
    for (number, preset) in PRESETS.iter().enumerate() {
        let stage = Stage::new();
        let mut login = start(&stage, &["--no-browser"]);
        login.answer(SERVER, &(number + 1).to_string());
        let provider = preset.provider();
        if preset.needs_issuer {
            login.answer("the issuer's address", stage.sandbox.issuer());
        }
        if !provider.scopes_for.is_empty() {
            let (wanted, _) = provider.scopes_for[0];
            login.answer("What is the token for?", wanted.word());
        }
        login.answer(provider.registration.page, "the-client");
        let registration = provider.registration;
        if registration.redirects == authctl::provider::registration::Redirects::HttpsOnly {
            login.answer("the redirect address", "https://app.example/cb");
        }
        if registration.secret.is_needed_by_browser() {
            login.answer(SECRET, "the-secret");
        }
        login.answer(NAME, "");
        login.said.clear();
        let said = login.read_until(CONFIRM).to_owned();
        let (command, _) = preset
            .login_command(preset.id, None)
            .split_once(" --client-id")
            .map(|(command, rest)| {
                (
                    command.replace("URL", stage.sandbox.issuer()),
                    rest.to_owned(),
                )
            })
            .expect("a command");
        assert!(said.contains(&command), "{command}: {said}");
        login.interrupt();
    }
}

/// A login that came to nothing left the client's secret behind, which nothing named.
#[test]
fn a_guided_login_that_fails_leaves_no_secret_behind() {
    let stage = Stage::new();
    let issuer = stage.sandbox.issuer();
    let args = ["work", "--issuer", issuer, "--device", "--timeout", "1s"];
    for is_interrupted in [false, true] {
        let mut login = start_untimed(&stage, &args);
        login.answer(CLIENT, MACHINE_CLIENT);
        login.answer(SECRET, MACHINE_SECRET);
        login.answer(CONFIRM, "");
        login.read_until("waiting for you");
        if is_interrupted {
            login.interrupt();
        } else {
            login.read_until("did not finish");
            login.child.wait().expect("it ends");
        }
        assert!(!stage.config().with_file_name("work.secret").exists());
        assert!(!config(&stage).contains("work"));
    }
}
