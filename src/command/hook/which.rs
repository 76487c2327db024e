//! `authctl hook list` and `authctl hook which`: what there is, and why an address gets what it
//! gets.

use serde_json::json;

use super::super::{answer, answer_json};
use crate::cli::HookWhichArgs;
use crate::config::Config;
use crate::error::{Error, ErrorKind};
use crate::hook::protocol::{HOOKS, Row};
use crate::profile::binding::{self, Found};
use crate::profile::target::Target;
use crate::session::Context;

/// Lists the protocols.
pub fn list(run: &Context) -> Result<(), Error> {
    if run.json {
        let row = |row: &Row| {
            json!({"hook": row.name, "for": row.help, "call": row.usage,
            "program": row.program})
        };
        return answer_json(&HOOKS.iter().map(row).collect());
    }
    let row = |row: &Row| format!("{:<12} {}\n", row.name, row.help);
    answer(&HOOKS.iter().map(row).collect::<String>())
}

/// Explains which profile answers for an address.
pub fn which(run: &Context, args: &HookWhichArgs) -> Result<(), Error> {
    let usage = |message: String| Error::new(ErrorKind::Usage, message);
    let target = Target::parse(&args.address).ok_or_else(|| {
        usage("that is no address".to_owned()).hint("write a URL, a host, or a host with its port")
    })?;
    if let Some(name) = args
        .hook
        .as_deref()
        .filter(|name| Row::find(name).is_none())
    {
        let message = format!("there is no hook `{}`", name.escape_debug());
        return Err(usage(message).hint("`authctl hook list` shows them"));
    }
    let config = run.locations.read()?;
    let found = binding::find(config.bindings(), args.hook.as_deref(), &target);
    let Some((first, rest)) = found.split_first() else {
        return Err(Error::new(
            ErrorKind::Config,
            format!("no profile is bound to {target}"),
        )
        .hint(nearly(&config, &target)));
    };
    let profile = config.profile(first.binding.profile.as_deref())?;
    let username = first
        .binding
        .username
        .as_deref()
        .unwrap_or(profile.provider.basic_username);
    let token = first.binding.token.map(|kind| kind.name());
    if run.json {
        return answer_json(&json!({
            "address": target.to_string(),
            "profile": profile.name,
            "pattern": first.pattern,
            "hooks": first.binding.hooks,
            "username": username,
            "token": token,
            "audience": first.binding.audience,
            "also": rest.iter().map(|found| json!({"pattern": found.pattern,
                "profile": found.binding.profile})).collect::<Vec<_>>(),
        }));
    }
    let mut text = format!("{}\n", profile.name);
    let mut line = |name: &str, value: &str| text.push_str(&format!("  {name:<10} {value}\n"));
    line("because", first.pattern);
    line("hooks", &some(&first.binding.hooks.join(", "), "all"));
    line("username", username);
    line("token", token.unwrap_or("what the hook's callers expect"));
    if let Some(audience) = &first.binding.audience {
        line("audience", audience);
    }
    for Found {
        binding, pattern, ..
    } in rest
    {
        line(
            "shorter",
            &format!(
                "{pattern} ({})",
                binding.profile.as_deref().unwrap_or_default()
            ),
        );
    }
    answer(&text)
}

fn some(text: &str, otherwise: &str) -> String {
    if text.is_empty() {
        otherwise.to_owned()
    } else {
        text.to_owned()
    }
}

/// Why something that looks as if it meant the address does not.
fn nearly(config: &Config, target: &Target) -> String {
    let bound = |target: &Target| !binding::find(config.bindings(), None, target).is_empty();
    let https = Target {
        scheme: Some("https".to_owned()),
        ..target.clone()
    };
    let paths = config
        .bindings()
        .iter()
        .flat_map(|binding| &binding.patterns)
        .filter(|(_, pattern)| pattern.has_path());
    let deeper = |text: &str| {
        Target::parse(&text.replace('*', "x")).is_some_and(|known| known.host == target.host)
    };
    if target.scheme.as_deref() == Some("http") && bound(&https) {
        return "it is bound for https only: a token crosses no network in the clear unless `url \
            = \"http://...\"` says so"
            .to_owned();
    }
    if bound(target) {
        return "it is bound for other hooks only".to_owned();
    }
    if target.path == "/" && paths.into_iter().any(|(text, _)| deeper(text)) {
        return "only paths of that host are bound, and the caller has to name one: for git, set \
            credential.useHttpPath"
            .to_owned();
    }
    "`[[match]]` in the configuration binds a profile to a host or a URL".to_owned()
}
