//! Every cause that is told apart, with its name in JSON and its meaning.

/// Why a session stands as it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "CAUSES documents each")]
pub enum Cause {
    Alive,
    NeverLoggedIn,
    LoggedOut,
    Removed,
    NotRenewable,
    Expired,
    Reused,
    Revoked,
    EndedElsewhere,
    Interrupted,
    AnswerLost,
    NotSaved,
    CannotRead,
    ForeignWrite,
    Copied,
    ProfileChanged,
    ProfileBroken,
    ClockJumped,
    Unreachable,
    NotTheServer,
    ServerFailing,
    ClientRefused,
    PersonWanted,
    MachineFailing,
    Refreshing,
}

/// A row of the table.
pub struct Row {
    /// The cause.
    pub cause: Cause,
    /// Its name in JSON.
    pub name: &'static str,
    /// What it means.
    pub help: &'static str,
}

const fn row(cause: Cause, name: &'static str, help: &'static str) -> Row {
    Row { cause, name, help }
}

/// Every cause.
pub const CAUSES: &[Row] = &[
    row(Cause::Alive, "alive", "nothing is wrong"),
    row(
        Cause::NeverLoggedIn,
        "never_logged_in",
        "there was no login yet",
    ),
    row(
        Cause::LoggedOut,
        "logged_out",
        "the session was ended from here",
    ),
    row(
        Cause::Removed,
        "removed",
        "the record was removed by another program",
    ),
    row(
        Cause::NotRenewable,
        "not_renewable",
        "the token ended, and the server had given no refresh token",
    ),
    row(
        Cause::Expired,
        "expired",
        "the session was too old, or unused for too long",
    ),
    row(
        Cause::Reused,
        "reused",
        "its refresh token was used by another copy of the session",
    ),
    row(Cause::Revoked, "revoked", "it was ended at the server"),
    row(
        Cause::EndedElsewhere,
        "ended_elsewhere",
        "it was used by another copy, or ended at the server: the answer does not tell which",
    ),
    row(
        Cause::Interrupted,
        "interrupted",
        "a process died in a refresh, and the next refresh token with it",
    ),
    row(
        Cause::AnswerLost,
        "answer_lost",
        "the server spent the refresh token, and its answer did not arrive",
    ),
    row(
        Cause::NotSaved,
        "not_saved",
        "the answer to a refresh could not be saved in its place",
    ),
    row(
        Cause::CannotRead,
        "cannot_read",
        "the record cannot be read or opened on this machine",
    ),
    row(
        Cause::ForeignWrite,
        "foreign_write",
        "another program has written the record, or put an older one back",
    ),
    row(
        Cause::Copied,
        "copied",
        "the directory is a copy, and both copies refresh the session",
    ),
    row(
        Cause::ProfileChanged,
        "profile_changed",
        "the profile is not what it was at the login",
    ),
    row(
        Cause::ProfileBroken,
        "profile_broken",
        "the profile has a setting that cannot be used",
    ),
    row(Cause::ClockJumped, "clock_jumped", "a clock was set"),
    row(
        Cause::Unreachable,
        "unreachable",
        "the server could not be reached, or did not answer",
    ),
    row(
        Cause::NotTheServer,
        "not_the_server",
        "a proxy, a gateway or a failing server answered in place of the token endpoint",
    ),
    row(
        Cause::ServerFailing,
        "server_failing",
        "the server says that it cannot answer now",
    ),
    row(
        Cause::ClientRefused,
        "client_refused",
        "the server does not accept the client or the request",
    ),
    row(
        Cause::PersonWanted,
        "person_wanted",
        "the server wants a person to take part",
    ),
    row(
        Cause::MachineFailing,
        "machine_failing",
        "something on this machine kept a refresh from being tried",
    ),
    row(
        Cause::Refreshing,
        "refreshing",
        "a refresh is under way just now",
    ),
];

impl Cause {
    /// Its name in JSON.
    #[must_use]
    pub fn name(self) -> &'static str {
        let row = CAUSES.iter().find(|row| row.cause == self);
        row.map_or("", |row| row.name)
    }

    /// Whether it says more than that a login is needed.
    pub(super) fn is_worth_a_word(self) -> bool {
        !matches!(
            self,
            Cause::Alive
                | Cause::NeverLoggedIn
                | Cause::LoggedOut
                | Cause::NotRenewable
                | Cause::ProfileChanged
                | Cause::ProfileBroken
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_cause_has_a_name_of_its_own() {
        let mut names: Vec<&str> = CAUSES.iter().map(|row| row.name).collect();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), CAUSES.len());
        assert!(CAUSES.iter().all(|row| row.cause.name() == row.name));
    }
}
