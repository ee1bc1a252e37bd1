"""Makes of template.yaml and the built executables what CloudFormation takes without SAM.

    python bundle.py BINARIES OUT BUCKET VARIABLES

BINARIES is the folder of the executables, OUT a folder to fill, BUCKET where the result will be uploaded, VARIABLES a
JSON object: for each executable, environment variables that its function gets besides its own. Fills OUT with one zip
per function, one expanded template per stack, and `bundle.json`, which lists both, the parameters of the outermost
template, and what was left out, each with its reason.

The expansion is SAM's own (samtranslator). Nothing here knows a name of the template: functions are found by their type,
and what the oracle cannot take is in LEFT_OUT below, by type or property.
"""

import json
import pathlib
import shutil
import string
import subprocess
import sys
import tempfile
import zipfile

from samcli.yamlhelper import yaml_parse
from samtranslator.public.translator import ManagedPolicyLoader
from samtranslator.translator.transform import transform

ROOT = pathlib.Path(__file__).parents[2]

# Resource types that the oracle does not have or cannot run, with what stands in for them in the run.
LEFT_OUT = {
    "AWS::CodeDeploy::Application": "deployments by CodeDeploy: the oracle has no CodeDeploy",
    "AWS::CodeDeploy::DeploymentGroup": "deployments by CodeDeploy: the oracle has no CodeDeploy",
    "AWS::CloudFront::MonitoringSubscription": "CloudFront's extra figures: the oracle keeps none",
    "AWS::Cognito::ManagedLoginBranding": "the look of the hosted sign-in: the oracle draws no pages",
    "AWS::IAM::OIDCProvider": "sign-in of the delivery pipeline: nobody outside can ask the oracle for a token",
    "AWS::Route53::RecordSet": "names: nothing resolves them on this machine",
    "AWS::Route53::RecordSetGroup": "names: nothing resolves them on this machine",
    "AWS::CertificateManager::Certificate": "certificates: nothing on this machine asks for one",
    "AWS::WAFv2::WebACL": "the firewall: the oracle filters nothing by it",
    "AWS::WAFv2::WebACLAssociation": "the firewall: the oracle filters nothing by it",
    "AWS::ApplicationInsights::Application": "insights: the oracle has none",
    "AWS::CloudWatch::CompositeAlarm": "alarms of alarms: the oracle has none",
    "AWS::SecretsManager::RotationSchedule": "rotation by a clock: the oracle does not rotate",
    "AWS::XRay::SamplingRule": "sampling of traces: the oracle takes none",
}

# Resources that the oracle has, but not with a property of this name.
LEFT_OUT_WITH = {
    ("AWS::CloudWatch::Alarm", "Metrics"): "alarms on a computed figure: the oracle has those on one metric",
}

# Conditions of policies whose keys the oracle never sets, so that what is allowed under them would be refused.
LEFT_OUT_CONDITIONS = {
    "ses:FromAddress": "the sender as a condition: the oracle does not tell policies who sends",
}


# Actions that the oracle authorizes on every resource whatever was asked for, so that a statement about one is not enough.
WIDENED = {
    "ses:SendEmail": "the identity as a resource: the oracle asks policies about all identities",
}

# What the oracle's CloudFormation reads otherwise than AWS does, said so that both mean the same.
NUMBERS = "a parameter that is a number, written out: the oracle hands it on as text"
SECRETS = "a secret's ARN, as the attribute Id: the oracle's Ref is its name, which policies do not match"
GROUPS = "the group as a part of a schedule's ARN: the oracle asks policies about the default group"
PUNCTUATION = "secrets without punctuation, by its characters: the oracle knows no ExcludePunctuation"


class NoManagedPolicies(ManagedPolicyLoader):
    """Policies are written out in the template; AWS's own are asked of nobody."""

    def __init__(self):
        super().__init__(None)

    def load(self):
        return {}


def stripped(binary: pathlib.Path, folder: pathlib.Path) -> pathlib.Path:
    """A copy without debug information, as in a release."""
    copy = folder / binary.name
    shutil.copyfile(binary, copy)
    subprocess.run(["strip", copy], check=True)
    return copy


