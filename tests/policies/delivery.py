"""The roles that deliver (infra/delivery.yaml), against what delivering asks for.

The job's role against the commands of `scripts/deploy` and the steps of the workflow; CloudFormation's against the types of
the resources it makes (`making`).
"""

from __future__ import annotations

import json
import re

from making import LEFT_OUT, asked
from samtranslator.yaml_helper import yaml_parse
from synthesis import Stack

__all__ = ["LEFT_OUT", "asked"]

Use = tuple[str, str]

TEMPLATE = "infra/delivery.yaml"
SCRIPT = "scripts/deploy"
WORKFLOW = ".github/workflows/deploy.yml"

STACKS = "arn:aws:cloudformation:region:account:stack/atelier*/*"
TRANSFORM = "arn:aws:cloudformation:region:aws:transform/Serverless-2016-10-31"
RELEASES, PAGE = "Artifacts", "arn:aws:s3:::atelier-edge*"

# What each command of the script asks for, as its tool does it.
COMMANDS: dict[str, list[Use]] = {
    "aws sts get-caller-identity": [],
    "aws configure get": [],
    # Certificate and web ACL are deployed once, by a person (docs/aws.md).
    "aws cloudformation deploy": [],
    "aws cloudformation describe-stacks": [("cloudformation:DescribeStacks", STACKS)],
    "sam build": [],
    "sam deploy": [
        ("cloudformation:CreateChangeSet", STACKS),
        ("cloudformation:CreateChangeSet", TRANSFORM),
        ("cloudformation:DescribeChangeSet", STACKS),
        ("cloudformation:DescribeStackEvents", STACKS),
        ("cloudformation:DescribeStacks", STACKS),
        ("cloudformation:ExecuteChangeSet", STACKS),
        ("cloudformation:GetTemplateSummary", "*"),
        ("iam:PassRole", "Execution"),
        # What is there already is not sent again; that a package is missing is told only to who may list.
        ("s3:GetObject", f"{RELEASES}/*"),
        ("s3:ListBucket", RELEASES),
        ("s3:PutObject", f"{RELEASES}/*"),
    ],
    "aws s3 sync": [("s3:ListBucket", PAGE), ("s3:PutObject", f"{PAGE}/*")],
    "aws s3 cp": [("s3:PutObject", f"{PAGE}/*")],
    "aws cloudfront create-invalidation": [("cloudfront:CreateInvalidation", "arn:aws:cloudfront::account:distribution/*")],
}
# What of the workflow works at AWS.
STEPS = {"aws-actions/configure-aws-credentials", "scripts/deploy"}

COMMAND = re.compile(r"(?:^\s*|\brun |\$\()((?:aws|sam) [a-z0-9-]+(?: [a-z][a-z0-9-]+)?)", re.MULTILINE)

# The longest that policies may be, in characters without white space (IAM and STS quotas).
INLINE_MAX, MANAGED_MAX = 10_240, 6_144


def needs(script: str) -> tuple[dict[str, dict[Use, set[str]]], list[str]]:
    """By role: what asks for each use. And what nobody here knows."""
    with open(script, encoding="utf-8") as file:
        commands = set(COMMAND.findall(file.read()))
    unknown = [f"{script}: {command} is not known to tests/policies/delivery.py" for command in sorted(commands - COMMANDS.keys())]
    unknown += [f"{script}: no longer has {command}: tell tests/policies/delivery.py" for command in sorted(COMMANDS.keys() - commands)]
    uses: dict[Use, set[str]] = {}
    for command in commands & COMMANDS.keys():
        for use in COMMANDS[command]:
            uses.setdefault(use, set()).add(command)
    with open(WORKFLOW, encoding="utf-8") as file:
        jobs = yaml_parse(file.read())["jobs"]
    for step in (step for job in jobs.values() for step in job["steps"]):
        told = step.get("uses", "").split("@")[0] or step["run"]
        if re.search(r"\baws\b|aws-|\bsam\b|^scripts/", told) and told not in STEPS:
            unknown.append(f"{WORKFLOW}: {told} is not known to tests/policies/delivery.py")
    return {"Delivery": uses}, unknown


