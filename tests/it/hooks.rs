//! Every protocol, byte by byte: what its caller says and what it is told, with the exit code, in
//! golden files. `UPDATE_GOLDEN=1 cargo test hooks` writes them anew. The real callers are in
//! `clients`.

use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use authctl::hook::protocol::{HOOKS, Input, REQUEST_LIMIT, Row};

use crate::support::programs::AUTHCTL;
use crate::support::stage::{Done, Stage};

/// What is wrong with the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum World {
    /// Nothing: somebody is logged in, and the token lives.
    Good,
    /// Nobody is logged in.
    Nobody,
    /// The token has ended, and the server does not answer.
    Down,
}
use World::{Down, Good, Nobody};

/// A call.
struct Case {
    hook: &'static str,
    name: &'static str,
    world: World,
    args: &'static [&'static str],
    env: &'static [(&'static str, &'static str)],
    stdin: &'static str,
}

const fn case(
    hook: &'static str,
    name: &'static str,
    world: World,
    args: &'static [&'static str],
    stdin: &'static str,
) -> Case {
    Case {
        hook,
        name,
        world,
        args,
        env: &[],
        stdin,
    }
}

const fn with(case: Case, env: &'static [(&'static str, &'static str)]) -> Case {
    Case { env, ..case }
}

const CONFIGURATION: &str = r#"
default_profile = "work"

[[match]]
host = ["*.example.com", "example.com:8443"]
profile = "work"

[[match]]
url = "https://gitlab.example.com/team"
hook = "git"
username = "gitlab-user"
profile = "work"

[[match]]
host = "registry.example.com"
hook = ["docker", "go"]
username = "puller"
profile = "work"

[[match]]
url = "https://part.example.org/team/*"
profile = "work"

[[match]]
host = "id.example.com"
token = "id_token"
profile = "work"

[[match]]
host = "identity.example.com"
hook = "docker"
username = "<token>"
profile = "work"

[[match]]
host = "api.example.com"
audience = "somebody else"
profile = "work"
"#;

const GIT: &str = "protocol=https\nhost=git.example.com\n";
const GIT_MODERN: &str = "capability[]=authtype\ncapability[]=state\nprotocol=https\n\
    host=git.example.com\nwwwauth[]=Bearer realm=\"x\"\nwwwauth[]=Basic realm=\"x\"\n\n";
const EXEC: &str = "KUBERNETES_EXEC_INFO";
const EXEC_V1: &str = concat!(
    r#"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","#,
    r#""spec":{"interactive":false}}"#,
);
const IMAGE: &str = concat!(
    r#"{"apiVersion":"credentialprovider.kubelet.k8s.io/v1","kind":"CredentialProviderRequest","#,
    r#""image":"r.example.com/team/app:1"}"#,
);
const CARGO: &str = concat!(
    r#"{"v":1,"registry":{"index-url":"sparse+https://crates.example.com/index/","name":"ours","#,
    r#""headers":["WWW-Authenticate: Bearer"]},"kind":"get","operation":"read","args":["hook","#,
    r#""cargo"]}"#,
);
const NUGET: &str = concat!(
    r#"{"RequestId":"1","Type":"Request","Method":"GetAuthenticationCredentials","#,
    r#""Payload":{"Uri":"https://nuget.example.com/v3/index.json","IsRetry":false,"#,
    r#""IsNonInteractive":true,"CanShowDialog":false}}"#,
);

