//! What is said to every hook: the cases of each protocol, one after the other, as its transcript
//! shows them.

/// What a case is an example of. The assertions ask for this, and not for the title.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The caller gets a token.
    Good,
    /// The address is not bound: the caller gets nothing.
    NotMine,
    /// The profile is logged out: the caller gets nothing.
    LoginRequired,
    /// The token has ended, and the server does not answer: the caller gets nothing.
    TryAgain,
    /// The request cannot be read: the caller gets nothing.
    Malformed,
    /// A verb or a version that the protocol does not have yet.
    UnknownVersion,
    /// Members that the protocol does not have yet.
    UnknownFields,
    /// A case of this protocol alone.
    Special,
}
use Kind::{
    Good, LoginRequired, Malformed, NotMine, Special, TryAgain, UnknownFields, UnknownVersion,
};

/// One call of a hook.
pub struct Case {
    pub kind: Kind,
    /// The heading in the transcript.
    pub title: &'static str,
    pub args: &'static [&'static str],
    pub stdin: &'static str,
    pub env: &'static [(&'static str, &'static str)],
}

const fn case(
    kind: Kind,
    title: &'static str,
    args: &'static [&'static str],
    stdin: &'static str,
) -> Case {
    Case {
        kind,
        title,
        args,
        stdin,
        env: &[],
    }
}

impl Case {
    const fn with(self, env: &'static [(&'static str, &'static str)]) -> Self {
        Self { env, ..self }
    }
}

/// The cases of every protocol, by the name of its hook.
pub const CASES: &[(&str, &[Case])] = &[
    ("git", GIT),
    ("kubectl", KUBECTL),
    ("kubelet", KUBELET),
    ("vault", VAULT),
    ("aws", AWS),
    ("google", GOOGLE),
    ("go", GO),
    ("keyring", KEYRING),
    ("headers", HEADERS),
    ("xoauth2", XOAUTH2),
    ("token", TOKEN),
    ("docker", DOCKER),
    ("cargo", CARGO),
    ("bazel", BAZEL),
    ("terraform", TERRAFORM),
    ("nuget", NUGET),
    ("oauthbearer", OAUTHBEARER),
    ("pnpm", PNPM),
];

const GIT_REQUEST: &str = "protocol=https\nhost=git.example.com\n";
const GIT_MODERN_REQUEST: &str = "capability[]=authtype\ncapability[]=state\nprotocol=https\n\
    host=git.example.com\nwwwauth[]=Bearer realm=\"x\"\nwwwauth[]=Basic realm=\"x\"\n\n";
const EXEC_VARIABLE: &str = "KUBERNETES_EXEC_INFO";
const EXEC_INFO: &str = concat!(
    r#"{"kind":"ExecCredential","apiVersion":"client.authentication.k8s.io/v1","#,
    r#""spec":{"interactive":false}}"#,
);
const IMAGE_REQUEST: &str = concat!(
    r#"{"apiVersion":"credentialprovider.kubelet.k8s.io/v1","kind":"CredentialProviderRequest","#,
    r#""image":"r.example.com/team/app:1"}"#,
);
const CARGO_REQUEST: &str = concat!(
    r#"{"v":1,"registry":{"index-url":"sparse+https://crates.example.com/index/","name":"ours","#,
    r#""headers":["WWW-Authenticate: Bearer"]},"kind":"get","operation":"read","args":["hook","#,
    r#""cargo"]}"#,
);
pub const NUGET_REQUEST: &str = concat!(
    r#"{"RequestId":"1","Type":"Request","Method":"GetAuthenticationCredentials","#,
    r#""Payload":{"Uri":"https://nuget.example.com/v3/index.json","IsRetry":false,"#,
    r#""IsNonInteractive":true,"CanShowDialog":false}}"#,
);

