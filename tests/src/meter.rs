//! Counting what product code asks of AWS: each request that leaves the SDK, retries included, and what DynamoDB says
//! that it consumed.
//!
//! Requests are counted at the HTTP client that every AWS client of a process shares, so none can be forgotten. Only
//! DynamoDB's consumed capacity has to be asked for, by an interceptor. Product code knows of neither.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use aws_config::{BehaviorVersion, Region};
use aws_credential_types::Credentials;
use aws_sdk_dynamodb::operation::batch_get_item::{BatchGetItemInput, BatchGetItemOutput};
use aws_sdk_dynamodb::operation::delete_item::{DeleteItemInput, DeleteItemOutput};
use aws_sdk_dynamodb::operation::get_item::{GetItemInput, GetItemOutput};
use aws_sdk_dynamodb::operation::put_item::{PutItemInput, PutItemOutput};
use aws_sdk_dynamodb::operation::query::{QueryInput, QueryOutput};
use aws_sdk_dynamodb::operation::transact_write_items::{TransactWriteItemsInput, TransactWriteItemsOutput};
use aws_sdk_dynamodb::operation::update_item::{UpdateItemInput, UpdateItemOutput};
use aws_sdk_dynamodb::types::{ConsumedCapacity, ReturnConsumedCapacity};
use aws_smithy_runtime_api::box_error::BoxError;
use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient, SharedHttpConnector,
};
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    AfterDeserializationInterceptorContextRef, BeforeSerializationInterceptorContextMut,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use cloud::{Clock, Cloud, Config, SystemRandom};

use crate::tally::{Tally, Trip};

/// Everything that was asked of AWS since the last look.
#[derive(Debug, Clone, Default)]
pub struct Meter(Arc<Mutex<Noted>>);

#[derive(Debug, Default)]
struct Noted {
    trips: Vec<Trip>,
    units: Units,
}

/// Capacity units that DynamoDB says it consumed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Units {
    /// Read units.
    pub read: f64,
    /// Write units of table and indexes.
    pub write: f64,
    /// Those of `write` that an index took, by its name.
    pub indexes: BTreeMap<String, f64>,
    /// What each write took, in order.
    pub writes: Vec<f64>,
}

impl Meter {
    /// A product's view of a deployment whose requests this meter counts.
    pub async fn cloud(&self, config: Config, clock: Arc<dyn Clock>) -> Arc<Cloud> {
        let inner = aws_smithy_http_client::Builder::new().build_http();
        let counting = SharedHttpClient::new(Counting { inner, meter: self.clone() });
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .region(Region::new(config.region.clone()))
            .http_client(counting);
        if let Some((key, secret)) = &config.static_credentials {
            loader = loader.credentials_provider(Credentials::new(key, secret, None, None, "configured"));
        }
        let cloud = Cloud::over(loader.load().await, config, clock, Arc::new(SystemRandom));
        let asking = Asking(self.clone());
        Arc::new(cloud.with_dynamodb(|settings| settings.interceptor(asking)))
    }

    /// What was asked since the last call, which begins anew.
    #[must_use]
    pub fn take(&self) -> Tally {
        let Noted { trips, units } = std::mem::take(&mut *self.noted());
        Tally::of(trips, units)
    }

    fn noted(&self) -> MutexGuard<'_, Noted> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The HTTP client that every AWS client shares.
#[derive(Debug)]
struct Counting {
    inner: SharedHttpClient,
    meter: Meter,
}

impl HttpClient for Counting {
    fn http_connector(&self, settings: &HttpConnectorSettings, components: &RuntimeComponents) -> SharedHttpConnector {
        let inner = self.inner.http_connector(settings, components);
        SharedHttpConnector::new(CountingConnector { inner, meter: self.meter.clone() })
    }
}

#[derive(Debug)]
struct CountingConnector {
    inner: SharedHttpConnector,
    meter: Meter,
}

impl HttpConnector for CountingConnector {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (service, operation) = name(&request);
        let began = Instant::now();
        let (answer, meter) = (self.inner.call(request), self.meter.clone());
        HttpConnectorFuture::new(async move {
            let answer = answer.await;
            meter.noted().trips.push(Trip { service, operation, began, ended: Instant::now() });
            answer
        })
    }
}

