//! The `posts` Lambda.

#[tokio::main]
async fn main() -> Result<(), lambda_http::Error> {
    api::serve(posts::routes).await
}
