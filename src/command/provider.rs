//! `authctl provider`: what is known of providers, and how to register a client there.

use crate::cli::{ProviderCommand, ProviderShowArgs};
use crate::error::{Error, ErrorKind};
use crate::output::Output;
use crate::provider::registration::Use;
use crate::provider::{PRESETS, Preset};
use crate::text::{did_you_mean, repeatable};
use crate::view::provider as view;

/// Carries out a verb of `provider`.
///
/// # Errors
/// When there is no such provider.
pub fn run(output: Output, command: &ProviderCommand) -> Result<(), Error> {
    match command {
        ProviderCommand::List => output.answer(|| view::list_json(PRESETS), || view::list(PRESETS)),
        ProviderCommand::Show(args) => show(output, args),
    }
}

fn show(output: Output, args: &ProviderShowArgs) -> Result<(), Error> {
    let preset = Preset::find(&args.provider).ok_or_else(|| unknown(&args.provider))?;
    let wanted = args.wanted.map(Use::from);
    if let Some(wanted) = wanted
        && preset.provider().scopes_for(wanted).is_none()
    {
        let name = preset.id;
        output.say(&format!(
            "which scopes {name} wants for that is not known here"
        ));
    }
    output.answer(|| view::json(preset, wanted), || view::text(preset, wanted))
}

fn unknown(name: &str) -> Error {
    let message = format!("there is no preset `{}`", repeatable(name));
    let error = Error::new(ErrorKind::Usage, message);
    let question = did_you_mean(name, PRESETS.iter().map(|preset| preset.id));
    let error = question.into_iter().fold(error, Error::hint);
    error
        .hint("`authctl provider list` has all")
        .hint("a server without one needs none: `authctl login --issuer URL`")
}
