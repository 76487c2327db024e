//! Topics of `authctl help` that are no verbs: what the configuration holds, what exit codes mean,
//! which variables are read. Made of the tables, as the manual's sections are.

use crate::config;
use crate::error::KINDS;
use crate::profile::binding;
use crate::profile::setting::SETTINGS;

/// A topic, and its text.
type Topic = (&'static str, fn() -> String);

/// Every topic.
pub const TOPICS: &[Topic] = &[
    ("config", configuration),
    ("exit-codes", exit_codes),
    ("environment", environment),
];

/// The variables that are not settings of a profile.
pub const VARIABLES: &[(&str, &str)] = &[
    (
        "AUTHCTL_PROFILE",
        "the profile that is used when none is named",
    ),
    ("AUTHCTL_CONFIG", "the configuration file"),
    ("AUTHCTL_HOME", "the directory of the sessions"),
    (
        "AUTHCTL_KEY",
        "the key of sealed sessions, for `store = \"env\"`",
    ),
    ("AUTHCTL_CLIENT_SECRET", "the client's secret itself"),
    ("AUTHCTL_CLIENT_SECRET_FILE", "the file that holds it"),
    ("AUTHCTL_LOG", "where the log goes: true, false or syslog"),
    ("AUTHCTL_LOG_SIZE", "how long each of its two files may be"),
    (
        "AUTHCTL_TRUST_OWNER",
        "the number of the user whose commands root runs",
    ),
    ("BROWSER", "the command that opens a browser"),
    (
        "HTTPS_PROXY, ALL_PROXY, NO_PROXY",
        "the proxy, and where none is used",
    ),
    (
        "SSL_CERT_FILE",
        "certificates to trust instead of the system's",
    ),
    ("VISUAL, EDITOR", "the editor of `authctl profile edit`"),
];

/// Files, with what is in them.
pub const FILES: &[(&str, &str)] = &[
    (
        "$AUTHCTL_CONFIG, else ~/.config/authctl/config.toml",
        "profiles and bindings; no secret",
    ),
    (
        "$AUTHCTL_HOME, else ~/.local/state/authctl",
        "the sessions, a file each, with their locks and the log",
    ),
];

/// Commands, with what each does.
pub const EXAMPLES: &[(&str, &str)] = &[
    ("authctl login", "Log in; asks for what it needs to know."),
    (
        "authctl token --format header | curl -H @- https://api.example.com/",
        "A request with a token that is in no list of processes.",
    ),
    (
        "authctl exec work -- terraform apply",
        "A command with a token in its environment.",
    ),
    (
        "authctl hook install git --host git.example.com --profile work",
        "Have git ask authctl.",
    ),
    (
        "authctl explain work",
        "Why a session ended, or how it stands.",
    ),
];

/// The text of a topic; `None` for a word that is none.
#[must_use]
pub fn text(topic: &str) -> Option<String> {
    let (_, text) = TOPICS.iter().find(|(name, _)| *name == topic)?;
    Some(text())
}

fn rows<'a>(rows: impl Iterator<Item = (String, &'a str)>) -> String {
    let rows = rows.map(|(name, help)| format!("  {name}\n      {help}\n"));
    rows.collect()
}

fn configuration() -> String {
    let mut text = String::from(
        "The configuration is one file in TOML: $AUTHCTL_CONFIG, else config.toml in the\n\
         platform's directory for configuration (`authctl profile path` prints it).\n\
         `authctl login` and `authctl profile set` write it.\n\n\
         Settings of a profile, in [profile.NAME]:\n",
    );
    let all = settings().into_iter();
    let all = all.map(|setting| {
        (
            format!("{} ({})", setting.name, setting.shape),
            setting.help,
        )
    });
    text.push_str(&rows(all));
    text.push_str("\nSettings of a binding, in [[match]]:\n");
    let bindings = binding::SETTINGS.iter();
    text.push_str(&rows(
        bindings.map(|setting| (setting.name.to_owned(), setting.help)),
    ));
    text.push_str("\nAbove all tables: default_profile, log, log_size.\n");
    text
}

/// The table of exit codes.
#[must_use]
pub fn exit_codes() -> String {
    let mut text = String::from("Exit codes:\n    0  done\n");
    for row in KINDS {
        text.push_str(&format!("  {:>3}  {}\n", row.code, row.help));
    }
    text
}

fn environment() -> String {
    let mut text = String::from("Variables that authctl reads:\n");
    let variables = VARIABLES.iter();
    text.push_str(&rows(
        variables.map(|(name, help)| ((*name).to_owned(), *help)),
    ));
    text.push_str(
        "\nEach setting of a profile has one as well, and it wins over the file. Where it says\n\
         where a secret is sent or what is run (marked below), it counts only for the profile\n\
         that the environment makes, which has no name:\n",
    );
    let all = settings().into_iter().map(|setting| {
        let mark = if setting.for_named { "" } else { " (marked)" };
        (format!("{}{mark}", setting.variable), setting.help)
    });
    text.push_str(&rows(all));
    text
}

/// A setting of a profile, as help and manual describe it.
pub struct DescribedSetting {
    /// Its name in the configuration file.
    pub name: &'static str,
    /// What its value looks like there, in a word or two.
    pub shape: &'static str,
    /// Its environment variable.
    pub variable: String,
    /// Whether that counts for a profile that has a name.
    pub for_named: bool,
    /// What it means.
    pub help: &'static str,
}

/// Every setting of a profile.
#[must_use]
pub fn settings() -> Vec<DescribedSetting> {
    let all = SETTINGS.iter().map(|setting| DescribedSetting {
        name: setting.name,
        shape: setting.shape.words(),
        variable: config::variable(setting.name),
        for_named: setting.for_named,
        help: setting.help,
    });
    all.collect()
}
