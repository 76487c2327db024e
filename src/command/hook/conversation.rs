//! One caller: what it asks is read, answered and written, as a single request or as a
//! conversation.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::OsString;

use zeroize::Zeroizing;

use super::choice::{self, choose};
use super::handout::{HASTE, Held};
use super::{Told, failed, give, input, misunderstood, options};
use crate::cli::{HookArgs, HookCli};
use crate::config::{Config, env};
use crate::error::{Error, ErrorKind};
use crate::exchange::{Exchange, ExchangeError, Exchanged};
use crate::grant;
use crate::hook::protocol::{
    Failure, FailureKind, Input, Outcome, Question, Reply, Request, Row, TokenRequest,
};
use crate::http::{Body, Http};
use crate::platform::files;
use crate::profile::target::Target;
use crate::secret::Fingerprint;
use crate::session::{Context, runtime};

/// One caller, and what was given to us for all that it asks.
pub struct Caller<'a> {
    /// What every verb needs.
    pub run: &'a Context,
    /// The protocol.
    pub row: &'static Row,
    /// The options.
    pub args: &'a HookArgs,
    /// What was said in this conversation, by name: where there is one, nothing else has to
    /// remember it.
    pub said: RefCell<HashMap<String, Fingerprint>>,
}

impl<'a> Caller<'a> {
    /// A caller who has said nothing yet.
    pub fn new(run: &'a Context, row: &'static Row, args: &'a HookArgs) -> Self {
        Self {
            run,
            row,
            args,
            said: RefCell::default(),
        }
    }

    /// The options of one who may not need what it gets, and waits no longer than that is worth.
    fn hasty(&self) -> HookArgs {
        HookArgs {
            wait: Some(self.args.wait.unwrap_or(HASTE)),
            ..self.args.clone()
        }
    }

    /// What it writes to us before we answer.
    ///
    /// # Errors
    /// When it is too long, or does not come to its end.
    pub fn input(&self, call: &Request) -> Result<input::Bytes, String> {
        match self.row.input {
            Input::ToTheEnd => input::to_the_end(false),
            Input::ToTheEndAfterAWord if !call.words.is_empty() => input::to_the_end(false),
            Input::ToTheEndFor(verbs) if verbs.contains(&call.word(0)) => input::to_the_end(false),
            Input::ToABlankLineFor(verbs) if verbs.contains(&call.word(0)) => {
                input::to_the_end(true)
            }
            _ => Ok(input::Bytes::default()),
        }
    }

    /// Requests on a line each, until the caller has no more of them.
    pub fn converse(&self, mut call: Request) -> u8 {
        if let Some(greeting) = self.row.hook.greeting()
            && give(self.row, &greeting.into()) != 0
        {
            return ErrorKind::Failed.row().code;
        }
        let mut lines = input::Lines::default();
        while let Some(line) = lines.next() {
            let told = match line {
                Ok(line) => {
                    call.input = line;
                    self.with_options(&call)
                }
                Err(why) => failed(self.row, &call, &misunderstood(why)),
            };
            if give(self.row, &told) != 0 || lines.is_over() {
                return ErrorKind::Failed.row().code;
            }
            if told.reply.ends_conversation {
                return 0;
            }
        }
        0
    }

    /// A request may carry options of ours.
    fn with_options(&self, call: &Request) -> Told {
        let words = self.row.hook.arguments(call);
        if words.is_empty() {
            return self.reply(call);
        }
        let words: Vec<OsString> = words.into_iter().map(OsString::from).collect();
        let Ok(HookCli { args, .. }) = HookCli::read(&words) else {
            let why = format!(
                "the arguments in the caller's configuration are not those of `authctl hook {}`",
                self.row.name
            );
            return failed(self.row, call, &misunderstood(why));
        };
        let call = Request {
            words: args.words.clone(),
            input: call.input.clone(),
            variables: call.variables.clone(),
            options: options(&args),
            watched: call.watched,
        };
        Caller::new(self.run, self.row, &args).reply(&call)
    }

    /// What it is told.
    pub fn reply(&self, call: &Request) -> Told {
        let answer = |answer: &Outcome<'_>| self.row.hook.reply(call, answer).into();
        let told = match self.row.hook.question(call) {
            Question::Answered(reply) => Ok(reply.into()),
            Question::Malformed(why) => Err(misunderstood(why)),
            Question::Token(ask) => return self.token(call, &ask),
            Question::AllTokens => self.all().map(|all| {
                let tokens: Vec<_> = all
                    .iter()
                    .map(|(address, held)| (address.clone(), held.token()))
                    .collect();
                answer(&Outcome::AllTokens(&tokens))
            }),
            Question::Addresses => self
                .addresses()
                .map(|addresses| answer(&Outcome::Addresses(&addresses))),
            Question::Refused(ask, refused) => Ok(self.refused(&ask, refused)),
        };
        told.unwrap_or_else(|failure| failed(self.row, call, &failure))
    }

