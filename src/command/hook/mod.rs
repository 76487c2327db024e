//! `authctl hook NAME`: joins a wire protocol with the broker. What a caller asks becomes a token that is valid now, and
//! that becomes the bytes which the caller understands; or its own way to be told that a person has to log in.
//!
//! A hook says nothing on stdout but what its protocol has, and asks a person only where the caller allows it and the
//! profile says so.

mod choice;
mod input;
pub mod install;
mod memory;
mod which;

use std::cell::RefCell;
use std::collections::HashMap;
use std::ffi::OsString;
use std::io::Write;
use std::time::Duration;

use choice::{Choice, choose};
use memory::Memory;
use zeroize::Zeroizing;

use super::{Run, login, runtime, token};
use crate::cli::{HookArgs, HookCli, HookCommand, LoginArgs, Manner, TokenArgs};
use crate::config::{Config, env};
use crate::error::{Error, ErrorKind};
use crate::grant;
use crate::hook::{Answer, Ask, Call, Failure, FailureKind, Given, Input, Question, Reply, Row, Token};
use crate::http::{Body, Http};
use crate::oauth::want::Want;
use crate::provider::binding::TokenKind;
use crate::provider::sts::{self, AwsCredentials, Role, StsError};
use crate::provider::target::Target;
use crate::secret::{Fingerprint, Secret};
use crate::store::Peek;
use crate::time::Timestamp;
use crate::{note, ui};

/// A token that is refused within this time of its birth is refused for another reason than its age, and the next one
/// would be refused, too: no caller can make the server give more than one token in this time.
const YOUNG: i64 = 10;

/// How long a caller waits for tokens that it may not need.
const HASTE: Duration = Duration::from_secs(5);

/// How long a person has who is asked by a hook. Callers wait no longer.
const ASKING_LIMIT: Duration = Duration::from_secs(120);

/// Carries out a verb of `hook`, other than a call.
///
/// # Errors
/// What went wrong.
pub fn run(run: &Run, command: &HookCommand) -> Result<(), Error> {
    match command {
        HookCommand::List => which::list(run),
        HookCommand::Which(args) => which::which(run, args),
        HookCommand::Install(args) => install::install(run, args),
        HookCommand::Uninstall(args) => install::uninstall(run, args),
        // `main` has these: their exit codes are the protocols' own.
        HookCommand::Call(row, args) => {
            Err(Error::new(ErrorKind::Failed, format!("{row:?} {args:?} is a call")))
        }
    }
}

/// One call, or for some protocols one conversation. Gives the exit code: each protocol has its own.
#[must_use]
pub fn call(row: &'static Row, args: &HookArgs, manner: &Manner) -> u8 {
    // Every failure is told as the protocol wants it, and not as JSON.
    let manner =
        Manner { json: false, quiet: manner.quiet || !row.speaks, verbose: manner.verbose && row.speaks };
    let run = Run::new(&manner);
    let mut call =
        Call { words: args.words.clone(), given: given(args), watched: ui::is_watched(), ..Call::default() };
    call.variables = row.variables.iter().filter_map(|name| Some((*name, env::given(name)?))).collect();
    if let Some(why) = superfluous(row, &call) {
        return give(row, &failed(row, &call, &misunderstood(why)));
    }
    let run = match run {
        Ok(run) => run,
        Err(error) => {
            let greeted = row.hook.greeting().map_or(0, |greeting| give(row, &greeting.into()));
            return greeted | give(row, &failed(row, &call, &error.into()));
        }
    };
    let caller = Caller { run, row, args, said: RefCell::default() };
    if row.input == Input::Lines {
        return caller.converse(call);
    }
    let reply = match caller.input(&call) {
        Ok(bytes) => {
            call.input = bytes;
            caller.reply(&call)
        }
        Err(why) => failed(row, &call, &misunderstood(why)),
    };
    give(row, &reply)
}

/// Words that would be swallowed without a word: a profile that is not asked for, an option that comes too late.
fn superfluous(row: &Row, call: &Call) -> Option<String> {
    let option = |word: &String| word.starts_with('-') && row.program != Some("keyring");
    match call.words.iter().find(|word| option(word)) {
        Some(_) => Some(format!("options come first: authctl hook {} [OPTIONS] {}", row.name, row.usage)),
        None if row.usage.is_empty() && !call.words.is_empty() => {
            Some(format!("hook {} takes no words: name a profile with `--profile`", row.name))
        }
        None => None,
    }
}

fn given(args: &HookArgs) -> Given {
    Given {
        server: args.server.clone(),
        port: args.port,
        bare: args.bare,
        role: args.role_arn.clone(),
        session: args.role_session_name.clone(),
        asks_every: args.asks_every,
    }
}

