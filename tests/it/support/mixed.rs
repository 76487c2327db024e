//! Everything at once, for as long as one likes: callers, refusals, logins, logouts, kills,
//! outages, full disks. In the end ledger and records agree, and no profile was logged out that did
//! not log out.
//!
//! Three worlds, because three promises differ. The *strict* one forgives no spent token: there
//! callers are killed and disks are full, and every refresh of the server is a generation on the
//! disk. The *forgiving* one takes a spent token for 30 seconds: there the refreshing processes
//! themselves are killed, and the server vanishes in mid-answer. In the third, users log in and
//! out.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use authctl::sandbox::{Grace, Options};
use authctl::secret::Fingerprint;

use super::machine;
use super::programs::visitor;
use super::stage::{Done, StageOf, StoreKind};
use super::storage::Storage;

const PROFILES: [&str; 3] = ["one", "two", "three"];

/// What happens in a world beside callers and the deaths of callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum World {
    Strict,
    Forgiving,
    ComingAndGoing,
}

/// What was seen.
#[derive(Debug, Default)]
pub struct Tally {
    counts: Mutex<BTreeMap<&'static str, u64>>,
    /// What should not have happened.
    pub broken: Mutex<Vec<String>>,
}

impl Tally {
    fn count(&self, what: &'static str) {
        *self
            .counts
            .lock()
            .expect("counted")
            .entry(what)
            .or_default() += 1;
    }

    fn complain(&self, what: String) {
        self.broken.lock().expect("counted").push(what);
    }

    /// The counts on one line, and what broke below it.
    pub fn report(&self) -> String {
        let mut text = String::new();
        for (what, count) in &*self.counts.lock().expect("counted") {
            let _ = write!(text, "{count} {what}, ");
        }
        let broken = self.broken.lock().expect("counted");
        let _ = write!(text, "{} promises broken", broken.len());
        broken
            .iter()
            .take(10)
            .for_each(|what| text.push_str(&format!("\n  {what}")));
        text
    }
}

/// Numbers that are the same in every run (xorshift).
pub struct Random(pub u64);

impl Random {
    /// A number below `limit`.
    pub fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 20) % limit
    }
}

/// Lets all three worlds go on for so long, and then compares ledgers and records.
pub fn run<S: Storage>(length: Duration) -> Tally {
    let tally = Tally::default();
    thread::scope(|scope| {
        for world in [World::Strict, World::Forgiving, World::ComingAndGoing] {
            let tally = &tally;
            scope.spawn(move || play::<S>(world, length, tally));
        }
    });
    tally
}

fn play<S: Storage>(world: World, length: Duration, tally: &Tally) {
    let grace = if world == World::Forgiving {
        Grace::NewPair
    } else {
        Grace::None
    };
    let life = Duration::from_secs(3);
    let options = Options {
        grace,
        access_ttl: life,
        latency: Duration::from_millis(4),
        ..Options::default()
    };
    let mut stage = StageOf::<S>::with(options);
    stage.expects_reuse = true;
    let disk = (world == World::Strict)
        .then(|| SmallDisk::mount(&stage))
        .flatten();
    PROFILES
        .iter()
        .for_each(|profile| assert_eq!(log_in(&stage, profile).code, Some(0)));
    if world == World::Forgiving {
        let config = fs::read_to_string(stage.config()).expect("there");
        stage.configure(&config.replace("client_id", "reuse_interval = \"30s\"\nclient_id"));
    }
    let until = Instant::now() + length;
    thread::scope(|scope| {
        for seed in 1..=3 {
            let stage = &stage;
            scope.spawn(move || {
                callers(
                    world,
                    stage,
                    Random(0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(seed)),
                    until,
                    tally,
                )
            });
        }
        weather(world, &stage, disk.as_ref(), until, tally);
    });
    settle(world, &stage, tally);
}

fn log_in<S: Storage>(stage: &StageOf<S>, profile: &str) -> Done {
    let issuer = stage.sandbox.issuer();
    let browser = visitor(profile);
    let login = [
        "login",
        profile,
        "--issuer",
        issuer,
        "--client-id",
        "sandbox",
        "--browser",
        &browser,
    ];
    stage.run(&login)
}

