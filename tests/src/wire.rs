//! A lean HTTP client for measuring: one connection, one request at a time, almost no processor time of its own, so that
//! what is measured on a small machine is the product.

use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use anyhow::{Context as _, bail, ensure};

/// A connection that stays open.
#[derive(Debug)]
pub struct Wire {
    stream: BufReader<TcpStream>,
    host: String,
    token: String,
}

/// What came back.
#[derive(Debug, Default)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// The `ETag`, with its quotes.
    pub etag: Option<String>,
    /// The body.
    pub body: Vec<u8>,
}

impl Wire {
    /// Connects to an origin such as `http://localhost:4000` for somebody with an access token.
    ///
    /// # Errors
    /// When nothing listens there.
    pub fn connect(origin: &str, token: &str) -> anyhow::Result<Self> {
        let host = origin.trim_start_matches("http://").to_owned();
        let stream = TcpStream::connect(&host).with_context(|| format!("cannot reach {origin}"))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(Duration::from_secs(60)))?;
        Ok(Self { stream: BufReader::new(stream), host, token: token.to_owned() })
    }

    /// Sends a request and reads the whole answer.
    ///
    /// # Errors
    /// When the connection breaks or what comes back is no answer.
    pub fn send(&mut self, method: &str, path: &str, if_match: Option<&str>, body: &str) -> anyhow::Result<Reply> {
        let mut head =
            format!("{method} {path} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n", self.host, self.token);
        if let Some(etag) = if_match {
            write!(head, "if-match: {etag}\r\n")?;
        }
        if !body.is_empty() {
            head.push_str("content-type: application/json\r\n");
        }
        write!(head, "content-length: {}\r\n\r\n{body}", body.len())?;
        self.stream.get_mut().write_all(head.as_bytes())?;
        self.read()
    }

    /// Sends a request and demands a status.
    ///
    /// # Errors
    /// As [`Wire::send`], or when the status is another one.
    pub fn expect(
        &mut self,
        status: u16,
        method: &str,
        path: &str,
        if_match: Option<&str>,
        body: &str,
    ) -> anyhow::Result<Reply> {
        let reply = self.send(method, path, if_match, body)?;
        ensure!(reply.status == status, "{method} {path}: {} {}", reply.status, String::from_utf8_lossy(&reply.body));
        Ok(reply)
    }

    fn read(&mut self) -> anyhow::Result<Reply> {
        let mut reply = Reply::default();
        let (mut line, mut length) = (String::new(), None);
        self.stream.read_line(&mut line)?;
        reply.status = line.split(' ').nth(1).context("the connection was closed")?.parse()?;
        loop {
            line.clear();
            self.stream.read_line(&mut line)?;
            let Some((name, value)) = line.trim_end().split_once(':') else { break };
            match name.to_ascii_lowercase().as_str() {
                "content-length" => length = Some(value.trim().parse()?),
                "etag" => reply.etag = Some(value.trim().to_owned()),
                "transfer-encoding" => bail!("an answer without a length"),
                _ => {}
            }
        }
        reply.body.resize(length.unwrap_or(0), 0);
        self.stream.read_exact(&mut reply.body)?;
        Ok(reply)
    }
}
