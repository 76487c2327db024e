//! A real Secret Service: gnome-keyring on a D-Bus of its own, without a screen. Both processes end
//! with the test that started them, even if it is killed.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::Mutex;

use tempfile::TempDir;

use super::machine;

/// A session bus with a keyring behind it.
pub struct SecretService {
    pub home: TempDir,
    pub address: String,
    bus: Child,
    daemon: Mutex<Option<Child>>,
}

/// The programs that the bus, the keyring and the tests' questions to it need.
const PROGRAMS: &[&str] = &[
    "dbus-daemon",
    "dbus-send",
    "gnome-keyring-daemon",
    "secret-tool",
    "setpriv",
];

/// A program that the kernel kills when the thread ends that started it, which is the test's.
fn ending_with_the_test(program: &str) -> Command {
    let mut command = Command::new("setpriv");
    command
        .args(["--pdeathsig", "KILL", program])
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    command
}

impl SecretService {
    /// Whether a keyring can be started here. If not, says why.
    pub fn is_available() -> bool {
        machine::has_programs(PROGRAMS)
            // The bus looks its own user up.
            && machine::allows(
                machine::succeeds(&["id", "-un"]),
                "a user without an entry in the user database cannot start a bus",
            )
    }

    /// Starts a bus with an unlocked keyring.
    pub fn start() -> Self {
        let service = Self::without_daemon();
        service.start_daemon(Some("password"));
        service
    }

    /// Starts a bus without a keyring.
    pub fn without_daemon() -> Self {
        machine::use_the_usual_umask();
        let home = tempfile::tempdir().expect("a directory");
        // A configuration without services to activate: nothing of the machine's comes in.
        let config = home.path().join("bus.conf");
        let socket = home.path().join("bus");
        let text = format!(
            "<busconfig><type>session</type><listen>unix:path={}</listen><policy \
             context=\"default\"><allow user=\"*\"/>\
             <allow send_destination=\"*\" eavesdrop=\"true\"/><allow eavesdrop=\"true\"/><allow \
             own=\"*\"/>\
             </policy></busconfig>",
            socket.display()
        );
        fs::write(&config, text).expect("written");
        let mut bus = ending_with_the_test("dbus-daemon")
            .args(["--nofork", "--print-address", "--config-file"])
            .arg(&config)
            .stdout(Stdio::piped())
            .spawn()
            .expect("a bus");
        let mut address = String::new();
        BufReader::new(bus.stdout.take().expect("piped"))
            .read_line(&mut address)
            .expect("an address");
        Self {
            home,
            address: address.trim().to_owned(),
            bus,
            daemon: Mutex::new(None),
        }
    }

    /// Starts the keyring: unlocked with a password, or as it is, which is locked if there is
    /// something in it.
    pub fn start_daemon(&self, password: Option<&str>) {
        let mut command = ending_with_the_test("gnome-keyring-daemon");
        command
            .args(["--foreground", "--components=secrets"])
            .env_clear()
            .env("HOME", self.home.path())
            .env("XDG_RUNTIME_DIR", self.home.path())
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .stdin(Stdio::piped())
            .stdout(Stdio::null());
        if password.is_some() {
            command.arg("--unlock");
        }
        let mut daemon = command.spawn().expect("a keyring");
        daemon
            .stdin
            .take()
            .expect("piped")
            .write_all(password.unwrap_or_default().as_bytes())
            .expect("written");
        *self.daemon.lock().expect("whole") = Some(daemon);
        for _ in 0..3000 {
            let names = self.tool(
                "dbus-send",
                &[
                    "--print-reply",
                    "--dest=org.freedesktop.DBus",
                    "/org/freedesktop/DBus",
                    "org.freedesktop.DBus.NameHasOwner",
                    "string:org.freedesktop.secrets",
                ],
            );
            if names.contains("true") {
                return;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        panic!("the keyring does not come");
    }

    /// Ends the keyring, as a crash would.
    pub fn kill_daemon(&self) {
        let mut daemon = self.daemon.lock().expect("whole").take().expect("it runs");
        let _ = daemon.kill();
        let _ = daemon.wait();
        let _ = fs::remove_dir_all(self.home.path().join("keyring"));
    }

    /// The daemon's process.
    pub fn daemon(&self) -> u32 {
        self.daemon
            .lock()
            .expect("whole")
            .as_ref()
            .expect("it runs")
            .id()
    }

    /// Starts the keyring again if it has died by itself, and says whether it had. gnome-keyring 42
    /// crashes now and then, mostly when a program ends that talks to it. A desktop starts it again
    /// too.
    pub fn revive(&self) -> bool {
        // The keyring has seen all earlier messages once it answers this one.
        let _ = self.tool(
            "secret-tool",
            &["lookup", "service", "authctl", "username", "nobody"],
        );
        if !self.has_ended() {
            return false;
        }
        eprintln!("gnome-keyring has died, and is started again");
        self.kill_daemon();
        self.start_daemon(Some("password"));
        true
    }

    fn has_ended(&self) -> bool {
        let mut daemon = self.daemon.lock().expect("whole");
        let status = daemon.as_mut().and_then(|daemon| daemon.try_wait().ok());
        status.flatten().is_some()
    }

    /// What a program prints that uses this bus.
    pub fn tool(&self, program: &str, args: &[&str]) -> String {
        let mut command = Command::new(program);
        command
            .args(args)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("HOME", self.home.path());
        let output = command
            .env("DBUS_SESSION_BUS_ADDRESS", &self.address)
            .output()
            .expect("it runs");
        String::from_utf8(output.stdout).expect("text")
    }
}

impl Drop for SecretService {
    fn drop(&mut self) {
        let daemon = self.daemon.get_mut().ok().and_then(Option::as_mut);
        for child in [daemon, Some(&mut self.bus)].into_iter().flatten() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
