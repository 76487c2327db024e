//! The token that a caller is given: which one, until when, what is remembered of it, and what
//! happens when it was refused or nobody is logged in.

use std::time::Duration;

use super::choice::Choice;
use super::conversation::Caller;
use super::memory::Memory;
use crate::broker::BrokerError;
use crate::cli::{LoginArgs, TokenArgs};
use crate::command::{login, token};
use crate::error::{Error, ErrorKind};
use crate::hook::protocol::{Coverage, Failure, Input, Token, TokenRequest};
use crate::oauth::jwt::IdToken;
use crate::oauth::token::{AccessToken, Facts};
use crate::oauth::want::TokenKind;
use crate::oauth::want::Want;
use crate::profile::target::Target;
use crate::secret::{Fingerprint, Secret};
use crate::store::Peek;
use crate::store::record::Header;
use crate::time::Timestamp;

/// A token that is refused within this time of its birth is refused for another reason than its
/// age, and the next one would be refused, too: no caller can make the server give more than one
/// token in this time.
const YOUNG: i64 = 10;

/// How long a caller waits who may need what it asks for. Callers have limits of their own, of half
/// a minute mostly.
const WAIT: Duration = Duration::from_secs(25);

/// How long a caller waits for what it may not need.
pub const HASTE: Duration = Duration::from_secs(5);

/// How long a person has who is asked by a hook. Callers wait no longer.
const ASKING_LIMIT: Duration = Duration::from_secs(120);

/// A token with everything that goes with it.
pub struct Held {
    /// What was chosen.
    pub choice: Choice,
    /// The token: of the kind that was chosen, and never another one in its place.
    pub secret: Secret,
    header: Header,
    facts: Facts,
    now: Timestamp,
    until: Option<Timestamp>,
}

impl Held {
    fn new(choice: Choice, peek: Peek, now: Timestamp) -> Result<Self, Failure> {
        let until = until(&choice, &peek, now);
        let Peek {
            header,
            access: AccessToken { secret, facts },
            id_token,
            ..
        } = peek;
        let secret = match (choice.kind, id_token) {
            (TokenKind::Access, _) => secret,
            (TokenKind::Id, Some(IdToken(secret))) => secret,
            (TokenKind::Id, None) => return Err(without_id_token(&choice.profile.name).into()),
        };
        Ok(Self {
            choice,
            secret,
            header,
            facts,
            now,
            until,
        })
    }

    /// The token, as a protocol hands it out.
    pub fn token(&self) -> Token<'_> {
        let subject = self.header.subject.as_ref();
        Token {
            secret: &self.secret,
            scheme: self.facts.scheme(),
            until: self.until,
            now: self.now,
            coverage: &self.choice.coverage,
            chosen_username: self.choice.username.as_deref(),
            default_username: self.choice.profile.provider.basic_username,
            account: self
                .choice
                .profile
                .account
                .as_deref()
                .or_else(|| subject?.name.as_deref()),
        }
    }
}

fn without_id_token(profile: &str) -> Error {
    Error::of_broker(profile, BrokerError::NoIdToken)
}

/// The token of this kind, if there is one.
pub fn secret_of(peek: &Peek, kind: TokenKind) -> Option<&Secret> {
    match kind {
        TokenKind::Id => peek.id_token.as_ref().map(|id_token| &id_token.0),
        TokenKind::Access => Some(&peek.access.secret),
    }
}

/// Where it is noted what a caller was given: in our own memory for as long as the conversation
/// lasts, else in a file.
enum Remembered {
    Here(String),
    There(Option<Memory>),
}

impl Remembered {
    fn of(caller: &Caller<'_>, names: &[&str]) -> Self {
        match caller.row.input {
            Input::Lines => Self::Here(names.join("\n")),
            _ => Self::There(Memory::of(
                caller.run,
                &[&[caller.row.name], names].concat(),
            )),
        }
    }

    fn given(&self, caller: &Caller<'_>) -> Option<Fingerprint> {
        match self {
            Self::Here(name) => caller.said.borrow().get(name).cloned(),
            Self::There(memory) => memory.as_ref()?.given(caller.run.clock.now()),
        }
    }

    fn note(&self, caller: &Caller<'_>, token: &Fingerprint, until: Timestamp) {
        match self {
            Self::Here(name) => drop(caller.said.borrow_mut().insert(name.clone(), token.clone())),
            Self::There(memory) => memory.iter().for_each(|memory| memory.note(token, until)),
        }
    }
}

