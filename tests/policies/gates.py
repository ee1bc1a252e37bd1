"""What a function's executable can do at AWS, told from what is linked into it.

The linker drops every function of ours that nothing in an executable calls, so the names that are left say what it can
reach, through all layers. Calls through a trait cannot be told apart that way: table, schedules and releases are behind
one. There the name that counts is the *gate*, the only way to the call for functions, such as `Table::get` or
`Write::delete`. Visibility keeps it the only way: the backend and the writes' constructors are the store's own.
"""

from __future__ import annotations

import functools
import os
import re
import subprocess

Use = tuple[str, str]

TABLE, BUCKET, OBJECTS = "Table", "Bucket", "Bucket/*"
KEYS = "TokenKey"
APPS = "arn:aws:secretsmanager:region:account:secret:stack/network/*"
SCHEDULES = "arn:aws:scheduler:region:account:schedule/ScheduleGroup/*"
MAIL = "arn:aws:ses:region:account:identity/"

# A missing object is told from a forbidden one only to who may list the bucket.
READS = [("s3:GetObject", OBJECTS), ("s3:ListBucket", BUCKET)]

GATES: dict[str, list[Use]] = {
    "store::table::Table::get": [("dynamodb:GetItem", TABLE)],
    "store::org_store::OrgStore::get_all": [("dynamodb:BatchGetItem", TABLE)],
    "store::org_store::OrgStore::get_together": [("dynamodb:BatchGetItem", TABLE)],
    "store::user_store::UserStore::idempotencies": [("dynamodb:BatchGetItem", TABLE)],
    "store::org_store::OrgStore::post": [("dynamodb:Query", TABLE)],
    "store::org_store::OrgStore::list": [("dynamodb:Query", TABLE)],
    "store::org_store::OrgStore::search": [("dynamodb:Query", TABLE)],
    "store::org_store::OrgStore::free_slots": [("dynamodb:Query", TABLE)],
    "store::table::Table::accounts_of_remote_user": [("dynamodb:Query", TABLE)],
    "store::org_store::OrgStore::calendar": [("dynamodb:Query", f"{TABLE}/index/calendar")],
    "store::table::Table::memberships": [("dynamodb:Query", f"{TABLE}/index/user")],
    "store::table::Table::due": [("dynamodb:Query", f"{TABLE}/index/due")],
    "store::table::Table::due_checks": [("dynamodb:Query", f"{TABLE}/index/due")],
    "store::write::Write::put": [("dynamodb:PutItem", TABLE)],
    "store::write::Write::update": [("dynamodb:UpdateItem", TABLE)],
    "store::write::Write::delete": [("dynamodb:DeleteItem", TABLE)],
    "store::write::Write::check": [("dynamodb:ConditionCheckItem", TABLE)],
    "cloud::objects::Objects::presign_get": [("s3:GetObject", OBJECTS)],
    "cloud::objects::Objects::presign_put": [("s3:PutObject", OBJECTS)],
    "cloud::objects::Objects::head": READS,
    "cloud::objects::Objects::read": READS,
    "cloud::objects::Objects::put": [("s3:PutObject", OBJECTS)],
    "cloud::objects::Objects::adopt": [("s3:GetObject", OBJECTS), ("s3:PutObject", OBJECTS)],
    "cloud::objects::Objects::delete": [("s3:DeleteObject", OBJECTS)],
    "cloud::secrets::Secrets::keyring": [("secretsmanager:GetSecretValue", KEYS)],
    "cloud::secrets::Secrets::state_keys": [("secretsmanager:GetSecretValue", "StateKey")],
    "cloud::secrets::Secrets::find": [("secretsmanager:GetSecretValue", APPS)],
    "cloud::mail::Mail::send": [("ses:SendEmail", MAIL)],
    "cloud::queues::Releases::send": [("sqs:SendMessage", "ReleaseQueue")],
    "cloud::Cloud::wake": [
        ("sqs:SendMessage", "ReleaseQueue"),
        ("scheduler:CreateSchedule", SCHEDULES),
        ("iam:PassRole", "SchedulerRole"),
    ],
    "cloud::Cloud::forget": [("scheduler:DeleteSchedule", SCHEDULES)],
}

# Every operation of the SDK, and the gates that lead to it. One that is linked in and behind none of them was called
# past the gates; one that is not here is unknown to this list. Both are errors.
READING = ["store::table::Table::get"]
WRITING = [gate for gate in GATES if gate.startswith("store::write::")]
QUERYING = [gate for gate, uses in GATES.items() if any(action == "dynamodb:Query" for action, _ in uses)]
OPERATIONS: dict[str, list[str]] = {
    "dynamodb::get_item": READING,
    "dynamodb::batch_get_item": ["store::org_store::OrgStore::get_all", "store::org_store::OrgStore::get_together"],
    "dynamodb::query": QUERYING,
    "dynamodb::put_item": WRITING,
    "dynamodb::transact_write_items": WRITING,
    "s3::get_object": ["cloud::objects::Objects::presign_get", "cloud::objects::Objects::read"],
    "s3::head_object": ["cloud::objects::Objects::head"],
    "s3::put_object": ["cloud::objects::Objects::put", "cloud::objects::Objects::presign_put"],
    "s3::copy_object": ["cloud::objects::Objects::adopt"],
    "s3::delete_object": ["cloud::objects::Objects::delete"],
    "secretsmanager::get_secret_value": [gate for gate in GATES if gate.startswith("cloud::secrets::")],
    "sesv2::send_email": ["cloud::mail::Mail::send"],
    "sqs::send_message": ["cloud::queues::Releases::send", "cloud::Cloud::wake"],
    "scheduler::create_schedule": ["cloud::Cloud::wake"],
    "scheduler::delete_schedule": ["cloud::Cloud::forget"],
}

