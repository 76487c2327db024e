//! Certificates of servers, by openssl: which are accepted, and what is said of the others.

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use authctl::http::Http;
use url::Url;

use crate::support::machine;
use crate::support::tls;

/// Makes `NAME.crt`, signed by itself, and `NAME.key`.
fn sign_itself(directory: &Path, name: &str, constraints: &str, days: i32) {
    let script = format!(
        "openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
            -keyout {name}.key -out {name}.csr -subj /CN=127.0.0.1 &&
         printf 'subjectAltName=IP:127.0.0.1\nbasicConstraints=critical,{constraints}\n' \
            >own.cnf &&
         openssl x509 -req -in {name}.csr -signkey {name}.key -days {days} -extfile own.cnf \
            -out {name}.crt"
    );
    let mut command = Command::new("sh");
    command.args(["-c", &script]).current_dir(directory);
    let made = command.output().expect("sh runs");
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
}

/// A server with the certificate `NAME.crt`, which answers with the file that is asked for.
pub struct Server {
    child: Child,
    pub address: Url,
}

impl Server {
    pub fn start(directory: &Path, name: &str) -> Self {
        let free = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = free.local_addr().expect("bound").port();
        drop(free);
        let mut command = Command::new("openssl");
        command
            .args(["s_server", "-WWW", "-accept", &format!("127.0.0.1:{port}")])
            .args([
                "-cert",
                &format!("{name}.crt"),
                "-key",
                &format!("{name}.key"),
            ])
            .current_dir(directory)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let child = command.spawn().expect("openssl runs");
        let address = format!("https://127.0.0.1:{port}/answer.txt");
        for _ in 0..500 {
            if TcpStream::connect(("127.0.0.1", port)).is_ok() {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        Self {
            child,
            address: Url::parse(&address).expect("an address"),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A server whose certificate is signed by itself was told off in the words of the TLS library:
/// "invalid peer certificate: Other(OtherError(CaUsedAsEndEntity))".
#[tokio::test]
async fn a_certificate_that_a_server_made_itself_works_or_is_explained() {
    if !machine::has_programs(&["openssl"]) {
        return;
    }
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path();
    fs::write(path.join("answer.txt"), "hello").expect("written");
    tls::certify(path);
    sign_itself(path, "own", "CA:FALSE", 2);
    sign_itself(path, "authority", "CA:TRUE", 2);
    sign_itself(path, "expired", "CA:FALSE", -1);
    for (server, trusted, why_not) in [
        ("srv", "ca.crt", None),
        ("own", "own.crt", None),
        (
            "own",
            "ca.crt",
            Some("no authority that is trusted here has signed it"),
        ),
        (
            "authority",
            "authority.crt",
            Some("make it with `-addext basicConstraints=critical,CA:FALSE`"),
        ),
        (
            "expired",
            "expired.crt",
            Some("it has expired, or the clock is wrong"),
        ),
    ] {
        let server = Server::start(path, server);
        let http = Http::new(Some(path.join(trusted)));
        let answer = http.get(&server.address, &[]).await;
        match (answer, why_not) {
            (Ok(answer), None) => assert_eq!(answer.status, 200),
            (Err(error), Some(why_not)) => {
                assert!(error.to_string().contains(why_not), "{error}");
            }
            (Ok(_), Some(_)) => panic!("{trusted} is no reason to trust that server"),
            (Err(error), None) => panic!("{trusted}: {error}"),
        }
    }
}
