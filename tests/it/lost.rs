//! Answers that never arrive, as one table: what went wrong, what the server forgives, whether the
//! old token still lives. For each: what the caller gets, what the next one gets, and what the
//! server counted.

use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::thread;

use authctl::sandbox::{Grace, Options};

use crate::support::stage::{Done, Stage};

/// What goes wrong, as a fault; and whether the server has rotated by then.
const MISHAPS: &[(&str, &str, bool)] = &[
    ("dropped before it is looked at", "drop_before", false),
    ("dropped after it is done", "drop_after", true),
    ("half an answer", "truncate", true),
    ("the connection torn down", "reset", true),
    ("no answer in time", "slow=21000", true),
];

/// What a caller ends with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum End {
    /// A token that the server has just given.
    Fresh,
    /// The token that was there, with a warning.
    Old,
    /// "Ask again": exit 5.
    Later,
    /// "A refresh was interrupted at": exit 4.
    Lost,
}
use End::{Fresh, Later, Lost, Old};

/// What the first call and the next end with, and the next once the old token has ended.
fn expected(rotated: bool, grace: Grace, alive: bool) -> [End; 3] {
    match (rotated, grace, alive) {
        // Within a grace the first call asks again at once, and no caller notices anything.
        (_, Grace::NewPair | Grace::SamePair | Grace::LatestWins, _) => [Fresh, Fresh, Fresh],
        // While the old token lives, nothing is put at risk: it is handed out and the server left
        // alone.
        (true, Grace::None, true) => [Old, Old, Lost],
        (false, Grace::None, true) => [Old, Old, Fresh],
        // Nothing is left to lose: the next call asks once more.
        (true, Grace::None, false) => [Later, Lost, Lost],
        (false, Grace::None, false) => [Later, Fresh, Fresh],
    }
}

fn stage(grace: Grace, alive: bool) -> Stage {
    let mut stage = Stage::logged_in_with(Options {
        grace,
        ..Options::default()
    });
    stage.expects_reuse = true;
    if grace != Grace::None {
        stage.add_to_config("reuse_interval = \"30s\"\n");
    }
    // In its last tenth a token of five minutes is refreshed, and good for half a minute still.
    if alive {
        stage.age(260 + 12)
    } else {
        stage.expire()
    }
    stage
}

fn end_of(stage: &Stage, old: &str, done: &Done) -> End {
    match done.code {
        Some(0) if done.answer() == old => {
            let said = [
                "handing out the old token",
                "not tried again while the token lives",
            ];
            assert!(
                said.iter().any(|words| done.stderr.contains(words)),
                "{done:?}"
            );
            Old
        }
        Some(0) => {
            let served = stage.record()["tokens"]["access_token"] == done.answer();
            assert!(served, "what is printed is what is stored");
            Fresh
        }
        Some(5) => {
            done.fails(5, "whether the session was renewed is not known");
            Later
        }
        _ => {
            done.fails(4, "was interrupted at");
            Lost
        }
    }
}

fn play(mishap: &str, fault: &str, rotated: bool, grace: Grace, alive: bool) {
    let case = format!(
        "{mishap}, {grace:?}, the old token {}",
        if alive { "lives" } else { "has ended" }
    );
    let stage = stage(grace, alive);
    let old = stage.record()["tokens"]["access_token"]
        .as_str()
        .expect("a token")
        .to_owned();
    stage.fault(fault);
    let patient = ["token", "work", "--min-ttl", "4m", "--wait", "90s"];
    let first = end_of(&stage, &old, &stage.run(&patient));
    stage.let_the_server_be_asked();
    let next = end_of(&stage, &old, &stage.run(&patient));
    if stage.record()["generation"] == 1 {
        stage.expire();
    }
    stage.let_the_server_be_asked();
    let last = end_of(&stage, &old, &stage.run(&patient));
    let expected = expected(rotated, grace, alive);
    assert_eq!([first, next, last], expected, "{case}");
    let at_last = expected[2];
    let ledger = stage.ledger();
    assert_eq!(ledger.refreshes, 1, "{case}: {ledger:?}");
    assert_eq!(
        ledger.reuses,
        u64::from(at_last == Lost),
        "{case}: {ledger:?}"
    );
    assert_eq!(
        ledger.forgiven,
        u64::from(rotated && grace != Grace::None),
        "{case}: {ledger:?}"
    );
}

#[test]
fn every_lost_answer_has_its_outcome() {
    let cases = MISHAPS.iter().flat_map(|mishap| {
        let graces = Grace::ALL.iter().map(|(_, grace)| *grace);
        graces.flat_map(move |grace| [(mishap, grace, true), (mishap, grace, false)])
    });
    let (slow, quick): (Vec<_>, Vec<_>) =
        cases.partition(|((_, fault, _), ..)| fault.starts_with("slow"));
    thread::scope(|scope| {
        // The slow ones wait for the limit of one request, all at the same time.
        for ((mishap, fault, rotated), grace, alive) in slow {
            scope.spawn(move || play(mishap, fault, *rotated, grace, alive));
        }
        for ((mishap, fault, rotated), grace, alive) in quick {
            play(mishap, fault, *rotated, grace, alive);
        }
    });
}

/// `timeout -s KILL`, a closed terminal, a shell that ends its job: all of them reach a process
/// group, and no helper process is in it.
#[test]
fn the_death_of_the_whole_process_group_loses_nothing() {
    for (_, grace) in Grace::ALL {
        for alive in [true, false] {
            let stage = stage(*grace, alive);
            stage.fault("slow=600");
            let mut command = stage.command(&["token", "work", "--min-ttl", "4m"]);
            let mut caller = command
                .process_group(0)
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .spawn()
                .expect("runs");
            stage.until_asked(2);
            let group = format!("-{}", caller.id());
            assert!(
                Command::new("kill")
                    .args(["-KILL", "--", &group])
                    .status()
                    .expect("kill runs")
                    .success()
            );
            caller.wait().expect("it is dead");
            let token = stage.token();
            assert_eq!(stage.record()["tokens"]["access_token"], token.as_str());
            assert_eq!(
                (stage.ledger().refreshes, stage.ledger().reuses),
                (1, 0),
                "{grace:?}, alive: {alive}"
            );
        }
    }
}