fn callers<S: Storage>(
    world: World,
    stage: &StageOf<S>,
    mut random: Random,
    until: Instant,
    tally: &Tally,
) {
    while Instant::now() < until {
        let profile = PROFILES[usize::try_from(random.below(3)).expect("small")];
        match random.below(100) {
            0..2 if world == World::ComingAndGoing => {
                let done = stage.run(&["logout", profile]);
                judge(world, &done, "logouts", tally);
            }
            2..5 if world == World::ComingAndGoing => {
                let done = log_in(stage, profile);
                judge(world, &done, "logins", tally);
            }
            0..55 => judge(world, &stage.run(&["token", profile]), "tokens", tally),
            55..65 => {
                judge(world, &refuse(stage, profile), "refusals", tally);
            }
            65..70 => judge(
                world,
                &stage.run(&["token", profile, "--wait", "1ms"]),
                "impatient callers",
                tally,
            ),
            _ => killed(world, stage, profile, &mut random, tally),
        }
    }
}

/// Asks for a token, and then says that the API has refused it.
fn refuse<S: Storage>(stage: &StageOf<S>, profile: &str) -> Done {
    let token = stage.run(&["token", profile]);
    let refused = Fingerprint::of(token.stdout.trim_end()).to_string();
    stage.run(&["token", profile, "--rejected", &refused])
}

/// Starts a caller and kills it, or those who refresh for it, within the time that a refresh takes.
fn killed<S: Storage>(
    world: World,
    stage: &StageOf<S>,
    profile: &str,
    random: &mut Random,
    tally: &Tally,
) {
    let record = fs::read(stage.file(&format!("{profile}.json"))).unwrap_or_default();
    let record: serde_json::Value = serde_json::from_slice(&record).unwrap_or_default();
    let token = record["tokens"]["access_token"]
        .as_str()
        .unwrap_or_default();
    // Refused, so that there is something to be killed at.
    let sealed = record["access"]["fingerprint"].as_str().map(str::to_owned);
    let refused = sealed.unwrap_or_else(|| Fingerprint::of(token).to_string());
    let mut command = stage.command(&["token", profile, "--rejected", &refused]);
    let caller = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("runs");
    thread::sleep(Duration::from_micros(random.below(20_000)));
    let pid = caller.id();
    let signal = ["KILL", "KILL", "TERM", "INT"][usize::try_from(random.below(4)).expect("small")];
    if world == World::Forgiving && random.below(2) == 0 {
        let children =
            fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
        for child in children.split_whitespace() {
            tally.count("refreshing processes killed");
            let _ = Command::new("kill")
                .args(["-KILL", child])
                .stderr(Stdio::null())
                .status();
        }
    }
    let _ = Command::new("kill")
        .args([&format!("-{signal}"), &pid.to_string()])
        .status();
    let done = Done::of(caller);
    if done.code.is_none() {
        return tally.count("callers killed");
    }
    judge(
        world,
        &done,
        "callers that were quicker than the kill",
        tally,
    );
}

/// What a command may end with in this world.
fn judge(world: World, done: &Done, what: &'static str, tally: &Tally) {
    let gone = world == World::ComingAndGoing && done.stderr.contains("nobody has logged in");
    let full =
        world == World::Strict && done.code == Some(3) && done.stderr.contains("No space left");
    match done.code {
        Some(0) => tally.count(what),
        Some(5) => tally.count("told to try again"),
        _ if gone => tally.count("told to log in"),
        _ if full => tally.count("told that the disk is full"),
        _ => tally.complain(format!("{world:?}, {what}: {done:?}")),
    }
}

