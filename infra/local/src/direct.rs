//! The way from the product's clients to the stand-ins of the same process.
//!
//! Requests and answers are those of the AWS protocols, signed and checked as on the listener. Only the connection
//! between is left out, with HTTP on both of its ends (docs/performance.md says what that saves). What goes anywhere
//! else, such as to the media's public address, takes the usual way.

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use axum::body::to_bytes;
use axum::response::IntoResponse;
use http::header::InvalidHeaderValue;
use http::{HeaderValue, header};
use http_body_util::BodyExt as _;

use crate::services::Services;

/// Takes requests to the services' listener straight to them.
#[derive(Debug, Clone)]
pub(crate) struct Direct {
    way: Arc<Way>,
    usual: SharedHttpClient,
}

struct Way {
    services: Services,
    /// What the address of each service begins with.
    listener: String,
    /// The listener's host and port.
    host: HeaderValue,
}

/// One service's way in: straight to what listens at this address, and as usual to all else.
#[derive(Debug)]
struct Connector {
    way: Arc<Way>,
    usual: SharedHttpConnector,
}

impl Direct {
    /// Requests to the listener at `address` go to these services, all others by `usual`.
    ///
    /// # Errors
    /// Never: an address has only characters that a header may have.
    pub(crate) fn new(
        services: Services,
        address: SocketAddr,
        usual: SharedHttpClient,
    ) -> Result<Self, InvalidHeaderValue> {
        let host = HeaderValue::from_str(&address.to_string())?;
        let listener = format!("http://{address}/");
        Ok(Self { way: Arc::new(Way { services, listener, host }), usual })
    }
}

impl HttpClient for Direct {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let usual = self.usual.http_connector(settings, components);
        SharedHttpConnector::new(Connector { way: Arc::clone(&self.way), usual })
    }
}

impl HttpConnector for Connector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        if !request.uri().starts_with(&self.way.listener) {
            return self.usual.call(request);
        }
        let way = Arc::clone(&self.way);
        HttpConnectorFuture::new(async move { way.answer(request).await })
    }
}

impl Way {
    /// The services' answer, whole: theirs are never streams.
    async fn answer(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let request = request.try_into_http1x().map_err(|error| ConnectorError::user(error.into()))?;
        let (mut parts, body) = request.into_parts();
        // The signature covers it, and over a connection the one who opens it adds it.
        parts.headers.entry(header::HOST).or_insert_with(|| self.host.clone());
        let body = body.collect().await.map_err(ConnectorError::user)?.to_bytes();
        let answer = self.services.answer(&parts, body).await.unwrap_or_else(IntoResponse::into_response);
        let (parts, body) = answer.into_parts();
        let body = to_bytes(body, usize::MAX).await.map_err(|error| ConnectorError::io(error.into()))?;
        let answer = http::Response::from_parts(parts, SdkBody::from(body));
        HttpResponse::try_from(answer).map_err(|error| ConnectorError::user(error.into()))
    }
}

impl fmt::Debug for Way {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Way").field("listener", &self.listener).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use axum::Router;
    use axum::routing::post;
    use cloud::dynamodb::config::{Builder, Credentials};
    use cloud::dynamodb::error::ProvideErrorMetadata as _;

    use crate::{Options, Running};

    async fn running() -> Running {
        crate::start(Options::new(crate::test_folder("direct"))).await.unwrap()
    }

    /// A client of the table as product code has it, with other settings.
    fn client(running: &Running, change: impl FnOnce(Builder) -> Builder) -> cloud::dynamodb::Client {
        let settings = Builder::from(running.cloud.sdk());
        let address = running.cloud.config.endpoints.dynamodb.clone();
        cloud::dynamodb::Client::from_conf(change(settings.endpoint_url(address.unwrap())).build())
    }

    #[tokio::test]
    async fn a_signature_is_checked_as_on_the_listener() {
        let running = running().await;
        let tables = client(&running, |settings| settings).list_tables().send().await.unwrap();
        assert_eq!(tables.table_names(), [running.cloud.config.table.as_str()]);
        let key = running.cloud.config.static_credentials.clone().unwrap().0;
        for pair in [(key.as_str(), "another secret"), ("ANOTHER", "key")] {
            let stranger = Credentials::new(pair.0, pair.1, None, None, "test");
            let client = client(&running, |settings| settings.credentials_provider(stranger));
            let refused = client.list_tables().send().await.unwrap_err();
            assert_eq!(refused.code(), Some("InvalidSignatureException"), "{refused:?}");
        }
        running.shutdown().await;
    }

    #[tokio::test]
    async fn no_listener_is_needed() {
        let running = running().await;
        let table = running.cloud.config.table.clone();
        let client = client(&running, |settings| settings);
        running.shutdown().await;
        assert_eq!(client.list_tables().send().await.unwrap().table_names(), [table]);
    }

    #[tokio::test]
    async fn what_is_for_others_leaves_the_process() {
        let running = running().await;
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let elsewhere = Router::new().route("/", post(async || r#"{"TableNames":["elsewhere"]}"#));
        let server = tokio::spawn(axum::serve(listener, elsewhere).into_future());
        let client = client(&running, |settings| settings.endpoint_url(address));
        assert_eq!(client.list_tables().send().await.unwrap().table_names(), ["elsewhere"]);
        server.abort();
        running.shutdown().await;
    }
}
