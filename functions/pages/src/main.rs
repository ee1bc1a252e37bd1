//! The `pages` group as a Lambda.

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    api::serve(pages::routes).await
}
