//! curl and a mail client, which get a token on a command line.

use super::{Client, Loopback, Recovers};
use crate::support::programs::AUTHCTL;
use crate::support::stage::Done;

#[test]
fn curl() {
    let Some(world) = Loopback::start(&["curl"]) else {
        return;
    };
    world.rehearse(&Client {
        name: "curl",
        drive: |world| {
            let url = format!("https://127.0.0.1:{}/plain", world.https);
            let ca = world.home().join("ca.crt").display().to_string();
            let script = format!(
                "header=$(authctl token work --format header) && printf \
                %s \"$header\" | curl -sS --fail --cacert {ca} -H @- {url}"
            );
            world.run(&["sh", "-c", &script])
        },
        recovers: Recovers::WhenTold,
        tells: true,
    });
}

/// A script that reads its token from the environment and knows of nothing else.
#[test]
fn a_script_of_pythons() {
    let Some(world) = Loopback::start(&["python3"]) else {
        return;
    };
    let script = "import os, urllib.request as u\n\
                  r = u.Request(os.environ['URL'], headers={'Authorization': 'Bearer ' + \
                  os.environ['API_TOKEN']})\n\
                  print(u.urlopen(r).read().decode())";
    world.stage.expire();
    let words = [
        AUTHCTL,
        "exec",
        "-e",
        "API_TOKEN",
        "work",
        "--",
        "python3",
        "-c",
        script,
    ];
    let mut command = world.command(&words);
    command.env("URL", format!("{}/resource", world.stage.sandbox.issuer()));
    let done = Done::from(command.output().expect("it runs"));
    assert!(done.answer().contains("alice"), "{done:?}");
}

#[test]
fn msmtp_by_both_mechanisms() {
    for mechanism in ["xoauth2", "oauthbearer"] {
        let Some(world) = Loopback::start(&["msmtp"]) else {
            return;
        };
        let rc = world.file(
            "msmtprc",
            &format!(
                "account a\nhost 127.0.0.1\nport {}\ntls off\nauth {mechanism}\nuser \
                 me@example.com\nfrom me@example.com\n\
                 passwordeval \"authctl hook token --profile work\"\naccount default : a\n",
                world.smtp
            ),
        );
        world.ok(&["chmod", "600", &rc]);
        world.rehearse(&Client {
            name: "msmtp",
            drive: |world| {
                let script = "printf 'Subject: x\\n\\nhello\\n' | msmtp -C msmtprc you@example.com";
                world.run(&["sh", "-c", script])
            },
            recovers: Recovers::WhenTold,
            tells: true,
        });
        let let_in = format!("AUTH {}", mechanism.to_uppercase());
        assert!(
            world
                .requests()
                .iter()
                .any(|request| request.what == let_in && request.status == 235)
        );
    }
}