/// What is to be written, and to be said.
struct Told {
    reply: Reply,
    failure: Option<Failure>,
}

fn failed(row: &Row, call: &Call, failure: &Failure) -> Told {
    Told { reply: row.hook.reply(call, &Answer::Failed(failure)), failure: Some(failure.clone()) }
}

fn misunderstood(why: String) -> Failure {
    Failure { kind: FailureKind::Malformed, message: why, hints: vec![] }
}

impl From<Reply> for Told {
    fn from(reply: Reply) -> Self {
        Self { reply, failure: None }
    }
}

/// All of it at once, after everything that can fail.
fn give(row: &Row, told: &Told) -> u8 {
    let mut stdout = std::io::stdout().lock();
    let written = stdout.write_all(&told.reply.stdout).and_then(|()| stdout.flush());
    if let Some(complaint) = told.reply.complaint {
        ui::say(complaint);
    }
    if let Some(failure) = told.failure.as_ref().filter(|_| told.reply.tell && row.speaks) {
        ui::say(&failure.message);
        failure.hints.iter().for_each(|hint| ui::say(&format!("hint: {hint}")));
    }
    if written.is_err() { ErrorKind::Failed.row().code } else { told.reply.code }
}

/// One caller, and what was given to us for all that it asks.
struct Caller<'a> {
    run: Run,
    row: &'static Row,
    args: &'a HookArgs,
    /// What was said in this conversation, by name: where there is one, nothing else has to remember it.
    said: RefCell<HashMap<String, Fingerprint>>,
}

/// Where it is noted what a caller was given: in our own memory for as long as the conversation lasts, else in a file.
enum Remembered {
    Here(String),
    There(Option<Memory>),
}