impl Caller<'_> {
    /// A token of what was chosen.
    ///
    /// # Errors
    /// Why there is none.
    pub fn obtain(&self, choice: Choice, ask: &TokenRequest) -> Result<Held, Failure> {
        let remembered = ask.remember_as.as_ref().map(|name| {
            let place = match (&choice.coverage, &ask.target) {
                (Coverage::Path(address), _) => Some(address.clone()),
                // Then it is given for this very address.
                (Coverage::Pattern, Some(target)) => Some(target.to_string()),
                (Coverage::Host, target) => target.as_ref().map(Target::authority),
                (Coverage::Pattern, None) => None,
            };
            Remembered::of(
                self,
                &[
                    &choice.profile.name,
                    choice.kind.name(),
                    &place.unwrap_or_default(),
                    name,
                ],
            )
        });
        // Whoever says nothing of a refusal is only taken to mean one, and is not worse off if no
        // other token is to be had.
        let guessed = remembered
            .as_ref()
            .filter(|_| ask.repeat_means_refused)
            .and_then(|it| it.given(self));
        let refused = ask.rejected.as_ref().or(guessed.as_ref());
        let peek = match self.ask(&choice, refused, ask.rejected.is_none()) {
            Err(error)
                if error.kind == ErrorKind::LoginRequired
                    && ask.interactive
                    && choice.profile.interactive_hooks =>
            {
                self.log_in(&choice.profile.name)?;
                self.ask(&choice, None, true)?
            }
            other => other?,
        };
        choice.check(&peek)?;
        let now = self.run.clock.now();
        let held = Held::new(choice, peek, now)?;
        if let Some(remembered) = remembered {
            let asks_again = ask.asks_every.map(|every| now.after(every / 10 * 9));
            let told = [asks_again, Some(held.token().expiry())]
                .into_iter()
                .flatten()
                .min()
                .unwrap_or(now);
            remembered.note(self, &held.secret.fingerprint(), told);
        }
        Ok(held)
    }

    /// A token, or if this one was refused another one. `guess`: nobody has said so.
    fn ask(
        &self,
        choice: &Choice,
        refused: Option<&Fingerprint>,
        guess: bool,
    ) -> Result<Peek, Error> {
        let Choice { profile, kind, .. } = choice;
        let args = TokenArgs {
            profile: Some(profile.name.clone()),
            id_token: *kind == TokenKind::Id,
            min_ttl: self.args.min_ttl,
            wait: Some(self.args.wait.unwrap_or(WAIT)),
            ..TokenArgs::default()
        };
        let first = token::of_profile(self.run, &args, profile, None)?;
        let given = secret_of(&first, *kind).map(Secret::fingerprint);
        let same = refused.is_some() && refused == given.as_ref();
        let age = self
            .run
            .clock
            .now()
            .seconds_since(first.access.facts.obtained_at);
        if !same || (0..YOUNG).contains(&age) {
            return Ok(first);
        }
        let access = first.access.secret.fingerprint();
        // A guess is not worth a wait: there is a token that lives.
        let wait = if guess {
            args.wait.map(|wait| wait.min(HASTE))
        } else {
            args.wait
        };
        let args = TokenArgs { wait, ..args };
        match token::of_profile(self.run, &args, profile, Some(&access)) {
            Err(error) if guess => {
                self.run.say(&format!(
                    "{}; handing out the token that is there",
                    error.message
                ));
                Ok(first)
            }
            other => other,
        }
    }

    /// The token that is there, if it is this one and still lives: only then is it news that it was
    /// refused. Asks nobody.
    ///
    /// # Errors
    /// When the profile cannot be used.
    pub fn is_living(&self, choice: &Choice, refused: &Fingerprint) -> Result<bool, Failure> {
        let now = self.run.clock.now();
        let store = self.run.store_of(&choice.profile)?;
        let Ok(Some(peek)) = store.peek_whole() else {
            return Ok(false);
        };
        let (end, _) = token::life(&peek, choice.kind == TokenKind::Id);
        let same =
            secret_of(&peek, choice.kind).is_some_and(|secret| secret.fingerprint() == *refused);
        Ok(same && end.is_none_or(|end| end > now))
    }

    /// Asks a person, once for all who wait.
    fn log_in(&self, profile: &str) -> Result<(), Error> {
        let args = LoginArgs {
            profile: Some(profile.to_owned()),
            timeout: self.args.wait.unwrap_or(ASKING_LIMIT),
            by_hook: true,
            ..LoginArgs::default()
        };
        login::run(self.run, &args)
    }
}

/// Until when to use what is handed out. A caller that comes back then finds that we refresh.
fn until(choice: &Choice, peek: &Peek, now: Timestamp) -> Option<Timestamp> {
    let (Some(end), life) = token::life(peek, choice.kind == TokenKind::Id) else {
        return None;
    };
    let Some(life) = life else { return Some(end) };
    let margin = Want {
        margin: choice.profile.margin(),
        ..Want::default()
    }
    .margin(life);
    let early = Timestamp(
        end.0
            .saturating_sub(i64::try_from(margin.as_secs()).unwrap_or(0)),
    );
    Some(if early > now { early } else { end })
}
