//! Outgoing mail, through Simple Email Service.

use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message};
use aws_types::SdkConfig;

use crate::config::Config;

/// Why nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum MailError {
    /// The deployment has no sender.
    #[error("no sender of mail is set up")]
    NoSender,
    /// The service refused or was out of reach.
    #[error("the mail could not be sent: {0}")]
    Unavailable(String),
}

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

    /// Whether the deployment has a sender; without one nothing can be sent.
    #[must_use]
    pub fn has_sender(&self) -> bool {
        !self.from.is_empty()
    }

    /// Sends one message to one address.
    ///
    /// # Errors
    /// [`MailError`]; nothing was sent.
    pub async fn send(&self, to: &str, subject: &str, text: &str) -> Result<(), MailError> {
        if !self.has_sender() {
            return Err(MailError::NoSender);
        }
        let content = |data: &str| {
            let content = Content::builder().data(data).charset("UTF-8").build();
            content.map_err(|error| MailError::Unavailable(error.to_string()))
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
        answer.map(drop).map_err(|error| MailError::Unavailable(error.into_service_error().to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn without_a_sender_nothing_is_tried() {
        let cloud = crate::Cloud::connect(Config::default()).await;
        assert!(!cloud.mail().has_sender());
        let answer = cloud.mail().send("ada@example.com", "Hello", "Hello").await;
        assert!(matches!(answer, Err(MailError::NoSender)), "{answer:?}");
    }
}
