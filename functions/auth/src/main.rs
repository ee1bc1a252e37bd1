//! The `auth` Lambda.

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    api::serve(auth::routes).await
}
