//! curl and a mail client, which get a token on a command line.

use super::{Client, Loopback, Recovers};

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
