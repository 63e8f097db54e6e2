use std::{
    io,
    sync::{Arc, Mutex, Once},
};

use tracing::{
    Level,
    subscriber::{DefaultGuard, NoSubscriber, set_default, set_global_default},
};
use tracing_subscriber::fmt::MakeWriter;

/// Everything that a test's own thread logs from now on, in full detail. The app and its Appwrite run
/// on that thread too, unless the test asks for a multi-threaded runtime.
pub struct Log {
    lines: Lines,
    _guard: DefaultGuard,
}

impl Log {
    pub fn start() -> Self {
        static OTHERS: Once = Once::new();
        // With one subscriber in the whole process, `tracing` asks only the thread that comes by a
        // log line first whether anybody listens, and remembers its answer for all threads. With
        // two it asks every subscriber.
        OTHERS.call_once(|| set_global_default(NoSubscriber::default()).unwrap());
        let lines = Lines::default();
        let subscriber = tracing_subscriber::fmt()
            .with_max_level(Level::TRACE)
            .with_writer(lines.clone())
            .finish();
        Self {
            lines,
            _guard: set_default(subscriber),
        }
    }

    /// A line contains this: so there is a log in which other things can be missed.
    #[track_caller]
    pub fn shows(&self, text: &str) {
        assert!(self.text().contains(text), "no {text:?} in the log");
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.lines.0.lock().unwrap().clone()).unwrap()
    }
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl io::Write for Lines {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(text);
        Ok(text.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
