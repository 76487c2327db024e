//! A conversation with one caller: what it asks is read, answered and written, as a single request
//! or as many.

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::OsString;
use std::time::Duration;

use zeroize::Zeroizing;

use super::choice::{self, Choice, choose};
use super::handout::Handout;
use super::protocol::{Failure, FailureKind, Outcome, Question, Reply, Request, Row, TokenRequest};
use super::{Answer, input, malformed, options, write_answer};
use crate::cli::{HookArgs, HookCli};
use crate::config::Config;
use crate::error::{Error, ErrorKind};
use crate::event::Event;
use crate::platform::files;
use crate::profile::target::Target;
use crate::secret::Fingerprint;
use crate::session::Context;

/// How long a caller waits for the one token that it asks for. Most callers give up after half a
/// minute.
const WAIT: Duration = Duration::from_secs(25);

/// How long a caller waits for what it can do without: one token of many, or the next one.
pub(super) const SHORT_WAIT: Duration = Duration::from_secs(5);

/// One caller, and what it was given on the command line for all that it asks.
pub(super) struct Conversation<'a> {
    pub(super) context: &'a Context,
    pub(super) row: &'static Row,
    pub(super) args: &'a HookArgs,
    /// What the caller was given in this conversation, by the name of what it asked. A caller that
    /// ends after one request needs a file for that.
    pub(super) given: RefCell<HashMap<String, Fingerprint>>,
}

impl<'a> Conversation<'a> {
    /// A conversation in which nothing was asked yet.
    pub(super) fn new(context: &'a Context, row: &'static Row, args: &'a HookArgs) -> Self {
        Self {
            context,
            row,
            args,
            given: RefCell::default(),
        }
    }

    /// How long this caller waits for the token that it asks for.
    fn wait(&self) -> Duration {
        self.args.wait.unwrap_or(WAIT)
    }

    /// How long this caller waits for what it can do without.
    fn short_wait(&self) -> Duration {
        self.args.wait.unwrap_or(SHORT_WAIT)
    }

    /// Answers requests on a line each, until the caller has no more of them. Gives the exit code.
    pub(super) fn answer_lines(&self, mut request: Request) -> u8 {
        if let Some(greeting) = self.row.hook.greeting()
            && write_answer(self.row, &greeting.into()) != 0
        {
            return ErrorKind::Failed.row().code;
        }
        let mut lines = input::Lines::default();
        while let Some(line) = lines.next() {
            let answer = match line {
                Ok(line) => {
                    request.input = line;
                    self.answer_with_own_arguments(&request)
                }
                Err(why) => Answer::failed(self.row, &request, malformed(why)),
            };
            if write_answer(self.row, &answer) != 0 || lines.is_over() {
                return ErrorKind::Failed.row().code;
            }
            if answer.reply.ends_conversation {
                return 0;
            }
        }
        0
    }

    /// Answers a request that may carry arguments for authctl, which the user wrote into the
    /// caller's configuration.
    fn answer_with_own_arguments(&self, request: &Request) -> Answer {
        let words = self.row.hook.arguments(request);
        if words.is_empty() {
            return self.answer(request);
        }
        let words: Vec<OsString> = words.into_iter().map(OsString::from).collect();
        let Ok(HookCli { args, .. }) = HookCli::read(&words) else {
            let why = format!(
                "the arguments in the caller's configuration are not those of `authctl hook {}`",
                self.row.name
            );
            return Answer::failed(self.row, request, malformed(why));
        };
        let request = Request {
            words: args.words.clone(),
            input: request.input.clone(),
            variables: request.variables.clone(),
            options: options(&args),
            watched: request.watched,
        };
        Conversation::new(self.context, self.row, &args).answer(&request)
    }

    /// What the caller is told.
    pub(super) fn answer(&self, request: &Request) -> Answer {
        let answered = match self.row.hook.question(request) {
            Question::Answered(reply) => return reply.into(),
            Question::Refused(token_request, refused) => {
                return self.renew_refused(token_request, refused);
            }
            Question::Malformed(why) => Err(malformed(why)),
            Question::Token(token_request) => return self.answer_token(request, &token_request),
            Question::AllTokens => self.answer_all(request),
            Question::Addresses => self.answer_addresses(request),
        };
        answered.unwrap_or_else(|failure| Answer::failed(self.row, request, failure))
    }

    fn reply(&self, request: &Request, outcome: &Outcome<'_>) -> Answer {
        self.row.hook.reply(request, outcome).into()
    }

    /// Answers a request for one token, and writes the answer to the file in which the caller looks
    /// for it, if there is one.
    fn answer_token(&self, request: &Request, token_request: &TokenRequest) -> Answer {
        let (answer, is_token) = match self.find_token(request, token_request) {
            Ok(Some(answer)) => (answer, true),
            Ok(None) => (self.reply(request, &Outcome::NotBound), false),
            // Another program must not be kept from answering by a mistake that may have nothing to
            // do with the address.
            Err(failure)
                if failure.kind == FailureKind::Unknown && token_request.asks_about_all =>
            {
                let mut answer = self.reply(request, &Outcome::NotBound);
                answer.reply.failure_on_stderr = true;
                answer.failure = Some(failure);
                (answer, false)
            }
            Err(failure) => (Answer::failed(self.row, request, failure), false),
        };
        match &token_request.output_file {
            Some(path) if is_token || token_request.only_output_file => {
                self.write_to_file(path, token_request.only_output_file, answer)
            }
            _ => answer,
        }
    }