def pack(binary: pathlib.Path, target: pathlib.Path) -> dict:
    """One executable as a function's zip."""
    with tempfile.TemporaryDirectory() as folder:
        data = stripped(binary, pathlib.Path(folder)).read_bytes()
    entry = zipfile.ZipInfo("bootstrap")
    entry.external_attr = 0o100755 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(target, "w", compresslevel=1) as archive:
        archive.writestr(entry, data)
    return {"bytes": len(data), "zip_bytes": target.stat().st_size}


class Bundle:
    def __init__(self, binaries: pathlib.Path, out: pathlib.Path, bucket: str, variables: dict):
        self.binaries, self.out, self.bucket, self.variables = binaries, out, bucket, variables
        self.functions, self.templates, self.left_out = {}, [], []

    def function(self, name: str, resource: dict) -> None:
        """Gives a function its code, and the addresses of the oracle's services."""
        binary = resource["Metadata"]["BuildProperties"]["Binary"]
        packed = pack(self.binaries / binary, self.out / f"{binary}.zip")
        self.functions[binary] = {"resource": name, **packed}
        properties = resource["Properties"]
        properties["CodeUri"] = {"Bucket": self.bucket, "Key": f"{binary}.zip"}
        properties.setdefault("Environment", {}).setdefault("Variables", {}).update(self.variables.get(binary, {}))
        del resource["Metadata"]

    def leave_out(self, stack: str, template: dict) -> None:
        resources = template["Resources"]
        for name in [name for name, resource in resources.items() if resource["Type"] in LEFT_OUT]:
            kind = resources.pop(name)["Type"]
            self.left_out.append({"stack": stack, "resource": name, "type": kind, "reason": LEFT_OUT[kind]})
        for (kind, key), reason in LEFT_OUT_WITH.items():
            whole = lambda each: each["Type"] == kind and key in each.get("Properties", {})
            for name in [name for name, resource in resources.items() if whole(resource)]:
                del resources[name]
                self.left_out.append({"stack": stack, "resource": name, "type": f"{kind} with {key}", "reason": reason})
        for name, resource in resources.items():
            for action in sorted(widened(resource)):
                reason = WIDENED[action]
                self.left_out.append({"stack": stack, "resource": name, "type": f"resource of {action}", "reason": reason})
            for key in sorted(conditions(resource)):
                reason = LEFT_OUT_CONDITIONS[key]
                self.left_out.append({"stack": stack, "resource": name, "type": f"condition {key}", "reason": reason})
        # What refers to nothing that is there goes with it.
        gone = {entry["resource"] for entry in self.left_out if entry["stack"] == stack}
        for resource in resources.values():
            depends = resource.get("DependsOn")
            if depends is not None:
                kept = [name for name in ([depends] if isinstance(depends, str) else depends) if name not in gone]
                resource["DependsOn"] = kept
                if not kept:
                    del resource["DependsOn"]
        for name in [name for name, output in template.get("Outputs", {}).items() if refers(output, gone)]:
            del template["Outputs"][name]
            self.left_out.append({"stack": stack, "resource": name, "type": "output", "reason": "of what is left out"})

    def say_otherwise(self, stack: str, template: dict) -> None:
        def note(resource: str, kind: str, reason: str) -> None:
            self.left_out.append({"stack": stack, "resource": resource, "type": kind, "reason": reason})

        for name, resource in template["Resources"].items():
            generated = resource.get("Properties", {}).get("GenerateSecretString")
            if generated and generated.pop("ExcludePunctuation", False):
                generated["ExcludeCharacters"] = generated.get("ExcludeCharacters", "") + string.punctuation
                note(name, resource["Type"], PUNCTUATION)
        parameters = template.get("Parameters", {})
        numbers = {name: each["Default"] for name, each in parameters.items() if each["Type"] == "Number" and "Default" in each}
        for section in ("Conditions", "Resources"):
            if section in template:
                template[section] = replaced(template[section], numbers)
        for name in numbers:
            note(name, "parameter", NUMBERS)
        secrets = [name for name, each in template["Resources"].items() if each["Type"] == "AWS::SecretsManager::Secret"]
        template["Resources"] = replaced(template["Resources"], {name: {"Fn::GetAtt": [name, "Id"]} for name in secrets})
        for name in secrets:
            note(name, "Ref of a secret", SECRETS)
        for name, resource in template["Resources"].items():
            if in_default_group(resource):
                note(name, "resource of scheduler:*", GROUPS)

    def stack(self, path: pathlib.Path) -> str:
        """Expands a template and the stacks in it; returns the name of the result."""
        template = yaml_parse(path.read_text())
        stack = path.stem
        for name, resource in template["Resources"].items():
            if resource["Type"] == "AWS::Serverless::Function":
                self.function(name, resource)
            elif resource["Type"] == "AWS::Serverless::Application":
                nested = self.stack(path.parent / resource["Properties"]["Location"])
                resource["Properties"]["Location"] = f"https://s3.amazonaws.com/{self.bucket}/{nested}"
        if "Transform" in template:
            defaults = {name: each["Default"] for name, each in template["Parameters"].items() if "Default" in each}
            template = transform(template, defaults, NoManagedPolicies())
        self.leave_out(stack, template)
        self.say_otherwise(stack, template)
        for each in self.functions.values():
            function = template["Resources"].get(each["resource"])
            if function and "role" not in each:
                each["role"] = function["Properties"]["Role"]["Fn::GetAtt"][0]
        result = f"{stack}.json"
        (self.out / result).write_text(json.dumps(template))
        self.templates.append(result)
        return result


