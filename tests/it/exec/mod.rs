//! `authctl exec` and `token --keep`: commands that get a token, and files that stay fresh.

#[cfg(target_os = "linux")]
mod kept;

use std::fs;
use std::process::Stdio;

use crate::support::machine;
use crate::support::stage::{Done, Stage};

fn exec(stage: &Stage, flags: &[&str], script: &str) -> Done {
    stage.run(&[&["exec"], flags, &["--", "sh", "-c", script]].concat())
}

#[test]
fn the_program_becomes_the_command() {
    let stage = Stage::logged_in();
    let child = stage
        .command(&[
            "exec",
            "work",
            "--",
            "sh",
            "-c",
            "echo $$ $AUTHCTL_ACCESS_TOKEN; exit 7",
        ])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("runs");
    let pid = child.id();
    let done = Done::of(child);
    let said = format!("{pid} {}\n", stage.token());
    assert_eq!((done.code, done.stdout), (Some(7), said));
    let done = exec(&stage, &["work"], "kill -9 $$");
    assert_eq!(done.code, None, "{done:?}");
}

#[test]
fn variables_and_headers_hold_the_tokens_of_several_profiles() {
    let stage = Stage::logged_in();
    stage
        .login_command(
            "other",
            &["--browser", &crate::support::programs::visitor("bob")],
        )
        .output()
        .expect("runs");
    let done = exec(
        &stage,
        &["-e", "A", "-e", "B=other", "--header", "C=other", "work"],
        "echo \"$A/$B/$C/$AUTHCTL_ACCESS_TOKEN\"",
    );
    let other = stage.run(&["token", "other"]).answer().to_owned();
    let said = format!("{}/{other}/Authorization: Bearer {other}/", stage.token());
    assert_eq!(done.answer(), said);
    let done = exec(&stage, &["-e", "A", "--id-token", "work"], "echo $A");
    assert_eq!(
        done.answer(),
        stage.run(&["token", "work", "--id-token"]).answer()
    );
}

/// A make's jobserver and a shell's own files are the command's, also where a token had to be
/// refreshed first; and the limit on core dumps is the user's.
#[cfg(target_os = "linux")]
#[test]
fn a_command_keeps_what_was_open_and_the_limits_that_it_had() {
    let stage = Stage::logged_in();
    stage.expire();
    let script = "exec 7>\"$HOME/seven\"; ulimit -Sc 100; exec \"$0\" \"$@\"";
    let inner = "ulimit -Sc; ulimit -Hc; echo written >&7";
    let way = ["sh", "-c", script];
    let limits = Done::of(stage.spawn_by(
        &["sh", "-c", "ulimit -Sc 100; exec \"$@\"", "-"],
        &["--version"],
    ));
    drop(limits);
    let done = Done::of(stage.spawn_by(&way, &["exec", "work", "--", "sh", "-c", inner]));
    let hard = std::process::Command::new("sh")
        .args(["-c", "ulimit -Hc"])
        .output()
        .expect("runs");
    let hard = String::from_utf8(hard.stdout).expect("text");
    assert_eq!(done.answer(), format!("100\n{}", hard.trim()));
    let seven = fs::read_to_string(stage.home.path().join("seven"));
    assert_eq!(seven.expect("there"), "written\n");
    assert_eq!(stage.ledger().refreshes, 1);
}

#[test]
fn a_command_gets_no_secret_but_its_token() {
    let stage = Stage::logged_in();
    let secrets = [
        ("AUTHCTL_CLIENT_SECRET", "s"),
        ("AUTHCTL_KEY", "k"),
        ("OTHER", "o"),
    ];
    let script = "echo $AUTHCTL_CLIENT_SECRET $AUTHCTL_KEY $OTHER";
    let done = stage.run_with(&secrets, &["exec", "work", "--", "sh", "-c", script]);
    assert_eq!(done.answer(), "o");
}

#[test]
fn without_a_token_or_a_program_nothing_is_run() {
    let stage = Stage::logged_in();
    let mark = stage.home.path().join("mark");
    let touch = format!("touch {}", mark.display());
    exec(&stage, &["nobody"], &touch).fails(6, "there is no profile");
    exec(&stage, &["-e", "A=work", "-e", "B=nobody"], &touch).fails(6, "there is no profile");
    let done = stage.run(&["exec", "work"]);
    done.fails(2, "required");
    for flags in [
        ["-e", "1A"],
        ["--file", "A-B"],
        ["--file", "A="],
        ["--header", ""],
    ] {
        exec(&stage, &flags, &touch).fails(2, "");
    }
    exec(&stage, &["work", "--file", "A=/dev/null"], &touch).fails(2, "not a regular file");
    stage
        .run(&["exec", "work", "--", "/no/such"])
        .fails(127, "cannot run /no/such");
    stage
        .run(&["exec", "work", "--", "no-such-program"])
        .fails(127, "cannot run no-such");
    // The word that starts a keeper is no verb.
    for args in [&["keep"][..], &["keep", "x"], &["refresh", "work"]] {
        stage.run(args).fails(2, "unrecognized subcommand");
    }
    stage
        .run(&["exec", "work", "--", "/dev/null"])
        .fails(126, "cannot run /dev/null");
    stage.run(&["logout", "work"]);
    exec(&stage, &["work"], &touch).fails(4, "");
    exec(&stage, &["work", "--file", "A"], &touch).fails(4, "");
    assert!(!mark.exists());
}

/// Root's own directory lay in a user's, who exchanged it and was given root's token.
#[cfg(target_os = "linux")]
#[test]
fn root_keeps_no_token_in_another_users_directory() {
    use crate::support::users::{ANOTHER, give};
    if !machine::has_root() {
        return;
    }
    let stage = Stage::logged_in();
    let runtime = stage.home.path().join("runtime");
    fs::create_dir(&runtime).expect("made");
    give(&runtime, ANOTHER);
    let args = ["exec", "work", "--file", "T", "--", "sh", "-c", "echo $T"];
    let place = runtime.display().to_string();
    let done = stage.run_with(&[("XDG_RUNTIME_DIR", &place)], &args);
    assert!(!done.answer().starts_with(&place), "{done:?}");
}

/// A token where the profile's name belongs was repeated in the message.
#[test]
fn a_token_in_the_place_of_a_name_is_not_repeated() {
    let stage = Stage::logged_in();
    let token = stage
        .run(&["token", "work", "--id-token"])
        .answer()
        .to_owned();
    let done = stage.run(&["exec", "--file", &format!("T:{token}"), "--", "true"]);
    assert!(!done.stderr.contains(&token), "{done:?}");
    assert_eq!(done.code, Some(6), "{done:?}");
}