#[rustfmt::skip]
const GIT: &[Case] = &[
    case(NotMine, "not mine: a host that reaches into the next part", &["get"],
        "protocol=https\nhost=git.example.com/.evil.org\n"),
    case(NotMine, "not mine: what comes later wins", &["get"],
        "url=https://git.example.com/\nprotocol=https\nhost=evil.org\n"),
    case(Special, "asked again in another form, which says nothing of the token", &["get"],
        "capability[]=authtype\ncapability[]=state\nprotocol=https\nhost=git.example.com\n\
        wwwauth[]=Basic\nstate[]=authctl.gave=header.00112233445566778899aabbccddeeff\n"),
    case(Malformed, "malformed: an option that comes too late", &["get", "--profile", "other"], ""),
    case(Good, "good", &["get"], GIT_REQUEST),
    case(Good, "good with a header, and a way back", &["get"], GIT_MODERN_REQUEST),
    case(Special, "a server that knows only Basic", &["get"],
        "capability[]=authtype\nprotocol=https\nhost=git.example.com\n\
        wwwauth[]=Basic realm=\"GitLab\"\n"),
    case(Special, "the user name that is asked for", &["get"],
        "protocol=https\nhost=git.example.com\nusername=bob\n"),
    case(Special, "the user name that is bound", &["get"],
        "protocol=https\nhost=gitlab.example.com\npath=team/x.git\nusername=bob\n"),
    case(Special, "asked again with what was given", &["get"],
        "capability[]=authtype\ncapability[]=state\nprotocol=https\nhost=git.example.com\n\
        state[]=other.x=1\nstate[]=authctl.gave=header.00112233445566778899aabbccddeeff\n"),
    case(NotMine, "not mine", &["get"], "protocol=https\nhost=git.example.org\n"),
    case(NotMine, "not mine in the clear", &["get"], "protocol=http\nhost=git.example.com\n"),
    case(LoginRequired, "login required", &["get"], GIT_REQUEST),
    case(TryAgain, "try again", &["get"], GIT_REQUEST),
    case(Malformed, "malformed", &["get"], "protocol=https\nhost\n"),
    case(UnknownFields, "unknown fields", &["get"],
        "protocol=https\nhost=git.example.com\nmood=sunny\nmood[]=1\n\nnot read\n"),
    case(UnknownVersion, "unknown version", &["improve"], ""),
    case(Special, "store", &["store"],
        "protocol=https\nhost=git.example.com\nusername=a\npassword=b\n"),
    case(Special, "erase of another's", &["erase"],
        "protocol=https\nhost=git.example.com\npassword=never-ours\n"),
    case(Special, "capability", &["capability"], ""),
];

