//! Changing profiles: their values, their names. A change that would make a profile that cannot be
//! used is refused before anything is written.

use std::ffi::OsStr;

use super::Context;
use super::state::Recorded;
use crate::config::{env, of_flag};
use crate::error::{Error, ErrorKind};
use crate::platform::{child, files, process};
use crate::profile::Profile;
use crate::profile::setting::{Definition, SETTINGS, Setting};
use crate::text::{did_you_mean, repeatable};

/// What a change of a profile means for its session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Effect {
    /// The file has it already.
    Nothing,
    /// The session goes on, or there is none.
    Written,
    /// The stored session no longer answers for the profile, and what differs.
    SessionSetAside(Vec<String>),
}

impl Context {
    /// Sets a value of a profile that the file has.
    ///
    /// # Errors
    /// When there is no such profile or setting, or the value cannot be used.
    pub fn set_value(&self, name: &str, key: &str, values: &[String]) -> Result<Effect, Error> {
        let definition = definition(key)?;
        self.demand_profile(name)?;
        self.refuse_to_strand(name, key)?;
        let setting = of_flag(definition.name, values.to_vec());
        let profile = self.profile_with(name, vec![setting.clone()])?;
        let is_written = self.locations.write_profile(name, &[setting])?;
        self.effect(&profile, is_written)
    }

    /// Takes a value out of a profile that the file has.
    ///
    /// # Errors
    /// When there is no such profile or setting, or the profile cannot be without it.
    pub fn unset_value(&self, name: &str, key: &str) -> Result<Effect, Error> {
        let definition = definition(key)?;
        self.demand_profile(name)?;
        self.refuse_to_strand(name, key)?;
        let profile = self.config()?.profile_without(name, definition.name)?;
        let is_written = self.locations.remove_setting(name, definition.name)?;
        self.effect(&profile, is_written)
    }

    /// Makes the profile `new` with the values of `old`, without its session.
    ///
    /// # Errors
    /// When there is no `old`, or there is a `new`.
    pub fn copy_profile(&self, old: &str, new: &str) -> Result<(), Error> {
        self.demand_profile(old)?;
        self.demand_free(new)?;
        self.locations.copy_profile(old, new)?;
        Ok(())
    }

    /// Removes a profile from the configuration only. A session or a registered client that is
    /// still there would be forgotten and not ended: that needs a logout.
    ///
    /// # Errors
    /// When there is no such profile, or there is still something of it.
    pub fn remove_profile(&self, name: &str) -> Result<(), Error> {
        let record = self.record(name)?;
        let left = if record.path().exists() {
            Some((format!("{name} is still logged in"), ""))
        } else {
            let client = record.client()?;
            client.map(|client| {
                let message = format!(
                    "the client {} of {name} is still registered",
                    client.client_id
                );
                (message, " --unregister")
            })
        };
        if let Some((message, flag)) = left {
            let hint = format!("run `authctl logout {name}{flag}` first");
            return Err(Error::new(ErrorKind::Failed, message).hint(hint));
        }
        if !self.locations.remove_profile(name)? {
            return Err(self.config()?.unknown(name).into());
        }
        Ok(())
    }

    /// Opens the configuration file in the person's editor, and checks it afterwards.
    ///
    /// # Errors
    /// When the editor cannot be run or fails, or the file cannot be used as it is then.
    pub fn edit_config(&self) -> Result<(), Error> {
        let path = self.locations.config()?;
        // The editor runs with all rights, and the user could exchange the file while it is open.
        let file = files::resolve_link(path).unwrap_or_else(|_| path.to_owned());
        if files::is_lent(path) || files::is_lent(&file) {
            let message = "root edits nothing in the place of another user";
            return Err(
                Error::new(ErrorKind::Config, message).hint("run it as that user, without sudo")
            );
        }
        self.locations.rehearse()?;
        let editor = env::var("VISUAL").or_else(|| env::var("EDITOR"));
        let editor = editor.unwrap_or_else(|| process::USUAL_EDITOR.to_owned());
        let words = shlex::split(&editor).filter(|words| !words.is_empty());
        let Some(words) = words else {
            let message = format!("$VISUAL or $EDITOR is no command: {editor}");
            return Err(Error::new(ErrorKind::Usage, message));
        };
        let mut command = child::command(&words[0], &self.locations.secrets());
        command.args(&words[1..]).arg(path);
        let status = command
            .status()
            .map_err(|error| Error::command_not_run(OsStr::new(&words[0]), &error))?;
        if !status.success() {
            let message = format!("{} failed: {status}", words[0]);
            return Err(Error::new(ErrorKind::Failed, message)
                .hint(format!("look at {} yourself", path.display())));
        }
        let config = self.config()?;
        for name in config.names() {
            config.profile(Some(&name))?;
        }
        Ok(())
    }

    /// The scopes of a profile with these in addition, as a setting.
    ///
    /// # Errors
    /// When there is no such profile.
    pub fn with_more_scope(&self, name: &str, more: Vec<String>) -> Result<Setting, Error> {
        let mut scope = self.profile(Some(name))?.scope;
        for word in more {
            if !scope.contains(&word) {
                scope.push(word);
            }
        }
        Ok(of_flag("scope", scope))
    }

    pub(super) fn demand_profile(&self, name: &str) -> Result<(), Error> {
        let config = self.config()?;
        if config.names().iter().any(|known| known == name) {
            return Ok(());
        }
        Err(config.unknown(name).into())
    }

    /// Checks that `name` can be the name of a profile, and is none's yet.
    pub(super) fn demand_free(&self, name: &str) -> Result<(), Error> {
        let config = self.config()?;
        config.check_new_name(name)?;
        if config.names().iter().any(|known| known == name) {
            let message = format!("there is a profile {name} already");
            return Err(Error::new(ErrorKind::Usage, message)
                .hint(format!("`authctl profile show {name}` shows it")));
        }
        Ok(())
    }

    /// Refuses to change where a session is kept while there is one: it would be looked for where
    /// it is not.
    fn refuse_to_strand(&self, name: &str, key: &str) -> Result<(), Error> {
        if !["store", "key_command", "lock_dir"].contains(&key) {
            return Ok(());
        }
        if !self.record(name)?.path().exists() {
            return Ok(());
        }
        let message = format!("`{key}` says where the session of {name} is kept, and there is one");
        Err(Error::new(ErrorKind::Failed, message)
            .hint(format!(
                "`authctl profile move {name} --store KIND` takes it along"
            ))
            .hint(format!("or end it first: `authctl logout {name}`")))
    }

    /// What the profile as it is now means for its session.
    fn effect(&self, profile: &Profile, is_written: bool) -> Result<Effect, Error> {
        if !is_written {
            return Ok(Effect::Nothing);
        }
        let states = self.states(Some(&profile.name))?;
        for state in states {
            if let Recorded::Known(known) = state.recorded
                && !known.changed.is_empty()
            {
                return Ok(Effect::SessionSetAside(known.changed));
            }
        }
        Ok(Effect::Written)
    }
}

/// The setting of that name.
fn definition(key: &str) -> Result<&'static Definition, Error> {
    if let Some(definition) = SETTINGS.iter().find(|known| known.name == key) {
        return Ok(definition);
    }
    let message = format!("there is no setting `{}`", repeatable(key));
    let error = Error::new(ErrorKind::Usage, message);
    let question = did_you_mean(key, SETTINGS.iter().map(|known| known.name));
    let list = "`authctl profile --help` lists them".to_owned();
    Err(error.hint(question.unwrap_or(list)))
}
