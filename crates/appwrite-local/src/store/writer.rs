//! The one thread that writes.
//!
//! Waiting for the disk takes longer than anything else. So whatever has queued up meanwhile is done
//! next in one transaction, which waits only once, and nobody is answered before it's on the disk.
//! Each piece of work still stands alone: it's a savepoint of its own, so that one that fails leaves
//! nothing behind and takes nothing with it.

use std::{
    collections::VecDeque,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::mpsc::{self, Receiver, Sender},
    thread::{self, JoinHandle},
};

use rusqlite::Connection;
use tokio::sync::oneshot;

use crate::error::ApiError;

/// The most pieces of work in one transaction.
const TOGETHER: usize = 64;

/// Some work, and whoever waits for what comes of it.
type Job = Box<dyn FnOnce(&Connection) -> Answer + Send>;
/// Answers who waits, once it's known whether the work is on the disk.
type Answer = Box<dyn FnOnce(bool) + Send>;

/// The thread. Dropping this ends it, once all its work is done.
pub struct Writer {
    jobs: Option<Sender<Job>>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts a thread that writes by this connection.
    pub fn new(connection: Connection) -> Self {
        let (jobs, queue) = mpsc::channel();
        let thread = thread::spawn(move || work_off(&connection, &queue));
        Self {
            jobs: Some(jobs),
            thread: Some(thread),
        }
    }

    /// Queues some work. What comes of it is sent once it's on the disk; if the thread can't do it,
    /// nothing is.
    pub fn queue<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Connection) -> Result<T, ApiError> + Send + 'static,
    ) -> oneshot::Receiver<Result<T, ApiError>> {
        let (done, receiver) = oneshot::channel();
        let job = move |connection: &Connection| -> Answer {
            let result = alone(connection, work);
            Box::new(move |committed| {
                let lost = || Err(ApiError::known("general_server_error"));
                let _ = done.send(match result {
                    Ok(_) if !committed => lost(),
                    result => result,
                });
            })
        };
        if let Some(jobs) = &self.jobs {
            let _ = jobs.send(Box::new(job));
        }
        receiver
    }
}

impl Drop for Writer {
    fn drop(&mut self) {
        self.jobs = None;
        let Some(thread) = self.thread.take() else {
            return;
        };
        // Work may hold the last handle to the database. It can't wait for its own end.
        if thread.thread().id() != thread::current().id() {
            let _ = thread.join();
        }
    }
}

fn work_off(connection: &Connection, queue: &Receiver<Job>) {
    while let Ok(first) = queue.recv() {
        let mut jobs = VecDeque::from([first]);
        jobs.extend(queue.try_iter().take(TOGETHER - 1));
        while !jobs.is_empty() {
            if let Err(error) = together(connection, &mut jobs) {
                tracing::error!(%error, "the database failed");
                jobs.clear();
            }
        }
    }
}

/// Does as many jobs as it can in one transaction.
fn together(connection: &Connection, jobs: &mut VecDeque<Job>) -> Result<(), rusqlite::Error> {
    statement(connection, "BEGIN")?;
    let mut answers = Vec::new();
    while let Some(job) = jobs.pop_front() {
        answers.push(job(connection));
        // A full disk ends the whole transaction. The other jobs get another.
        if connection.is_autocommit() {
            break;
        }
    }
    let committed = !connection.is_autocommit()
        && statement(connection, "COMMIT")
            .inspect_err(|error| tracing::error!(%error, "the database failed"))
            .is_ok();
    if !connection.is_autocommit() {
        statement(connection, "ROLLBACK")?;
    }
    for answer in answers {
        answer(committed);
    }
    Ok(())
}

/// Does some work of which nothing stays if it fails or dies.
fn alone<T>(
    connection: &Connection,
    work: impl FnOnce(&Connection) -> Result<T, ApiError>,
) -> Result<T, ApiError> {
    statement(connection, "SAVEPOINT job")?;
    let died = |_| Err(ApiError::known("general_server_error"));
    let result = catch_unwind(AssertUnwindSafe(|| work(connection))).unwrap_or_else(died);
    if connection.is_autocommit() {
        return result.and_then(|_| Err(ApiError::known("general_server_error")));
    }
    if result.is_err() {
        statement(connection, "ROLLBACK TO job")?;
    }
    statement(connection, "RELEASE job")?;
    result
}

fn statement(connection: &Connection, sql: &'static str) -> Result<(), rusqlite::Error> {
    connection.prepare_cached(sql)?.execute([]).map(|_| ())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writer() -> Writer {
        let connection = Connection::open_in_memory().unwrap();
        connection
            .execute_batch("CREATE TABLE numbers (number INTEGER PRIMARY KEY)")
            .unwrap();
        Writer::new(connection)
    }

    fn insert(connection: &Connection, number: i64) -> Result<i64, ApiError> {
        connection.execute("INSERT INTO numbers VALUES (?1)", [number])?;
        Ok(number)
    }

    #[tokio::test]
    async fn what_fails_takes_nothing_with_it() {
        let writer = writer();
        // All of these wait while the first one works, so they're one transaction.
        let (release, wait) = mpsc::channel::<()>();
        let first = writer.queue(move |connection| {
            let _ = wait.recv();
            insert(connection, 1)
        });
        let second = writer.queue(|connection| insert(connection, 2));
        let fails = writer.queue(|connection| {
            insert(connection, 3)?;
            Err::<(), _>(ApiError::known("user_not_found"))
        });
        let dies = writer.queue(|connection| -> Result<(), ApiError> {
            insert(connection, 4)?;
            panic!("this is what the test is about");
        });
        let last = writer.queue(|connection| insert(connection, 5));
        release.send(()).unwrap();
        assert_eq!(first.await.unwrap().ok(), Some(1));
        assert_eq!(second.await.unwrap().ok(), Some(2));
        assert_eq!(fails.await.unwrap().unwrap_err().kind, "user_not_found");
        assert_eq!(dies.await.unwrap().unwrap_err().status, 500);
        assert_eq!(last.await.unwrap().ok(), Some(5));
        let sum = writer.queue(|connection| {
            Ok(
                connection.query_row("SELECT sum(number) FROM numbers", [], |row| {
                    row.get::<_, i64>(0)
                })?,
            )
        });
        assert_eq!(sum.await.unwrap().ok(), Some(8));
    }

    #[tokio::test]
    async fn work_that_ends_the_transaction_is_lost_and_the_rest_goes_on() {
        let writer = writer();
        let ends = writer.queue(|connection| {
            insert(connection, 1)?;
            connection.execute_batch("ROLLBACK")?;
            Ok(())
        });
        let next = writer.queue(|connection| insert(connection, 2));
        assert_eq!(ends.await.unwrap().unwrap_err().status, 500);
        assert_eq!(next.await.unwrap().ok(), Some(2));
    }
}
