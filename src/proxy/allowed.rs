//! The hosts to which a profile's token may go.

use url::Url;

use crate::config::Config;
use crate::error::{Error, ErrorKind};
use crate::oauth::discovery::is_loopback;
use crate::profile::binding;
use crate::profile::target::{Pattern, Target};

/// The name by which a `[[match]]` may be for requests only.
const HOOK: &str = "request";

/// What a profile is bound to: by `[[match]]` tables, and by the command line.
pub struct Allowed {
    /// The profile that was chosen; `None` for the one that is meant when none is named.
    pub profile: Option<String>,
    patterns: Vec<Pattern>,
}

impl Allowed {
    /// What may have the token of `profile`, or of the profile to which `url` is bound, if none is
    /// named. `hosts` are bound by the command line.
    ///
    /// # Errors
    /// When a host is no pattern, or `url` is not bound.
    pub fn find(
        config: &Config,
        profile: Option<&str>,
        hosts: &[String],
        url: &Url,
    ) -> Result<Self, Error> {
        let mut patterns = Vec::new();
        for host in hosts {
            let pattern = Pattern::parse(host).ok_or_else(|| {
                Error::new(ErrorKind::Usage, "--host takes a host, or host:port")
                    .hint("for example `--host api.example.com`")
            })?;
            patterns.push(pattern);
        }
        let target = Target::parse(url.as_str());
        let bound = target.as_ref().and_then(|target| {
            let found = binding::find(config.bindings(), Some(HOOK), target);
            found
                .first()
                .and_then(|found| found.binding.profile.clone())
        });
        let by_hosts = target.is_some_and(|target| patterns.iter().any(|it| it.matches(&target)));
        let profile = match profile {
            Some(name) => Some(name.to_owned()),
            None if by_hosts => bound,
            None => Some(bound.ok_or_else(|| not_bound(url))?),
        };
        // For the profile that is meant when none is named, its own bindings count.
        let name = match &profile {
            Some(name) => name.clone(),
            None => config.profile(None)?.name,
        };
        for binding in config.bindings() {
            if binding.is_for(HOOK) && binding.profile.as_deref() == Some(&name) {
                patterns.extend(binding.patterns.iter().map(|(_, pattern)| pattern.clone()));
            }
        }
        let allowed = Self { profile, patterns };
        if allowed.has(url) {
            return Ok(allowed);
        }
        Err(not_bound(url))
    }

    /// Whether the token may go to `url`.
    #[must_use]
    pub fn has(&self, url: &Url) -> bool {
        let is_safe = url.scheme() == "https" || is_loopback(url);
        let target = Target::parse(url.as_str());
        is_safe && target.is_some_and(|target| self.patterns.iter().any(|it| it.matches(&target)))
    }
}

fn not_bound(url: &Url) -> Error {
    let host = url.host_str().unwrap_or("that address");
    let in_the_clear = url.scheme() == "http" && !is_loopback(url);
    if in_the_clear {
        let message =
            format!("{host} is asked in plain http: a token crosses no network in the clear");
        return Error::new(ErrorKind::Config, message).hint("ask it by https");
    }
    let message = format!("{host} is not bound to the profile: it gets no token");
    Error::new(ErrorKind::Config, message).hint(format!(
        "bind it: a `[[match]]` in the configuration, or `--host {host}`"
    ))
}
