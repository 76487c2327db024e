//! Long jobs that read their token from a file which is kept fresh.

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use authctl::sandbox::Options;

use crate::support::stage::Stage;

/// The life of a token.
const LIFE: Duration = Duration::from_secs(10);

/// How often a job reads its file, and asks the server whether the token in it is good.
const READ: Duration = Duration::from_millis(100);

/// Runs it: for how long, and how many jobs at once.
pub fn run(args: &[&str]) -> bool {
    let length = args.first().map_or(Ok(Duration::from_secs(120)), |text| {
        authctl::time::parse_duration(text)
    });
    let length = length.expect("a length of time");
    let count: usize = args.get(1).and_then(|n| n.parse().ok()).unwrap_or(20);
    let stage = Stage::logged_in_with(Options {
        access_ttl: LIFE,
        ..Options::default()
    });
    let jobs: Vec<(Child, std::path::PathBuf)> = (0..count).map(|n| start(&stage, n)).collect();
    let (mut reads, mut bad) = (0_u64, 0_u64);
    let ends = Instant::now() + length;
    while Instant::now() < ends {
        let began = Instant::now();
        for (_, file) in &jobs {
            reads += 1;
            bad += u64::from(!is_good(&stage, file));
        }
        std::thread::sleep(READ.saturating_sub(began.elapsed()));
    }
    let refreshes = stage.ledger().refreshes;
    for (mut job, _) in jobs {
        let _ = job.kill();
        let _ = job.wait();
    }
    // A token is renewed three seconds before its end.
    let needed = length.as_secs() / 7 + 2;
    println!(
        "{count} jobs for {} with tokens of {}: {reads} reads, {bad} of an expired, torn or \
         missing token; {refreshes} refreshes (one job needs {needed} at most)",
        authctl::time::describe(length),
        authctl::time::describe(LIFE),
    );
    bad == 0 && refreshes <= needed
}

/// Whether the file has a token that the server knows and that lives.
fn is_good(stage: &Stage, file: &std::path::Path) -> bool {
    let token = std::fs::read_to_string(file).unwrap_or_default();
    stage.sandbox.lets_in(&token)
}

/// A command with a file, and where that is.
fn start(stage: &Stage, number: usize) -> (Child, std::path::PathBuf) {
    let file = stage.home.path().join(format!("token-{number}"));
    let place = format!("T={}", file.display());
    let mut command = stage.command(&["exec", "work", "--file", &place, "--", "sleep", "86400"]);
    command.stdout(Stdio::null()).stderr(Stdio::inherit());
    let job = command.spawn().expect("authctl runs");
    while !file.exists() {
        std::thread::sleep(Duration::from_millis(5));
    }
    (job, file)
}
