"""One of the independent servers that the tests run against, on loopback and in memory.

    python serve.py ministack | mastodon

Prints one line of JSON once the server answers: {"url": ...}, and for ministack a key pair, since its signatures are
enforced. It ends when its standard input closes, so that it never outlives the test run that started it.
"""

import json
import os
import re
import runpy
import socket
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def answers(url: str) -> bool:
    try:
        urllib.request.urlopen(url, timeout=1).close()
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True


def key_pair(url: str) -> dict[str, str]:
    """A user that may do everything, made with the built-in credentials, which alone need no signature."""
    everything = '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}'

    def iam(action: str, **fields: str) -> str:
        body = urllib.parse.urlencode({"Action": action, "Version": "2010-05-08", "UserName": "tests", **fields})
        scope = "Credential=test/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0"
        headers = {"Authorization": f"AWS4-HMAC-SHA256 {scope}"}
        request = urllib.request.Request(url, data=body.encode(), headers=headers)
        with urllib.request.urlopen(request) as answer:
            return answer.read().decode()

    iam("CreateUser")
    iam("PutUserPolicy", PolicyName="everything", PolicyDocument=everything)
    answer = iam("CreateAccessKey")
    field = lambda name: re.search(f"<{name}>(.*?)</{name}>", answer).group(1)
    return {"access_key": field("AccessKeyId"), "secret_key": field("SecretAccessKey")}


def announce(out, url: str, probe: str, more) -> None:
    while not answers(url + probe):
        time.sleep(0.05)
    print(json.dumps({"url": url, **more(url)}), file=out, flush=True)
    sys.stdin.read()
    os._exit(0)


def main() -> None:
    name, port = sys.argv[1], free_port()
    out, sys.stdout = sys.stdout, sys.stderr
    if name == "ministack":
        os.environ.update(AUTH="true", BIND_HOST="127.0.0.1", GATEWAY_PORT=str(port), LOG_LEVEL="WARNING")
        url, probe, more, module = f"http://127.0.0.1:{port}", "/_ministack/health", key_pair, "ministack.app"
        sys.argv = ["ministack"]
    elif name == "mastodon":
        url, probe, more, module = f"http://localhost:{port}", "/api/v2/instance", lambda _: {}, "mastodon_mock"
        sys.argv = ["mastodon_mock", "serve", "--in-memory", "--host", "127.0.0.1", "--port", str(port)]
        sys.argv += ["--log-level", "warning"]
    else:
        sys.exit(f"no such server: {name}")
    threading.Thread(target=announce, args=(out, url, probe, more), daemon=True).start()
    runpy.run_module(module, run_name="__main__", alter_sys=False)


main()
