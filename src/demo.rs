//! What authctl does, shown in a few seconds, with real processes against a real server in a
//! temporary home. The figures at the end are the server's ledger, not this program's belief.

use std::path::PathBuf;
use std::process::{Child, Command, Output, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};

use crate::platform::child::{self, Secrets};
use crate::platform::files;
use crate::platform::words;
use crate::sandbox::{Grace, Ledger, Options, PUBLIC_CLIENT, Sandbox};
use crate::time::Clock;
use crate::ui;

/// How many processes ask at once.
const HERD: usize = 50;

/// Shows it, and gives the report. With `keep`, the server and the home stay until the process is
/// ended.
///
/// # Errors
/// What did not go as this program promises.
pub fn play(clock: Clock, keep: bool) -> anyhow::Result<String> {
    let home = files::temporary_directory("authctl-demo-")?;
    let sandbox = Sandbox::spawn(Options::default(), clock).context("the sandbox did not start")?;
    let stage = Stage {
        sandbox: &sandbox,
        home: home.path().to_owned(),
        program: std::env::current_exe()?,
    };
    let began = Instant::now();

    ui::show(
        "authctl demo: an authorization server on this machine whose refresh tokens can be used \
         once\n",
    );
    stage.log_in()?;
    stage.herd()?;
    stage.killed()?;
    stage.lost_answer()?;
    let ledger = sandbox.ledger();
    if keep {
        keep_running(&stage, home);
    }
    stage.log_out()?;
    report(&ledger, &sandbox.ledger(), began.elapsed())
}

/// Where the demo happens.
struct Stage<'a> {
    sandbox: &'a Sandbox,
    home: PathBuf,
    program: PathBuf,
}

