//! `authctl inspect`: what a token says, in words; never the token.

use std::io::{IsTerminal, Read};

use crate::cli::InspectArgs;
use crate::error::{Error, ErrorKind};
use crate::oauth::want::TokenKind;
use crate::output::Output;
use crate::secret::Secret;
use crate::session::inspect;
use crate::session::{Context, Session};
use crate::view::inspection;

/// No token is longer.
const LIMIT: u64 = 1 << 20;

/// Shows a stored token, or the one on stdin.
///
/// # Errors
/// When there is no token, or its server cannot be asked.
pub fn run(context: &Context, output: Output, args: &InspectArgs) -> Result<(), Error> {
    let kind = if args.id_token {
        TokenKind::Id
    } else {
        TokenKind::Access
    };
    let is_piped = args.profile.is_none() && !std::io::stdin().is_terminal();
    let (session, token) = if is_piped {
        let token = read_stdin()?;
        (inspect::session_of(context, &token), token)
    } else {
        let session = context.session(args.profile.as_deref())?;
        if args.online {
            session.demand_own_session()?;
        }
        let token = stored(&session, kind)?;
        (Some(session), token)
    };
    let found = match &session {
        Some(session) => session.inspect(&token, kind, args.online)?,
        None => inspect::alone(&token),
    };
    let now = context.clock.now();
    let profile = session.as_ref().map(Session::profile);
    output.answer(
        || inspection::json(&found, profile),
        || inspection::text(&found, profile, now),
    )
}

fn stored(session: &Session<'_>, kind: TokenKind) -> Result<Secret, Error> {
    let name = &session.profile().name;
    let token = session.stored_token(kind).ok_or_else(|| {
        Error::new(ErrorKind::LoginRequired, "there is no such token")
            .about(name)
            .hint(format!("run `authctl login {name}`"))
    })?;
    Ok(Secret::new(token.secret().expose().to_owned()))
}

fn read_stdin() -> Result<Secret, Error> {
    let mut token = zeroize::Zeroizing::new(String::new());
    let read = std::io::stdin().take(LIMIT).read_to_string(&mut token);
    let text = token.trim();
    let text = text.strip_prefix("Bearer ").unwrap_or(text);
    match read {
        Ok(_) if !text.is_empty() => Ok(Secret::new(text.to_owned())),
        _ => Err(Error::new(ErrorKind::Usage, "there is no token on stdin")
            .hint("write one to it, or name a profile: `authctl inspect -p NAME`")),
    }
}
