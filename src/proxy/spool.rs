//! A body that can be sent a second time: what has been sent is kept, in memory up to a mebibyte,
//! then in a file without a name.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;

use crate::body::{Stream, StreamError};
use crate::platform::files;
use crate::ui::Progress;

/// How many bytes are kept in memory.
const IN_MEMORY: usize = 1 << 20;

/// How many bytes are kept at most. A body that is longer is sent once.
const MOST: u64 = 4 << 30;

/// How many bytes are read at a time.
const PIECE: usize = 64 << 10;

/// Where a body comes from.
pub enum Source {
    /// From memory.
    Bytes(Vec<u8>),
    /// From a file, which is read again for the second time.
    File(File, u64),
    /// From a pipe, or a connection.
    Stream(Stream),
}

/// A body that is sent, and perhaps once more.
pub struct Spool(Arc<Mutex<Kept>>);

struct Kept {
    /// What comes next; `None` at the end.
    source: Option<Stream>,
    memory: Vec<u8>,
    file: Option<File>,
    /// How many bytes have come so far.
    length: u64,
    /// The length of the whole, where it is known from the start.
    whole: Option<u64>,
    /// How many bytes are kept at most.
    most: u64,
    /// Shows a person how much has been sent.
    progress: Option<Progress>,
    /// Whether all that has come is there still.
    all_is_there: bool,
}

impl Spool {
    /// Keeps what `source` brings.
    #[must_use]
    pub fn new(source: Source) -> Self {
        Self::of_at_most(source, MOST)
    }

    fn of_at_most(source: Source, most: u64) -> Self {
        let mut kept = Kept {
            most,
            progress: None,
            source: None,
            memory: vec![],
            file: None,
            length: 0,
            whole: None,
            all_is_there: true,
        };
        match source {
            Source::Bytes(bytes) => {
                kept.length = bytes.len() as u64;
                kept.whole = Some(kept.length);
                kept.memory = bytes;
            }
            Source::File(file, length) => {
                kept.length = length;
                kept.whole = Some(length);
                kept.file = Some(file);
            }
            Source::Stream(stream) => {
                kept.whole = stream.size_hint().exact();
                kept.source = Some(stream);
            }
        }
        Self(Arc::new(Mutex::new(kept)))
    }

    /// The body from its beginning. Only one of them is read at a time.
    #[must_use]
    pub fn attempt(&self) -> Stream {
        let attempt = Attempt {
            kept: Arc::clone(&self.0),
            at: 0,
        };
        attempt.boxed()
    }

    /// Shows a person how much of the body has been sent, until [`Self::hide`].
    pub fn show(&self) {
        lock(&self.0).progress = Some(Progress::begin(true));
    }

    /// Shows nothing any more.
    pub fn hide(&self) {
        lock(&self.0).progress = None;
    }

    /// Whether the body can be sent once more.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        lock(&self.0).all_is_there
    }
}

fn lock(kept: &Mutex<Kept>) -> MutexGuard<'_, Kept> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Kept {
    /// The bytes that are kept from `at` on, as many as are read at a time.
    fn read(&mut self, at: u64) -> io::Result<Bytes> {
        let left = usize::try_from(self.length - at).unwrap_or(PIECE);
        let mut piece = vec![0; left.min(PIECE)];
        match &mut self.file {
            None => {
                let from = usize::try_from(at).unwrap_or(usize::MAX);
                let there = self.memory.get(from..).unwrap_or_default();
                piece.truncate(there.len());
                let length = piece.len();
                piece.copy_from_slice(&there[..length]);
            }
            Some(file) => {
                file.seek(SeekFrom::Start(at))?;
                let count = file.read(&mut piece)?;
                if count == 0 {
                    return Err(io::ErrorKind::UnexpectedEof.into());
                }
                piece.truncate(count);
            }
        }
        Ok(piece.into())
    }

    fn count(&mut self, piece: &Bytes) {
        if let Some(progress) = &mut self.progress {
            progress.add(piece.len());
        }
    }

    /// Keeps what has come. What cannot be kept is sent all the same, but once only.
    fn keep(&mut self, piece: &Bytes) {
        let length = self.length;
        self.length += piece.len() as u64;
        if self.all_is_there && self.try_to_keep(length, piece).is_err() {
            self.all_is_there = false;
            self.memory = vec![];
            self.file = None;
        }
    }

    fn try_to_keep(&mut self, length: u64, piece: &Bytes) -> io::Result<()> {
        if self.length > self.most {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        if self.file.is_none() && self.memory.len() + piece.len() > IN_MEMORY {
            let mut file = files::unnamed_file(&temporary())?;
            file.write_all(&self.memory)?;
            self.memory = vec![];
            self.file = Some(file);
        }
        match &mut self.file {
            None => self.memory.extend_from_slice(piece),
            Some(file) => {
                file.seek(SeekFrom::Start(length))?;
                file.write_all(piece)?;
            }
        }
        Ok(())
    }
}

