//! Clients that fetch packages, modules and images.

use std::fs;

use serde_json::json;

use super::{Client, Loopback, Recovers, tells_at_the_terminal};

#[test]
fn docker() {
    let Some(world) = Loopback::start(&["docker"]) else {
        return;
    };
    let config = json!({"architecture": "amd64", "os": "linux", "config": {},
        "rootfs": {"type": "layers", "diff_ids": []}})
    .to_string();
    let digest = sha256(&config);
    let config_type = "application/vnd.docker.container.image.v1+json";
    world.file("blob.json", &config);
    world.file(
        "manifest.json",
        &json!({
            "schemaVersion": 2,
            "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
            "config": {"mediaType": config_type, "size": config.len(),
                "digest": format!("sha256:{digest}")},
            "layers": [],
        })
        .to_string(),
    );
    world.install("docker", &format!("127.0.0.1:{}", world.https), &[]);
    world.rehearse(&Client {
        name: "docker",
        drive: |world| {
            world.run(&[
                "docker",
                "manifest",
                "inspect",
                "--insecure",
                &format!("127.0.0.1:{}/app:1", world.https),
            ])
        },
        recovers: Recovers::WhenTold,
        tells: true,
    });
}

fn sha256(text: &str) -> String {
    use ring::digest::{SHA256, digest};
    digest(&SHA256, text.as_bytes())
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

#[test]
fn cargo_from_an_authenticated_sparse_registry() {
    let Some(world) = Loopback::start(&["cargo", "tar"]) else {
        return;
    };
    world.file(
        "loaned-1.0.0/Cargo.toml",
        "[package]\nname = \"loaned\"\nversion = \"1.0.0\"\nedition = \"2021\"\n",
    );
    world.file("loaned-1.0.0/src/lib.rs", "");
    world.ok(&["tar", "czf", "loaned.crate", "loaned-1.0.0"]);
    let sum = world.ok(&["sha256sum", "loaned.crate"]);
    let sum = sum.split(' ').next().expect("a sum");
    world.file(
        "loaned.json",
        &json!({"name": "loaned", "vers": "1.0.0", "deps": [], "cksum": sum,
        "features": {}, "yanked": false})
        .to_string(),
    );
    world.file(
        "project/Cargo.toml",
        "[package]\nname = \"p\"\nversion = \"1.0.0\"\nedition \
        = \"2021\"\n[dependencies]\nloaned = { version = \"1\", registry = \"ours\" }\n",
    );
    world.file("project/src/lib.rs", "");
    world.install("cargo", &format!("127.0.0.1:{}", world.http), &[]);
    let config = world.home().join(".cargo/config.toml");
    let index = format!(
        "[registries.ours]\nindex = \"sparse+http://127.0.0.1:{}/index/\"\n",
        world.http
    );
    fs::write(
        &config,
        fs::read_to_string(&config).expect("there") + &index,
    )
    .expect("written");
    world.rehearse(&Client {
        name: "cargo",
        drive: |world| {
            let _ = fs::remove_dir_all(world.home().join(".cargo/registry"));
            let _ = fs::remove_file(world.home().join("project/Cargo.lock"));
            world.run(&["cargo", "fetch", "--manifest-path", "project/Cargo.toml"])
        },
        recovers: Recovers::WhenTold,
        tells: true,
    });
}

#[test]
fn terraform() {
    let Some(world) = Loopback::start(&["terraform", "script"]) else {
        return;
    };
    world.file("module/main.tf", "output \"x\" {\n  value = 1\n}\n");
    world.file(
        "tf/main.tf",
        &format!(
            "module \"m\" {{\n  source  = \"127.0.0.1:{}/ns/thing/null\"\n  version \
             = \"1.0.0\"\n}}\n",
            world.https
        ),
    );
    world.install("terraform", &format!("127.0.0.1:{}", world.https), &[]);
    world.rehearse(&Client {
        name: "terraform",
        drive: |world| {
            let _ = fs::remove_dir_all(world.home().join("tf/.terraform"));
            let mut command = world.command(&["terraform", "-chdir=tf", "init", "-no-color"]);
            command
                .env("CHECKPOINT_DISABLE", "1")
                .output()
                .expect("it runs")
                .into()
        },
        recovers: Recovers::WhenTold,
        // It swallows what a helper says, with its exit code.
        tells: false,
    });
    let _ = fs::remove_dir_all(world.home().join("tf/.terraform"));
    tells_at_the_terminal(
        &world,
        "CHECKPOINT_DISABLE=1 terraform -chdir=tf init -no-color",
    );
}

/// A wheel with nothing in it.
fn wheel(world: &Loopback) {
    let make = "import zipfile\nz = zipfile.ZipFile('loaned-1.0-py3-none-any.whl', \
        'w')\nz.writestr('loaned.py', '')\n\
                z.writestr('loaned-1.0.dist-info/METADATA', 'Metadata-Version: 2.1\\nName: \
                loaned\\nVersion: 1.0\\n')\n\
                z.writestr('loaned-1.0.dist-info/WHEEL', 'Wheel-Version: 1.0\\nGenerator: \
                x\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n')\n\
                z.writestr('loaned-1.0.dist-info/RECORD', \
                'loaned.py,,\\nloaned-1.0.dist-info/METADATA,,\\nloaned-1.0.dist-info/WHEEL,,\\n\
                loaned-1.0.dist-info/RECORD,,\\n')\nz.close()\n";
    world.ok(&["python3", "-c", make]);
}

fn index(world: &Loopback) -> String {
    format!("http://oauth2@127.0.0.1:{}/simple/", world.http)
}

#[test]
fn pip() {
    let Some(world) = Loopback::start(&["pip", "python3"]) else {
        return;
    };
    wheel(&world);
    world.install("keyring", &format!("127.0.0.1:{}", world.http), &[]);
    world.rehearse(&Client {
        name: "pip",
        drive: |world| {
            let _ = fs::remove_dir_all(world.home().join("downloads"));
            let mut command = world.command(&[
                "pip",
                "download",
                "--no-input",
                "--no-deps",
                "--no-cache-dir",
                "--disable-pip-version-check",
                "-d",
                "downloads",
            ]);
            command
                .args(["--index-url", &index(world), "loaned"])
                .output()
                .expect("it runs")
                .into()
        },
        recovers: Recovers::WhenTold,
        tells: true,
    });
}

#[test]
fn uv() {
    let Some(world) = Loopback::start(&["uv", "python3"]) else {
        return;
    };
    wheel(&world);
    world.install("keyring", &format!("127.0.0.1:{}", world.http), &[]);
    world.rehearse(&Client {
        name: "uv",
        drive: |world| {
            let _ = fs::remove_dir_all(world.home().join("site"));
            let python = world.ok(&["sh", "-c", "command -v python3"]);
            let mut command = world.command(&[
                "uv",
                "pip",
                "install",
                "--no-cache",
                "--no-deps",
                "--target",
                "site",
                "--python",
                python.trim(),
            ]);
            command
                .args(["--index-url", &index(world), "loaned"])
                .output()
                .expect("it runs")
                .into()
        },
        recovers: Recovers::WhenTold,
        tells: true,
    });
}

#[test]
fn go() {
    let Some(world) = Loopback::start(&["go", "script"]) else {
        return;
    };
    world.install("go", &format!("127.0.0.1:{}", world.https), &[]);
    world.rehearse(&Client {
        name: "go",
        drive: |world| {
            let mut command =
                world.command(&["go", "list", "-m", "-versions", "example.com/loaned"]);
            command
                .env("GOPROXY", format!("https://127.0.0.1:{}/go", world.https))
                .env("GONOSUMDB", "*")
                .env("GOTELEMETRY", "off")
                .env("GOFLAGS", "-modcacherw")
                .output()
                .expect("it runs")
                .into()
        },
        recovers: Recovers::Inside,
        // It keeps to itself what a second call says.
        tells: false,
    });
    let go = format!(
        "GOPROXY=https://127.0.0.1:{}/go GONOSUMDB='*' GOTELEMETRY=off go list -m -versions \
         example.com/loaned",
        world.https
    );
    tells_at_the_terminal(&world, &go);
}
