//! Sealed records that are damaged, planted, or not sealed at all.

use std::fs;

use authctl::store::key::Key;

use super::{Sealed, refuse_token, run, run_by_key};
use crate::support::machine;
use crate::support::stage::Stage;

#[test]
fn a_plain_record_in_the_place_of_a_sealed_one_is_refused() {
    let stage = Sealed::logged_in();
    let plain = stage.record();
    fs::write(stage.file("work.json"), plain.to_string()).expect("written");
    stage
        .run(&["token", "work"])
        .fails(3, "is not sealed, and the profile says `store = \"env\"`");
    assert_eq!(stage.ledger().refreshes, 0);
}

#[test]
fn an_unsealed_generation_before_a_damaged_one_is_neither_used_nor_dropped() {
    let stage = Sealed::logged_in();
    fs::write(stage.file("work.previous"), stage.record().to_string()).expect("written");
    fs::write(stage.file("work.json"), "{").expect("written");
    for _ in 0..2 {
        stage
            .run(&["token", "work"])
            .fails(3, "work.previous is not sealed");
    }
    assert!(stage.file("work.previous").exists() && stage.file("work.json").exists());
}

/// A program that may only write the file cannot make authctl believe what it says, if the access
/// token is not to be readable.
#[test]
fn a_planted_token_or_refusal_is_not_believed() {
    let stage = Sealed::logged_in();
    let sealed = fs::read_to_string(stage.file("work.json")).expect("text");
    let token = sealed.replacen(
        "\"access\": {",
        "\"access\": {\n \"access_token\": \"evil\",",
        1,
    );
    let refused = "\"refused\": {\"at\": 1, \"error\": \"go to http://evil\"},\n\"renewable\"";
    for planted in [
        token.clone(),
        token
            .replacen("\"renewable\"", refused, 1)
            .replace("\"expires_at\": 1", "\"expires_at\": "),
    ] {
        fs::write(stage.file("work.json"), &planted).expect("written");
        let done = stage.run(&["token", "work"]);
        assert!(
            !done.stdout.contains("evil") && !done.stderr.contains("http://evil"),
            "{done:?}"
        );
        assert!(
            done.stderr
                .contains("the record was damaged; it is kept as"),
            "{done:?}"
        );
    }
}

#[test]
fn a_damaged_sealed_record_is_healed_by_the_first_command_that_comes() {
    let heal: [&[&str]; 4] = [
        &["token", "work"],
        &["profile", "move", "work", "--store", "file"],
        &["profile", "reseal"],
        &["logout", "work"],
    ];
    for args in heal {
        let stage = Stage::logged_in();
        assert_eq!(
            run(&stage, &["profile", "move", "work", "--store", "env"]).code,
            Some(0)
        );
        refuse_token(&stage).answer();
        let torn = &fs::read(stage.file("work.json")).expect("there")[..300];
        fs::write(stage.file("work.json"), torn).expect("written");
        // A command without a key makes nothing worse, and neither does a login that is given up.
        stage.run(args).fails(3, "there is no key in AUTHCTL_KEY");
        let issuer = stage.sandbox.issuer();
        let aborted = [
            "login",
            "work",
            "--issuer",
            issuer,
            "--store",
            "file",
            "--no-browser",
            "--timeout",
            "1s",
        ];
        assert_ne!(stage.run(&aborted).code, Some(0));
        let done = run(&stage, args);
        assert_eq!(done.code, Some(0), "{args:?}: {done:?}");
        assert!(
            done.stderr.contains("the record was damaged") || args[0] == "logout",
            "{args:?}: {done:?}"
        );
        if args[0] != "logout" {
            assert!(
                run(&stage, &["token", "work"]).answer().starts_with("at-"),
                "{args:?}"
            );
        } else {
            assert!(done.stderr.contains("here and at the server"), "{done:?}");
        }
    }
}

#[test]
fn a_damaged_record_whose_generation_before_has_another_key_says_so_and_is_healed_with_it() {
    let stage = Sealed::logged_in();
    fs::copy(stage.file("work.json"), stage.file("kept")).expect("copied");
    let key = Key::random();
    let both = format!("{} {}", key.expose(), stage.key);
    assert_eq!(
        run_by_key(&stage, &both, &["profile", "reseal"]).code,
        Some(0)
    );
    fs::rename(stage.file("kept"), stage.file("work.previous")).expect("renamed");
    let whole = fs::read_to_string(stage.file("work.json")).expect("text");
    let at = whole.find("\"sealed\": \"").expect("it is sealed") + 40;
    let other = if &whole[at..=at] == "A" { "B" } else { "A" };
    fs::write(
        stage.file("work.json"),
        format!("{}{other}{}", &whole[..at], &whole[at + 1..]),
    )
    .expect("written");
    for args in [&["token", "work"][..], &["profile", "reseal"]] {
        run_by_key(&stage, key.expose(), args).fails(3, "which is no longer in AUTHCTL_KEY");
    }
    let done = run_by_key(&stage, &both, &["token", "work"]);
    assert!(done.answer().starts_with("at-"));
    assert!(
        done.stderr
            .contains("the last good generation is used instead"),
        "{done:?}"
    );
}

#[test]
fn an_aborted_login_leaves_what_a_dead_refresh_left() {
    if !machine::has_fault_points() {
        return;
    }
    let stage = Sealed::logged_in();
    stage.expire();
    let (step, _) = stage.token_dying_at(8, true);
    assert_eq!(step.as_deref(), Some("commit: record written and synced"));
    let issuer = stage.sandbox.issuer();
    let mut login = stage.command(&[
        "login",
        "work",
        "--issuer",
        issuer,
        "--no-browser",
        "--timeout",
        "1s",
    ]);
    let aborted = login
        .env("AUTHCTL_KEY", Key::random().expose())
        .output()
        .expect("runs");
    assert!(!aborted.status.success());
    let done = stage.run(&["token", "work"]);
    assert!(done.answer().starts_with("at-"));
    assert!(
        done.stderr
            .contains("completed a save that another process had begun"),
        "{done:?}"
    );
}
