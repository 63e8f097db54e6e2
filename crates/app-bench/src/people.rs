//! Many people at once, each of whom may only see their own data.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Instant,
};

use anyhow::{Context as _, Result, bail};
use clap::Args;
use tokio::task::JoinSet;

use crate::{
    cases::{Visitor, call, get},
    http::Message,
    load::connect,
    person::{PEOPLE, Person, named_in},
    server::{self, Server, free_addr},
    upstream,
};

/// How many requests are on their way at a time.
const AT_ONCE: usize = 64;

/// How often they ask.
#[derive(Args)]
pub struct Options {
    /// The app's program
    app: PathBuf,
    /// How many requests
    #[arg(long, default_value_t = 1_000_000)]
    requests: usize,
}

/// A kind of request.
struct Kind {
    name: &'static str,
    /// The status of its answer.
    status: u16,
    shows: Shows,
    /// Writes one.
    write: fn(&mut Vec<u8>, &Visitor),
}

/// Whose data an answer has.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    /// The visitor's.
    Visitor,
    /// The visitor's, or nobody's.
    NobodyElse,
    /// Nobody's.
    Nobody,
}

const KINDS: &[Kind] = &[
    Kind {
        name: "GET /account",
        status: 200,
        shows: Shows::Visitor,
        write: |request, visitor| get(request, "/account", &visitor.cookies),
    },
    // notes: begin
    Kind {
        name: "GET /notes",
        status: 200,
        shows: Shows::Visitor,
        write: |request, visitor| get(request, "/notes", &visitor.cookies),
    },
    // notes: end
    // The stand-in for Appwrite refuses any name but the session's own.
    Kind {
        name: "POST /api/account/update-name",
        status: 200,
        shows: Shows::NobodyElse,
        write: |request, visitor| {
            let name = format!("name={}", visitor.person.name().replace(' ', "+"));
            call(request, "/api/account/update-name", &visitor.cookies, &name);
        },
    },
    // The same page for somebody whom it greets, and for somebody whom it doesn't know.
    Kind {
        name: "GET /",
        status: 200,
        shows: Shows::Visitor,
        write: |request, visitor| get(request, "/", &visitor.cookies),
    },
    Kind {
        name: "GET / without a session",
        status: 200,
        shows: Shows::Nobody,
        write: |request, _| get(request, "/", ""),
    },
];

/// Has them all sign in, and then ask in turn, until there's a wrong answer or there were enough.
pub async fn people(options: Options) -> Result<()> {
    let upstream = upstream::start(None).await?;
    let addr = free_addr()?;
    let mut command = server::app(&options.app, addr, upstream);
    // Whatever the app remembers of visitors, it has to remember here.
    command.env("VISITOR_CACHE_SECONDS", "10");
    let server = Server::start(command, addr).await?;

    let start = Instant::now();
    let mut app = connect(server.addr).await?;
    let mut visitors = Vec::with_capacity(PEOPLE);
    for person in Person::all() {
        visitors.push(Visitor::sign_in(&mut app, person).await?);
    }
    println!("{PEOPLE} people signed in, in {:.1?}", start.elapsed());

    let start = Instant::now();
    let visitors: Arc<[Visitor]> = visitors.into();
    let next = Arc::new(AtomicUsize::new(0));
    let mut tasks = JoinSet::new();
    for _ in 0..AT_ONCE {
        let (visitors, next) = (Arc::clone(&visitors), Arc::clone(&next));
        // Each connection is everybody's in turn, like that of a proxy.
        let mut connection = connect(server.addr).await?;
        tasks.spawn(async move {
            let mut request = Vec::with_capacity(2048);
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= options.requests {
                    return anyhow::Ok(());
                }
                let (kind, visitor) = turn(number, &visitors);
                request.clear();
                (kind.write)(&mut request, visitor);
                connection.send(&request).await?;
                let answer = connection.receive().await?.context("the app hung up")?;
                if let Err(problem) = check(kind, visitor.person, &answer) {
                    let (name, word) = (kind.name, visitor.person.word());
                    let body = String::from_utf8_lossy(answer.body);
                    bail!("{name} of {word}: {problem}\n\n{}{body}", answer.head);
                }
            }
        });
    }
    while let Some(task) = tasks.join_next().await {
        task??;
    }
    let took = start.elapsed();
    println!(
        "{} requests, {AT_ONCE} at a time, in {took:.1?} ({:.0} a second): nobody saw anybody else's data",
        options.requests,
        options.requests as f64 / took.as_secs_f64(),
    );
    Ok(())
}

