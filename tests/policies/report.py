"""The least-privilege report: what each role allows, against what its executable can ask for, and delivering.

    report.py [--template FILE] [--delivery FILE] [--script FILE] [--executables FOLDER-OR-FILE] [--tell FILE] [--why]

Exits with 1 when a role allows more than is used, less than is used, has a wildcard without a reason, when an operation
of the SDK or a command of `scripts/deploy` is not accounted for, when something invokes a function past its alias, or when
a role, bucket, queue or topic trusts too many.
"""

from __future__ import annotations

import argparse
import glob
import json
import os
import re
import sys

import delivery
from gates import MAIL, Executable, Use, ungated
from synthesis import Stack, references

# Why a resource is not named in full. The first match counts.
WILDCARDS = [
    (r"^Bucket/\*$", "objects are named by organization and file when they are made"),
    (r"^FunctionLogs:\*$", "streams of the one group, which Lambda names when an instance starts"),
    (r":secret:stack/network/\*$", "an operator adds the app of a network when it is registered; AWS adds six characters"),
    (r":schedule/ScheduleGroup/\*$", "schedules of the one group, named by post"),
    (r"^\*$", "the service does not let a policy name a resource, or gives the id itself"),
    (r":function:stack-\*$", "functions' names end with characters of CloudFormation's"),
    (r"^Artifacts/\*$", "releases are named by their content"),
    (r":distribution/\*$", "a distribution's id is known only after the first deployment"),
    (r":event-source-mapping:\*$", "a mapping's id is AWS's"),
    (r":apigateway:region::/(apis|tags)/\*$", "an API's id is AWS's"),
    (r":deploymentconfig:CodeDeployDefault\.Lambda\*$", "AWS's own paces of a rollout"),
    (r":role/aws-service-role/email\.cognito-idp\.amazonaws\.com/", "the one role of that service, whose name is AWS's"),
    (r":secret:TokenKeySeed\*$", "CloudFormation names the seed after its place in the template"),
    (r"^arn:aws:[a-z0-9-]+:[a-z]*:[a-z]*:(.+[/:])?atelier(-|-edge)?\*(/\*)?$", "what the stack makes begins with its name; what follows, CloudFormation chooses"),
]
# The only actions that AWS cannot bind to a resource.
UNBOUND = {"xray:PutTraceSegments", "xray:PutTelemetryRecords", "cloudwatch:DescribeAlarms"}
# What CloudFormation and who starts it can bind to none, and why.
UNNAMED = [
    (r"^cloudformation:GetTemplateSummary$", "asks what a template contains before there is a stack to name"),
    (r"^(cloudfront|cognito-idp):", "ids are AWS's"),
    (r"^lambda:CreateEventSourceMapping$", "the id is AWS's"),
    (r"^logs:(\w*LogDeliver(y|ies)|\w*ResourcePolic(y|ies)|DescribeLogGroups)$", "deliveries and policies of logs have no name in a policy"),
    (r"^route53:", "the zone is the account's own"),
    (r"^secretsmanager:GetRandomPassword$", "belongs to no secret"),
    (r"^wafv2:GetWebACL$", "the web ACL is of another region's stack, or of the account's own"),
]

# What is allowed although nothing asks for it in this release.
KEPT: dict[tuple[str, str, str], str] = {
    ("SchedulerRole", "lambda:InvokeFunction", "arn:aws:lambda:region:account:function:stack-publish"):
        "schedules that were made before there was an alias, up to a year ahead",
}

# Who may refer to a function without its alias: what makes, counts or moves its versions.
UNQUALIFIED = {
    "AWS::Lambda::Version", "AWS::Lambda::Alias", "AWS::Lambda::EventInvokeConfig", "AWS::CloudWatch::Alarm",
    "AWS::CloudFormation::Stack", "AWS::CloudWatch::Dashboard", "AWS::Logs::MetricFilter",
}


class Executables:
    """The functions' executables: a folder, or what an earlier run told of one (a file)."""

    def __init__(self, place: str) -> None:
        self.place = place
        self.known: dict[str, Executable] = {}
        if os.path.isfile(place):
            with open(place, encoding="utf-8") as file:
                told = json.load(file)
            self.known = {name: Executable(set(gates), set(operations)) for name, (gates, operations) in told.items()}

    def __getitem__(self, name: str) -> Executable:
        if name not in self.known:
            self.known[name] = Executable.read(f"{self.place}/{name}")
        return self.known[name]

    def tell(self, path: str) -> None:
        told = {name: (sorted(known.gates), sorted(known.operations)) for name, known in self.known.items()}
        with open(path, "w", encoding="utf-8") as file:
            json.dump(told, file)


def as_list(node):
    return node if isinstance(node, list) else [node]


