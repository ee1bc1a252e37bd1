"""Fuzzes the API of a fresh embedded Atelier from its OpenAPI document, signed in as an owner.

    python tests/fuzz.py ATELIER SECONDS [SEED]

Demands of each answer that it is no 500, that the document knows its status and type, and that its body is as described.
Prints what was sent and what came back; the last line is for programs.
"""

import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "correct horse battery"
EMAIL = "fuzz@example.test"
# They ask servers elsewhere whose names are made up.
ELSEWHERE = r"^/api/accounts/connect/(mastodon|bluesky)$"
# Public pages are documents for people, not operations: the journeys visit them.
PAGES = r"^/p/"


def call(url: str, body=None, token: str | None = None, method: str | None = None):
    """A JSON call of the API."""
    headers = {"content-type": "application/json"}
    if token:
        headers["authorization"] = f"Bearer {token}"
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers=headers, method=method)
    with urllib.request.urlopen(request, timeout=10) as answer:
        text = answer.read()
        return json.loads(text) if text else None


def founder(origin: str) -> tuple[str, dict[str, list[str]]]:
    """An owner with an organization and some things in it; their refresh token, and ids by the path they belong to."""
    api = f"{origin}/api"
    call(f"{api}/auth/register", {"email": EMAIL, "password": PASSWORD, "name": "Fay"})
    mails = call(f"{origin}/_local/mail?format=json")
    code = next(re.search(r"\b\d{6}\b", mail["text"]).group(0) for mail in mails if mail["to"] == EMAIL)
    call(f"{api}/auth/confirm", {"email": EMAIL, "code": code})
    tokens = call(f"{api}/auth/login", {"email": EMAIL, "password": PASSWORD})
    org = call(f"{api}/orgs", {"name": "Fuzz", "slug": "fuzz", "zone": "UTC"}, tokens["access_token"])
    call(f"{api}/orgs/{org['id']}/activate", {}, tokens["access_token"])
    token = call(f"{api}/auth/refresh", {"refresh_token": tokens["refresh_token"]})["access_token"]
    account = call(f"{api}/accounts/connect/page", {}, token)["id"]
    post = {"text": "Fuzz", "media": [], "targets": [{"account_id": account, "text": None, "media": None}]}
    rule = {"frequency": {"kind": "daily"}, "interval": 1, "time": "09:00", "zone": "UTC",
            "starts_on": f"{time.gmtime().tm_year + 1}-02-01", "ends": {"kind": "never"}}
    file = {"name": "a.png", "type": "image/png", "size": 99}
    ids = {
        "orgs": [org["id"]],
        "accounts": [account],
        "posts": [call(f"{api}/posts", post, token)["id"] for _ in range(40)],
        "series": [call(f"{api}/series", {"content": post, "rule": rule}, token)["id"] for _ in range(10)],
        "media": [call(f"{api}/media", file, token)["file"]["id"] for _ in range(10)],
        "user_id": [call(f"{api}/auth/me", token=token)["user_id"]],
        "account_id": [account],
    }
    return tokens["refresh_token"], ids


HOOKS = '''
import itertools, json, os, urllib.request
import schemathesis

@schemathesis.auth(refresh_interval=120)
class Owner:
    """Access tokens live five minutes."""

    def get(self, case, context):
        body = json.dumps({"refresh_token": os.environ["FUZZ_REFRESH"]}).encode()
        request = urllib.request.Request(os.environ["FUZZ_ORIGIN"] + "/api/auth/refresh", data=body,
                                         headers={"content-type": "application/json"})
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)["access_token"]

    def set(self, case, data, context):
        case.headers = {**(case.headers or {}), "authorization": f"Bearer {data}"}


IDS = {kind: itertools.cycle(ids) for kind, ids in json.loads(os.environ["FUZZ_IDS"]).items()}
TURN = itertools.count()


@schemathesis.hook
def map_path_parameters(context, path_parameters):
    """Two times of three, what is there."""
    if not path_parameters or next(TURN) % 3 == 0:
        return path_parameters
    group = context.operation.path.split("/")[2]
    known = {name: next(IDS[group if name == "id" else name]) for name in path_parameters if (group if name == "id" else name) in IDS}
    return {**path_parameters, **known}


@schemathesis.hook
def map_headers(context, headers):
    """Two times of three, a version that things begin with."""
    if headers and "If-Match" in headers and next(TURN) % 3:
        headers["If-Match"] = '"1"'
    return headers
'''


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for(origin: str) -> None:
    for _ in range(600):
        try:
            call(f"{origin}/api/health")
            return
        except OSError:
            time.sleep(0.05)
    raise SystemExit("Atelier did not start")