impl Remembered {
    fn of(caller: &Caller<'_>, names: &[&str]) -> Self {
        match caller.row.input {
            Input::Lines => Self::Here(names.join("\n")),
            _ => Self::There(Memory::of(&caller.run, &[&[caller.row.name], names].concat())),
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

/// A token with everything that goes with it.
struct Held {
    choice: Choice,
    peek: Peek,
    now: Timestamp,
    until: Option<Timestamp>,
}

impl Held {
    fn secret(&self) -> &Secret {
        secret_of(&self.peek, self.choice.kind)
    }

    fn token(&self) -> Token<'_> {
        let subject = self.peek.session.subject.as_ref();
        Token {
            secret: self.secret(),
            scheme: self.peek.access.facts.scheme(),
            until: self.until,
            now: self.now,
            bound: self.choice.part.as_ref().map(|part| part.as_deref()),
            named: self.choice.username.as_deref(),
            usual: self.choice.profile.provider.basic_username,
            account: self.choice.profile.account.as_deref().or_else(|| subject?.name.as_deref()),
        }
    }
}

/// The token of this kind, of a session that was asked for one that has it.
fn secret_of(peek: &Peek, kind: TokenKind) -> &Secret {
    match (&peek.id_token, kind) {
        (Some(id_token), TokenKind::Id) => &id_token.0,
        _ => &peek.access.secret,
    }
}

impl Caller<'_> {
    fn input(&self, call: &Call) -> Result<input::Bytes, String> {
        match self.row.input {
            Input::ToTheEnd => input::to_the_end(false),
            Input::ToTheEndAfterAWord if !call.words.is_empty() => input::to_the_end(false),
            Input::ToTheEndFor(verbs) if verbs.contains(&call.word(0)) => input::to_the_end(false),
            Input::ToABlankLineFor(verbs) if verbs.contains(&call.word(0)) => input::to_the_end(true),
            _ => Ok(input::Bytes::default()),
        }
    }

    /// Requests on a line each, until the caller has no more of them.
    fn converse(&self, mut call: Call) -> u8 {
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
                    if matches!(self.row.hook.question(&call), Question::Close) {
                        return 0;
                    }
                    self.with_options(&call)
                }
                Err(why) => failed(self.row, &call, &misunderstood(why)),
            };
            if give(self.row, &told) != 0 || lines.is_over() {
                return ErrorKind::Failed.row().code;
            }
        }
        0
    }

    /// A request may carry options of ours.
    fn with_options(&self, call: &Call) -> Told {
        let words = self.row.hook.options(call);
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
        let run = self.run.again();
        let call = Call {
            words: args.words.clone(),
            input: call.input.clone(),
            variables: call.variables.clone(),
            given: given(&args),
            watched: call.watched,
        };
        Caller { run, row: self.row, args: &args, said: RefCell::default() }.reply(&call)
    }

    fn reply(&self, call: &Call) -> Told {
        let answer = |answer: &Answer<'_>| self.row.hook.reply(call, answer).into();
        let told = match self.row.hook.question(call) {
            Question::Known(reply) => Ok(reply.into()),
            Question::Malformed(why) => Err(misunderstood(why)),
            Question::Close => Ok(Reply::silent().into()),
            Question::Token(ask) => return self.token(call, &ask),
            Question::All => self.all().map(|all| {
                let tokens: Vec<_> =
                    all.iter().map(|(address, held)| (address.clone(), held.token())).collect();
                answer(&Answer::All(&tokens))
            }),
            Question::List => self.addresses().map(|addresses| answer(&Answer::List(&addresses))),
            Question::Refused(ask, refused) => Ok(self.refused(ask, refused)),
        };
        told.unwrap_or_else(|failure| failed(self.row, call, &failure))
    }

    fn token(&self, call: &Call, ask: &Ask) -> Told {
        let answer = |answer: &Answer<'_>| self.row.hook.reply(call, answer).into();
        let told = self.held(ask).and_then(|held| match (held, &ask.role) {
            (None, _) => Ok((answer(&Answer::NotMine), false)),
            (Some(held), Some(role)) => {
                self.exchange(&held, role).map(|keys| (answer(&Answer::Aws(&keys)), true))
            }
            (Some(held), None) => Ok((answer(&Answer::Token(&held.token())), true)),
        });
        let (told, good) = told.unwrap_or_else(|failure| match failure.kind {
            // Others must not be kept from answering by a mistake that may have nothing to do with it.
            FailureKind::Unknown if ask.any => {
                let reply = Reply { tell: true, ..self.row.hook.reply(call, &Answer::NotMine) };
                (Told { reply, failure: Some(failure) }, false)
            }
            _ => (failed(self.row, call, &failure), false),
        });
        if let Some(path) = ask.output.as_deref().filter(|_| good || ask.only_output) {
            if let Err(error) = note::publish(path.as_ref(), &told.reply.stdout) {
                self.run.explain(&format!("cannot write {path}: {error}"));
            } else if ask.only_output {
                return Told { reply: Reply { stdout: Zeroizing::default(), ..told.reply }, ..told };
            }
        }
        told
    }

    /// A token for what is asked; `None` if that is not for us to answer.
    fn held(&self, ask: &Ask) -> Result<Option<Held>, Failure> {
        let unknown = |error| Failure { kind: FailureKind::Unknown, ..Error::from(error).into() };
        let config = self.run.locations.read().map_err(unknown)?;
        let Some(choice) = choose(&config, self.row, self.args, ask)? else { return Ok(None) };
        self.obtain(choice, ask).map(Some)
    }

    fn obtain(&self, choice: Choice, ask: &Ask) -> Result<Held, Failure> {
        let remembered = ask.remember.as_ref().map(|name| {
            let place = choice.part.clone().flatten().or(ask.target.as_ref().map(Target::authority));
            Remembered::of(
                self,
                &[&choice.profile.name, choice.kind.name(), &place.unwrap_or_default(), name],
            )
        });
        // Whoever says nothing of a refusal is only taken to mean one, and is not worse off if no other token is to be had.
        let guessed = remembered.as_ref().filter(|_| ask.repeated).and_then(|it| it.given(self));
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
        let until = until(&choice, &peek, now);
        let held = Held { choice, peek, now, until };
        if let Some(remembered) = remembered {
            let asks_again = ask.asks_every.map(|every| now.after(every / 10 * 9));
            let told = [asks_again, Some(held.token().end())].into_iter().flatten().min().unwrap_or(now);
            remembered.note(self, &held.secret().fingerprint(), told);
        }
        Ok(held)
    }

    /// A token, or if this one was refused another one. `guess`: nobody has said so.
    fn ask(&self, choice: &Choice, refused: Option<&Fingerprint>, guess: bool) -> Result<Peek, Error> {
        let Choice { profile, kind, .. } = choice;
        let args = TokenArgs {
            profile: Some(profile.name.clone()),
            id_token: *kind == TokenKind::Id,
            min_ttl: self.args.min_ttl,
            wait: self.args.wait,
            ..TokenArgs::default()
        };
        let first = token::of_profile(&self.run, &args, profile, None)?;
        let same = refused.is_some_and(|refused| *refused == secret_of(&first, *kind).fingerprint());
        let age = self.run.clock.now().seconds_since(first.access.facts.obtained_at);
        if !same || (0..YOUNG).contains(&age) {
            return Ok(first);
        }
        let access = first.access.secret.fingerprint();
        match token::of_profile(&self.run, &args, profile, Some(&access)) {
            Err(error) if guess => {
                self.run.say(&format!("{}; handing out the token that is there", error.message));
                Ok(first)
            }
            other => other,
        }
    }

    /// Asks a person, once for all who wait.
    fn log_in(&self, profile: &str) -> Result<(), Error> {
        let args = LoginArgs {
            profile: Some(profile.to_owned()),
            timeout: self.args.wait.unwrap_or(ASKING_LIMIT),
            by_hook: true,
            ..LoginArgs::default()
        };
        login::run(&self.run, &args)
    }

    /// The caller says that this token was refused: the next one is fetched now, for whoever asks next.
    fn refused(&self, ask: Ask, refused: Fingerprint) -> Told {
        let ask = Ask { rejected: Some(refused), interactive: false, ..ask };
        let failure = self.held(&ask).err();
        Told { reply: Reply { tell: failure.is_some(), ..Reply::silent() }, failure }
    }

    /// Everything that is bound for this hook, of which there is a token. Nobody waits long for what they may not need.
    fn all(&self) -> Result<Vec<(String, Held)>, Failure> {
        let config = self.run.locations.read().map_err(Error::from)?;
        let (mut all, mut without): (Vec<(String, Held)>, Vec<String>) = (Vec::new(), Vec::new());
        let hasty = HookArgs { wait: Some(self.args.wait.unwrap_or(HASTE)), ..self.args.clone() };
        let hasty = Caller { run: self.run.again(), row: self.row, args: &hasty, said: RefCell::default() };
        for address in choice::addresses(&config, self.row, self.args)? {
            let ask = Ask {
                target: Target::parse(&address),
                any: true,
                remember: Some(String::new()),
                ..Ask::default()
            };
            let Some(choice) = choose(&config, self.row, self.args, &ask)? else { continue };
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
            let ask = Ask { target: Target::parse(&address), any: true, ..Ask::default() };
            let choice = choose(&config, self.row, self.args, &ask).ok()??;
            let usual = choice.profile.provider.basic_username;
            Some((address, choice.username.unwrap_or_else(|| usual.to_owned())))
        };
        Ok(choice::addresses(&config, self.row, self.args)?.into_iter().filter_map(named).collect())
    }

    fn exchange(&self, held: &Held, role: &Role) -> Result<AwsCredentials, Failure> {
        let profile = &held.choice.profile;
        let url = grant::endpoint("security token service", &role.endpoint);
        let url = url.map_err(|error| Error::of_grant(&profile.name, error))?;
        // What the profile trusts is its own server's, and not the cloud's.
        let http = Http::new(env::path("SSL_CERT_FILE"));
        let body = Body::Form(role.request(held.secret()));
        let runtime = runtime()?;
        let answered = runtime.block_on(http.post(&url, &body, None));
        runtime.shutdown_background();
        let answer = answered.map_err(|error| Error::from(&error))?;
        sts::read(answer.status, &answer.body)
            .map_err(|error| refused_by_sts(&profile.name, &role.arn, &error))
    }
}