def replaced(value, references: dict):
    """The value with each reference to one of the names replaced by what stands for it."""
    if isinstance(value, list):
        return [replaced(part, references) for part in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"Ref"} and value["Ref"] in references:
        return references[value["Ref"]]
    return {key: replaced(part, references) for key, part in value.items()}


def in_default_group(value) -> bool:
    """Moves the schedules that statements name to the default group; returns whether there were any."""
    if isinstance(value, list):
        return any([in_default_group(part) for part in value])
    if not isinstance(value, dict):
        return False
    resource = value.get("Resource")
    text = resource.get("Fn::Sub") if isinstance(resource, dict) else None
    if value.get("Effect") == "Allow" and isinstance(text, str) and ":schedule/" in text:
        before, _, after = text.partition(":schedule/")
        resource["Fn::Sub"] = f"{before}:schedule/default/{after.partition('/')[2]}"
        return True
    return any([in_default_group(part) for part in value.values()])


def widened(value) -> set:
    """Gives the statements about an action of WIDENED all resources; returns which actions there were."""
    if isinstance(value, list):
        return set().union(*map(widened, value))
    if not isinstance(value, dict):
        return set()
    if value.get("Effect") == "Allow" and value.get("Action") in ([action] for action in WIDENED):
        value["Action"] = value["Action"][0]
    if value.get("Effect") == "Allow" and isinstance(value.get("Action"), str) and value["Action"] in WIDENED:
        value["Resource"] = "*"
        return {value["Action"]}
    return set().union(*map(widened, value.values()))


def conditions(value) -> set:
    """Takes away the conditions of LEFT_OUT_CONDITIONS; returns which there were."""
    if isinstance(value, list):
        return set().union(*map(conditions, value))
    if not isinstance(value, dict):
        return set()
    found = set().union(*map(conditions, value.values()))
    held = value.get("Condition")
    if isinstance(held, dict):
        for operator in [operator for operator, keys in held.items() if isinstance(keys, dict)]:
            taken = held[operator].keys() & LEFT_OUT_CONDITIONS.keys()
            found |= taken
            held[operator] = {key: each for key, each in held[operator].items() if key not in taken}
            if not held[operator]:
                del held[operator]
        if not held:
            del value["Condition"]
    return found


def refers(value, names: set) -> bool:
    """Whether a value speaks of one of the names."""
    if isinstance(value, dict):
        return any(refers(part, names) for part in value.values())
    if isinstance(value, list):
        return any(refers(part, names) for part in value)
    return isinstance(value, str) and any(name == value or f"${{{name}}}" in value or f"${{{name}." in value for name in names)


def main() -> None:
    binaries, out, bucket, variables = sys.argv[1:5]
    bundle = Bundle(pathlib.Path(binaries), pathlib.Path(out), bucket, json.loads(variables))
    main_template = bundle.stack(ROOT / "template.yaml")
    parameters = sorted(json.loads((bundle.out / main_template).read_text()).get("Parameters", {}))
    listed = {"template": main_template, "parameters": parameters, "templates": bundle.templates, "functions": bundle.functions,
              "left_out": bundle.left_out}
    (bundle.out / "bundle.json").write_text(json.dumps(listed, indent=1))


main()
