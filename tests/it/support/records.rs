//! Reading a stage's records, sealed or not, and writing them behind the program's back.

use std::fs;

use authctl::store::Store;
use authctl::store::key::{Keeper, KeySource, Keys, Place};
use authctl::store::record::Record;
use authctl::store::seal::{Form, Sealing};
use serde_json::Value;

use super::stage::{StageOf, StoreKind};
use super::storage::Storage;

impl<S: Storage> StageOf<S> {
    /// The keys in a place, found without the program under test.
    pub fn keys(&self, place: &Place) -> Keys {
        #[cfg(target_os = "linux")]
        if place.keeper == Keeper::Keyring {
            let service = self.service.as_ref().expect("a keyring");
            let of = ["lookup", "service", "authctl", "username", &place.keyspace];
            return Keys::parse(&service.ask(&of)).expect("keys are in the keyring");
        }
        assert_ne!(place.keeper, Keeper::Keyring, "there is no keyring to ask");
        Keys::parse(&self.key).expect("a key")
    }

    /// The session of `work`, as the library sees it.
    pub fn store(&self) -> Store {
        let keys = KeySource::none();
        if let Ok(Form::Sealed(envelope)) =
            Form::of(&fs::read(self.file("work.json")).expect("there"))
        {
            keys.put(envelope.seal.place.clone(), self.keys(&envelope.seal.place));
        }
        Store::new(&self.state(), &[], "work").with_kind(StoreKind::Auto, false, keys)
    }

    /// The record of `work`, opened if it is sealed.
    #[track_caller]
    pub fn record(&self) -> Value {
        self.read("work.json")
    }

    /// A record, opened if it is sealed.
    #[track_caller]
    pub fn read(&self, name: &str) -> Value {
        let bytes = fs::read(self.file(name)).expect("there is a record");
        let whole: Value = serde_json::from_slice(&bytes).expect("the record is whole");
        let Ok(Form::Sealed(envelope)) = Form::of(&bytes) else {
            return whole;
        };
        let keys = self.keys(&envelope.seal.place);
        let key = keys
            .find(&envelope.seal.key)
            .expect("its key is there")
            .clone();
        let opened = envelope
            .open(&bytes, &key)
            .expect("it has not been changed");
        serde_json::from_slice(&opened.bytes()).expect("the record is whole")
    }

    /// Writes a record behind the program's back, in the form of the record of `work`.
    #[track_caller]
    pub fn write(&self, name: &str, record: &Value) {
        fs::write(self.file(name), self.bytes(record)).expect("written");
    }

    /// The bytes of a record in the form of the record of `work`, which is sealed or not. What the
    /// program would not take for a record replaces the members of that name in the readable part.
    #[track_caller]
    pub fn bytes(&self, record: &Value) -> Vec<u8> {
        let there = fs::read(self.file("work.json")).expect("there is a record");
        let Ok(Form::Sealed(envelope)) = Form::of(&there) else {
            return record.to_string().into_bytes();
        };
        if let Ok(record) = Record::parse(record.to_string().as_bytes()) {
            let key = self
                .keys(&envelope.seal.place)
                .find(&envelope.seal.key)
                .expect("its key")
                .clone();
            return Sealing::new(envelope.seal.place, key)
                .bytes(&record, S::READABLE)
                .to_vec();
        }
        let mut whole: Value = serde_json::from_slice(&there).expect("json");
        for (name, value) in record
            .as_object()
            .expect("an object")
            .iter()
            .filter(|(name, _)| *name != "tokens")
        {
            whole[name] = value.clone();
        }
        whole.to_string().into_bytes()
    }

    pub fn refresh_token(&self) -> String {
        self.record()["tokens"]["refresh_token"]
            .as_str()
            .expect("there is a refresh token")
            .to_owned()
    }

    /// Changes the record behind the program's back, keeping its mode.
    pub fn edit_record(&self, change: impl FnOnce(&mut Value)) {
        let mut record = self.record();
        change(&mut record);
        self.write("work.json", &record);
    }

    /// Moves the record's dates into the past, as if so many seconds had gone by.
    pub fn age(&self, seconds: i64) {
        self.edit_record(|record| {
            for date in ["obtained_at", "expires_at"] {
                if let Some(at) = record["tokens"][date].as_i64() {
                    record["tokens"][date] = (at - seconds).into();
                }
            }
        });
    }

    /// Lets the time be over for which a failed refresh keeps callers from asking the server.
    pub fn let_the_server_be_asked(&self) {
        let entries = fs::read_dir(self.state()).into_iter().flatten();
        for entry in entries.flatten() {
            let path = entry.path();
            if path
                .extension()
                .is_none_or(|extension| extension != "pending")
            {
                continue;
            }
            let bytes = fs::read(&path).expect("readable");
            let mut intent: Value = serde_json::from_slice(&bytes).expect("an intent");
            if intent.get("failed").is_some() {
                intent["failed"]["until"] = 0.into();
                fs::write(&path, intent.to_string()).expect("written");
            }
        }
    }

    /// Lets the access token be expired.
    pub fn expire(&self) {
        self.age(100_000);
    }
}
