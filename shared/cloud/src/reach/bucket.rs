//! What a request to the bucket names: `<org>/…` in the library, `uploads/<org>/…` before that.

use aws_sdk_s3::config::interceptors::BeforeSerializationInterceptorContextRef as Context;
use aws_sdk_s3::config::{ConfigBag, Intercept, RuntimeComponents};
use aws_sdk_s3::error::BoxError;
use aws_sdk_s3::operation::copy_object::CopyObjectInput;
use aws_sdk_s3::operation::delete_object::DeleteObjectInput;
use aws_sdk_s3::operation::get_object::GetObjectInput;
use aws_sdk_s3::operation::head_object::HeadObjectInput;
use aws_sdk_s3::operation::put_object::PutObjectInput;

use super::{Across, Outside, Reach, Verdict, judge};

/// Folder of uploads that are not checked yet. `template.yaml` has the rule that empties it.
pub(crate) const UPLOADS: &str = "uploads/";
/// The key by which the SDK is asked where the bucket is.
pub(crate) const NO_OBJECT: &str = "k";

/// Stands before the bucket.
#[derive(Debug)]
pub(crate) struct BucketWall;

impl Intercept for BucketWall {
    fn name(&self) -> &'static str {
        "BucketWall"
    }

    fn read_before_serialization(
        &self,
        context: &Context<'_>,
        _: &RuntimeComponents,
        _: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let input = context.input();
        if let Some(get) = input.downcast_ref::<GetObjectInput>() {
            judge("GetObject", |reach| object(reach, get.key()))?;
        } else if let Some(head) = input.downcast_ref::<HeadObjectInput>() {
            judge("HeadObject", |reach| object(reach, head.key()))?;
        } else if let Some(put) = input.downcast_ref::<PutObjectInput>() {
            judge("PutObject", |reach| object(reach, put.key()))?;
        } else if let Some(copy) = input.downcast_ref::<CopyObjectInput>() {
            judge("CopyObject", |reach| copied(reach, copy))?;
        } else if let Some(delete) = input.downcast_ref::<DeleteObjectInput>() {
            judge("DeleteObject", |reach| object(reach, delete.key()))?;
        } else {
            judge("a request to the bucket", |_| Err("of a kind that the wall does not know"))?;
        }
        Ok(())
    }
}

/// The same for an address that is signed without the SDK.
pub(crate) fn demand(key: &str) -> Result<(), Outside> {
    judge("a signed address", |reach| object(reach, Some(key)))
}

pub(super) fn object(reach: &Reach, key: Option<&str>) -> Verdict {
    let key = key.ok_or("no key")?;
    if reach.across == Some(Across::BucketPlace) && key == NO_OBJECT {
        return Ok(());
    }
    let library = key.strip_prefix(UPLOADS).unwrap_or(key);
    match library.split_once('/') {
        Some((org, name)) if reach.is_org(org) && !name.is_empty() && name.split('/').all(|part| part != "..") => {
            Ok(())
        }
        _ => Err("another organization's object"),
    }
}

fn copied(reach: &Reach, copy: &CopyObjectInput) -> Verdict {
    object(reach, copy.key())?;
    let source = copy.copy_source().and_then(|source| source.split_once('/'));
    match source {
        Some((bucket, key)) if copy.bucket() == Some(bucket) => object(reach, Some(key)),
        _ => Err("a copy from another bucket"),
    }
}