    fn write_to_file(&self, path: &str, only: bool, answer: Answer) -> Answer {
        if let Err(error) = files::replace(path.as_ref(), &answer.reply.stdout) {
            self.context.notify(
                None,
                &Event::AnswerNotWritten {
                    path: path.to_owned(),
                    cause: error.to_string(),
                },
            );
            return answer;
        }
        if !only {
            return answer;
        }
        let reply = Reply {
            stdout: Zeroizing::default(),
            ..answer.reply
        };
        Answer { reply, ..answer }
    }

    /// The answer with the token that is asked for; `None` if no profile is bound to its address.
    fn find_token(
        &self,
        request: &Request,
        token_request: &TokenRequest,
    ) -> Result<Option<Answer>, Failure> {
        let config = self.config()?;
        let chosen = choose(&config, self.row, self.args, token_request)?;
        let Some(choice) = chosen else {
            return Ok(None);
        };
        let handout = self.obtain(choice, token_request, self.wait())?;
        let Some(exchange) = &token_request.exchange else {
            return Ok(Some(
                self.reply(request, &Outcome::Token(&handout.protocol_token())),
            ));
        };
        let exchanged = handout.exchange(exchange)?;
        Ok(Some(self.reply(request, &Outcome::Exchanged(&exchanged))))
    }

    /// The configuration, for a caller that names an address. Where it cannot be read, it is not
    /// known whether the address is bound.
    fn config(&self) -> Result<Config, Failure> {
        let config = self.context.config();
        config.map_err(|error| Failure {
            kind: FailureKind::Unknown,
            ..Error::from(error).into()
        })
    }

    /// The caller says that a token was refused: the next one is fetched now, for the next caller.
    fn renew_refused(&self, token_request: TokenRequest, refused: Fingerprint) -> Answer {
        let Some(choice) = self.choose_quietly(&token_request) else {
            return Reply::silent().into();
        };
        // A token that is not the stored one, or has ended since, was refused for a reason that is
        // known.
        if !self.is_living(&choice, &refused) {
            return Reply::silent().into();
        }
        let again = TokenRequest {
            rejected: Some(refused),
            ..TokenRequest::default()
        };
        let failure = self.obtain(choice, &again, self.short_wait()).err();
        let reply = Reply {
            failure_on_stderr: failure.is_some(),
            ..Reply::silent()
        };
        Answer { reply, failure }
    }

    fn choose_quietly(&self, token_request: &TokenRequest) -> Option<Choice> {
        let config = self.context.config().ok()?;
        choose(&config, self.row, self.args, token_request).ok()?
    }

    /// Answers with everything that is bound for this hook and of which there is a token. The
    /// caller may not need all of it, and waits no longer than that is worth.
    fn answer_all(&self, request: &Request) -> Result<Answer, Failure> {
        let config = self.context.config().map_err(Error::from)?;
        let mut handouts: Vec<(String, Handout<'_>)> = Vec::new();
        let mut without_token: Vec<String> = Vec::new();
        for address in choice::addresses(&config, self.row, self.args)? {
            let token_request = TokenRequest {
                remember_as: Some(String::new()),
                ..about_bound(&address)
            };
            let chosen = choose(&config, self.row, self.args, &token_request)?;
            let Some(choice) = chosen.filter(|it| !without_token.contains(&it.profile.name)) else {
                continue;
            };
            let name = choice.profile.name.clone();
            match self.obtain(choice, &token_request, self.short_wait()) {
                Ok(handout) => handouts.push((address, handout)),
                Err(failure) => {
                    let cause = failure.message;
                    self.context
                        .notify(None, &Event::NoTokenFor { address, cause });
                    if failure.kind != FailureKind::Other {
                        without_token.push(name);
                    }
                }
            }
        }
        let mut tokens = Vec::new();
        for (address, handout) in &handouts {
            tokens.push((address.clone(), handout.protocol_token()));
        }
        Ok(self.reply(request, &Outcome::AllTokens(&tokens)))
    }

    /// Answers with every address that is bound for this hook, and its user name.
    fn answer_addresses(&self, request: &Request) -> Result<Answer, Failure> {
        let config = self.context.config().map_err(Error::from)?;
        let mut addresses = Vec::new();
        for address in choice::addresses(&config, self.row, self.args)? {
            let chosen = choose(&config, self.row, self.args, &about_bound(&address));
            if let Ok(Some(choice)) = chosen {
                let username = choice.username().to_owned();
                addresses.push((address, username));
            }
        }
        Ok(self.reply(request, &Outcome::Addresses(&addresses)))
    }
}

/// The request for a token of an address that is bound.
fn about_bound(address: &str) -> TokenRequest {
    TokenRequest {
        target: Target::parse(address),
        asks_about_all: true,
        ..TokenRequest::default()
    }
}