/// The service for which a request is signed, and what it asks for. The user pool's operations for everybody are not
/// signed, and carry its name.
fn name(request: &HttpRequest) -> (String, String) {
    let header = |name: &'static str| request.headers().get(name).unwrap_or_default();
    let target = header("x-amz-target");
    let service = header("authorization").split("Credential=").nth(1).and_then(|scope| scope.split('/').nth(3));
    let unsigned = if target.starts_with("AWSCognito") { "cognito" } else { "unsigned" };
    let operation = target.rsplit('.').next().filter(|name| !name.is_empty()).unwrap_or(request.method());
    (service.unwrap_or(unsigned).to_owned(), operation.to_owned())
}

/// Asks DynamoDB for what each operation consumed.
#[derive(Debug)]
struct Asking(Meter);

/// Does something with a value that is of one of the given types.
macro_rules! with {
    ($value:expr, $downcast:ident, $do:expr, $($kind:ty),*) => {
        $(if let Some(value) = $value.$downcast::<$kind>() { $do(value.into()); })*
    };
}

/// The place of an input where the wish for figures goes.
struct Wish<'a>(&'a mut Option<ReturnConsumedCapacity>);

macro_rules! wishes {
    ($($kind:ty),*) => {$(
        impl<'a> From<&'a mut $kind> for Wish<'a> {
            fn from(input: &'a mut $kind) -> Self {
                Self(&mut input.return_consumed_capacity)
            }
        }
    )*};
}
wishes!(
    GetItemInput,
    BatchGetItemInput,
    QueryInput,
    PutItemInput,
    UpdateItemInput,
    DeleteItemInput,
    TransactWriteItemsInput
);

impl Intercept for Asking {
    fn name(&self) -> &'static str {
        "Meter"
    }

    fn modify_before_serialization(
        &self,
        context: &mut BeforeSerializationInterceptorContextMut<'_>,
        _: &RuntimeComponents,
        _: &mut aws_smithy_types::config_bag::ConfigBag,
    ) -> Result<(), BoxError> {
        let input = context.input_mut();
        let wish = |wish: Wish<'_>| *wish.0 = Some(ReturnConsumedCapacity::Indexes);
        with!(input, downcast_mut, wish, GetItemInput, BatchGetItemInput, QueryInput);
        with!(input, downcast_mut, wish, PutItemInput, UpdateItemInput, DeleteItemInput, TransactWriteItemsInput);
        Ok(())
    }

    fn read_after_deserialization(
        &self,
        context: &AfterDeserializationInterceptorContextRef<'_>,
        _: &RuntimeComponents,
        _: &mut aws_smithy_types::config_bag::ConfigBag,
    ) -> Result<(), BoxError> {
        let Ok(output) = context.output_or_error() else { return Ok(()) };
        let mut noted = self.0.noted();
        let units = &mut noted.units;
        let read =
            |units: &mut Units, capacity: &ConsumedCapacity| units.read += capacity.capacity_units().unwrap_or(0.0);
        if let Some(answer) = output.downcast_ref::<GetItemOutput>() {
            answer.consumed_capacity().into_iter().for_each(|capacity| read(units, capacity));
        } else if let Some(answer) = output.downcast_ref::<QueryOutput>() {
            answer.consumed_capacity().into_iter().for_each(|capacity| read(units, capacity));
        } else if let Some(answer) = output.downcast_ref::<BatchGetItemOutput>() {
            answer.consumed_capacity().iter().for_each(|capacity| read(units, capacity));
        } else if let Some(answer) = output.downcast_ref::<PutItemOutput>() {
            answer.consumed_capacity().into_iter().for_each(|capacity| units.write(capacity));
        } else if let Some(answer) = output.downcast_ref::<UpdateItemOutput>() {
            answer.consumed_capacity().into_iter().for_each(|capacity| units.write(capacity));
        } else if let Some(answer) = output.downcast_ref::<DeleteItemOutput>() {
            answer.consumed_capacity().into_iter().for_each(|capacity| units.write(capacity));
        } else if let Some(answer) = output.downcast_ref::<TransactWriteItemsOutput>() {
            answer.consumed_capacity().iter().for_each(|capacity| units.write(capacity));
        }
        Ok(())
    }
}

impl Units {
    fn write(&mut self, capacity: &ConsumedCapacity) {
        let all = capacity.capacity_units().unwrap_or(0.0);
        self.write += all;
        self.writes.push(all);
        for (name, index) in capacity.global_secondary_indexes().into_iter().flatten() {
            *self.indexes.entry(name.clone()).or_default() += index.capacity_units().unwrap_or(0.0);
        }
    }
}