const CASES: &[Case] = &[
    case(
        "git",
        "not mine: a host that reaches into the next part",
        Good,
        &["get"],
        "protocol=https\nhost=git.example.com/.evil.org\n",
    ),
    case(
        "git",
        "not mine: what comes later wins",
        Good,
        &["get"],
        "url=https://git.example.com/\nprotocol=https\nhost=evil.org\n",
    ),
    case(
        "git",
        "asked again in another form, which says nothing of the token",
        Good,
        &["get"],
        "capability[]=authtype\ncapability[]=state\nprotocol=https\nhost=git.example.com\n\
         wwwauth[]=Basic\nstate[]=authctl.gave=header.00112233445566778899aabbccddeeff\n",
    ),
    case(
        "git",
        "malformed: an option that comes too late",
        Good,
        &["get", "--profile", "other"],
        "",
    ),
    with(
        case(
            "kubectl",
            "not mine: an address that cannot be read",
            Good,
            &[],
            "",
        ),
        &[(
            EXEC,
            concat!(
                r#"{"apiVersion":"client.authentication.k8s.io/v1","#,
                r#""spec":{"cluster":{"server":"https://xn--a.evil.org"}}}"#,
            ),
        )],
    ),
    case("kubectl", "malformed: a word", Good, &["other"], ""),
    case(
        "kubelet",
        "good for a part of a registry",
        Good,
        &[],
        concat!(
            r#"{"apiVersion":"credentialprovider.kubelet.k8s.io/v1","#,
            r#""image":"part.example.org:443/team/app:1"}"#,
        ),
    ),
    with(
        case("vault", "not mine without an address", Good, &["get"], ""),
        &[],
    ),
    with(
        case(
            "vault",
            "not mine: an address that cannot be read",
            Good,
            &["get"],
            "",
        ),
        &[("VAULT_ADDR", "https://xn--a.evil.org")],
    ),
    with(
        case(
            "aws",
            "malformed region",
            Good,
            &["--role-arn", "arn:aws:iam::1:role/r"],
            "",
        ),
        &[("AWS_REGION", "evil.com/")],
    ),
    with(
        case("google", "malformed: revoke", Good, &[], ""),
        &[("GOOGLE_EXTERNAL_ACCOUNT_REVOKE", "1")],
    ),
    case(
        "go",
        "good for a part of a host",
        Good,
        &["https://part.example.org/team/mod/@v/list"],
        "",
    ),
    case(
        "go",
        "not mine in the clear",
        Good,
        &["http://proxy.example.com/mod/@v/list"],
        "",
    ),
    case(
        "keyring",
        "not mine: a host without a scheme",
        Good,
        &["get", "pypi.example.com", "bob"],
        "",
    ),
    with(
        case(
            "headers",
            "malformed: an address that cannot be read",
            Good,
            &[],
            "",
        ),
        &[("CLAUDE_CODE_MCP_SERVER_URL", "https://xn--a.evil.org/")],
    ),
    case(
        "xoauth2",
        "malformed server",
        Good,
        &["--server", "xn--a.evil.org"],
        "",
    ),
    case("token", "malformed: a word", Good, &["other"], ""),
    case("git", "good", Good, &["get"], GIT),
    case(
        "git",
        "good with a header, and a way back",
        Good,
        &["get"],
        GIT_MODERN,
    ),
    case(
        "git",
        "a server that knows only Basic",
        Good,
        &["get"],
        "capability[]=authtype\nprotocol=https\nhost=git.example.com\nwwwauth[]=Basic \
         realm=\"GitLab\"\n",
    ),
    case(
        "git",
        "the user name that is asked for",
        Good,
        &["get"],
        "protocol=https\nhost=git.example.com\nusername=bob\n",
    ),
    case(
        "git",
        "the user name that is bound",
        Good,
        &["get"],
        "protocol=https\nhost=gitlab.example.com\npath=team/x.git\nusername=bob\n",
    ),
    case(
        "git",
        "asked again with what was given",
        Good,
        &["get"],
        "capability[]=authtype\ncapability[]=state\nprotocol=https\nhost=git.example.com\n\
         state[]=other.x=1\nstate[]=authctl.gave=header.00112233445566778899aabbccddeeff\n",
    ),
    case(
        "git",
        "not mine",
        Good,
        &["get"],
        "protocol=https\nhost=git.example.org\n",
    ),
    case(
        "git",
        "not mine in the clear",
        Good,
        &["get"],
        "protocol=http\nhost=git.example.com\n",
    ),
    case("git", "login required", Nobody, &["get"], GIT),
    case("git", "try again", Down, &["get"], GIT),
    case("git", "malformed", Good, &["get"], "protocol=https\nhost\n"),
    case(
        "git",
        "unknown fields",
        Good,
        &["get"],
        "protocol=https\nhost=git.example.com\nmood=sunny\nmood[]=1\n\nnot read\n",
    ),
    case("git", "unknown version", Good, &["improve"], ""),
    case(
        "git",
        "store",
        Good,
        &["store"],
        "protocol=https\nhost=git.example.com\nusername=a\npassword=b\n",
    ),
    case(
        "git",
        "erase of another's",
        Good,
        &["erase"],
        "protocol=https\nhost=git.example.com\npassword=never-ours\n",
    ),
    case("git", "capability", Good, &["capability"], ""),
    with(case("kubectl", "good", Good, &[], ""), &[(EXEC, EXEC_V1)]),
    with(
        case(
            "kubectl",
            "good, v1beta1, access token",
            Good,
            &["--token", "access_token"],
            "",
        ),
        &[(
            EXEC,
            concat!(
                r#"{"apiVersion":"client.authentication.k8s.io/v1beta1","#,
                r#""kind":"ExecCredential","spec":{"interactive":true}}"#,
            ),
        )],
    ),
    case("kubectl", "good without a word", Good, &[], ""),
    with(
        case("kubectl", "not mine", Good, &[], ""),
        &[(
            EXEC,
            concat!(
                r#"{"apiVersion":"client.authentication.k8s.io/v1","#,
                r#""spec":{"cluster":{"server":"https://k8s.example.org:6443"}}}"#,
            ),
        )],
    ),
    with(
        case("kubectl", "login required", Nobody, &[], ""),
        &[(EXEC, EXEC_V1)],
    ),
    with(
        case("kubectl", "try again", Down, &[], ""),
        &[(EXEC, EXEC_V1)],
    ),
    with(case("kubectl", "malformed", Good, &[], ""), &[(EXEC, "{")]),
    with(
        case("kubectl", "unknown version", Good, &[], ""),
        &[(EXEC, r#"{"apiVersion":"client.authentication.k8s.io/v9"}"#)],
    ),
    with(
        case("kubectl", "unknown fields", Good, &[], ""),
        &[(
            EXEC,
            concat!(
                r#"{"apiVersion":"client.authentication.k8s.io/v1","mood":"sunny","#,
                r#""spec":{"mood":1,"cluster":{"server":"https://k8s.example.com","mood":2}}}"#,
            ),
        )],
    ),
    case("kubelet", "good", Good, &[], IMAGE),
    case(
        "kubelet",
        "not mine",
        Good,
        &[],
        r#"{"apiVersion":"credentialprovider.kubelet.k8s.io/v1","image":"nginx"}"#,
    ),
    case("kubelet", "login required", Nobody, &[], IMAGE),
    case("kubelet", "try again", Down, &[], IMAGE),
    case("kubelet", "malformed", Good, &[], "image"),
    case(
        "kubelet",
        "unknown version",
        Good,
        &[],
        r#"{"apiVersion":"credentialprovider.kubelet.k8s.io/v7","image":"nginx"}"#,
    ),
    case(
        "kubelet",
        "unknown fields",
        Good,
        &[],
        concat!(
            r#"{"apiVersion":"credentialprovider.kubelet.k8s.io/v1beta1","mood":1,"#,
            r#""image":"r.example.com/a@sha256:00","serviceAccountToken":"x"}"#,
        ),
    ),
    case("docker", "good", Good, &["get"], "registry.example.com"),
    case(
        "docker",
        "good, and not taken for a refresh token",
        Good,
        &["get"],
        "identity.example.com",
    ),
    case(
        "docker",
        "good with a scheme and a line break",
        Good,
        &["get"],
        "https://r.example.com/v1/\n",
    ),
    case(
        "docker",
        "not mine",
        Good,
        &["get"],
        "https://index.docker.io/v1/",
    ),
    case(
        "docker",
        "login required",
        Nobody,
        &["get"],
        "r.example.com",
    ),
    case("docker", "try again", Down, &["get"], "r.example.com"),
    case("docker", "malformed", Good, &["get"], "\n"),
    case("docker", "unknown version", Good, &["improve"], ""),
    case(
        "docker",
        "unknown fields",
        Good,
        &["store"],
        r#"{"ServerURL":"r.example.com","Username":"a","Secret":"b","Mood":1}"#,
    ),
    case(
        "docker",
        "store without a name",
        Good,
        &["store"],
        r#"{"ServerURL":"r.example.com","Secret":"b"}"#,
    ),
    case("docker", "erase", Good, &["erase"], "r.example.com"),
    case("docker", "list", Good, &["list"], ""),
    case("docker", "version", Good, &["version"], ""),
    case("cargo", "good", Good, &[], CARGO),
    case(
        "cargo",
        "good, bare",
        Good,
        &[],
        concat!(
            r#"{"v":1,"registry":{"index-url":"sparse+https://crates.example.com/"},"#,
            r#""kind":"get","operation":"publish","name":"a","vers":"1","cksum":"0","#,
            r#""args":["--bare"]}"#,
        ),
    ),
    case(
        "cargo",
        "not mine",
        Good,
        &[],
        concat!(
            r#"{"v":1,"registry":{"index-url":"https://github.com/rust-lang/crates.io-index"},"#,
            r#""kind":"get","operation":"read"}"#,
        ),
    ),
    case("cargo", "login required", Nobody, &[], CARGO),
    case("cargo", "try again", Down, &[], CARGO),
    case("cargo", "malformed", Good, &[], "{\n\n{}\n"),
    case(
        "cargo",
        "unknown version",
        Good,
        &[],
        r#"{"v":2,"kind":"get"}"#,
    ),
    case(
        "cargo",
        "unknown fields",
        Good,
        &[],
        concat!(
            r#"{"v":1,"mood":1,"registry":{"index-url":"sparse+https://crates.example.com/","#,
            r#""mood":2},"kind":"get","operation":"dance"}"#,
        ),
    ),
    case(
        "cargo",
        "login, logout, and what comes one day",
        Good,
        &[],
        "{\"v\":1,\"kind\":\"login\",\"token\":\"x\"}\n{\"v\":1,\"kind\":\"logout\"}\n{\"v\":1,\
         \"kind\":\"improve\"}\n",
    ),
    case(
        "cargo",
        "arguments that are not ours",
        Good,
        &[],
        concat!(
            r#"{"v":1,"registry":{"index-url":"sparse+https://crates.example.com/"},"#,
            r#""kind":"get","args":["--frobnicate"]}"#,
        ),
    ),
    case(
        "bazel",
        "good",
        Good,
        &["get"],
        r#"{"uri":"https://cache.example.com/a/b"}"#,
    ),
    case(
        "bazel",
        "not mine",
        Good,
        &["get"],
        r#"{"uri":"https://cache.example.org/a/b"}"#,
    ),
    case(
        "bazel",
        "login required",
        Nobody,
        &["get"],
        r#"{"uri":"https://cache.example.com/"}"#,
    ),
    case(
        "bazel",
        "try again",
        Down,
        &["get"],
        r#"{"uri":"https://cache.example.com/"}"#,
    ),
    case(
        "bazel",
        "malformed",
        Good,
        &["get"],
        "https://cache.example.com/",
    ),
    case("bazel", "unknown version", Good, &["engflow-improve"], ""),
    case(
        "bazel",
        "unknown fields",
        Good,
        &["get"],
        r#"{"mood":1,"uri":"https://cache.example.com/"}"#,
    ),
    case("terraform", "good", Good, &["get", "tf.example.com"], ""),
    case(
        "terraform",
        "not mine",
        Good,
        &["get", "app.terraform.io"],
        "",
    ),
    case(
        "terraform",
        "login required",
        Nobody,
        &["get", "tf.example.com"],
        "",
    ),
    case(
        "terraform",
        "try again",
        Down,
        &["get", "tf.example.com"],
        "",
    ),
    case("terraform", "malformed", Good, &["get"], ""),
    case(
        "terraform",
        "unknown version",
        Good,
        &["improve", "tf.example.com"],
        "",
    ),
    case(
        "terraform",
        "unknown fields",
        Good,
        &["store", "tf.example.com"],
        r#"{"token":"x","mood":1}"#,
    ),
    case(
        "terraform",
        "forget",
        Good,
        &["forget", "tf.example.com"],
        "",
    ),
    with(
        case("vault", "good", Good, &["get"], ""),
        &[("VAULT_ADDR", "https://vault.example.com")],
    ),
    with(
        case("vault", "not mine", Good, &["get"], ""),
        &[("VAULT_ADDR", "https://vault.example.org")],
    ),
    with(
        case("vault", "login required", Nobody, &["get"], ""),
        &[("BAO_ADDR", "https://vault.example.com")],
    ),
    with(
        case("vault", "try again", Down, &["get"], ""),
        &[("VAULT_ADDR", "https://vault.example.com")],
    ),
    case("vault", "malformed", Good, &[], ""),
    case("vault", "unknown version", Good, &["improve"], ""),
    case("vault", "store", Good, &["store"], "hvs.x"),
    case("vault", "erase", Good, &["erase"], ""),
    case("aws", "malformed", Good, &[], ""),
    case(
        "aws",
        "login required",
        Nobody,
        &["--role-arn", "arn:aws:iam::1:role/r"],
        "",
    ),
    with(
        case("aws", "try again", Down, &[], ""),
        &[("AWS_ROLE_ARN", "arn:aws:iam::1:role/r")],
    ),
    case("google", "good", Good, &[], ""),
    with(
        case("google", "good, as a JWT", Good, &[], ""),
        &[(
            "GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE",
            "urn:ietf:params:oauth:token-type:jwt",
        )],
    ),
    case("google", "login required", Nobody, &[], ""),
    case("google", "try again", Down, &[], ""),
    with(
        case("google", "malformed", Good, &[], ""),
        &[(
            "GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE",
            "urn:ietf:params:oauth:token-type:saml2",
        )],
    ),
    case("go", "good", Good, &[], ""),
    case(
        "go",
        "good after a 401",
        Good,
        &["https://proxy.example.com/mod/@v/list"],
        "",
    ),
    case(
        "go",
        "not mine",
        Good,
        &["https://proxy.example.org/mod/@v/list"],
        "",
    ),
    case(
        "go",
        "login required",
        Nobody,
        &["https://proxy.example.com/mod/@v/list"],
        "",
    ),
    case(
        "go",
        "login required, and not asked for an address",
        Nobody,
        &[],
        "",
    ),
    case(
        "go",
        "try again",
        Down,
        &["https://proxy.example.com/mod/@v/list"],
        "",
    ),
    case("go", "malformed", Good, &["a", "b"], ""),
    case(
        "keyring",
        "good",
        Good,
        &["get", "https://pypi.example.com/simple/", "bob"],
        "",
    ),
    case(
        "keyring",
        "good, both",
        Good,
        &["get", "https://pypi.example.com/simple/", "--mode", "creds"],
        "",
    ),
    case(
        "keyring",
        "not mine",
        Good,
        &["get", "https://pypi.org/simple/", "bob"],
        "",
    ),
    case(
        "keyring",
        "login required",
        Nobody,
        &["get", "https://pypi.example.com/simple/", "bob"],
        "",
    ),
    case(
        "keyring",
        "try again",
        Down,
        &["get", "https://pypi.example.com/simple/", "bob"],
        "",
    ),
    case("keyring", "malformed", Good, &["get"], ""),
    case("keyring", "unknown version", Good, &["improve", "it"], ""),
    case(
        "keyring",
        "set",
        Good,
        &["set", "pypi.example.com", "bob"],
        "",
    ),
    case("nuget", "good", Good, &[], NUGET),
    case(
        "nuget",
        "the whole talk",
        Good,
        &[],
        concat!(
            concat!(
                r#"{"RequestId":"h","Type":"Request","Method":"Handshake","#,
                r#""Payload":{"ProtocolVersion":"2.0.0","MinimumProtocolVersion":"1.0.0"}}"#,
            ),
            "\n",
            concat!(
                r#"{"RequestId":"x","Type":"Response","Method":"Handshake","#,
                r#""Payload":{"ResponseCode":"Success","ProtocolVersion":"2.0.0"}}"#,
            ),
            "\n",
            concat!(
                r#"{"RequestId":"i","Type":"Request","Method":"Initialize","#,
                r#""Payload":{"ClientVersion":"6.9.1","Culture":"en"}}"#,
            ),
            "\n",
            concat!(
                r#"{"RequestId":"l","Type":"Request","Method":"SetLogLevel","#,
                r#""Payload":{"LogLevel":"Debug"}}"#,
            ),
            "\n",
            concat!(
                r#"{"RequestId":"o","Type":"Request","Method":"GetOperationClaims","#,
                r#""Payload":{"PackageSourceRepository":null,"ServiceIndex":null}}"#,
            ),
            "\n",
            concat!(
                r#"{"RequestId":"p","Type":"Request","Method":"GetOperationClaims","#,
                r#""Payload":{"PackageSourceRepository":"https://nuget.example.com","#,
                r#""ServiceIndex":{}}}"#,
            ),
            "\n",
            r#"{"RequestId":"c","Type":"Request","Method":"Close"}"#,
            "\n",
        ),
    ),
    case(
        "nuget",
        "not mine",
        Good,
        &[],
        concat!(
            r#"{"RequestId":"1","Type":"Request","Method":"GetAuthenticationCredentials","#,
            r#""Payload":{"Uri":"https://api.nuget.org/v3/index.json"}}"#,
        ),
    ),
    case("nuget", "login required", Nobody, &[], NUGET),
    case("nuget", "try again", Down, &[], NUGET),
    case(
        "nuget",
        "malformed",
        Good,
        &[],
        "hello\n{\"Type\":\"Request\"}",
    ),
    case(
        "nuget",
        "unknown version",
        Good,
        &[],
        r#"{"RequestId":"1","Type":"Request","Method":"Improve"}"#,
    ),
    case(
        "nuget",
        "unknown fields",
        Good,
        &[],
        concat!(
            r#"{"Mood":1,"RequestId":"1","Type":"Request","#,
            r#""Method":"GetAuthenticationCredentials","#,
            r#""Payload":{"Uri":"https://nuget.example.com/","Mood":2}}"#,
        ),
    ),
    case(
        "xoauth2",
        "good",
        Good,
        &["--username", "me@example.com"],
        "",
    ),
    case("xoauth2", "good, as whoever logged in", Good, &[], ""),
    case("xoauth2", "login required", Nobody, &[], ""),
    case("xoauth2", "try again", Down, &[], ""),
    case(
        "oauthbearer",
        "good",
        Good,
        &[
            "--server",
            "imap.example.com",
            "--port",
            "993",
            "--username",
            "a=b,c",
        ],
        "",
    ),
    case(
        "oauthbearer",
        "not mine",
        Good,
        &["--server", "imap.example.org"],
        "",
    ),
    case("oauthbearer", "login required", Nobody, &[], ""),
    case("oauthbearer", "try again", Down, &[], ""),
    case("headers", "good", Good, &[], ""),
    with(
        case("headers", "not mine", Good, &[], ""),
        &[("CLAUDE_CODE_MCP_SERVER_URL", "https://mcp.example.org")],
    ),
    with(
        case(
            "headers",
            "another audience",
            Good,
            &["--token", "id_token"],
            "",
        ),
        &[("CLAUDE_CODE_MCP_SERVER_URL", "https://api.example.com")],
    ),
    case("headers", "login required", Nobody, &[], ""),
    case("headers", "try again", Down, &[], ""),
    case("pnpm", "good", Good, &[], ""),
    case("pnpm", "login required", Nobody, &[], ""),
    case("pnpm", "try again", Down, &[], ""),
    case("token", "good", Good, &[], ""),
    with(
        case("token", "the token that is bound", Good, &[], ""),
        &[("CARGO_REGISTRY_INDEX_URL", "sparse+https://id.example.com/")],
    ),
    case("token", "login required", Nobody, &[], ""),
    case("token", "try again", Down, &[], ""),
    case(
        "token",
        "malformed",
        Good,
        &["--token", "refresh_token"],
        "",
    ),
];

fn stage(world: World) -> Stage {
    let stage = if world == Nobody {
        Stage::new()
    } else {
        Stage::logged_in()
    };
    let issuer = stage.sandbox.issuer();
    stage.configure(&format!(
        "{CONFIGURATION}\n[profile.work]\nissuer = \"{issuer}\"\nclient_id = \"sandbox\"\n"
    ));
    if world == Down {
        stage.expire();
        stage
            .sandbox
            .fault("status=503*1000".parse().expect("a fault"));
    }
    stage
}

/// Calls a hook as its caller would.
fn call(stage: &Stage, hook: &str, args: &[&str], env: &[(&str, &str)], stdin: &[u8]) -> Done {
    let mut command = stage.command(&["hook", hook]);
    command.args(args).envs(env.iter().copied());
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("authctl runs");
    // Whoever has heard enough closes its ear.
    let _ = child.stdin.take().expect("piped").write_all(stdin);
    child.wait_with_output().expect("it ends").into()
}

/// Everything that differs from run to run, by name.
fn normal(stage: &Stage, text: &str) -> String {
    let mut text = text.to_owned();
    if let Ok(bytes) = fs::read(stage.file("work.json")) {
        let record: serde_json::Value = serde_json::from_slice(&bytes).expect("json");
        for name in ["access_token", "id_token"] {
            let token = record["tokens"][name].as_str().expect("a token");
            text = text.replace(token, &format!("{{{name}}}"));
            let fingerprint = authctl::secret::Fingerprint::of(token).to_string();
            text = text.replace(&fingerprint, &format!("{{fingerprint of the {name}}}"));
        }
    }
    text = text.replace(stage.sandbox.issuer(), "{issuer}");
    text = text.replace(env!("CARGO_PKG_VERSION"), "{version}");
    let word = |c: char| c.is_ascii_alphanumeric() || "-:".contains(c);
    let text = renamed(&text, word, |word| match word {
        _ if word.starts_with("20") && word.ends_with('Z') && word.contains('T') => Some("{date}"),
        _ if word.len() == 36 && word.matches('-').count() == 4 => Some("{guid}"),
        _ => None,
    });
    renamed(
        &text,
        |c| c.is_ascii_alphanumeric(),
        |word| {
            let number = |text: &str| text.parse::<u64>().unwrap_or(0);
            match word {
                _ if word.len() == 10 && number(word) > 1_700_000_000 => Some("{unix time}"),
                _ if word.ends_with('s') && number(&word[..word.len() - 1]) > 9 => {
                    Some("{seconds}s")
                }
                _ => None,
            }
        },
    )
}

/// The text with some of its words replaced.
fn renamed(
    text: &str,
    part_of: impl Fn(char) -> bool,
    name: impl Fn(&str) -> Option<&'static str>,
) -> String {
    let mut parts = vec![];
    for part in text.split_inclusive(|c: char| !part_of(c)) {
        let word = part.trim_end_matches(|c: char| !part_of(c));
        parts.push(name(word).map_or_else(|| part.to_owned(), |name| part.replacen(word, name, 1)));
    }
    parts.concat()
}

/// A SASL response is in base64, and its token with it.
fn decoded(text: &str) -> String {
    use base64::Engine;
    let bytes = base64::engine::general_purpose::STANDARD
        .decode(text.trim_end())
        .expect("base64");
    format!(
        "base64 of {}\n",
        String::from_utf8(bytes).expect("text").escape_debug()
    )
}

fn shown(mark: char, text: &str) -> String {
    text.split_inclusive('\n')
        .fold(String::new(), |mut shown, line| {
            let _ = writeln!(
                shown,
                "{mark} {}",
                line.replace('\n', "\\n").replace('\r', "\\r")
            );
            shown
        })
}

fn golden(row: &Row, stages: &[(World, Stage)]) -> String {
    let mut text = String::new();
    for case in CASES.iter().filter(|case| case.hook == row.name) {
        let (_, stage) = stages
            .iter()
            .find(|(world, _)| *world == case.world)
            .expect("a stage");
        let done = call(stage, case.hook, case.args, case.env, case.stdin.as_bytes());
        let _ = writeln!(
            text,
            "## {}\n$ authctl hook {} {}",
            case.name,
            case.hook,
            case.args.join(" ")
        );
        for (name, value) in case.env {
            let _ = writeln!(text, "  {name}={value}");
        }
        let sasl = ["xoauth2", "oauthbearer"].contains(&row.name) && done.code == Some(0);
        let stdout = if sasl {
            decoded(&done.stdout)
        } else {
            done.stdout.clone()
        };
        text.push_str(&shown('<', case.stdin));
        text.push_str(&shown('>', &normal(stage, &stdout)));
        text.push_str(&shown('!', &normal(stage, &done.stderr)));
        let _ = writeln!(text, "= {}\n", done.code.expect("a code"));
    }
    text
}

#[test]
fn every_protocol_says_what_its_golden_file_says() {
    let stages = [Good, Nobody, Down].map(|world| (world, stage(world)));
    for row in HOOKS {
        let made = golden(row, &stages);
        let path = Path::new(env!("CARGO_MANIFEST_DIR"))
            .join("tests/it/hooks")
            .join(format!("{}.txt", row.name));
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            fs::create_dir_all(path.parent().expect("a directory")).expect("made");
            fs::write(&path, &made).expect("written");
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        similar(&committed, &made, row.name);
    }
    assert_eq!(
        stages[0].1.ledger().token_requests,
        1,
        "what lives is not refreshed"
    );
}

#[test]
fn what_is_called_good_gives_a_token_and_nothing_else_does() {
    let stages = [Good, Nobody, Down].map(|world| (world, stage(world)));
    for case in CASES {
        let (_, stage) = stages
            .iter()
            .find(|(world, _)| *world == case.world)
            .expect("a stage");
        let done = call(stage, case.hook, case.args, case.env, case.stdin.as_bytes());
        let sasl = ["xoauth2", "oauthbearer"].contains(&case.hook) && done.code == Some(0);
        let told = normal(
            stage,
            &if sasl {
                decoded(&done.stdout)
            } else {
                done.stdout.clone()
            },
        );
        let token = told.contains("{access_token}") || told.contains("{id_token}");
        let what = format!("{} {}: {done:?}", case.hook, case.name);
        if case.name.starts_with("good") {
            assert!(token && done.code == Some(0), "{what}");
        }
        let fails = ["not mine", "login required", "try again", "malformed"];
        if fails.iter().any(|name| case.name.starts_with(name)) && case.hook != "docker" {
            assert!(!token, "{what}");
        }
        assert!(case.world == Good || !token, "{what}");
        assert!(case.hook != "google" || done.stderr.is_empty(), "{what}");
        assert!(
            !done.stderr.contains("panicked") && !normal(stage, &done.stderr).contains("_token}"),
            "{what}"
        );
        if case.world == Good {
            let refresh = stage.refresh_token();
            assert!(
                !done.stdout.contains(&refresh) && !done.stderr.contains(&refresh),
                "{what}"
            );
        }
    }
}

#[track_caller]
fn similar(committed: &str, made: &str, name: &str) {
    for (line, (committed, made)) in committed.lines().zip(made.lines()).enumerate() {
        assert_eq!(
            committed,
            made,
            "{name}.txt:{}: UPDATE_GOLDEN=1 cargo test hooks",
            line + 1
        );
    }
    assert_eq!(
        committed.lines().count(),
        made.lines().count(),
        "{name}.txt has other lines"
    );
}

#[test]
fn every_protocol_is_tried_in_every_way_that_it_has() {
    for row in HOOKS {
        let has = |name: &str| {
            CASES
                .iter()
                .any(|case| case.hook == row.name && case.name.starts_with(name))
        };
        assert!(has("login required") && has("try again"), "{}", row.name);
        assert!(
            has("good") || row.name == "aws",
            "{}: the good case of aws needs its cloud",
            row.name
        );
        let asks = row.input != Input::Nothing || !row.usage.is_empty();
        assert!(!asks || has("malformed") && has("not mine"), "{}", row.name);
        let reads = ![Input::Nothing, Input::ToTheEndAfterAWord].contains(&row.input)
            && row.name != "vault";
        assert!(
            !reads || has("unknown version") && has("unknown fields"),
            "{}",
            row.name
        );
    }
}

#[test]
fn a_request_without_end_is_refused_by_everyone_who_reads() {
    let stage = stage(Good);
    let long = vec![b'x'; REQUEST_LIMIT + 2];
    for row in HOOKS {
        let args: &[&str] = match row.input {
            Input::Nothing => continue,
            Input::ToTheEndAfterAWord => &["https://proxy.example.com/mod/@v/list"],
            Input::ToTheEndFor(verbs) | Input::ToABlankLineFor(verbs) => &verbs[..1],
            Input::ToTheEnd | Input::Lines => &[],
        };
        let host: &[&str] = if row.name == "terraform" {
            &["tf.example.com"]
        } else {
            &[]
        };
        let done = call(&stage, row.name, &[args, host].concat(), &[], &long);
        let said = format!("{}{}", done.stdout, done.stderr);
        assert!(
            said.contains("longer than a mebibyte"),
            "{}: {done:?}",
            row.name
        );
        assert!(
            !said.contains("xxxx"),
            "{}: the request is not repeated",
            row.name
        );
        assert_ne!((done.code, row.name), (Some(0), "git"), "{done:?}");
    }
}

/// A link under the name that a client looks for is the same as the verb.
#[cfg(unix)]
#[test]
fn a_link_of_the_clients_name_is_the_protocol() {
    let stage = stage(Good);
    for row in HOOKS {
        let Some(program) = row.program else { continue };
        let link = stage.home.path().join(program);
        std::os::unix::fs::symlink(AUTHCTL, &link).expect("linked");
        let case = CASES
            .iter()
            .find(|case| case.hook == row.name && case.name == "good")
            .expect("a good case");
        let expected = call(&stage, row.name, case.args, case.env, case.stdin.as_bytes());
        let mut command = Command::new(&link);
        command
            .env_clear()
            .env("AUTHCTL_HOME", stage.state())
            .env("AUTHCTL_CONFIG", stage.config());
        command
            .args(row.flag)
            .args(case.args)
            .envs(case.env.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        let mut child = command.stderr(Stdio::piped()).spawn().expect("runs");
        let _ = child
            .stdin
            .take()
            .expect("piped")
            .write_all(case.stdin.as_bytes());
        let done = Done::from(child.wait_with_output().expect("ends"));
        assert_eq!(
            normal(&stage, &done.stdout),
            normal(&stage, &expected.stdout),
            "{program}: {done:?}"
        );
        assert_eq!(done.code, Some(0), "{program}");
    }
    for words in [
        &["--cargo-plugin"][..],
        &["hook", "cargo", "--cargo-plugin"],
        &["hook", "cargo"],
    ] {
        let done = Done::from(stage.command(words).output().expect("runs"));
        assert_eq!(
            (done.code, done.stdout.as_str()),
            (Some(0), "{\"v\":[1]}\n")
        );
    }
    assert_eq!(
        stage
            .run(&["hook", "nuget", "-Plugin"])
            .answer()
            .lines()
            .count(),
        1
    );
    let talk =
        format!("{{\"RequestId\":\"c\",\"Type\":\"Request\",\"Method\":\"Close\"}}\n{NUGET}\n");
    let closed = stage.run_with_stdin(&["hook", "nuget"], &talk);
    assert_eq!(
        closed.answer().lines().count(),
        1,
        "after the end nobody is answered"
    );
}

/// A caller that stops in the middle of its request, and does not close stdin.
#[cfg(unix)]
#[test]
fn a_request_that_stops_in_the_middle_is_not_waited_for() {
    let stage = stage(Good);
    let mut child = stage
        .command(&["hook", "git", "get"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("runs");
    let mut stdin = child.stdin.take().expect("piped");
    stdin.write_all(b"protocol=https\nho").expect("written");
    let done = Done::from(child.wait_with_output().expect("it ends"));
    assert_eq!((done.code, done.stdout.as_str()), (Some(1), ""), "{done:?}");
    assert!(done.stderr.contains("does not come to its end"), "{done:?}");
    // With a blank line it is whole, although stdin stays open.
    let mut child = stage
        .command(&["hook", "git", "get"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("runs");
    let mut stdin = child.stdin.take().expect("piped");
    stdin
        .write_all(b"protocol=https\nhost=git.example.com\n\n")
        .expect("written");
    let done = Done::from(child.wait_with_output().expect("it ends"));
    assert!(done.answer().contains("password=at-"), "{done:?}");
    drop(stdin);
}