# Linked in with every table, schedule and queue, since they are called through a trait: no gate, no call.
BEHIND_A_TRAIT = {
    "dynamodb::get_item", "dynamodb::batch_get_item", "dynamodb::query", "dynamodb::put_item",
    "dynamodb::transact_write_items", "scheduler::create_schedule", "scheduler::delete_schedule", "sqs::send_message",
}

# What needs no permission, and why.
FREE = {
    "s3::create_session": "the SDK's way into directory buckets; the media bucket is none",
    "cognitoidentityprovider::sign_up": "open to anybody",
    "cognitoidentityprovider::confirm_sign_up": "open to anybody",
    "cognitoidentityprovider::initiate_auth": "open to anybody",
    "cognitoidentityprovider::forgot_password": "open to anybody",
    "cognitoidentityprovider::confirm_forgot_password": "open to anybody",
    "cognitoidentityprovider::revoke_token": "open to anybody",
}

# As the compiler writes them, a name follows its length. Only what sends counts: whoever looks at requests
# (shared/cloud/src/reach) names the inputs of operations that it never calls.
OPERATION = re.compile(r"aws_sdk_([a-z0-9]+?)9operation(\d+)([a-z_]+)\d+[A-Za-z]+\d+orchestrate")
GATE = re.compile("|".join([r"\$LT\$impl\$u20\$", *sorted({f"{len(kind)}{kind}" for kind in (gate.split("::")[-2] for gate in GATES)})]))
# Where the store asks its backend, and what may do so between a gate and there.
ASKS = re.compile(r"\bfn (\w+)|\.query\(|\.backend\.get\(|\.(?:backend|table)\.get_all\(|\bself\.(?:run|page|look)\(")
BETWEEN = {"held_slots", "run", "page", "look", "query"}


class Executable:
    """A function's executable of the development profile, which nothing is inlined in."""

    def __init__(self, gates: set[str], operations: set[str]) -> None:
        self.gates, self.operations = gates, operations

    @classmethod
    def read(cls, path: str) -> Executable:
        """What an executable holds."""
        if not os.path.isfile(path):
            raise SystemExit(f"policies: {path} is missing: run scripts/policies, which builds it")
        raw = said(["nm", "--format=just-symbols", path], "")
        if "5store" not in raw:
            raise SystemExit(f"policies: {path} has no names: it must be of the development profile")
        operations = {f"{service}::{name[: int(length)]}" for service, length, name in OPERATION.findall(raw)}
        # To read all names would take a minute; those of our own types are few.
        ours = "\n".join(name for name in raw.splitlines() if ("5store" in name or "5cloud" in name) and GATE.search(name))
        names = said(["c++filt", "--format=rust"], ours)
        return cls({gate for gate in GATES if pattern(gate).search(names)}, operations)

    def uses(self) -> dict[Use, set[str]]:
        """What it needs, and which gates ask for it."""
        uses: dict[Use, set[str]] = {}
        for gate in self.gates:
            for use in GATES[gate]:
                uses.setdefault(use, set()).add(gate)
        return uses

    def unexplained(self) -> list[str]:
        """Operations that are linked in and led to by no gate."""
        found = []
        for operation in sorted(self.operations - FREE.keys()):
            if operation not in OPERATIONS:
                found.append(f"{operation} is not known to tests/policies/gates.py")
            elif operation not in BEHIND_A_TRAIT and not self.gates & set(OPERATIONS[operation]):
                found.append(f"{operation} is called past the gates")
        return found


def ungated(store: str) -> list[str]:
    """Functions of the store (its sources' folder) that read the table and are no gate: one could read past the gates."""
    known = BETWEEN | {gate.rsplit("::", 1)[1] for gate in GATES if gate.startswith("store::")}
    found = []
    for name in sorted(os.listdir(store)):
        if not name.endswith(".rs"):
            continue
        with open(f"{store}/{name}", encoding="utf-8") as file:
            inside = ""
            for match in ASKS.finditer(file.read()):
                inside = match[1] or inside
                if not match[1] and inside not in known:
                    found.append(f"{store}/{name}: {inside} reads the table and is not known to tests/policies/gates.py")
    return found


def said(command: list[str], to: str) -> str:
    return subprocess.run(command, check=True, capture_output=True, text=True, input=to).stdout


@functools.cache
def pattern(gate: str) -> re.Pattern[str]:
    """A gate's name as the compiler writes it: in either of its manners, as a method of an `impl` elsewhere, or generic."""
    kind, name = gate.rsplit("::", 1)
    elsewhere = rf"<impl {re.escape(kind)}>"
    return re.compile(rf"(?<![\w:])(?:[\w:]+::)?(?:<?{re.escape(kind)}>?|{elsewhere})::{name}(?!\w)")