/// Who asks for what in the request with this number. Requests that are on their way at the same time
/// are different people's, and each of them comes to each kind.
fn turn(number: usize, visitors: &[Visitor]) -> (&'static Kind, &Visitor) {
    let (round, person) = (number / visitors.len(), number % visitors.len());
    (&KINDS[(round + person) % KINDS.len()], &visitors[person])
}

/// Looks at an answer.
fn check(kind: &Kind, visitor: Person, answer: &Message<'_>) -> Result<()> {
    if answer.status() != Some(kind.status) {
        bail!("the status isn't {}", kind.status);
    }
    for encoding in ["content-encoding", "transfer-encoding"] {
        if answer.headers(encoding).next().is_some() {
            bail!("nobody can see what's in it: it has the header {encoding}");
        }
    }
    let mut shows_visitor = false;
    let parts = [answer.head.as_bytes(), answer.body];
    for person in parts.into_iter().flat_map(named_in) {
        match person {
            _ if kind.shows == Shows::Nobody => bail!("it has somebody's data"),
            Some(person) if person == visitor => shows_visitor = true,
            Some(other) => bail!("it has data of {}", other.word()),
            None => bail!("it has data of nobody that there is"),
        }
    }
    if kind.shows == Shows::Visitor && !shows_visitor {
        bail!("it has none of their data");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    const OK: &str = "HTTP/1.1 200 OK\r\n\r\n";

    /// Why an answer to `person-17` is wrong; empty if it isn't.
    fn problem(shows: Shows, head: &str, body: &str) -> String {
        let kind = Kind {
            name: "",
            status: 200,
            shows,
            write: |_, _| {},
        };
        let answer = Message {
            head,
            body: body.as_bytes(),
        };
        let checked = check(&kind, Person::numbered(17), &answer);
        checked.map_or_else(|error| error.to_string(), |()| String::new())
    }

    #[test]
    fn an_answer_with_the_visitors_own_data_is_right() {
        for body in ["person-17", "<b>Ada person-17</b> person-17@example.com"] {
            assert_eq!(problem(Shows::Visitor, OK, body), "");
            assert_eq!(problem(Shows::NobodyElse, OK, body), "");
        }
        assert_eq!(problem(Shows::NobodyElse, OK, ""), "");
        assert_eq!(problem(Shows::Nobody, OK, "Sign in"), "");
    }

    #[test]
    fn an_answer_with_somebody_elses_data_is_wrong() {
        let with_18 = "it has data of person-18";
        for shows in [Shows::Visitor, Shows::NobodyElse] {
            assert_eq!(problem(shows, OK, "person-17 person-18"), with_18);
            let head = "HTTP/1.1 200 OK\r\nset-cookie: a=person-18\r\n\r\n";
            assert_eq!(problem(shows, head, "person-17"), with_18);
            for other in ["person-1", "person-170", "person-1777", "person-"] {
                assert_ne!(problem(shows, OK, &format!("person-17 {other}")), "");
            }
        }
        assert_ne!(problem(Shows::Nobody, OK, "person-17"), "");
    }

    #[test]
    fn an_answer_that_shows_nothing_is_wrong() {
        assert_eq!(problem(Shows::Visitor, OK, ""), "it has none of their data");
        for head in [
            "HTTP/1.1 303 See Other\r\n\r\n",
            "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\n\r\n",
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n",
        ] {
            assert_ne!(problem(Shows::Visitor, head, "person-17"), "", "{head}");
            assert_ne!(problem(Shows::Nobody, head, ""), "", "{head}");
        }
    }

    #[test]
    fn everybody_asks_for_everything() {
        let visitors: Vec<_> = Person::all()
            .map(|person| Visitor {
                person,
                cookies: String::new(),
            })
            .collect();
        let turns: HashSet<_> = (0..PEOPLE * KINDS.len())
            .map(|number| {
                let (kind, visitor) = turn(number, &visitors);
                (kind.name, visitor.person.number())
            })
            .collect();
        assert_eq!(turns.len(), PEOPLE * KINDS.len());
    }
}
