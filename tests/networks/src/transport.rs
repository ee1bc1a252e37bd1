//! The way from a client to the simulated networks without a socket.

use std::fmt;

use async_trait::async_trait;
use axum::Router;
use axum::body::Body as AxumBody;
use bytes::{BufMut as _, Bytes, BytesMut};
use domain::delivery::Failure;
use futures::StreamExt as _;
use http::header;
use http_body_util::BodyExt as _;
use platforms::http::{Body, Chunks, Part, Request, Response, SendError, Transport};
use tower::ServiceExt as _;
use url::form_urlencoded;

use crate::faults::NoAnswer;

/// Between the parts of a multipart body.
const BOUNDARY: &str = "simulated-boundary-7c9e";

/// Hands requests straight to the simulated networks. Their paths must name the host first, as
/// `platforms::http::Http` places them in its sandbox mode.
#[derive(Clone)]
pub struct InProcess(Router);

impl InProcess {
    /// A way to these networks.
    #[must_use]
    pub const fn new(router: Router) -> Self {
        Self(router)
    }
}

impl fmt::Debug for InProcess {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("InProcess")
    }
}

#[async_trait]
impl Transport for InProcess {
    async fn send(&self, request: Request) -> Result<Response, SendError> {
        let (content_type, body) = encode(request.body).await.map_err(SendError::Unread)?;
        let target = request
            .url
            .query()
            .map_or_else(|| request.url.path().to_owned(), |query| format!("{}?{query}", request.url.path()));
        let mut builder = http::Request::builder().method(request.method).uri(target);
        if let Some(content_type) = content_type {
            builder = builder.header(header::CONTENT_TYPE, content_type);
        }
        builder = builder.header(header::CONTENT_LENGTH, body.len());
        let mut asked = builder.body(AxumBody::from(body)).map_err(|error| SendError::NotSent(error.to_string()))?;
        for (name, value) in &request.headers {
            asked.headers_mut().insert(name, value.clone());
        }
        let answer = match self.0.clone().oneshot(asked).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        };
        match answer.extensions().get::<NoAnswer>() {
            Some(NoAnswer::NotSent) => return Err(SendError::NotSent("connection refused".to_owned())),
            Some(NoAnswer::Unknown) => return Err(SendError::MaybeSent("the connection was lost".to_owned())),
            None => {}
        }
        let (parts, body) = answer.into_parts();
        let body = body.collect().await.map_err(|error| SendError::MaybeSent(error.to_string()))?.to_bytes();
        Ok(Response { status: parts.status, headers: parts.headers, body })
    }
}

/// Media type and bytes of a body, as a real client would send them.
async fn encode(body: Body) -> Result<(Option<String>, Bytes), Failure> {
    Ok(match body {
        Body::Empty => (None, Bytes::new()),
        Body::Json(value) => (Some("application/json".to_owned()), value.to_string().into()),
        Body::Form(fields) => {
            let mut form = form_urlencoded::Serializer::new(String::new());
            form.extend_pairs(fields);
            (Some("application/x-www-form-urlencoded".to_owned()), form.finish().into())
        }
        Body::Raw { mime, bytes } => (Some(mime), bytes),
        Body::Stream { mime, chunks, .. } => (Some(mime), whole(&chunks).await?),
        Body::Multipart(parts) => {
            let mut bytes = BytesMut::new();
            for part in parts {
                bytes.put_slice(format!("--{BOUNDARY}\r\n").as_bytes());
                append(&mut bytes, part).await?;
                bytes.put_slice(b"\r\n");
            }
            bytes.put_slice(format!("--{BOUNDARY}--\r\n").as_bytes());
            (Some(format!("multipart/form-data; boundary={BOUNDARY}")), bytes.freeze())
        }
    })
}

async fn append(bytes: &mut BytesMut, part: Part) -> Result<(), Failure> {
    let (name, file, content) = match part {
        Part::Text { name, value } => (name, None, Bytes::from(value)),
        Part::File { name, file_name, mime, bytes } => (name.to_owned(), Some((file_name, mime)), bytes),
        Part::Stream { name, file_name, mime, chunks, .. } => {
            (name.to_owned(), Some((file_name, mime)), whole(&chunks).await?)
        }
    };
    let head = match file {
        None => format!("content-disposition: form-data; name=\"{name}\"\r\n\r\n"),
        Some((file, mime)) => format!(
            "content-disposition: form-data; name=\"{name}\"; filename=\"{file}\"\r\ncontent-type: {mime}\r\n\r\n"
        ),
    };
    bytes.put_slice(head.as_bytes());
    bytes.put_slice(&content);
    Ok(())
}

async fn whole(chunks: &Chunks) -> Result<Bytes, Failure> {
    let mut pieces = chunks.pieces();
    let mut bytes = BytesMut::new();
    while let Some(piece) = pieces.next().await {
        bytes.put_slice(&piece?);
    }
    Ok(bytes.freeze())
}