def granted(stack: Stack, role: str) -> set[Use]:
    """What a role allows."""
    properties = stack.resources[role]["Properties"]
    documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
    for arn in properties.get("ManagedPolicyArns", []):
        name = stack.text(arn)
        if name not in stack.resources:
            raise SystemExit(f"policies: {role} has {name}, a policy of AWS's own that nobody here can read: write it out")
        documents.append(stack.resources[name]["Properties"]["PolicyDocument"])
    allowed = set()
    for document in documents:
        for statement in as_list(document["Statement"]):
            if statement["Effect"] == "Allow":
                resources = [stack.text(resource) for resource in as_list(statement["Resource"])]
                allowed |= {(action, resource) for action in as_list(statement["Action"]) for resource in resources}
    return allowed


def asked_by_template(stack: Stack, function: str) -> dict[Use, set[str]]:
    """What Lambda does under a function's role because of how it is set up."""
    uses: dict[Use, set[str]] = {}
    add = lambda use, why: uses.setdefault(use, set()).add(why)
    properties = stack.resources[function]["Properties"]
    group = stack.text(properties["LoggingConfig"]["LogGroup"])
    for action in ("logs:CreateLogStream", "logs:PutLogEvents"):
        add((action, f"{group}:*"), "its log")
    if stack.text(properties.get("TracingConfig", {}).get("Mode", "")) == "Active":
        for action in ("xray:PutTraceSegments", "xray:PutTelemetryRecords"):
            add((action, "*"), "its traces")
    for name, mapping in stack.of_type("AWS::Lambda::EventSourceMapping"):
        if stack.text(mapping["FunctionName"]) == f"{function}Aliaslive":
            for action in ("ReceiveMessage", "DeleteMessage", "GetQueueAttributes"):
                add((f"sqs:{action}", stack.text(mapping["EventSourceArn"])), name)
    for name, invoked in stack.of_type("AWS::Lambda::EventInvokeConfig"):
        if stack.text(invoked["FunctionName"]) == function:
            add(("sqs:SendMessage", stack.text(invoked["DestinationConfig"]["OnFailure"]["Destination"])), name)
    return uses


def asked_by_schedules(stack: Stack) -> dict[Use, set[str]]:
    """What the scheduler does: invoke what schedules name, those of the template and those that functions make."""
    uses: dict[Use, set[str]] = {}
    name_of = {f"{name}Aliaslive": stack.text(properties["FunctionName"]) for name, properties in stack.of_type("AWS::Lambda::Function") if "FunctionName" in properties}
    for name, schedule in stack.of_type("AWS::Scheduler::Schedule"):
        target = stack.text(schedule["Target"]["Arn"])
        # One that goes past its alias is a fault of its own.
        arn = f"arn:aws:lambda:region:account:function:{name_of.get(target, target)}:live"
        uses.setdefault(("lambda:InvokeFunction", arn), set()).add(name)
    for name, function in stack.of_type("AWS::Lambda::Function"):
        settings = function.get("Environment", {}).get("Variables", {})
        if "ATELIER_PUBLISH_ARN" in settings:
            uses.setdefault(("lambda:InvokeFunction", stack.text(settings["ATELIER_PUBLISH_ARN"])), set()).add(name)
            uses.setdefault(("sqs:SendMessage", stack.text(settings["ATELIER_DEAD_LETTER_ARN"])), set()).add(name)
    return uses


def asked_by_rollouts(stack: Stack) -> dict[Use, set[str]]:
    """What CodeDeploy does: move an alias, and look at the alarms."""
    uses: dict[Use, set[str]] = {}
    for name, _ in stack.of_type("AWS::CodeDeploy::DeploymentGroup"):
        for action in ("lambda:GetAlias", "lambda:UpdateAlias", "lambda:GetProvisionedConcurrencyConfig"):
            uses.setdefault((action, "arn:aws:lambda:region:account:function:stack-*"), set()).add(name)
        uses.setdefault(("cloudwatch:DescribeAlarms", "*"), set()).add(name)
    return uses


def needs(stack: Stack, executables: Executables) -> tuple[dict[str, tuple[str, dict[Use, set[str]]]], list[str]]:
    """By role: whose it is, and what that asks for. And what could not be explained."""
    found: dict[str, tuple[str, dict[Use, set[str]]]] = {}
    unexplained = []
    for name, function in stack.of_type("AWS::Lambda::Function"):
        executable = executables[stack.binaries[name]]
        uses = executable.uses()
        if not stack.values.get("MailFrom"):
            # Without a sender the code refuses before it asks the service (shared/cloud/src/mail.rs).
            uses = {use: why for use, why in uses.items() if use[0] != "ses:SendEmail"}
        for use, why in asked_by_template(stack, name).items():
            uses.setdefault(use, set()).update(why)
        found[stack.text(function["Role"])] = (stack.binaries[name], uses)
        unexplained += [f"{stack.binaries[name]}: {what}" for what in executable.unexplained()]
    found["SchedulerRole"] = ("(schedules)", asked_by_schedules(stack))
    rollouts = {stack.text(group["ServiceRoleArn"]) for _, group in stack.of_type("AWS::CodeDeploy::DeploymentGroup")}
    found.update({role: ("(rollouts)", asked_by_rollouts(stack)) for role in rollouts})
    return found, unexplained