    fn token(&self, call: &Request, ask: &TokenRequest) -> Told {
        let answer = |answer: &Outcome<'_>| self.row.hook.reply(call, answer).into();
        let told = self.held(ask).and_then(|held| match (held, &ask.exchange) {
            (None, _) => Ok((answer(&Outcome::NotBound), false)),
            (Some(held), Some(exchange)) => self
                .exchange(&held, exchange)
                .map(|keys| (answer(&Outcome::Exchanged(&keys)), true)),
            (Some(held), None) => Ok((answer(&Outcome::Token(&held.token())), true)),
        });
        let (told, good) = told.unwrap_or_else(|failure| match failure.kind {
            // Others must not be kept from answering by a mistake that may have nothing to do with
            // it.
            FailureKind::Unknown if ask.asks_about_all => {
                let reply = Reply {
                    failure_on_stderr: true,
                    ..self.row.hook.reply(call, &Outcome::NotBound)
                };
                (
                    Told {
                        reply,
                        failure: Some(failure),
                    },
                    false,
                )
            }
            _ => (failed(self.row, call, &failure), false),
        });
        if let Some(path) = ask
            .output_file
            .as_deref()
            .filter(|_| good || ask.only_output_file)
        {
            if let Err(error) = files::replace(path.as_ref(), &told.reply.stdout) {
                self.run.explain(&format!("cannot write {path}: {error}"));
            } else if ask.only_output_file {
                return Told {
                    reply: Reply {
                        stdout: Zeroizing::default(),
                        ..told.reply
                    },
                    ..told
                };
            }
        }
        told
    }

    /// A token for what is asked; `None` if that is not for us to answer.
    fn held(&self, ask: &TokenRequest) -> Result<Option<Held>, Failure> {
        let unknown = |error| Failure {
            kind: FailureKind::Unknown,
            ..Error::from(error).into()
        };
        let config = self.run.locations.read().map_err(unknown)?;
        let Some(choice) = choose(&config, self.row, self.args, ask)? else {
            return Ok(None);
        };
        self.obtain(choice, ask).map(Some)
    }

    /// The caller says that this token was refused: the next one is fetched now, for whoever asks
    /// next.
    fn refused(&self, ask: &TokenRequest, refused: Fingerprint) -> Told {
        let Ok(config) = self.run.locations.read() else {
            return Reply::silent().into();
        };
        let Ok(Some(choice)) = choose(&config, self.row, self.args, ask) else {
            return Reply::silent().into();
        };
        // What others have been given, and what has ended since, is no news.
        if !self.is_living(&choice, &refused).unwrap_or_default() {
            return Reply::silent().into();
        }
        let hasty = self.hasty();
        let hasty = Caller::new(self.run, self.row, &hasty);
        let ask = TokenRequest {
            rejected: Some(refused),
            ..TokenRequest::default()
        };
        let failure = hasty.obtain(choice, &ask).err();
        Told {
            reply: Reply {
                failure_on_stderr: failure.is_some(),
                ..Reply::silent()
            },
            failure,
        }
    }

    /// Everything that is bound for this hook, of which there is a token. Nobody waits long for
    /// what they may not need.
    fn all(&self) -> Result<Vec<(String, Held)>, Failure> {
        let config = self.run.locations.read().map_err(Error::from)?;
        let (mut all, mut without): (Vec<(String, Held)>, Vec<String>) = (Vec::new(), Vec::new());
        let hasty = self.hasty();
        let hasty = Caller::new(self.run, self.row, &hasty);
        for address in choice::addresses(&config, self.row, self.args)? {
            let ask = TokenRequest {
                target: Target::parse(&address),
                asks_about_all: true,
                remember_as: Some(String::new()),
                ..TokenRequest::default()
            };
            let Some(choice) = choose(&config, self.row, self.args, &ask)? else {
                continue;
            };
            let name = choice.profile.name.clone();
            if without.contains(&name) {
                continue;
            }
            match hasty.obtain(choice, &ask) {
                Ok(held) => all.push((address, held)),
                Err(failure) => {
                    self.run.explain(&format!("{address}: {}", failure.message));
                    if failure.kind != FailureKind::Other {
                        without.push(name);
                    }
                }
            }
        }
        Ok(all)
    }

    /// Every address that is bound for this hook, with its user name.
    fn addresses(&self) -> Result<Vec<(String, String)>, Failure> {
        let config: Config = self.run.locations.read().map_err(Error::from)?;
        let named = |address: String| {
            let ask = TokenRequest {
                target: Target::parse(&address),
                asks_about_all: true,
                ..TokenRequest::default()
            };
            let choice = choose(&config, self.row, self.args, &ask).ok()??;
            let usual = choice.profile.provider.basic_username;
            Some((address, choice.username.unwrap_or_else(|| usual.to_owned())))
        };
        Ok(choice::addresses(&config, self.row, self.args)?
            .into_iter()
            .filter_map(named)
            .collect())
    }

    fn exchange(&self, held: &Held, exchange: &Exchange) -> Result<Exchanged, Failure> {
        let profile = &held.choice.profile;
        let url = grant::endpoint::parse_address(exchange.service(), exchange.endpoint());
        let url = url.map_err(|error| Error::of_grant(&profile.name, error))?;
        // What the profile trusts is its own server's, and not the cloud's.
        let http = Http::new(env::path("SSL_CERT_FILE"));
        let body = Body::Form(exchange.request(&held.secret));
        let runtime = runtime()?;
        let answered = runtime.block_on(http.post(&url, &body, &[]));
        runtime.shutdown_background();
        let answer = answered.map_err(|error| Error::from(&error))?;
        exchange
            .read(answer.status, &answer.body)
            .map_err(|error| not_exchanged(&profile.name, exchange.role(), &error))
    }
}

fn not_exchanged(profile: &str, role: &str, error: &ExchangeError) -> Failure {
    let (kind, hint) = match error {
        error if error.is_transient() => (FailureKind::TryAgain, "try again".to_owned()),
        error if error.refuses_token() => (
            FailureKind::Other,
            "is this machine's clock right?".to_owned(),
        ),
        _ => (
            FailureKind::Other,
            format!(
                "does the role's trust policy name the issuer and the client of `authctl profile \
                 show {profile}`?"
            ),
        ),
    };
    Failure {
        kind,
        message: format!("{profile}: no keys for {role}: {error}"),
        hints: vec![hint],
    }
}
