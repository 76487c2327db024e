//! How a caller's request becomes a token: what is remembered of the last one, and what happens
//! when it was refused or no person is logged in.

use std::time::Duration;

use super::choice::Choice;
use super::conversation::{Conversation, SHORT_WAIT};
use super::handout::Handout;
use super::memory::Memory;
use super::protocol::{Coverage, Failure, Input, TokenRequest};
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::oauth::want::Want;
use crate::profile::target::Target;
use crate::secret::Fingerprint;
use crate::session::login::{LoginRequest, Origin};
use crate::session::{Session, Token, YOUNG};
use crate::time::Timestamp;

/// How long a person has to log in when a hook asks for it. Callers wait no longer.
const LOGIN_WAIT: Duration = Duration::from_secs(120);

/// Where it is noted what a caller was given.
enum Remembered {
    /// In this process, for as long as the conversation lasts, by this name.
    Here(String),
    /// In a file, for a caller that ends after one request; nowhere if callers cannot be told
    /// apart.
    There(Option<Memory>),
}

impl Remembered {
    fn of(conversation: &Conversation<'_>, names: &[&str]) -> Self {
        if conversation.row.input == Input::Lines {
            return Self::Here(names.join("\n"));
        }
        let mut all = vec![conversation.row.name];
        all.extend_from_slice(names);
        Self::There(Memory::of_parent(conversation.context, &all))
    }

    fn given_token(&self, conversation: &Conversation<'_>) -> Option<Fingerprint> {
        match self {
            Self::Here(name) => conversation.given.borrow().get(name).cloned(),
            Self::There(memory) => memory
                .as_ref()?
                .given_token(conversation.context.clock.now()),
        }
    }

    fn note(&self, conversation: &Conversation<'_>, token: &Fingerprint, until: Timestamp) {
        match self {
            Self::Here(name) => {
                let mut given = conversation.given.borrow_mut();
                given.insert(name.clone(), token.clone());
            }
            Self::There(None) => {}
            Self::There(Some(memory)) => memory.note(token, until),
        }
    }
}

/// A token that a caller says was refused, or seems to mean.
enum Refusal {
    /// The caller has said so.
    Told(Fingerprint),
    /// The caller asks again before it has a reason to. It is not worse off if no other token is to
    /// be had.
    Guessed(Fingerprint),
}

impl<'a> Conversation<'a> {
    /// A token of what was chosen.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn obtain(
        &self,
        choice: Choice,
        request: &TokenRequest,
        wait: Duration,
    ) -> Result<Handout<'a>, Failure> {
        let session = Session::new(self.context, choice.profile.clone())?;
        let remembered = self.remembered(&choice, request);
        let refusal = self.refusal(request, remembered.as_ref());
        let token = match self.ask(&session, &choice, refusal.as_ref(), wait) {
            Err(error) if self.may_ask_person(&error, request, &choice) => {
                self.log_in(&session)?;
                self.ask(&session, &choice, None, wait)?
            }
            asked => asked?,
        };
        choice.check_audience(&token)?;
        let handout = Handout::new(session, choice, token, self.context.clock.now());
        if let Some(place) = remembered {
            self.remember(request, &place, &handout);
        }
        Ok(handout)
    }

    /// Where it is noted what this caller was given for this request, if that is to be noted.
    fn remembered(&self, choice: &Choice, request: &TokenRequest) -> Option<Remembered> {
        let name = request.remember_as.as_ref()?;
        let place = match (&choice.coverage, &request.target) {
            (Coverage::Path(address), _) => address.clone(),
            // A pattern is not one address, so that the token is given for the very address that
            // was named.
            (Coverage::Pattern, Some(target)) => target.to_string(),
            (Coverage::Host, Some(target)) => Target::authority(target),
            (Coverage::Host | Coverage::Pattern, None) => String::new(),
        };
        let names = [&choice.profile.name, choice.kind.name(), &place, name];
        Some(Remembered::of(self, &names))
    }

    /// Notes what the caller is given, and until when it has no reason to ask again.
    fn remember(&self, request: &TokenRequest, place: &Remembered, handout: &Handout<'_>) {
        let mut until = handout.protocol_token().expiry();
        if let Some(every) = request.asks_every {
            until = until.min(handout.now().after(every / 10 * 9));
        }
        place.note(self, &handout.fingerprint(), until);
    }

    fn refusal(&self, request: &TokenRequest, remembered: Option<&Remembered>) -> Option<Refusal> {
        if let Some(rejected) = &request.rejected {
            return Some(Refusal::Told(rejected.clone()));
        }
        if !request.repeat_means_refused {
            return None;
        }
        remembered?.given_token(self).map(Refusal::Guessed)
    }

    /// Asks for a token, and if it is the one that was refused, for another one.
    fn ask(
        &self,
        session: &Session<'_>,
        choice: &Choice,
        refusal: Option<&Refusal>,
        wait: Duration,
    ) -> Result<Token, Error> {
        let want = Want {
            min_ttl: self.args.min_ttl,
            kind: choice.kind,
            ..session.want()
        };
        let first = session.token(&want, Some(wait))?;
        let Some(Refusal::Told(refused) | Refusal::Guessed(refused)) = refusal else {
            return Ok(first);
        };
        let now = self.context.clock.now();
        let age = now.seconds_since(first.facts().obtained_at);
        if *refused != first.secret().fingerprint() || (0..YOUNG).contains(&age) {
            return Ok(first);
        }
        let again = Want {
            rejected: Some(first.access_fingerprint()),
            ..want
        };
        if matches!(refusal, Some(Refusal::Told(_))) {
            return session.token(&again, Some(wait));
        }
        // A guess is not worth a wait: there is a token that lives.
        match session.token(&again, Some(wait.min(SHORT_WAIT))) {
            Err(error) => {
                let event = Event::StoredTokenUsed {
                    cause: error.to_string(),
                };
                self.context.notify(None, &event);
                Ok(first)
            }
            second => second,
        }
    }

    /// Whether `refused` is the stored token and still lives: only then is it news that it was
    /// refused.
    pub(super) fn is_living(&self, choice: &Choice, refused: &Fingerprint) -> bool {
        let Ok(session) = Session::new(self.context, choice.profile.clone()) else {
            return false;
        };
        let Some(token) = session.stored_token(choice.kind) else {
            return false;
        };
        let now = self.context.clock.now();
        let lives = token.expires_at().is_none_or(|end| end > now);
        lives && token.secret().fingerprint() == *refused
    }

    fn may_ask_person(&self, error: &Error, request: &TokenRequest, choice: &Choice) -> bool {
        error.kind == ErrorKind::LoginRequired
            && request.interactive
            && choice.profile.interactive_hooks
    }

    /// Asks a person to log in, once for all callers that wait.
    fn log_in(&self, session: &Session<'_>) -> Result<(), Error> {
        session.login(&LoginRequest {
            method: None,
            timeout: self.args.wait.unwrap_or(LOGIN_WAIT),
            replace: false,
            quiet: false,
            origin: Origin::Hook,
            settings: vec![],
            typed: None,
        })?;
        Ok(())
    }
}
