"""Counts the self-assessment in docs/asvs.csv, and fails when it is not whole or names a test that does not exist."""

import csv
import re
import sys
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# How many requirements of levels 1 and 2 each chapter of OWASP ASVS 5.0.0 has.
WHOLE = {
    "V1": 27, "V2": 11, "V3": 19, "V4": 10, "V5": 9, "V6": 35, "V7": 18, "V8": 7, "V9": 7,
    "V10": 29, "V11": 14, "V12": 9, "V13": 13, "V14": 9, "V15": 13, "V16": 16, "V17": 7,
}
VERDICTS = ("test", "reason", "gap")
FUNCTION = re.compile(r"#\[(?:tokio::)?test\][^{}]*?fn (\w+)\(")
BROWSER = re.compile(r"\btest\(\s*'([^']+)'")


def tests_of(path: Path) -> set[str]:
    """The names of the tests in a file."""
    text = path.read_text()
    if path.suffix == ".ts":
        return set(BROWSER.findall(text))
    found = set(FUNCTION.findall(text))
    # Tests that a macro makes for each backend are named without an attribute.
    return found | set(re.findall(r"async fn (\w+)\(", text)) if "conformance" in path.parts else found


def trouble_of(row: dict[str, str], known: dict[str, set[str]]) -> list[str]:
    """What is wrong with a row."""
    name, evidence = row["requirement"], row["evidence"].strip()
    if row["verdict"] not in VERDICTS or row["level"] not in ("1", "2") or not row["subject"] or not evidence:
        return [f"{name}: not whole"]
    if row["verdict"] != "test":
        return []
    wrong = []
    for test in evidence.split(" — ")[0].split("; "):
        path, _, function = test.partition("::")
        if path not in known:
            file = ROOT / path
            known[path] = tests_of(file) if file.is_file() else set()
        if function not in known[path]:
            wrong.append(f"{name}: there is no test {test}")
    return wrong


def main() -> int:
    with (ROOT / "docs/asvs.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    known: dict[str, set[str]] = {}
    wrong = [trouble for row in rows for trouble in trouble_of(row, known)]
    names = Counter(row["requirement"] for row in rows)
    wrong += [f"{name}: {count} times" for name, count in names.items() if count > 1]
    chapters = Counter(row["requirement"].split(".")[0] for row in rows)
    wrong += [f"{chapter}: {chapters[chapter]} of {whole} requirements" for chapter, whole in WHOLE.items() if chapters[chapter] != whole]
    for chapter in WHOLE:
        own = Counter(row["verdict"] for row in rows if row["requirement"].split(".")[0] == chapter)
        print(f"{chapter:<4}" + "".join(f" {verdict}={own[verdict]}" for verdict in VERDICTS))
    for row in rows:
        if row["verdict"] == "gap":
            print(f"gap: {row['requirement']} {row['subject']}: {row['evidence']}")
    for trouble in wrong:
        print(trouble, file=sys.stderr)
    total = Counter(row["verdict"] for row in rows)
    named = sum(len(tests) for tests in known.values())
    print(f"checked: files={len(known)} tests_in_them={named} wrong={len(wrong)}")
    print(f"asvs: rows={len(rows)} tested={total['test']} reasoned={total['reason']} gaps={total['gap']}")
    return 1 if wrong else 0


sys.exit(main())