/// What happens to all callers: outages, lost requests, full disks.
fn weather<S: Storage>(
    world: World,
    stage: &StageOf<S>,
    disk: Option<&SmallDisk>,
    until: Instant,
    tally: &Tally,
) {
    let mut random = Random(42);
    while Instant::now() < until {
        thread::sleep(Duration::from_millis(500 + random.below(1500)).min(until - Instant::now()));
        match (world, random.below(4)) {
            (World::Strict, 0) => stage.fault("drop_before"),
            (World::Strict, 1) => stage.fault("status=503"),
            (World::Strict, _) => {
                if let Some(disk) = disk {
                    disk.fill();
                    thread::sleep(Duration::from_millis(300));
                    disk.empty();
                    tally.count("full disks");
                }
            }
            (World::Forgiving, 0) => stage.fault("drop_after"),
            (World::Forgiving, 1) => stage.fault("truncate"),
            (World::Forgiving, _) => {
                stage.sandbox.restart(Duration::from_millis(200));
                tally.count("server restarts");
            }
            (World::ComingAndGoing, 0) if S::STORE != StoreKind::File => {
                judge(
                    world,
                    &stage.run(&["profile", "reseal"]),
                    "all sealed anew",
                    tally,
                );
            }
            (World::ComingAndGoing, _) => {}
        }
    }
    thread::sleep(Duration::from_millis(700));
}

/// All is quiet: what is on the disk is what the server says.
fn settle<S: Storage>(world: World, stage: &StageOf<S>, tally: &Tally) {
    let mut generations = 0;
    for profile in PROFILES {
        // A fault may still be waiting for the next refresh, and keep the callers after it waiting.
        stage.let_the_server_be_asked();
        let mut last = refuse(stage, profile);
        for _ in 0..5 {
            if last.code == Some(0) {
                break;
            }
            stage.let_the_server_be_asked();
            last = refuse(stage, profile);
        }
        let gone =
            world == World::ComingAndGoing && !stage.file(&format!("{profile}.json")).exists();
        if gone {
            continue;
        }
        let name = format!("{profile}.json");
        if !stage.file(&name).exists() {
            tally.complain(format!("{world:?}, {profile}: no record, {last:?}"));
            continue;
        }
        let record = stage.read(&name);
        generations += record["generation"].as_u64().unwrap_or(0) - 1;
        let newest = record["tokens"]["refresh_token"]
            .as_str()
            .unwrap_or_default();
        if last.code != Some(0) || !stage.sandbox.is_active(newest) {
            tally.complain(format!(
                "{world:?}, {profile}: the session was lost, {last:?}"
            ));
        }
        for leftover in ["pending", "json.corrupt"] {
            if stage.file(&format!("{profile}.{leftover}")).exists() {
                tally.complain(format!("{world:?}, {profile}: {leftover} is left"));
            }
        }
    }
    let ledger = stage.ledger();
    for _ in 0..ledger.refreshes {
        tally.count("refreshes");
    }
    if ledger.reuses + ledger.families_revoked + ledger.refused > 0
        && world != World::ComingAndGoing
    {
        tally.complain(format!("{world:?}: a dead token was sent, {ledger:?}"));
    }
    if ledger.reuses > 0 {
        tally.complain(format!(
            "{world:?}: a spent token was sent again, {ledger:?}"
        ));
    }
    if world == World::Strict && ledger.refreshes != generations {
        tally.complain(format!(
            "{generations} generations on the disk, {} at the server",
            ledger.refreshes
        ));
    }
}

/// The state directory as a file system of one megabyte, if one can be mounted here.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    fn mount<S: Storage>(stage: &StageOf<S>) -> Option<Self> {
        fs::create_dir_all(stage.state()).expect("a directory");
        let mut mount = Command::new("mount");
        mount
            .args(["-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs"])
            .arg(stage.state());
        let mounted = mount.stderr(Stdio::null()).status();
        if mounted.is_ok_and(|status| status.success()) {
            return Some(Self(stage.state()));
        }
        machine::not_run("full disks: no file system can be mounted here");
        None
    }

    fn fill(&self) {
        let mut file = fs::File::create(self.0.join("filler")).expect("a file");
        while std::io::Write::write_all(&mut file, &[0; 4096]).is_ok() {}
    }

    fn empty(&self) {
        let _ = fs::remove_file(self.0.join("filler"));
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}
