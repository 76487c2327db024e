//! Which users are shown an event, and whether the log keeps it.

use super::Event;

impl Event {
    /// Whether only a user who asks for details (`--verbose`) is shown it.
    #[must_use]
    pub fn is_detail(&self) -> bool {
        matches!(
            self,
            Event::GenerationUsed { .. }
                | Event::TimeLeft { .. }
                | Event::HelperStarted { .. }
                | Event::NoHelper { usual: true, .. }
                | Event::Asking { .. }
                | Event::ExchangingAt { .. }
                | Event::NoKeyMade { .. }
                | Event::RequestSentAgain
                | Event::NoTokenFor { .. }
                | Event::AnswerNotWritten { .. }
                | Event::SessionBegan { .. }
                | Event::Refreshed { .. }
                | Event::RefreshRefused { .. }
                | Event::RefreshFailed { .. }
                | Event::RefreshInterrupted { .. }
        )
    }

    /// Whether it changed a session, or tells why one ended, so that it is written into the log.
    #[must_use]
    pub fn is_logged(&self) -> bool {
        matches!(
            self,
            Event::SessionBegan { .. }
                | Event::Refreshed { .. }
                | Event::RefreshRefused { .. }
                | Event::RefreshFailed { .. }
                | Event::RefreshInterrupted { .. }
                | Event::RecordGivesWay { .. }
                | Event::SaveCompleted
                | Event::DamageKept { .. }
                | Event::GenerationRestored { .. }
                | Event::RecordBroughtHome { .. }
                | Event::EarlierGenerationWiped
                | Event::UnsealedGenerationIgnored { .. }
                | Event::OlderRecordFound { .. }
                | Event::CopyFound
                | Event::SavedElsewhere { .. }
                | Event::LoginSavedElsewhere { .. }
                | Event::NotSaved { .. }
                | Event::StrangeIdToken { .. }
                | Event::NoHelper { usual: false, .. }
                | Event::Relocated { .. }
                | Event::Renamed { .. }
                | Event::SealedAnew { .. }
                | Event::ClientRegistered { .. }
                | Event::ClientDeleted { .. }
                | Event::ClientForgotten { .. }
                | Event::NotSealed { .. }
                | Event::LoggedOut
                | Event::LoggedOutHere
                | Event::LoggedOutUnconfirmed { .. }
        )
    }
}
