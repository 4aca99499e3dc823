//! Chromium's DevTools over a pair of pipes: JSON texts, each ended by a NUL. No port is opened for it.

use serde_json::{Value, json};
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::unix::pipe;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;
use tokio::task::AbortHandle;

/// The longest message that is read, in bytes.
const MESSAGE: usize = 8 * 1024 * 1024;
/// What is read during one visit, in bytes: a page that has more to tell is not heard any more.
const TOTAL: usize = 96 * 1024 * 1024;

/// Something that happened in the browser.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Event {
    /// The session that it happened in; nothing if in the browser itself.
    pub session: Option<String>,
    /// Its name, such as `Page.loadEventFired`.
    pub method: String,
    /// What belongs to it.
    pub params: Value,
}

/// Why a command has no result.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CallError {
    /// The browser refused it.
    #[error("the browser refused it")]
    Refused,
    /// The browser is gone, or has said more than is read.
    #[error("the browser is gone")]
    Gone,
    /// No result in time.
    #[error("the browser did not answer in time")]
    Late,
}

/// The way to a browser. Ends with this.
pub struct DevTools {
    outbox: UnboundedSender<Vec<u8>>,
    waiting: Arc<Waiting>,
    number: AtomicU64,
    tasks: [AbortHandle; 2],
}

type Waiting = Mutex<Option<HashMap<u64, oneshot::Sender<Result<Value, CallError>>>>>;

impl DevTools {
    /// Speaks over these pipes.
    pub fn connect(commands: pipe::Sender, answers: pipe::Receiver) -> (Self, UnboundedReceiver<Event>) {
        let (outbox, outgoing) = unbounded_channel();
        let (events, happened) = unbounded_channel();
        let waiting: Arc<Waiting> = Arc::new(Mutex::new(Some(HashMap::new())));
        let write = tokio::spawn(write(commands, outgoing)).abort_handle();
        let read = tokio::spawn(read(answers, events, Arc::clone(&waiting))).abort_handle();
        (Self { outbox, waiting, number: AtomicU64::new(1), tasks: [write, read] }, happened)
    }

    /// Sends a command whose result nobody waits for.
    pub fn tell(&self, session: Option<&str>, method: &str, params: Value) {
        self.send(self.number.fetch_add(1, Ordering::Relaxed), session, method, params);
    }

    /// Sends a command and waits for its result.
    ///
    /// # Errors
    /// Why there is none.
    pub async fn call(
        &self,
        session: Option<&str>,
        method: &str,
        params: Value,
        patience: Duration,
    ) -> Result<Value, CallError> {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        let (answer, answered) = oneshot::channel();
        match self.waiting.lock().unwrap_or_else(PoisonError::into_inner).as_mut() {
            Some(waiting) => waiting.insert(number, answer),
            None => return Err(CallError::Gone),
        };
        self.send(number, session, method, params);
        tokio::time::timeout(patience, answered).await.map_err(|_| CallError::Late)?.map_err(|_| CallError::Gone)?
    }

    fn send(&self, number: u64, session: Option<&str>, method: &str, params: Value) {
        let mut message = json!({ "id": number, "method": method, "params": params });
        if let Some(session) = session {
            message["sessionId"] = session.into();
        }
        let mut text = message.to_string().into_bytes();
        text.push(0);
        // A browser that is gone shows in the answer that does not come.
        let _ = self.outbox.send(text);
    }
}

impl Drop for DevTools {
    fn drop(&mut self) {
        for task in &self.tasks {
            task.abort();
        }
    }
}

async fn write(mut commands: pipe::Sender, mut outgoing: UnboundedReceiver<Vec<u8>>) {
    while let Some(text) = outgoing.recv().await {
        if commands.write_all(&text).await.is_err() {
            return;
        }
    }
}

async fn read(mut answers: pipe::Receiver, events: UnboundedSender<Event>, waiting: Arc<Waiting>) {
    let mut messages = Messages::default();
    let mut total = 0;
    let mut piece = vec![0; 64 * 1024];
    while let Ok(length @ 1..) = answers.read(&mut piece).await {
        total += length;
        if total > TOTAL || messages.take(&piece[..length], |text| hand_out(text, &events, &waiting)).is_none() {
            break;
        }
    }
    // Whoever waits is told; the end of the events is the end of the browser.
    waiting.lock().unwrap_or_else(PoisonError::into_inner).take();
}

/// Texts out of a stream of bytes.
#[derive(Debug, Default)]
struct Messages {
    begun: Vec<u8>,
}

impl Messages {
    /// Adds bytes and hands out every text that they complete. Nothing if one is too long.
    fn take(&mut self, mut bytes: &[u8], mut hand_out: impl FnMut(&[u8])) -> Option<()> {
        while let Some(end) = bytes.iter().position(|byte| *byte == 0) {
            self.begun.extend_from_slice(&bytes[..end]);
            hand_out(&self.begun);
            self.begun.clear();
            bytes = &bytes[end + 1..];
        }
        self.begun.extend_from_slice(bytes);
        (self.begun.len() <= MESSAGE).then_some(())
    }
}

fn hand_out(text: &[u8], events: &UnboundedSender<Event>, waiting: &Waiting) {
    let Ok(mut message) = serde_json::from_slice::<Value>(text) else { return };
    if let Some(number) = message["id"].as_u64() {
        let answer =
            waiting.lock().unwrap_or_else(PoisonError::into_inner).as_mut().and_then(|waiting| waiting.remove(&number));
        if let Some(answer) = answer {
            let result = message.get_mut("result").map(Value::take).ok_or(CallError::Refused);
            // Whoever asked may have given up.
            let _ = answer.send(result);
        }
        return;
    }
    let Some(method) = message["method"].as_str().map(str::to_owned) else { return };
    let session = message["sessionId"].as_str().map(str::to_owned);
    // Nobody listens any more once the visit is over.
    let _ = events.send(Event { session, method, params: message["params"].take() });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_at_their_nul_wherever_the_pipe_cuts_them() {
        for size in 1..12 {
            let mut messages = Messages::default();
            let mut found = Vec::new();
            for piece in b"one\0two\0\0three\0fo".chunks(size) {
                messages
                    .take(piece, |text| found.push(String::from_utf8_lossy(text).into_owned()))
                    .expect("short texts");
            }
            assert_eq!(found, ["one", "two", "", "three"]);
        }
    }

    #[test]
    fn a_text_without_end_is_given_up() {
        let mut messages = Messages::default();
        let piece = vec![b'a'; MESSAGE];
        assert!(messages.take(&piece, |_| ()).is_some());
        assert!(messages.take(b"a", |_| ()).is_none());
    }
}