fn temporary() -> std::path::PathBuf {
    Path::new(&std::env::temp_dir()).to_owned()
}

/// The body on its way.
struct Attempt {
    kept: Arc<Mutex<Kept>>,
    /// How many bytes of it were sent.
    at: u64,
}

impl Body for Attempt {
    type Data = Bytes;
    type Error = StreamError;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
        let shared = Arc::clone(&self.kept);
        let mut kept = lock(&shared);
        if self.at < kept.length {
            let piece = match kept.read(self.at) {
                Ok(piece) => piece,
                Err(error) => return Poll::Ready(Some(Err(error.into()))),
            };
            self.at += piece.len() as u64;
            kept.count(&piece);
            return Poll::Ready(Some(Ok(Frame::data(piece))));
        }
        loop {
            let Some(source) = &mut kept.source else {
                return Poll::Ready(None);
            };
            match std::task::ready!(Pin::new(source).poll_frame(context)) {
                None => kept.source = None,
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                Some(Ok(frame)) => {
                    // Trailers of a request are not passed on.
                    let Ok(piece) = frame.into_data() else {
                        continue;
                    };
                    kept.keep(&piece);
                    kept.count(&piece);
                    self.at += piece.len() as u64;
                    return Poll::Ready(Some(Ok(Frame::data(piece))));
                }
            }
        }
    }

    fn is_end_stream(&self) -> bool {
        let kept = lock(&self.kept);
        kept.source.is_none() && self.at == kept.length
    }

    fn size_hint(&self) -> SizeHint {
        let kept = lock(&self.kept);
        match kept.whole {
            Some(whole) => SizeHint::with_exact(whole.saturating_sub(self.at)),
            None => SizeHint::default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use http_body_util::Full;

    use super::*;

    async fn read(stream: Stream) -> Vec<u8> {
        stream.collect().await.expect("whole").to_bytes().to_vec()
    }

    #[tokio::test]
    async fn a_body_is_the_same_at_the_second_time() {
        for length in [0, 1, IN_MEMORY - 1, IN_MEMORY + 1, 3 * IN_MEMORY] {
            let text: Vec<u8> = (0..length)
                .map(|n| u8::try_from(n % 251).expect("small"))
                .collect();
            let pieces = Full::new(Bytes::from(text.clone())).map_err(|never| match never {});
            let mut file = files::unnamed_file(&temporary()).expect("a file");
            file.write_all(&text).expect("written");
            for source in [
                Source::Stream(pieces.boxed()),
                Source::Bytes(text.clone()),
                Source::File(file, length as u64),
            ] {
                let spool = Spool::new(source);
                // The first time may end before the body does.
                drop(spool.attempt());
                assert_eq!(read(spool.attempt()).await, text, "{length}");
                assert!(spool.is_kept());
                assert_eq!(read(spool.attempt()).await, text, "{length}");
            }
        }
    }

    #[tokio::test]
    async fn what_is_too_long_is_sent_once() {
        let text = vec![7; 2 * IN_MEMORY];
        let pieces = Full::new(Bytes::from(text.clone())).map_err(|never| match never {});
        let spool = Spool::of_at_most(Source::Stream(pieces.boxed()), 100);
        assert_eq!(read(spool.attempt()).await, text);
        assert!(!spool.is_kept());
    }

    #[tokio::test]
    async fn the_rest_follows_where_the_first_time_ended_in_the_middle() {
        let pieces = ["one", "two", "three"]
            .map(|text| Ok::<_, StreamError>(Frame::data(Bytes::from(text))));
        let mut pieces = pieces.into_iter();
        let stream =
            http_body_util::combinators::BoxBody::new(Pieces(Box::new(move || pieces.next())));
        let spool = Spool::new(Source::Stream(stream));
        let mut first = spool.attempt();
        let frame = first.frame().await.expect("there").expect("whole");
        assert_eq!(frame.into_data().expect("data"), "one");
        drop(first);
        assert_eq!(read(spool.attempt()).await, b"onetwothree");
    }

    type Next = dyn FnMut() -> Option<Result<Frame<Bytes>, StreamError>> + Send + Sync;

    struct Pieces(Box<Next>);

    impl Body for Pieces {
        type Data = Bytes;
        type Error = StreamError;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _context: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, StreamError>>> {
            Poll::Ready((self.0)())
        }
    }
}
