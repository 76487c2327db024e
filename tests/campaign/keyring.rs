//! What a cached token costs behind a keyring: beside `secret-tool`, which asks the same keyring
//! for the same key, and beside the file store.

use std::process::{Command, Stdio};
use std::time::Instant;

use crate::support::mixed::Random;
use crate::support::secret_service::SecretService;
use crate::support::stage::{StageOf, StoreKind};
use crate::support::storage::{ByKeyring, InFile, Storage};

/// Behind the keyring, but for the access token.
struct Readable;

impl Storage for Readable {
    const STORE: StoreKind = StoreKind::Keyring;
    const READABLE: bool = true;
}

/// Makes the command of one run.
type Make<'a> = Box<dyn Fn() -> Command + 'a>;

/// Runs it: how many rounds.
pub fn run(args: &[&str]) -> bool {
    let rounds: usize = args.first().and_then(|n| n.parse().ok()).unwrap_or(200);
    if !SecretService::is_available() {
        println!("there is no gnome-keyring here");
        return false;
    }
    let (sealed, readable) = (
        StageOf::<ByKeyring>::logged_in(),
        StageOf::<Readable>::logged_in(),
    );
    let (file, cat) = (
        StageOf::<InFile>::logged_in(),
        StageOf::<InFile>::logged_in(),
    );
    let record: serde_json::Value =
        serde_json::from_slice(&std::fs::read(sealed.file("work.json")).expect("there"))
            .expect("json");
    let item = record["seal"]["installation"]
        .as_str()
        .expect("it is sealed")
        .to_owned();
    let service = sealed.service.as_ref().expect("a keyring");
    let contestants: [(&str, Make<'_>); 5] = [
        (
            "secret-tool lookup",
            Box::new(|| {
                let mut command = Command::new("secret-tool");
                command
                    .args(["lookup", "service", "authctl", "username", &item])
                    .env_clear();
                command.env("DBUS_SESSION_BUS_ADDRESS", &service.address);
                command
            }),
        ),
        (
            "authctl token, keyring",
            Box::new(|| sealed.command(&["token", "work"])),
        ),
        (
            "the same, access token in file",
            Box::new(|| readable.command(&["token", "work"])),
        ),
        (
            "authctl token, file",
            Box::new(|| file.command(&["token", "work"])),
        ),
        (
            "cat RECORD",
            Box::new(|| {
                let mut command = Command::new("cat");
                command.arg(cat.file("work.json"));
                command
            }),
        ),
    ];
    let mut times = vec![Vec::new(); contestants.len()];
    let (mut order, mut random) = ([0, 1, 2, 3, 4], Random(0x9E37_79B9_7F4A_7C15));
    for _ in 0..rounds {
        // A command that comes after a call to the keyring finds the machine busy with its end.
        for last in (1..order.len()).rev() {
            order.swap(
                last,
                usize::try_from(random.below(last as u64 + 1)).expect("small"),
            );
        }
        for place in order {
            let (name, make) = &contestants[place];
            let mut command = make();
            command
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null());
            let began = Instant::now();
            assert!(command.status().expect("it runs").success(), "{name} fails");
            times[place].push(began.elapsed().as_secs_f64() * 1e3);
        }
    }
    println!(
        "the whole process, median of {rounds} in changing order, and the median of the ratios \
         round by round:"
    );
    for (place, (name, _)) in contestants.iter().enumerate() {
        let ratio = |other: usize| {
            median(
                times[place]
                    .iter()
                    .zip(&times[other])
                    .map(|(own, other)| own / other)
                    .collect(),
            )
        };
        println!(
            "  {name:<31} {:>6.2} ms   {:.2} x secret-tool   {:.2} x the file store",
            median(times[place].clone()),
            ratio(0),
            ratio(3)
        );
    }
    true
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
