"""What CloudFormation asks for under its role to make the templates' resources: what each type's own schema says.

Every type of the CloudFormation registry names the permissions of its handlers; `cfn-lint` brings the schemas along. They
name what any property of a type may need, so what no template here has is left out below, each with its reason.
"""

from __future__ import annotations

import re

from cfnlint.schema.manager import PROVIDER_SCHEMA_MANAGER
from samtranslator.yaml_helper import yaml_parse
from synthesis import REGION, Stack

# The templates that it makes for the delivery role; a person deploys the others.
MADE = ("template.yaml", "infra/edge.yaml", "infra/monitoring.yaml")
# The steps of a resource's life that a deployment takes; to list all there are is none of them.
STEPS = ("create", "read", "update", "delete")

# Asked for by a type, and not needed by what the templates make of it.
LEFT_OUT = [
    (r"^kms:|KmsKey$", "everything is encrypted with keys of AWS's own"),
    (r"^(ec2|elasticfilesystem|s3files):", "no function is in a network of ours or has a file system"),
    (r"^(kinesis|firehose|s3tables):|(Enable|Disable|Update)KinesisStreaming|^s3:(Create|Delete|Update)BucketMetadata|^s3:GetObjectMetadata$",
     "nothing is streamed or kept as tables of metadata"),
    (r"^dynamodb:(BatchWriteItem|(Delete|Get|Put|Update)Item|Query|Scan|ImportTable|DescribeImport|(Associate|Create)TableReplica)$",
     "no table is imported or copied to another region, so nobody's items are read or written"),
    (r"^dynamodb:(Put|Delete)ResourcePolicy$", "the table has no policy of its own"),
    (r"^logs:(CreateLogStream|PutLogEvents|DescribeLogStreams)$", "only the import of a table writes a log"),
    (r"^logs:(Put|Delete)(DataProtectionPolicy|IndexPolicy)$|^logs:Put(BearerTokenAuthentication|LogGroupDeletionProtection)$",
     "log groups have a name and a retention, nothing else"),
    (r"^s3:(Put|Delete)(Bucket)?(Abac|Accelerate|Acl|Analytics|IntelligentTiering|Inventory|Logging|Metrics|Notification|ObjectLock|Replication|Website)",
     "no bucket has it"),
    (r"^s3:(DeleteObject|PutObjectAcl|REST\.PUT\.OBJECT)$", "objects are none of its business"),
    (r"^iam:(Attach|Detach)(Group|User)Policy$", "policies are attached to roles only"),
    (r"^iam:(Put|Delete)RolePermissionsBoundary$", "roles have no boundary"),
    (r"^lambda:(GetLayerVersion|PassCapacityProvider|AssociateRuntimeAlias|GetCodeSigningConfig|(Put|Delete)FunctionCodeSigningConfig|Put(FunctionRecursion|FunctionScaling|RuntimeManagement)Config|(Put|Delete)ProvisionedConcurrencyConfig)$",
     "no function has layers, signatures, capacity of its own or another than the usual runtime and recursion"),
    (r"^codedeploy:RegisterOnPremisesInstance$", "nothing is deployed to machines"),
    (r"^cloudfront:((Create|Get)ConnectionGroup|GetVpcOrigin|UpdateDistributionWithStagingConfig)$",
     "no distribution has tenants, an origin in a network or one for staging"),
    (r"^secretsmanager:(ReplicateSecretToRegions|RemoveRegionsFromReplication)$", "secrets are in one region"),
    (r"^apigateway:(Tag|Untag)Resource$|^cloudfront:CreateDistributionWithTags$|^s3:DeleteBucket(Cors|Encryption|Lifecycle)$",
     "IAM has no action of this name: the verbs of an API, TagResource and the actions that put the same cover it"),
    (r"^sns:PutDataProtectionPolicy$", "the topic carries names of alarms"),
]

# Needed, and asked for by no schema.
BESIDE = {
    "cloudformation:CreateChangeSet": "a nested template with a transform is expanded by a change set",
    "cloudformation:CancelUpdateStack": "a nested stack is led back with its parent",
    "cloudformation:ContinueUpdateRollback": "the same",
    "cloudformation:DescribeStackEvents": "why a nested stack failed",
    "cloudformation:TagResource": "SAM tags what it makes of an application",
    "cloudformation:UntagResource": "the same",
    "logs:GetLogDelivery": "the API's access log (Configure logging for HTTP APIs)",
    "logs:UpdateLogDelivery": "the same",
    "logs:DeleteLogDelivery": "the same",
    "logs:ListLogDeliveries": "the same",
    "route53:ChangeResourceRecordSets": "record sets, whose type has no schema",
    "route53:GetChange": "the same",
    "route53:GetHostedZone": "the same",
    "wafv2:GetWebACL": "a distribution that is given a web ACL",
}


def kinds() -> set[str]:
    """The types of all resources that are made."""
    found = set(Stack(MADE[0], True).types.values())
    for path in MADE[1:]:
        with open(path, encoding="utf-8") as file:
            found |= {resource["Type"] for resource in yaml_parse(file.read())["Resources"].values()}
    return found


def asked() -> dict[str, set[str]]:
    """Each action that is needed, in small letters since IAM does not tell them apart, and what asks for it."""
    uses: dict[str, set[str]] = {}
    for kind in kinds():
        handlers = PROVIDER_SCHEMA_MANAGER.get_resource_schema(REGION, kind).schema.get("handlers", {})
        for step in STEPS:
            for action in handlers.get(step, {}).get("permissions", []):
                if not any(re.search(pattern, action) for pattern, _ in LEFT_OUT):
                    uses.setdefault(action.lower(), set()).add(kind)
    for action, why in BESIDE.items():
        uses.setdefault(action.lower(), set()).add(why)
    return uses
