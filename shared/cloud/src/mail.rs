//! Outgoing mail, through Simple Email Service.

use aws_config::SdkConfig;
use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message};

use crate::config::Config;

/// The service refused or was out of reach.
#[derive(Debug, thiserror::Error)]
#[error("the mail could not be sent: {0}")]
pub struct MailError(String);

/// Sends plain-text mail.
#[derive(Debug)]
pub struct Mail {
    client: aws_sdk_sesv2::Client,
    from: String,
}

impl Mail {
    pub(crate) fn new(sdk: &SdkConfig, config: &Config) -> Self {
        let mut builder = aws_sdk_sesv2::config::Builder::from(sdk);
        builder.set_endpoint_url(config.endpoints.ses.clone());
        Self { client: aws_sdk_sesv2::Client::from_conf(builder.build()), from: config.mail_from.clone() }
    }

    /// Sends one message to one address.
    ///
    /// # Errors
    /// [`MailError`]; nothing was sent.
    pub async fn send(&self, to: &str, subject: &str, text: &str) -> Result<(), MailError> {
        let content = |data: &str| {
            Content::builder().data(data).charset("UTF-8").build().map_err(|error| MailError(error.to_string()))
        };
        let message =
            Message::builder().subject(content(subject)?).body(Body::builder().text(content(text)?).build()).build();
        let answer = self
            .client
            .send_email()
            .from_email_address(&self.from)
            .destination(Destination::builder().to_addresses(to).build())
            .content(EmailContent::builder().simple(message).build())
            .send()
            .await;
        answer.map(drop).map_err(|error| MailError(error.into_service_error().to_string()))
    }
}
