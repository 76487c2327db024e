//! `cargo bench`: what a token costs, as ratios measured side by side in one run.
//!
//! CPU is that of finished children, by the operating system's accounts; batches take turns, so
//! that a machine which slows down slows all of them. Nothing is asserted here: figures are for
//! people.

#![allow(
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "a benchmark prints ratios, and the fences are for the program"
)]

use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use authctl::sandbox::{Options, PUBLIC_CLIENT, Sandbox};
use authctl::time::Clock;
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

const AUTHCTL: &str = env!("CARGO_BIN_EXE_authctl");
const ROUNDS: usize = 40;
const BATCH: usize = 20;

/// Makes the command of one run.
type Make<'a> = Box<dyn Fn() -> Command + 'a>;

struct Bench {
    home: tempfile::TempDir,
    sandbox: Sandbox,
}

impl Bench {
    fn new() -> Self {
        let sandbox = Sandbox::spawn(Options::default(), Clock).expect("the sandbox starts");
        let bench = Self {
            home: tempfile::tempdir().expect("a directory"),
            sandbox,
        };
        let visit = format!("{AUTHCTL} sandbox visit");
        let issuer = bench.sandbox.issuer().to_owned();
        let login = [
            "login",
            "work",
            "--issuer",
            &issuer,
            "--client-id",
            PUBLIC_CLIENT,
            "--browser",
            &visit,
        ];
        assert!(bench.authctl(&login).status().expect("runs").success());
        let mut config = std::fs::File::options()
            .append(true)
            .open(bench.home.path().join("config.toml"))
            .expect("there");
        config
            .write_all(b"[[match]]\nhost = \"*.example.com\"\nprofile = \"work\"\n")
            .expect("written");
        bench
    }

    fn authctl(&self, args: &[&str]) -> Command {
        let mut command = Command::new(AUTHCTL);
        command.args(args);
        self.at_home(command)
    }

    fn at_home(&self, mut command: Command) -> Command {
        command
            .env("AUTHCTL_HOME", self.home.path().join("state"))
            .env("AUTHCTL_CONFIG", self.home.path().join("config.toml"))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    fn record(&self) -> std::path::PathBuf {
        self.home.path().join("state/work.json")
    }

    /// Writes the record's dates back, so that its token has expired.
    fn expire(&self) {
        let text = std::fs::read(self.record()).expect("there");
        let mut record: serde_json::Value = serde_json::from_slice(&text).expect("whole");
        for date in ["obtained_at", "expires_at"] {
            record["tokens"][date] =
                (record["tokens"][date].as_i64().expect("a date") - 100_000).into();
        }
        let file = std::fs::File::options()
            .write(true)
            .truncate(true)
            .open(self.record())
            .expect("there");
        serde_json::to_writer(file, &record).expect("written");
    }

    /// Starts so many at once and waits for all.
    fn herd(&self, size: usize) -> Duration {
        let began = Instant::now();
        let children: Vec<_> = (0..size)
            .map(|_| self.authctl(&["token", "work"]).spawn().expect("runs"))
            .collect();
        for mut child in children {
            assert!(child.wait().expect("it ends").success());
        }
        began.elapsed()
    }
}

/// CPU of all children so far, in microseconds.
fn cpu() -> f64 {
    let usage = getrusage(UsageWho::RUSAGE_CHILDREN).expect("accounts");
    (usage.user_time().num_microseconds() + usage.system_time().num_microseconds()) as f64
}

/// CPU of one run, as the mean over a batch.
fn batch(make: &dyn Fn() -> Command) -> f64 {
    let before = cpu();
    for _ in 0..BATCH {
        make().status().expect("runs");
    }
    (cpu() - before) / BATCH as f64
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}

fn main() {
    // `cargo bench` passes `--bench`; `cargo test --benches` does not, and wants no figures.
    if !std::env::args().any(|arg| arg == "--bench") {
        return;
    }
    let bench = Bench::new();
    let record = bench.record();
    let contestants: [(&str, Make<'_>); 10] = [
        (
            "cat RECORD",
            Box::new(|| {
                bench.at_home({
                    let mut cat = Command::new("cat");
                    cat.arg(&record);
                    cat
                })
            }),
        ),
        (
            "/bin/true",
            Box::new(|| bench.at_home(Command::new("/bin/true"))),
        ),
        ("authctl token", Box::new(|| bench.authctl(&["token"]))),
        (
            "authctl token work",
            Box::new(|| bench.authctl(&["token", "work"])),
        ),
        (
            "authctl hook terraform",
            Box::new(|| bench.authctl(&["hook", "terraform", "get", "tf.example.com"])),
        ),
        (
            "authctl hook token -p work",
            Box::new(|| bench.authctl(&["hook", "token", "-p", "work"])),
        ),
        (
            "authctl hook kubectl",
            Box::new(|| bench.authctl(&["hook", "kubectl"])),
        ),
        (
            "authctl token --min-ttl 1m",
            Box::new(|| bench.authctl(&["token", "--min-ttl", "1m"])),
        ),
        (
            "env true",
            Box::new(|| {
                bench.at_home({
                    let mut env = Command::new("env");
                    env.arg("true");
                    env
                })
            }),
        ),
        (
            "authctl exec -- true",
            Box::new(|| bench.authctl(&["exec", "--", "true"])),
        ),
    ];
    let mut figures = vec![Vec::new(); contestants.len()];
    for _ in 0..ROUNDS {
        for (place, (_, make)) in contestants.iter().enumerate() {
            figures[place].push(batch(make));
        }
    }
    println!(
        "\nCPU of one process, median of {ROUNDS} batches of {BATCH}, and the ratio to `cat` batch \
         by batch:"
    );
    for (place, (name, _)) in contestants.iter().enumerate() {
        let ratios: Vec<f64> = figures[place]
            .iter()
            .zip(&figures[0])
            .map(|(own, cat)| own / cat)
            .collect();
        println!(
            "  {name:<28} {:>6.0} us   {:.2} x cat",
            median(figures[place].clone()),
            median(ratios)
        );
    }
    let place = |wanted: &str| {
        let found = contestants.iter().position(|(name, _)| *name == wanted);
        &figures[found.expect("it takes part")]
    };
    let (token, env) = (place("authctl token"), place("env true"));
    let both = token.iter().zip(env).map(|(token, env)| token + env);
    let ratios = place("authctl exec -- true").iter().zip(both);
    let ratio = median(ratios.map(|(exec, both)| exec / both).collect());
    println!("  authctl exec -- true is {ratio:.2} times `authctl token` and `env true` together");
    herds(&bench);
}

/// Two hundred callers at once.
fn herds(bench: &Bench) {
    let (mut fresh, mut expired) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        fresh.push(bench.herd(200).as_secs_f64() * 1000.0);
        bench.expire();
        expired.push(bench.herd(200).as_secs_f64() * 1000.0);
    }
    println!("200 processes at once, median of 5:");
    println!("  on a fresh token             {:>6.0} ms", median(fresh));
    println!("  on an expired token          {:>6.0} ms", median(expired));
    let ledger = bench.sandbox.ledger();
    println!(
        "  refreshes for 1000 callers   {:>6}, reuses {}",
        ledger.refreshes, ledger.reuses
    );
}
