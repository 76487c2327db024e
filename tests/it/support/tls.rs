//! Certificates for servers on this machine, made for one run.

use std::path::Path;
use std::process::Command;

/// Makes `ca.crt`, and `srv.crt` with `srv.key` for 127.0.0.1 and localhost.
pub fn certify(directory: &Path) {
    let script = r"
        openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 \
            -keyout ca.key -out ca.crt -subj '/CN=Rehearsal CA' \
            -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign &&
        openssl req -new -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes \
            -keyout srv.key -out srv.csr -subj /CN=127.0.0.1 &&
        printf 'subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth\n' \
            >ext.cnf &&
        openssl x509 -req -in srv.csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 \
            -extfile ext.cnf -out srv.crt
    ";
    let made = Command::new("sh")
        .args(["-c", script])
        .current_dir(directory)
        .output()
        .expect("sh runs");
    assert!(
        made.status.success(),
        "{}",
        String::from_utf8_lossy(&made.stderr)
    );
}