impl Stage<'_> {
    /// An authctl of its own, that knows only the demo's home.
    fn authctl(&self, args: &[&str]) -> Command {
        let mut command = child::command(&self.program, &Secrets::default());
        command
            .args(args)
            .env_clear()
            .env("AUTHCTL_HOME", self.home.join("state"))
            .env("AUTHCTL_CONFIG", self.home.join("config.toml"))
            .stdin(Stdio::null());
        command
    }

    fn token(&self) -> anyhow::Result<String> {
        let output = self.authctl(&["token", "demo"]).output()?;
        answer_of(&output)
    }

    /// Starts a process that asks for a token, and does not wait for it.
    fn start_token(&self) -> anyhow::Result<Child> {
        Ok(self
            .authctl(&["token", "demo"])
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()?)
    }

    /// Waits until the token that was given lives no longer.
    fn expire(&self) -> anyhow::Result<()> {
        let until = Instant::now() + Duration::from_secs(10);
        while Instant::now() < until {
            let output = self.authctl(&["status", "demo", "--json"]).output()?;
            let status: serde_json::Value = serde_json::from_slice(&output.stdout)?;
            if status[0]["expires_in"] == 0 {
                return Ok(());
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        anyhow::bail!("the token does not end")
    }

    /// Lets the server give short tokens from here on, and gets one.
    fn short_lived(&self, life: u64) -> anyhow::Result<String> {
        self.sandbox
            .set(|options| options.access_ttl = Duration::from_secs(life));
        let fingerprint = self.authctl(&["token", "demo", "--json"]).output()?;
        let token: serde_json::Value = serde_json::from_slice(&fingerprint.stdout)?;
        let refused = token["fingerprint"]
            .as_str()
            .context("no fingerprint")?
            .to_owned();
        let output = self
            .authctl(&["token", "demo", "--rejected", &refused])
            .output()?;
        answer_of(&output)
    }

    fn log_in(&self) -> anyhow::Result<()> {
        let program = self.program.to_string_lossy().into_owned();
        let visit = words::join(&[program, "sandbox".into(), "visit".into()]);
        let visit = visit.context("the program's path cannot be written down")?;
        let output = self
            .authctl(&[
                "login",
                "demo",
                "--issuer",
                self.sandbox.issuer(),
                "--client-id",
                PUBLIC_CLIENT,
            ])
            .args(["--browser", &visit])
            .output()?;
        ensure!(
            output.status.success(),
            "login: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        step(
            "log in",
            "a scripted browser approved; PKCE, state, nonce, issuer and ID token were checked",
        );
        let token = self.token()?;
        step(
            "token",
            &format!("authctl token demo  ->  {}...", &token[..12]),
        );
        Ok(())
    }

    fn herd(&self) -> anyhow::Result<()> {
        self.short_lived(1)?;
        self.expire()?;
        self.sandbox.set(|options| {
            options.access_ttl = Duration::from_secs(300);
            options.latency = Duration::from_millis(200);
        });
        let before = self.sandbox.ledger();
        let began = Instant::now();
        let herd = (0..HERD)
            .map(|_| self.start_token())
            .collect::<anyhow::Result<Vec<_>>>()?;
        let mut tokens = Vec::new();
        for child in herd {
            tokens.push(answer_of(&child.wait_with_output()?)?);
        }
        let took = began.elapsed();
        tokens.dedup();
        let refreshes = self.sandbox.ledger().refreshes - before.refreshes;
        ensure!(
            tokens.len() == 1 && refreshes == 1,
            "{} tokens, {refreshes} refreshes",
            tokens.len()
        );
        let line = format!(
            "{HERD} processes at once: {refreshes} refresh, {HERD} equal tokens, {} ms",
            took.as_millis()
        );
        step("expired", &line);
        Ok(())
    }

    /// The refresh goes on in a process of its own, which the caller's death does not reach.
    fn killed(&self) -> anyhow::Result<()> {
        self.short_lived(1)?;
        self.expire()?;
        self.sandbox.set(|options| {
            options.access_ttl = Duration::from_secs(300);
            options.latency = Duration::ZERO;
        });
        // Time enough to kill it between the rotation and the answer.
        self.sandbox
            .fault("slow=1000".parse().map_err(anyhow::Error::msg)?);
        let before = self.sandbox.ledger();
        let mut victim = self.start_token()?;
        let until = Instant::now() + Duration::from_secs(10);
        while self.sandbox.ledger().refreshes == before.refreshes && Instant::now() < until {
            std::thread::sleep(Duration::from_millis(5));
        }
        victim.kill()?;
        victim.wait()?;
        self.token()?;
        let ledger = self.sandbox.ledger();
        ensure!(
            ledger.refreshes == before.refreshes + 1 && ledger.reuses == 0,
            "{ledger:?}"
        );
        step(
            "killed",
            "SIGKILL to the caller after the server had rotated: the new token landed all the same",
        );
        Ok(())
    }

    fn forgive(&self, interval: &str) -> anyhow::Result<()> {
        let config = self.home.join("config.toml");
        let text = std::fs::read_to_string(&config)?;
        let mut file = files::temporary_file(&self.home)?;
        std::io::Write::write_all(
            &mut file,
            format!("{text}reuse_interval = \"{interval}\"\n").as_bytes(),
        )?;
        file.persist(&config)?;
        Ok(())
    }

    /// From here on the server forgives for 30 seconds, as Okta does: without that, a lost answer
    /// would end the session.
    fn lost_answer(&self) -> anyhow::Result<()> {
        self.forgive("30s")?;
        self.sandbox.set(|options| options.grace = Grace::NewPair);
        let token = self.short_lived(1)?;
        self.expire()?;
        self.sandbox
            .set(|options| options.access_ttl = Duration::from_secs(300));
        self.sandbox
            .fault("drop_after".parse().map_err(anyhow::Error::msg)?);
        ensure!(self.token()? != token, "the old token came back");
        step(
            "lost answer",
            "(server now forgives for 30 s) the connection broke after it had rotated: asked again \
             at once",
        );
        Ok(())
    }

    fn log_out(&self) -> anyhow::Result<()> {
        let output = self.authctl(&["logout", "demo"]).output()?;
        ensure!(
            output.status.success(),
            "logout: {}",
            String::from_utf8_lossy(&output.stderr)
        );
        let after = self.authctl(&["token", "demo"]).output()?;
        ensure!(
            after.status.code() == Some(4) && after.stdout.is_empty(),
            "a token after the logout"
        );
        step(
            "log out",
            "revoked at the server, removed here; `authctl token` now exits 4 and prints nothing",
        );
        Ok(())
    }
}

fn step(name: &str, what: &str) {
    ui::show(&format!("  {name:<12} {what}"));
}

fn answer_of(output: &Output) -> anyhow::Result<String> {
    ensure!(
        output.status.success(),
        "{}: {}",
        output.status,
        String::from_utf8_lossy(&output.stderr).trim()
    );
    Ok(String::from_utf8(output.stdout.clone())?.trim().to_owned())
}

fn report(ledger: &Ledger, last: &Ledger, took: Duration) -> anyhow::Result<String> {
    ensure!(last.reuses == 0 && last.families_revoked == 0, "{last:?}");
    let text = format!(
        "The server's ledger after {:.1} s:\n\
         \x20 logins {}, refreshes {} (one for {HERD} processes), forgiven {}, revocations {}\n\
         \x20 refresh tokens reused {}, families revoked {}, sessions lost 0\n",
        took.as_secs_f64(),
        ledger.logins,
        ledger.refreshes,
        ledger.forgiven,
        last.revocations,
        last.reuses,
        last.families_revoked,
    );
    ui::show("");
    Ok(text)
}

fn keep_running(stage: &Stage<'_>, home: tempfile::TempDir) -> ! {
    let home = home.keep();
    let program = stage.program.display();
    ui::show(&format!(
        "\nThe sandbox at {} stays until Ctrl-C; its home is yours to remove then. In another \
         terminal:\n\n  \
         export AUTHCTL_HOME={} AUTHCTL_CONFIG={}\n  {program} status\n  {program} token\n",
        stage.sandbox.issuer(),
        home.join("state").display(),
        home.join("config.toml").display(),
    ));
    loop {
        std::thread::park();
    }
}