def run(work: Path, origin: str, seconds: int, seed: str) -> int:
    refresh, ids = founder(origin)
    (work / "hooks.py").write_text(HOOKS)
    report = work / "report.ndjson"
    command = [
        str(Path(sys.executable).with_name("schemathesis")), "run", os.environ.get("DOCUMENT", str(ROOT / "openapi.json")), "--url", origin,
        "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
        "--phases", "examples,coverage,fuzzing", "--max-time", str(seconds), "--seed", seed, "--no-color",
        "--exclude-path-regex", f"{ELSEWHERE}|{PAGES}", "--suppress-health-check", "all", "--warnings", "off",
        "--continue-on-failure", "--request-timeout", "20", "--generation-database", "none",
        "--report", "ndjson", "--report-ndjson-path", str(report),
    ]
    environment = {**os.environ, "SCHEMATHESIS_HOOKS": "hooks", "PYTHONPATH": str(work), "FUZZ_REFRESH": refresh,
                   "FUZZ_ORIGIN": origin, "FUZZ_IDS": json.dumps(ids)}
    ended = subprocess.run(command, cwd=work, env=environment, check=False)
    statuses: dict[str, int] = {}
    operations = set()
    for status, operation in answers_in(report):
        statuses[str(status)] = statuses.get(str(status), 0) + 1
        operations.add(operation)
    call(f"{origin}/api/health")
    for status in sorted(statuses):
        print(f"status {status}: {statuses[status]}")
    broken = sum(count for status, count in statuses.items() if status.startswith("5"))
    requests = sum(statuses.values())
    print(f"fuzz: seed={seed} operations={len(operations)} requests={requests} server_errors={broken} failed={ended.returncode}")
    return ended.returncode or (1 if broken or requests < 100 else 0)


def answers_in(report: Path):
    """Status and operation of each answer in the report."""
    def found(node, label):
        if isinstance(node, dict):
            label = node.get("label", label)
            if "status_code" in node:
                yield node["status_code"], label
            for value in node.values():
                yield from found(value, label)
        elif isinstance(node, list):
            for value in node:
                yield from found(value, label)

    for line in report.read_text().splitlines():
        yield from found(json.loads(line), "")


def main() -> int:
    program, seconds = sys.argv[1], int(sys.argv[2])
    seed = sys.argv[3] if len(sys.argv) > 3 else str(int(time.time()) % 1_000_000)
    work = Path(tempfile.mkdtemp(prefix="atelier-fuzz-"))
    port = free_port()
    environment = {**os.environ, "PORT": str(port), "DATA_DIR": str(work / "data"), "ATELIER_RATE_LIMIT": "0"}
    (work / "dist").mkdir()
    (work / "dist/index.html").write_text("<!doctype html>")
    environment["FRONTEND_DIST"] = str(work / "dist")
    with (work / "atelier.log").open("w") as log:
        atelier = subprocess.Popen([program], env=environment, stdout=log, stderr=log)
    try:
        origin = f"http://localhost:{port}"
        wait_for(origin)
        return run(work, origin, seconds, seed)
    finally:
        atelier.terminate()
        atelier.wait()
        shutil.rmtree(work, ignore_errors=True)


sys.exit(main())
