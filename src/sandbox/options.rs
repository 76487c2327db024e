//! How the server behaves.

use std::time::Duration;

use crate::time;

/// The longest time that the token endpoint takes.
const LONGEST_LATENCY: Duration = Duration::from_secs(600);

/// What a refresh token gives that was already spent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Grace {
    /// Nothing: the reuse ends the family.
    None,
    /// Another new pair, within the interval (Auth0, Hydra).
    NewPair,
    /// The same pair again, within the interval (Dex, Box).
    SamePair,
    /// Another new pair, within the interval, which ends the pair that was given before (WSO2).
    LatestWins,
}

impl Grace {
    /// Every mode with the name that flags and scripts have for it.
    pub const ALL: &[(&str, Grace)] = &[
        ("none", Grace::None),
        ("new-pair", Grace::NewPair),
        ("same-pair", Grace::SamePair),
        ("latest-wins", Grace::LatestWins),
    ];
}

impl std::str::FromStr for Grace {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        by_name(Self::ALL, text, "a grace")
    }
}

/// What a request to revoke a token does. The answer is always that it was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Revokes {
    /// It ends the token; a refresh token takes its login with it.
    All,
    /// It ends refresh tokens only. Access tokens live on.
    Refresh,
    /// Nothing.
    Nothing,
}

impl Revokes {
    /// Every one with the name that flags and scripts have for it.
    pub const ALL: &[(&str, Revokes)] = &[
        ("all", Revokes::All),
        ("refresh", Revokes::Refresh),
        ("nothing", Revokes::Nothing),
    ];
}

impl std::str::FromStr for Revokes {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        by_name(Self::ALL, text, "what is revoked")
    }
}

/// Who may register a client (RFC 7591).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Registration {
    /// Any client that reaches the server.
    Open,
    /// One that shows the initial access token.
    Guarded,
    /// None: there is no such endpoint.
    None,
}

impl Registration {
    /// Every one with the name that flags and scripts have for it.
    pub const ALL: &[(&str, Registration)] = &[
        ("open", Registration::Open),
        ("guarded", Registration::Guarded),
        ("none", Registration::None),
    ];
}

impl std::str::FromStr for Registration {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        by_name(Self::ALL, text, "who may register")
    }
}

/// How the server behaves. Every value can be changed while it runs.
#[derive(Clone, Debug)]
pub struct Options {
    /// The life of an access token.
    pub access_ttl: Duration,
    /// Whether a refresh gives a new refresh token.
    pub rotate: bool,
    /// Whether a refresh that gives no new refresh token repeats the one that was sent. If not, the
    /// answer leaves it out.
    pub repeats: bool,
    /// The error code with which a refresh token is refused.
    pub refusal: String,
    /// Whether a refresh token that is sent again ends all tokens of its login.
    pub reuse_ends_family: bool,
    /// What a request to revoke a token does (RFC 7009).
    pub revokes: Revokes,
    /// Whether a logout in the browser ends the refresh token of that login.
    pub logout_ends_family: bool,
    /// The life of an access token as the server tells it, where that is not the truth.
    pub stated_ttl: Option<Duration>,
    /// What a spent refresh token gives.
    pub grace: Grace,
    /// For how long after it was spent it gives that.
    pub grace_interval: Duration,
    /// Whether a refresh ends the access tokens that were given before.
    pub access_dies_on_refresh: bool,
    /// How long the token endpoint takes to answer: half before it does the work, half after.
    pub latency: Duration,
    /// The user who approves every request at once. `None`: a person is asked.
    pub approve: Option<String>,
    /// The seconds between polls that the device flow demands. `None`: the server does not say.
    pub device_interval: Option<u64>,
    /// The life of a device code.
    pub device_ttl: Duration,
    /// Who may register a client.
    pub registration: Registration,
    /// Whether a client that is registered has to have a secret.
    pub client_secrets: bool,
    /// The life of the secret of a registered client. `None`: it has no end.
    pub client_secret_ttl: Option<Duration>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            access_ttl: Duration::from_secs(300),
            rotate: true,
            repeats: false,
            refusal: "invalid_grant".to_owned(),
            reuse_ends_family: true,
            revokes: Revokes::All,
            logout_ends_family: true,
            stated_ttl: None,
            grace: Grace::None,
            grace_interval: Duration::from_secs(30),
            access_dies_on_refresh: false,
            latency: Duration::ZERO,
            approve: None,
            device_interval: Some(1),
            device_ttl: Duration::from_secs(300),
            registration: Registration::Open,
            client_secrets: false,
            client_secret_ttl: None,
        }
    }
}

impl Options {
    /// Sets one of them by its name, as scripts and flags do.
    ///
    /// # Errors
    /// When there is no such option, or the value is not one of its.
    pub fn set(&mut self, name: &str, value: &str) -> Result<(), String> {
        match name {
            "access_ttl" => self.access_ttl = time::parse_duration(value)?,
            "grace_interval" => self.grace_interval = time::parse_duration(value)?,
            "latency" => self.latency = time::parse_duration(value)?.min(LONGEST_LATENCY),
            "rotate" => self.rotate = switch(value)?,
            "repeats" => self.repeats = switch(value)?,
            "refusal" => self.refusal = value.to_owned(),
            "reuse_ends_family" => self.reuse_ends_family = switch(value)?,
            "revokes" => self.revokes = value.parse()?,
            "logout_ends_family" => self.logout_ends_family = switch(value)?,
            "stated_ttl" => self.stated_ttl = Some(time::parse_duration(value)?),
            "access_dies_on_refresh" => self.access_dies_on_refresh = switch(value)?,
            "grace" => self.grace = value.parse()?,
            "registration" => self.registration = value.parse()?,
            "client_secrets" => self.client_secrets = switch(value)?,
            "client_secret_ttl" => self.client_secret_ttl = Some(time::parse_duration(value)?),
            _ => return Err("cannot be set".to_owned()),
        }
        Ok(())
    }
}

fn switch(value: &str) -> Result<bool, String> {
    let switch = value.parse();
    switch.map_err(|_| format!("`{value}` is not true or false"))
}

fn by_name<T: Copy>(all: &[(&str, T)], text: &str, what: &str) -> Result<T, String> {
    if let Some((_, found)) = all.iter().find(|(name, _)| *name == text) {
        return Ok(*found);
    }
    let names: Vec<&str> = all.iter().map(|(name, _)| *name).collect();
    let names = names.join(", ");
    Err(format!("`{text}` is not {what}: expected one of {names}"))
}
