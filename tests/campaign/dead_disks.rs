//! A disk that dies at random moments of a refresh, and comes back.

use std::os::unix::fs::PermissionsExt;
use std::process::Stdio;
use std::time::{Duration, Instant};

use authctl::sandbox::Options;

use crate::kills::{spin, usual_time};
use crate::support::disks::{Disk, Kind};
use crate::support::mixed::Random;
use crate::support::stage::{Done, Stage};
use crate::tally::Tally;

/// Runs it: how often, and which kind of disk.
pub fn run(args: &[&str]) -> bool {
    let count: u32 = args.first().and_then(|n| n.parse().ok()).unwrap_or(200);
    let kind = match args.get(1) {
        Some(&"fuse") => Kind::Fuse,
        _ => Kind::Ext4,
    };
    let stage = Stage::with(Options {
        // Longer than the program takes to start that lets the disk die.
        latency: Duration::from_millis(20),
        ..Options::default()
    });
    let behind = stage.home.path().join("behind");
    let Some(mut disk) = Disk::mount(kind, &behind, &stage.state()) else {
        return false;
    };
    let runtime = stage.home.path().join("runtime");
    std::fs::create_dir(&runtime).expect("a directory");
    std::fs::set_permissions(&runtime, PermissionsExt::from_mode(0o700)).expect("owned");
    stage.log_in();
    let whole = usual_time(&stage);
    let (mut tally, mut random) = (Tally::default(), Random(0x9E37_79B9_7F4A_7C15));
    let (mut rescued, mut without) = (0, 0);
    let began = Instant::now();
    for _ in 0..count {
        stage.expire();
        let mut command = stage.command(&["token", "work"]);
        command
            .env("XDG_RUNTIME_DIR", &runtime)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let caller = command.spawn().expect("runs");
        let moment = random.below(u64::try_from(whole.as_micros()).expect("short"));
        spin(Duration::from_micros(moment));
        disk.die();
        let done = Done::of(caller);
        rescued += u64::from(done.stderr.contains("is kept in"));
        without += u64::from(done.code != Some(0));
        if done.code == Some(0) && !done.stderr.contains("is kept in") {
            tally.misses += 1
        } else {
            tally.hits += 1
        }
        disk.come_back();
        let mut next = stage.command(&["token", "work"]);
        next.env("XDG_RUNTIME_DIR", &runtime);
        let next: Done = next.output().expect("runs").into();
        assert!([Some(0), Some(4)].contains(&next.code), "{done:?} {next:?}");
        tally.judge(&stage);
    }
    println!(
        "{count} deaths of {kind:?}: {tally}; {rescued} sessions rescued elsewhere, {without} \
         callers had no token; a refresh takes {:.1} ms; {:.0} s",
        whole.as_secs_f64() * 1e3,
        began.elapsed().as_secs_f64()
    );
    tally.hits > u64::from(count / 4) && tally.lost + tally.broken() == 0
}