def made(allowed: set[Use]) -> tuple[set[str], set[str]]:
    """What CloudFormation's role allows and nothing made asks for, and what is asked for and not allowed."""
    wanted = asked()
    unused = {f"(making): {action} on {resource} is allowed and not used" for action, resource in allowed if action.lower() not in wanted}
    granted = {action.lower() for action, _ in allowed}
    missing = {f"(making): {action} is used and not allowed: {', '.join(sorted(why))}" for action, why in wanted.items() if action not in granted}
    return unused, missing


def trusting(stack: Stack, role: str) -> list[str]:
    """What is too much of whom a role trusts: anybody, or a kind of caller without saying which."""
    found = []
    for statement in listed(stack.resources[role]["Properties"]["AssumeRolePolicyDocument"]["Statement"]):
        principal, condition = statement["Principal"], statement.get("Condition", {})
        exact = condition.get("StringEquals", {})
        if principal == "*" or "*" in map(str, principal.values()):
            found.append(f"{role} trusts anybody")
        elif "Federated" in principal and not all(any(key.endswith(end) and "*" not in stack.text(value) for key, value in exact.items()) for end in (":aud", ":sub")):
            found.append(f"{role} trusts a provider without naming audience and subject in full")
        elif "Service" in principal and principal["Service"] != "lambda.amazonaws.com" and not {"aws:SourceAccount", "aws:SourceArn"} & exact.keys():
            found.append(f"{role} trusts {principal['Service']} whoever asks it to")
    return found


def opened(stack: Stack) -> list[str]:
    """What the policies of buckets, queues and topics allow to too many."""
    found = []
    for kind in ("AWS::S3::BucketPolicy", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy", "AWS::SecretsManager::ResourcePolicy"):
        for name, properties in stack.of_type(kind):
            document = properties.get("PolicyDocument") or properties["ResourcePolicy"]
            for statement in listed(document["Statement"]):
                if statement["Effect"] != "Allow":
                    continue
                exact = statement.get("Condition", {}).get("StringEquals", {})
                if any("*" in action for action in listed(statement["Action"])):
                    found.append(f"{name} allows {statement['Action']}")
                if not {"aws:SourceAccount", "aws:SourceArn"} & exact.keys():
                    found.append(f"{name} allows {statement['Action']} to {statement['Principal']} whoever asks it to")
    return found


def too_long(stack: Stack) -> list[str]:
    """Policies that IAM would refuse for their size."""
    found = []
    for name, properties in stack.of_type("AWS::IAM::ManagedPolicy"):
        if (size := length(stack, properties["PolicyDocument"])) > MANAGED_MAX:
            found.append(f"{name} has {size} characters, and {MANAGED_MAX} are the most")
    for name, properties in stack.of_type("AWS::IAM::Role"):
        size = sum(length(stack, policy["PolicyDocument"]) for policy in properties.get("Policies", []))
        if size > INLINE_MAX:
            found.append(f"{name} has policies of {size} characters, and {INLINE_MAX} are the most")
    return found


def length(stack: Stack, document) -> int:
    """Characters of a policy, with names as long as AWS's own."""
    def filled(node):
        if isinstance(node, list):
            return [filled(part) for part in node]
        if isinstance(node, dict) and len(node) == 1 and next(iter(node)) in ("Ref", "Fn::GetAtt", "Fn::Sub", "Fn::Join"):
            return stack.text(node).replace(":region:", ":ap-southeast-2:").replace(":account:", ":123456789012:")
        return {key: filled(part) for key, part in node.items()} if isinstance(node, dict) else node
    return len(re.sub(r"\s", "", json.dumps(filled(document), separators=(",", ":"))))


def listed(node):
    return node if isinstance(node, list) else [node]
