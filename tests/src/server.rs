//! A plain HTTP/1.1 server for stand-ins that must do what no framework offers: break a connection instead of answering,
//! and carry out what was asked although whoever asked is gone.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::{JoinHandle, JoinSet};

/// A request, read to its end.
#[derive(Debug, Clone, Default)]
pub struct Request {
    /// The method, in capitals.
    pub method: String,
    /// The path, without the query.
    pub path: String,
    /// The query, without the question mark.
    pub query: String,
    /// The body.
    pub body: Vec<u8>,
    headers: Vec<(String, String)>,
}

impl Request {
    /// A header's text; the name in small letters.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }

    /// All headers, their names in small letters.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// A parameter of the query.
    #[must_use]
    pub fn parameter(&self, name: &str) -> Option<String> {
        let mut pairs = url::form_urlencoded::parse(self.query.as_bytes());
        pairs.find(|(own, _)| own == name).map(|(_, value)| value.into_owned())
    }

    /// The body as JSON; null when it is something else.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// What a request comes to.
#[derive(Debug, Clone)]
pub enum Reply {
    /// An answer.
    Answer {
        /// HTTP status.
        status: u16,
        /// Headers beyond type and length.
        headers: Vec<(&'static str, String)>,
        /// The body.
        body: String,
    },
    /// No answer: the connection breaks.
    Cut,
}

impl Reply {
    /// An answer in JSON.
    #[must_use]
    pub fn json(status: u16, body: &Value) -> Self {
        Self::Answer { status, headers: Vec::new(), body: body.to_string() }
    }

    /// The same answer with a header more.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: String) -> Self {
        if let Self::Answer { headers, .. } = &mut self {
            headers.push((name, value));
        }
        self
    }
}

/// A running server; dropping it ends it and all its connections.
#[derive(Debug)]
pub struct Server {
    /// Where it listens: a free port on loopback.
    pub address: SocketAddr,
    task: JoinHandle<()>,
}

impl Server {
    /// Starts one that answers by `handle`. A handler once called runs to its end, whether or not its caller still
    /// listens; only then is the connection's end noticed.
    ///
    /// # Errors
    /// When there is no free port.
    pub async fn start<H, F>(handle: H) -> io::Result<Self>
    where
        H: Fn(Request) -> F + Send + Sync + 'static,
        F: Future<Output = Reply> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let handle = Arc::new(handle);
        let task = tokio::spawn(async move {
            let mut connections = JoinSet::new();
            loop {
                tokio::select! {
                    accepted = listener.accept() => {
                        let Ok((stream, _)) = accepted else { continue };
                        connections.spawn(converse(stream, Arc::clone(&handle)));
                    }
                    // How a connection ended is its caller's concern.
                    Some(_) = connections.join_next() => {}
                }
            }
        });
        Ok(Self { address, task })
    }

    /// Its origin.
    #[must_use]
    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Answers one request after another until either side closes the connection.
async fn converse<H, F>(stream: TcpStream, handle: Arc<H>) -> io::Result<()>
where
    H: Fn(Request) -> F,
    F: Future<Output = Reply>,
{
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    while let Some(request) = read(&mut stream).await? {
        let Reply::Answer { status, headers, body } = handle(request).await else { break };
        stream.write_all(written(status, &headers, &body).as_bytes()).await?;
    }
    Ok(())
}

fn written(status: u16, headers: &[(&'static str, String)], body: &str) -> String {
    let kind = if body.starts_with('<') { "text/html" } else { "application/json" };
    let mut text = format!("HTTP/1.1 {status} -\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n", body.len());
    for (name, value) in headers {
        text.extend([name, ": ", value, "\r\n"]);
    }
    text + "\r\n" + body
}

/// The next request, or nothing when the caller closed the connection.
async fn read(stream: &mut BufReader<TcpStream>) -> io::Result<Option<Request>> {
    let mut line = String::new();
    if stream.read_line(&mut line).await? == 0 {
        return Ok(None);
    }
    let mut words = line.split_whitespace().map(str::to_owned);
    let (method, target) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let mut request = Request { method, path: path.to_owned(), query: query.to_owned(), ..Request::default() };
    loop {
        line.clear();
        stream.read_line(&mut line).await?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        request.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    if request.header("transfer-encoding").is_some() {
        return Err(io::Error::other("a request without a length"));
    }
    let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    request.body.resize(length, 0);
    stream.read_exact(&mut request.body).await?;
    Ok(Some(request))
}
