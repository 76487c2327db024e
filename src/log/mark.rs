//! Keyed fingerprints: what the log calls a token. The key is in a file of its own beside the log,
//! so that the log can be given away and the key stays.

use std::io::Write;
use std::path::Path;
use std::sync::OnceLock;

use crate::platform::files;
use crate::secret::{Fingerprint, random_bytes};

/// The file of the key. No profile's name begins with a dot.
const NAME: &str = ".log-key";

/// The length of the key in bytes.
const LENGTH: usize = 32;

/// The key, once it was asked for.
#[derive(Default)]
pub struct Marks(OnceLock<Option<Vec<u8>>>);

impl Marks {
    /// What the log in this directory calls a token; `None` where there is no key.
    pub fn of(&self, directory: &Path, token: &Fingerprint) -> Option<String> {
        let key = self.0.get_or_init(|| key(directory)).as_ref()?;
        Some(format!("{}-{}", name_of(key), token.keyed(key)))
    }

    /// Whether two marks were made with one key, so that they can be compared.
    #[must_use]
    pub fn are_of_one_key(one: &str, other: &str) -> bool {
        let key = |mark: &str| mark.split_once('-').map(|(key, _)| key.to_owned());
        key(one).is_some() && key(one) == key(other)
    }
}

/// What tells a key from others, and nothing else of it.
fn name_of(key: &[u8]) -> String {
    let digits: String = key.iter().map(|byte| format!("{byte:02x}")).collect();
    let name = Fingerprint::of(&digits).to_string();
    name.chars().take(4).collect()
}

/// The key of a directory, which is made if there is none.
fn key(directory: &Path) -> Option<Vec<u8>> {
    let path = directory.join(NAME);
    if let Some(key) = read(&path) {
        return Some(key);
    }
    let mut file = files::temporary_file(directory).ok()?;
    file.write_all(random_bytes::<LENGTH>().as_ref()).ok()?;
    files::keep_owner(directory, file.as_file()).ok()?;
    // Another process may have made one meanwhile, which then counts.
    drop(file.persist_noclobber(&path));
    read(&path)
}

fn read(path: &Path) -> Option<Vec<u8>> {
    let bytes = files::read_file(path).ok()??;
    (bytes.len() == LENGTH).then(|| bytes.to_vec())
}