#[rustfmt::skip]
const KUBECTL: &[Case] = &[
    case(NotMine, "not mine: an address that cannot be read", &[], "")
        .with(&[(EXEC_VARIABLE, concat!(
            r#"{"apiVersion":"client.authentication.k8s.io/v1","#,
            r#""spec":{"cluster":{"server":"https://xn--a.evil.org"}}}"#,
        ))]),
    case(Malformed, "malformed: a word", &["other"], ""),
    case(Good, "good", &[], "").with(&[(EXEC_VARIABLE, EXEC_INFO)]),
    case(Good, "good, v1beta1, access token", &["--token", "access_token"], "")
        .with(&[(EXEC_VARIABLE, concat!(
            r#"{"apiVersion":"client.authentication.k8s.io/v1beta1","kind":"ExecCredential","#,
            r#""spec":{"interactive":true}}"#,
        ))]),
    case(Good, "good without a word", &[], ""),
    case(NotMine, "not mine", &[], "")
        .with(&[(EXEC_VARIABLE, concat!(
            r#"{"apiVersion":"client.authentication.k8s.io/v1","#,
            r#""spec":{"cluster":{"server":"https://k8s.example.org:6443"}}}"#,
        ))]),
    case(LoginRequired, "login required", &[], "").with(&[(EXEC_VARIABLE, EXEC_INFO)]),
    case(TryAgain, "try again", &[], "").with(&[(EXEC_VARIABLE, EXEC_INFO)]),
    case(Malformed, "malformed", &[], "").with(&[(EXEC_VARIABLE, "{")]),
    case(UnknownVersion, "unknown version", &[], "")
        .with(&[(EXEC_VARIABLE, r#"{"apiVersion":"client.authentication.k8s.io/v9"}"#)]),
    case(UnknownFields, "unknown fields", &[], "")
        .with(&[(EXEC_VARIABLE, concat!(
            r#"{"apiVersion":"client.authentication.k8s.io/v1","mood":"sunny","spec":{"mood":1,"#,
            r#""cluster":{"server":"https://k8s.example.com","mood":2}}}"#,
        ))]),
];

#[rustfmt::skip]
const KUBELET: &[Case] = &[
    case(Good, "good for a part of a registry", &[],
        concat!(
            r#"{"apiVersion":"credentialprovider.kubelet.k8s.io/v1","#,
            r#""image":"part.example.org:443/team/app:1"}"#,
        )),
    case(Good, "good", &[], IMAGE_REQUEST),
    case(NotMine, "not mine", &[],
        r#"{"apiVersion":"credentialprovider.kubelet.k8s.io/v1","image":"nginx"}"#),
    case(LoginRequired, "login required", &[], IMAGE_REQUEST),
    case(TryAgain, "try again", &[], IMAGE_REQUEST),
    case(Malformed, "malformed", &[], "image"),
    case(UnknownVersion, "unknown version", &[],
        r#"{"apiVersion":"credentialprovider.kubelet.k8s.io/v7","image":"nginx"}"#),
    case(UnknownFields, "unknown fields", &[],
        concat!(
            r#"{"apiVersion":"credentialprovider.kubelet.k8s.io/v1beta1","mood":1,"#,
            r#""image":"r.example.com/a@sha256:00","serviceAccountToken":"x"}"#,
        )),
];

#[rustfmt::skip]
const VAULT: &[Case] = &[
    case(NotMine, "not mine without an address", &["get"], ""),
    case(NotMine, "not mine: an address that cannot be read", &["get"], "")
        .with(&[("VAULT_ADDR", "https://xn--a.evil.org")]),
    case(Good, "good", &["get"], "").with(&[("VAULT_ADDR", "https://vault.example.com")]),
    case(NotMine, "not mine", &["get"], "").with(&[("VAULT_ADDR", "https://vault.example.org")]),
    case(LoginRequired, "login required", &["get"], "")
        .with(&[("BAO_ADDR", "https://vault.example.com")]),
    case(TryAgain, "try again", &["get"], "").with(&[("VAULT_ADDR", "https://vault.example.com")]),
    case(Malformed, "malformed", &[], ""),
    case(UnknownVersion, "unknown version", &["improve"], ""),
    case(Special, "store", &["store"], "hvs.x"),
    case(Special, "erase", &["erase"], ""),
];

#[rustfmt::skip]
const AWS: &[Case] = &[
    case(Malformed, "malformed region", &["--role-arn", "arn:aws:iam::1:role/r"], "")
        .with(&[("AWS_REGION", "evil.com/")]),
    case(Malformed, "malformed", &[], ""),
    case(LoginRequired, "login required", &["--role-arn", "arn:aws:iam::1:role/r"], ""),
    case(TryAgain, "try again", &[], "").with(&[("AWS_ROLE_ARN", "arn:aws:iam::1:role/r")]),
];

#[rustfmt::skip]
const GOOGLE: &[Case] = &[
    case(Malformed, "malformed: revoke", &[], "").with(&[("GOOGLE_EXTERNAL_ACCOUNT_REVOKE", "1")]),
    case(Good, "good", &[], ""),
    case(Good, "good, as a JWT", &[], "")
        .with(&[("GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE", "urn:ietf:params:oauth:token-type:jwt")]),
    case(LoginRequired, "login required", &[], ""),
    case(TryAgain, "try again", &[], ""),
    case(Malformed, "malformed", &[], "")
        .with(&[("GOOGLE_EXTERNAL_ACCOUNT_TOKEN_TYPE", "urn:ietf:params:oauth:token-type:saml2")]),
];

#[rustfmt::skip]
const GO: &[Case] = &[
    case(Good, "good for a part of a host", &["https://part.example.org/team/mod/@v/list"], ""),
    case(NotMine, "not mine in the clear", &["http://proxy.example.com/mod/@v/list"], ""),
    case(Good, "good", &[], ""),
    case(Good, "good after a 401", &["https://proxy.example.com/mod/@v/list"], ""),
    case(NotMine, "not mine", &["https://proxy.example.org/mod/@v/list"], ""),
    case(LoginRequired, "login required", &["https://proxy.example.com/mod/@v/list"], ""),
    case(LoginRequired, "login required, and not asked for an address", &[], ""),
    case(TryAgain, "try again", &["https://proxy.example.com/mod/@v/list"], ""),
    case(Malformed, "malformed", &["a", "b"], ""),
];

#[rustfmt::skip]
const KEYRING: &[Case] = &[
    case(NotMine, "not mine: a host without a scheme", &["get", "pypi.example.com", "bob"], ""),
    case(Good, "good", &["get", "https://pypi.example.com/simple/", "bob"], ""),
    case(Good, "good, both", &["get", "https://pypi.example.com/simple/", "--mode", "creds"], ""),
    case(NotMine, "not mine", &["get", "https://pypi.org/simple/", "bob"], ""),
    case(LoginRequired, "login required", &["get", "https://pypi.example.com/simple/", "bob"], ""),
    case(TryAgain, "try again", &["get", "https://pypi.example.com/simple/", "bob"], ""),
    case(Malformed, "malformed", &["get"], ""),
    case(UnknownVersion, "unknown version", &["improve", "it"], ""),
    case(Special, "set", &["set", "pypi.example.com", "bob"], ""),
];

#[rustfmt::skip]
const HEADERS: &[Case] = &[
    case(Malformed, "malformed: an address that cannot be read", &[], "")
        .with(&[("CLAUDE_CODE_MCP_SERVER_URL", "https://xn--a.evil.org/")]),
    case(Good, "good", &[], ""),
    case(NotMine, "not mine", &[], "")
        .with(&[("CLAUDE_CODE_MCP_SERVER_URL", "https://mcp.example.org")]),
    case(Special, "another audience", &["--token", "id_token"], "")
        .with(&[("CLAUDE_CODE_MCP_SERVER_URL", "https://api.example.com")]),
    case(LoginRequired, "login required", &[], ""),
    case(TryAgain, "try again", &[], ""),
];

#[rustfmt::skip]
const XOAUTH2: &[Case] = &[
    case(Malformed, "malformed server", &["--server", "xn--a.evil.org"], ""),
    case(Good, "good", &["--username", "me@example.com"], ""),
    case(Good, "good, as whoever logged in", &[], ""),
    case(LoginRequired, "login required", &[], ""),
    case(TryAgain, "try again", &[], ""),
];

#[rustfmt::skip]
const TOKEN: &[Case] = &[
    case(Malformed, "malformed: a word", &["other"], ""),
    case(Good, "good", &[], ""),
    case(Special, "the token that is bound", &[], "")
        .with(&[("CARGO_REGISTRY_INDEX_URL", "sparse+https://id.example.com/")]),
    case(LoginRequired, "login required", &[], ""),
    case(TryAgain, "try again", &[], ""),
    case(Malformed, "malformed", &["--token", "refresh_token"], ""),
];

#[rustfmt::skip]
const DOCKER: &[Case] = &[
    case(Good, "good", &["get"], "registry.example.com"),
    case(Good, "good, and not taken for a refresh token", &["get"], "identity.example.com"),
    case(Good, "good with a scheme and a line break", &["get"], "https://r.example.com/v1/\n"),
    case(NotMine, "not mine", &["get"], "https://index.docker.io/v1/"),
    case(LoginRequired, "login required", &["get"], "r.example.com"),
    case(TryAgain, "try again", &["get"], "r.example.com"),
    case(Malformed, "malformed", &["get"], "\n"),
    case(UnknownVersion, "unknown version", &["improve"], ""),
    case(UnknownFields, "unknown fields", &["store"],
        r#"{"ServerURL":"r.example.com","Username":"a","Secret":"b","Mood":1}"#),
    case(Special, "store without a name", &["store"],
        r#"{"ServerURL":"r.example.com","Secret":"b"}"#),
    case(Special, "erase", &["erase"], "r.example.com"),
    case(Special, "list", &["list"], ""),
    case(Special, "version", &["version"], ""),
];

#[rustfmt::skip]
const CARGO: &[Case] = &[
    case(Good, "good", &[], CARGO_REQUEST),
    case(Good, "good, bare", &[],
        concat!(
            r#"{"v":1,"registry":{"index-url":"sparse+https://crates.example.com/"},"#,
            r#""kind":"get","operation":"publish","name":"a","vers":"1","cksum":"0","#,
            r#""args":["--bare"]}"#,
        )),
    case(NotMine, "not mine", &[],
        concat!(
            r#"{"v":1,"registry":{"index-url":"https://github.com/rust-lang/crates.io-index"},"#,
            r#""kind":"get","operation":"read"}"#,
        )),
    case(LoginRequired, "login required", &[], CARGO_REQUEST),
    case(TryAgain, "try again", &[], CARGO_REQUEST),
    case(Malformed, "malformed", &[], "{\n\n{}\n"),
    case(UnknownVersion, "unknown version", &[], r#"{"v":2,"kind":"get"}"#),
    case(UnknownFields, "unknown fields", &[],
        concat!(
            r#"{"v":1,"mood":1,"registry":{"index-url":"sparse+https://crates.example.com/","#,
            r#""mood":2},"kind":"get","operation":"dance"}"#,
        )),
    case(Special, "login, logout, and what comes one day", &[],
        "{\"v\":1,\"kind\":\"login\",\"token\":\"x\"}\n{\"v\":1,\"kind\":\"logout\"}\n\
        {\"v\":1,\"kind\":\"improve\"}\n"),
    case(Special, "arguments that are not ours", &[],
        concat!(
            r#"{"v":1,"registry":{"index-url":"sparse+https://crates.example.com/"},"#,
            r#""kind":"get","args":["--frobnicate"]}"#,
        )),
];

#[rustfmt::skip]
const BAZEL: &[Case] = &[
    case(Good, "good", &["get"], r#"{"uri":"https://cache.example.com/a/b"}"#),
    case(NotMine, "not mine", &["get"], r#"{"uri":"https://cache.example.org/a/b"}"#),
    case(LoginRequired, "login required", &["get"], r#"{"uri":"https://cache.example.com/"}"#),
    case(TryAgain, "try again", &["get"], r#"{"uri":"https://cache.example.com/"}"#),
    case(Malformed, "malformed", &["get"], "https://cache.example.com/"),
    case(UnknownVersion, "unknown version", &["engflow-improve"], ""),
    case(UnknownFields, "unknown fields", &["get"],
        r#"{"mood":1,"uri":"https://cache.example.com/"}"#),
];

#[rustfmt::skip]
const TERRAFORM: &[Case] = &[
    case(Good, "good", &["get", "tf.example.com"], ""),
    case(NotMine, "not mine", &["get", "app.terraform.io"], ""),
    case(LoginRequired, "login required", &["get", "tf.example.com"], ""),
    case(TryAgain, "try again", &["get", "tf.example.com"], ""),
    case(Malformed, "malformed", &["get"], ""),
    case(UnknownVersion, "unknown version", &["improve", "tf.example.com"], ""),
    case(UnknownFields, "unknown fields", &["store", "tf.example.com"],
        r#"{"token":"x","mood":1}"#),
    case(Special, "forget", &["forget", "tf.example.com"], ""),
];

#[rustfmt::skip]
const NUGET: &[Case] = &[
    case(Good, "good", &[], NUGET_REQUEST),
    case(Special, "the whole talk", &[],
        concat!(
            r#"{"RequestId":"h","Type":"Request","Method":"Handshake","#,
            r#""Payload":{"ProtocolVersion":"2.0.0","MinimumProtocolVersion":"1.0.0"}}"#,
            "\n",
            r#"{"RequestId":"x","Type":"Response","Method":"Handshake","#,
            r#""Payload":{"ResponseCode":"Success","ProtocolVersion":"2.0.0"}}"#,
            "\n",
            r#"{"RequestId":"i","Type":"Request","Method":"Initialize","#,
            r#""Payload":{"ClientVersion":"6.9.1","Culture":"en"}}"#,
            "\n",
            r#"{"RequestId":"l","Type":"Request","Method":"SetLogLevel","#,
            r#""Payload":{"LogLevel":"Debug"}}"#,
            "\n",
            r#"{"RequestId":"o","Type":"Request","Method":"GetOperationClaims","#,
            r#""Payload":{"PackageSourceRepository":null,"ServiceIndex":null}}"#,
            "\n",
            r#"{"RequestId":"p","Type":"Request","Method":"GetOperationClaims","#,
            r#""Payload":{"PackageSourceRepository":"https://nuget.example.com","#,
            r#""ServiceIndex":{}}}"#,
            "\n",
            r#"{"RequestId":"c","Type":"Request","Method":"Close"}"#,
            "\n",
        )),
    case(NotMine, "not mine", &[],
        concat!(
            r#"{"RequestId":"1","Type":"Request","Method":"GetAuthenticationCredentials","#,
            r#""Payload":{"Uri":"https://api.nuget.org/v3/index.json"}}"#,
        )),
    case(LoginRequired, "login required", &[], NUGET_REQUEST),
    case(TryAgain, "try again", &[], NUGET_REQUEST),
    case(Malformed, "malformed", &[], "hello\n{\"Type\":\"Request\"}"),
    case(UnknownVersion, "unknown version", &[],
        r#"{"RequestId":"1","Type":"Request","Method":"Improve"}"#),
    case(UnknownFields, "unknown fields", &[],
        concat!(
            r#"{"Mood":1,"RequestId":"1","Type":"Request","#,
            r#""Method":"GetAuthenticationCredentials","#,
            r#""Payload":{"Uri":"https://nuget.example.com/","Mood":2}}"#,
        )),
];

#[rustfmt::skip]
const OAUTHBEARER: &[Case] = &[
    case(Good, "good", &["--server", "imap.example.com", "--port", "993", "--username", "a=b,c"],
        ""),
    case(NotMine, "not mine", &["--server", "imap.example.org"], ""),
    case(LoginRequired, "login required", &[], ""),
    case(TryAgain, "try again", &[], ""),
];

#[rustfmt::skip]
const PNPM: &[Case] = &[
    case(Good, "good", &[], ""),
    case(LoginRequired, "login required", &[], ""),
    case(TryAgain, "try again", &[], ""),
];
