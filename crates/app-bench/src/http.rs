//! HTTP/1.1 with as little work as possible, so that a shared machine spends its time on what is
//! measured. It reads what the programs here send each other, and no more.

use std::io;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

/// A connection on which whole messages come and go.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// How much of the buffer the last message took.
    taken: usize,
}

/// A request or an answer.
pub struct Message<'a> {
    /// The first line and the headers.
    pub head: &'a str,
    /// The body as it was sent: still in chunks if it came in chunks.
    pub body: &'a [u8],
}

impl Message<'_> {
    /// An answer's status.
    pub fn status(&self) -> Option<u16> {
        self.head.get(9..12)?.parse().ok()
    }

    /// The values of all headers of this name, which is in lower case.
    pub fn headers(&self, name: &str) -> impl Iterator<Item = &str> {
        headers(self.head, name)
    }
}

impl Connection {
    /// On a stream that nothing has been read from.
    pub fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: Vec::with_capacity(16 * 1024),
            taken: 0,
        })
    }

    /// Sends bytes.
    pub async fn send(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.stream.write_all(bytes).await
    }

    /// The next message. `None` if the other side has hung up.
    pub async fn receive(&mut self) -> io::Result<Option<Message<'_>>> {
        self.buffer.drain(..self.taken);
        self.taken = 0;
        let head = loop {
            if let Some(end) = find(&self.buffer, b"\r\n\r\n") {
                break end + 4;
            }
            if !self.read().await? {
                return Ok(None);
            }
        };
        let length = Length::of(text(&self.buffer[..head])?)?;
        let end = loop {
            match length.end(&self.buffer[head..])? {
                Some(end) if head + end <= self.buffer.len() => break head + end,
                _ => {}
            }
            if !self.read().await? {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        };
        self.taken = end;
        Ok(Some(Message {
            head: text(&self.buffer[..head])?,
            body: &self.buffer[head..end],
        }))
    }

    async fn read(&mut self) -> io::Result<bool> {
        Ok(self.stream.read_buf(&mut self.buffer).await? > 0)
    }
}

/// How long a body is.
enum Length {
    Bytes(usize),
    Chunks,
}

impl Length {
    fn of(head: &str) -> io::Result<Self> {
        if headers(head, "transfer-encoding").any(|value| value == "chunked") {
            return Ok(Self::Chunks);
        }
        let length = headers(head, "content-length").next().unwrap_or("0");
        length.parse().map(Self::Bytes).map_err(io::Error::other)
    }

    /// Where the body ends, if that's known from as much of it as has come.
    fn end(&self, body: &[u8]) -> io::Result<Option<usize>> {
        if let Self::Bytes(length) = self {
            return Ok(Some(*length));
        }
        let mut at = 0;
        while let Some(line) = body.get(at..).and_then(|rest| find(rest, b"\r\n")) {
            let size = text(&body[at..at + line])?;
            let size = usize::from_str_radix(size, 16).map_err(io::Error::other)?;
            at += line + 2 + size + 2;
            if size == 0 {
                return Ok(Some(at));
            }
        }
        Ok(None)
    }
}

fn headers<'a>(head: &'a str, name: &str) -> impl Iterator<Item = &'a str> {
    head.split("\r\n").skip(1).filter_map(move |line| {
        let (found, value) = line.split_once(':')?;
        found.eq_ignore_ascii_case(name).then(|| value.trim())
    })
}

fn find(bytes: &[u8], what: &[u8]) -> Option<usize> {
    bytes.windows(what.len()).position(|window| window == what)
}

fn text(bytes: &[u8]) -> io::Result<&str> {
    std::str::from_utf8(bytes).map_err(io::Error::other)
}

#[cfg(test)]
mod tests {
    use tokio::net::TcpListener;

    use super::*;

    #[tokio::test]
    async fn messages_are_told_apart_however_they_come() {
        const SENT: &str = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nset-cookie: a=b\r\n\r\nok\
            HTTP/1.1 303 See Other\r\nset-cookie: c=d\r\nset-cookie: e=f\r\n\r\n\
            HTTP/1.1 500 Oh\r\ntransfer-encoding: chunked\r\n\r\n2\r\nab\r\nb\r\n0\r\n\r\n012345\r\n0\r\n\r\n";
        for step in [1, 7, 4096] {
            let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
            let stream = TcpStream::connect(listener.local_addr().unwrap()).await;
            let mut sender = Connection::new(stream.unwrap()).unwrap();
            tokio::spawn(async move {
                for part in SENT.as_bytes().chunks(step) {
                    sender.send(part).await.unwrap();
                }
            });
            let (stream, _) = listener.accept().await.unwrap();
            let mut connection = Connection::new(stream).unwrap();
            for (status, cookies, body) in [
                (200, "a=b", "ok"),
                (303, "c=d;e=f", ""),
                (500, "", "2\r\nab\r\nb\r\n0\r\n\r\n012345\r\n0\r\n\r\n"),
            ] {
                let message = connection.receive().await.unwrap().unwrap();
                assert_eq!(message.status(), Some(status));
                let found: Vec<_> = message.headers("set-cookie").collect();
                assert_eq!(found.join(";"), cookies);
                assert_eq!(message.body, body.as_bytes());
            }
            assert!(connection.receive().await.unwrap().is_none());
        }
    }
}
