//! How events are told, and how they cross to another process.

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

fn logged_in(who: Option<&str>, life: Option<Duration>) -> Event {
    Event::LoggedIn {
        who: who.map(str::to_owned),
        life,
    }
}

#[test]
fn a_sentence_leaves_out_what_is_not_known() {
    let both = logged_in(Some("ada"), Some(MINUTE)).to_string();
    assert!(
        both.starts_with("logged in as ada; the token lives 1"),
        "{both}"
    );
    assert_eq!(logged_in(None, None).to_string(), "logged in");
    let restored = |saved| Event::GenerationRestored { saved }.to_string();
    assert_eq!(restored(true), "the last good generation is used instead");
    assert!(restored(false).ends_with(", and still cannot be saved"));
    let mended = Event::ModeMended {
        path: "/s/work.json".to_owned(),
        from: 0o44,
        to: 0o600,
    };
    assert_eq!(
        mended.to_string(),
        "/s/work.json had mode 044 and now has 600"
    );
}

#[test]
fn an_event_crosses_to_another_process_unchanged() {
    let events = [
        logged_in(Some("ada"), Some(MINUTE)),
        Event::SaveCompleted,
        Event::HelperLeftAlone {
            pid: 7,
            left: MINUTE,
        },
        Event::ScopeNotGranted {
            missing: vec!["files.read".to_owned()],
        },
    ];
    let text = serde_json::to_string(&events).expect("only string keys");
    assert!(text.contains(r#"{"event":"save_completed"}"#), "{text}");
    let again: Vec<Event> = serde_json::from_str(&text).expect("events");
    assert_eq!(again, events);
}

#[test]
fn only_details_are_kept_from_a_user_who_did_not_ask_for_them() {
    let asking = Event::Asking {
        host: "as.example".to_owned(),
    };
    assert!(asking.is_detail());
    let why = "it has expired".to_owned();
    assert!(!Event::StrangeIdToken { why }.is_detail());
}