fn refused_by_sts(profile: &str, role: &str, error: &StsError) -> Failure {
    let (kind, hint) = match error {
        error if error.is_transient() => (FailureKind::TryAgain, "try again".to_owned()),
        error if error.refuses_token() => (FailureKind::Other, "is this machine's clock right?".to_owned()),
        _ => (
            FailureKind::Other,
            format!(
                "does the role's trust policy name the issuer and the client of `authctl profile show {profile}`?"
            ),
        ),
    };
    Failure { kind, message: format!("{profile}: no keys for {role}: {error}"), hints: vec![hint] }
}

/// Until when to use what is handed out. A caller that comes back then finds that we refresh.
fn until(choice: &Choice, peek: &Peek, now: Timestamp) -> Option<Timestamp> {
    let (Some(end), life) = token::life(peek, choice.kind == TokenKind::Id) else { return None };
    let Some(life) = life else { return Some(end) };
    let margin = Want { margin: choice.profile.margin(), ..Want::default() }.margin(life);
    let early = Timestamp(end.0.saturating_sub(i64::try_from(margin.as_secs()).unwrap_or(0)));
    Some(if early > now { early } else { end })
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        let kind = match error.kind {
            ErrorKind::LoginRequired => FailureKind::LoginRequired,
            ErrorKind::TryAgain => FailureKind::TryAgain,
            _ => FailureKind::Other,
        };
        Self { kind, message: error.message, hints: error.hints }
    }
}