def unqualified(stack: Stack) -> list[str]:
    """What invokes a function, or lets it be invoked, past its alias."""
    functions = {name for name, kind in stack.types.items() if kind == "AWS::Lambda::Function"}
    found = []
    for name, resource in stack.resources.items():
        if resource["Type"] not in UNQUALIFIED:
            found += [f"{name} refers to {other} past its alias" for other in references(resource["Properties"]) if other in functions]
        for text in re.findall(r"function:\$\{AWS::StackName\}-[a-z]+(?::\w+)?", str(resource["Properties"])):
            kept = name == "SchedulerRole" and ("function:" + text.split("}-")[1]) == "function:publish"
            if not text.endswith(":live") and not kept:
                found.append(f"{name} names {text} past its alias")
    return found


# What is released to all at once, and why.
AT_ONCE = {"Health": "invoked once an hour, which cannot be divided"}


def risky(stack: Stack) -> list[str]:
    """What is rolled out without being taken back when it fails."""
    groups = dict(stack.of_type("AWS::CodeDeploy::DeploymentGroup"))
    found = []
    for alias in (resource for resource in stack.resources.values() if resource["Type"] == "AWS::Lambda::Alias"):
        function = stack.text(alias["Properties"]["FunctionName"])
        update = alias.get("UpdatePolicy", {}).get("CodeDeployLambdaAliasUpdate")
        group = groups[stack.text(update["DeploymentGroupName"])] if update else {}
        alarms = group.get("AlarmConfiguration", {})
        events = group.get("AutoRollbackConfiguration", {}).get("Events", [])
        safe = alarms.get("Enabled") and alarms.get("Alarms") and "DEPLOYMENT_STOP_ON_ALARM" in events
        if not safe and function not in AT_ONCE:
            found.append(f"{function} is rolled out with no alarm that takes it back")
    return found


def reason(use: Use, delivers: bool = False) -> str | None:
    """Why a resource with a star has one; nothing when there is no reason."""
    action, resource = use
    if delivers and resource == "*":
        return next((why for pattern, why in UNNAMED if re.search(pattern, action)), None)
    if resource == "*" and action not in UNBOUND:
        return None
    return next((why for pattern, why in WILDCARDS if re.search(pattern, resource)), None)


def same(use: Use) -> Use:
    """The identity that mail is sent from is a parameter: any of it is that one."""
    action, resource = use
    return (action, MAIL) if action == "ses:SendEmail" and "*" not in resource else use


class Tally:
    """What the report found, over all templates."""

    def __init__(self) -> None:
        self.functions = self.actions = 0
        self.faults: dict[str, set[str]] = {"unused": set(), "missing": set(), "wildcard": set(), "other": set()}
        self.reasons: set[tuple[str, str]] = set()
        self.stars: set[Use] = set()

    def weigh(self, role: str, owner: str, allowed: set[Use], delivers: bool, counts: bool) -> str:
        """Looks at a role's stars, and yields what there is to say of what it allows."""
        starred = sorted(use for use in allowed if "*" in use[1] or "*" in use[0])
        for use in starred:
            why = reason(use, delivers)
            if why is None or "*" in use[0]:
                self.faults["wildcard"].add(f"{owner}: {use[0]} on {use[1]} has no reason")
            else:
                self.reasons.add((use[1], why))
        if counts:
            self.functions += not owner.startswith("(")
            self.actions += len(allowed)
            self.stars |= {(role, resource) for _, resource in starred}
        resources = sorted({resource for _, resource in allowed})
        return f"resources={len(resources)} wildcards={len({resource for _, resource in starred})}: {', '.join(resources)}"


