//! A real Secret Service: gnome-keyring on a D-Bus of its own, without a screen. Both processes end
//! with the test that started them, even if it is killed.
//!
//! gnome-keyring 42 crashes now and then, most often when many programs talk to it at once or when
//! one of them is killed. A desktop starts it again, and so do the tests: see
//! [`SecretService::outlive`].

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, Command, Stdio};
use std::sync::{LazyLock, Mutex, mpsc};
use std::time::Duration;

use tempfile::TempDir;

use super::machine;
use super::stage::Done;

/// A session bus with a keyring behind it.
pub struct SecretService {
    pub home: TempDir,
    pub address: String,
    bus: Child,
    daemon: Mutex<Option<Child>>,
    /// How many times the keyring has died by itself.
    crashes: Mutex<u32>,
}

/// The programs that the bus, the keyring and the tests' questions to it need.
const PROGRAMS: &[&str] = &[
    "dbus-daemon",
    "dbus-send",
    "gnome-keyring-daemon",
    "secret-tool",
    "setpriv",
];

/// A program that the kernel kills when the thread ends that started it, which [`spawn`] sees to.
fn ending_with_the_tests(program: &str) -> Command {
    let mut command = Command::new("setpriv");
    command
        .args(["--pdeathsig", "KILL", program])
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    command
}

/// Starts a program from a thread that lives as long as the tests' process: the thread of a test
/// that asks for it may end before the test does.
fn spawn(command: Command) -> Child {
    type Order = (Command, mpsc::Sender<Child>);
    static STARTER: LazyLock<Mutex<mpsc::Sender<Order>>> = LazyLock::new(|| {
        let (orders, incoming) = mpsc::channel::<Order>();
        std::thread::spawn(move || {
            for (mut command, answer) in incoming {
                let child = command.spawn().expect("it starts");
                answer.send(child).expect("the test waits");
            }
        });
        Mutex::new(orders)
    });
    let (answer, child) = mpsc::channel();
    let orders = STARTER.lock().expect("whole");
    orders.send((command, answer)).expect("the thread lives");
    drop(orders);
    child.recv().expect("the thread lives")
}

impl SecretService {
    /// Whether a keyring can be started here. If not, says why.
    pub fn is_available() -> bool {
        let is_built_in = cfg!(feature = "keyring");
        machine::allows(is_built_in, "the program is built without keyrings")
            && machine::has_programs(PROGRAMS)
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
        let mut command = ending_with_the_tests("dbus-daemon");
        command
            .args(["--nofork", "--print-address", "--config-file"])
            .arg(&config)
            .stdout(Stdio::piped());
        let mut bus = spawn(command);
        let mut address = String::new();
        BufReader::new(bus.stdout.take().expect("piped"))
            .read_line(&mut address)
            .expect("an address");
        Self {
            home,
            address: address.trim().to_owned(),
            bus,
            daemon: Mutex::new(None),
            crashes: Mutex::new(0),
        }
    }

    /// Starts the keyring: unlocked with a password, or as it is, which is locked if there is
    /// something in it.
    pub fn start_daemon(&self, password: Option<&str>) {
        let mut command = ending_with_the_tests("gnome-keyring-daemon");
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
        let mut daemon = spawn(command);
        daemon
            .stdin
            .take()
            .expect("piped")
            .write_all(password.unwrap_or_default().as_bytes())
            .expect("written");
        *self.daemon.lock().expect("whole") = Some(daemon);
        for _ in 0..3000 {
            if self.is_on_the_bus() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("the keyring does not come");
    }

    /// Whether the bus has a program that calls itself the Secret Service.
    fn is_on_the_bus(&self) -> bool {
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
        names.contains("true")
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

    /// What the programs answer that `scene` runs, once the keyring has lived through it. A caller
    /// that fails since the keyring crashed is told so and has lost nothing: the scene runs again.
    pub fn outlive(&self, mut scene: impl FnMut() -> Vec<Done>) -> Vec<Done> {
        for _ in 0..5 {
            let crashes = self.crashes();
            let done = scene();
            if done.iter().all(|done| done.code != Some(3)) || !self.has_crashed_since(crashes) {
                return done;
            }
        }
        panic!("the keyring crashes each time");
    }

    /// Starts the keyring again if the death of a program that talked to it was its death too, and
    /// says whether it was.
    pub fn revive(&self) -> bool {
        // The keyring has seen all earlier messages once it answers this one.
        let args = ["lookup", "service", "authctl", "username", "nobody"];
        let _ = self.tool("secret-tool", &args);
        self.has_crashed_since(self.crashes())
    }

    fn crashes(&self) -> u32 {
        *self.crashes.lock().expect("whole")
    }

    /// Whether the keyring has died by itself more often than `before` times. Starts it again.
    fn has_crashed_since(&self, before: u32) -> bool {
        let mut crashes = self.crashes.lock().expect("whole");
        if *crashes == before && self.has_ended() {
            *crashes += 1;
            eprintln!("gnome-keyring has died, and is started again");
            self.kill_daemon();
            self.start_daemon(Some("password"));
        }
        *crashes > before
    }

    /// Whether the keyring has died by itself. The bus notices that before the kernel tells.
    fn has_ended(&self) -> bool {
        let mut daemon = self.daemon.lock().expect("whole");
        let Some(daemon) = daemon.as_mut() else {
            return false;
        };
        for _ in 0..300 {
            if daemon.try_wait().is_ok_and(|status| status.is_some()) {
                return true;
            }
            if self.is_on_the_bus() {
                return false;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        false
    }

    /// What the keyring answers to `secret-tool`, a client that is not the program under test.
    pub fn ask(&self, args: &[&str]) -> String {
        loop {
            let crashes = self.crashes();
            let answer = self.tool("secret-tool", args);
            if !answer.is_empty() || !self.has_crashed_since(crashes) {
                return answer;
            }
        }
    }

    /// What a program prints that uses this bus.
    fn tool(&self, program: &str, args: &[&str]) -> String {
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