def of_functions(tally: Tally, stack: Stack, executables: Executables, everything: bool, why: bool) -> None:
    """The roles of the template: functions, schedules, rollouts."""
    needed, unexplained = needs(stack, executables)
    tally.faults["other"] |= set(unexplained) | set(ungated("shared/store/src")) | set(unqualified(stack)) | set(risky(stack))
    for role, _ in stack.of_type("AWS::IAM::Role"):
        if role not in needed:
            tally.faults["other"].add(f"{role}: nobody here knows what it is for; tell tests/policies/report.py")
    for role, (owner, uses) in sorted(needed.items(), key=lambda item: item[1][0]):
        allowed = {same(use) for use in granted(stack, role)}
        kept = {use for use in allowed if (role, *use) in KEPT}
        unused, missing = allowed - uses.keys() - kept, uses.keys() - allowed
        tally.faults["unused"] |= {f"{owner}: {action} on {resource} is allowed and not used" for action, resource in unused}
        tally.faults["missing"] |= {f"{owner}: {action} on {resource} is used and not allowed: {', '.join(sorted(uses[action, resource]))}" for action, resource in missing}
        said = tally.weigh(role, owner, allowed, False, everything)
        if everything:
            print(f"{owner:12} allowed={len(allowed)} used={len(uses.keys() & allowed)} unused={len(unused)} missing={len(missing)} {said}")
        if everything and why:
            for use in sorted(allowed):
                print(f"  {use[0]:38} {use[1]:70} {', '.join(sorted(uses.get(use, {KEPT.get((role, *use), 'nobody')})))}")


def of_delivery(tally: Tally, stack: Stack, script: str, everything: bool, why: bool) -> None:
    """The roles that deliver."""
    needed, unknown = delivery.needs(script)
    tally.faults["other"] |= set(unknown)
    for role, _ in stack.of_type("AWS::IAM::Role"):
        allowed = granted(stack, role)
        uses = needed.get(role, {})
        if role in needed:
            owner = "(delivering)"
            unused = {f"{owner}: {action} on {resource} is allowed and not used" for action, resource in allowed - uses.keys()}
            missing = {f"{owner}: {action} on {resource} is used and not allowed: {', '.join(sorted(uses[action, resource]))}" for action, resource in uses.keys() - allowed}
        elif role == "Execution":
            owner = "(making)"
            unused, missing = delivery.made(allowed)
        else:
            tally.faults["other"].add(f"{role}: nobody here knows what it is for; tell tests/policies/delivery.py")
            continue
        tally.faults["unused"] |= unused
        tally.faults["missing"] |= missing
        said = tally.weigh(role, owner, allowed, True, everything)
        if everything:
            print(f"{owner:12} allowed={len(allowed)} used={len(allowed) - len(unused)} unused={len(unused)} missing={len(missing)} {said}")
        if everything and why:
            wanted = delivery.asked() if owner == "(making)" else {}
            for use in sorted(allowed):
                print(f"  {use[0]:38} {use[1]:70} {', '.join(sorted(uses.get(use) or wanted.get(use[0].lower(), {'nobody'})))}")


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--template", default="template.yaml")
    arguments.add_argument("--delivery", default=delivery.TEMPLATE)
    arguments.add_argument("--script", default=delivery.SCRIPT)
    arguments.add_argument("--executables", default="target/debug")
    arguments.add_argument("--tell", help="write down what the executables hold, for other runs' --executables")
    arguments.add_argument("--why", action="store_true", help="print what asks for each action")
    options = arguments.parse_args()
    tally = Tally()
    executables = Executables(options.executables)
    others = sorted(path for path in glob.glob("infra/*.yaml") if path != delivery.TEMPLATE)
    for everything in (True, False):
        stack, delivering = Stack(options.template, everything), Stack(options.delivery, everything)
        of_functions(tally, stack, executables, everything, options.why)
        of_delivery(tally, delivering, options.script, everything, options.why)
        for one in (stack, delivering, *(Stack(path, everything) for path in others)):
            tally.faults["other"] |= set(delivery.opened(one)) | set(delivery.too_long(one))
            for role, _ in one.of_type("AWS::IAM::Role"):
                tally.faults["other"] |= set(delivery.trusting(one, role))
                if one not in (stack, delivering):
                    tally.faults["other"].add(f"{role}: nobody here knows what it is for; tell tests/policies/report.py")
            for kind in ("AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::User", "AWS::IAM::Group"):
                tally.faults["other"] |= {f"{name} is of a kind that tests/policies does not read: {kind}" for name, _ in one.of_type(kind)}
    for resource, why in sorted(tally.reasons):
        print(f"wildcard {resource}: {why}")
    for (role, action, resource), why in KEPT.items():
        print(f"kept {role} {action} {resource}: {why}")
    for pattern, why in delivery.LEFT_OUT:
        print(f"left out {pattern}: {why}")
    for fault in sorted(set().union(*tally.faults.values())):
        print(f"fault {fault}")
    faults = tally.faults
    print(f"policies: functions={tally.functions} actions={tally.actions} unused={len(faults['unused'])} missing={len(faults['missing'])} wildcards={len(tally.stars)}")
    if options.tell:
        executables.tell(options.tell)
    return 1 if any(faults.values()) else 0


if __name__ == "__main__":
    sys.exit(main())
