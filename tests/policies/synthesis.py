"""The template as CloudFormation gets it: SAM expanded, so that implicit grants are seen, and its conditions decided.

Names are kept logical: `Table`, `Table/index/due`, `Bucket/*`. What only AWS knows is a word: `region`, `account`.
"""

from __future__ import annotations

import copy
import logging
import re
from collections.abc import Iterator
from typing import Any

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

REGION = "eu-central-1"
PSEUDO = {
    "AWS::Partition": "aws", "AWS::Region": "region", "AWS::AccountId": "account", "AWS::StackName": "stack",
    "AWS::URLSuffix": "amazonaws.com",
}


class Stack:
    """One template under one choice of parameters."""

    def __init__(self, path: str, everything: bool) -> None:
        """`everything` gives every parameter that may be empty a value, and takes every choice that is not the default;
        without it the defaults hold."""
        logging.disable(logging.WARNING)
        with open(path, encoding="utf-8") as file:
            source = yaml_parse(file.read())
        self.binaries = {
            name: resource["Metadata"]["BuildProperties"]["Binary"]
            for name, resource in source["Resources"].items()
            if resource["Type"] == "AWS::Serverless::Function"
        }
        self.values = {name: value(parameter, everything) for name, parameter in source.get("Parameters", {}).items()}
        template = expanded(source, self.values)
        self.conditions = template.get("Conditions", {})
        self.types = {name: resource["Type"] for name, resource in template["Resources"].items()}
        kept = (
            (name, resource)
            for name, resource in template["Resources"].items()
            if "Condition" not in resource or self.holds({"Condition": resource["Condition"]})
        )
        self.resources = {name: {**resource, "Properties": self.decided(resource.get("Properties", {}))} for name, resource in kept}

    def of_type(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """Names and properties of the resources of a type."""
        return ((name, resource["Properties"]) for name, resource in self.resources.items() if resource["Type"] == kind)

    def holds(self, condition: Any) -> bool:
        """Whether a condition holds."""
        [(kind, operand)] = condition.items()
        if kind == "Condition":
            return self.holds(self.conditions[operand])
        if kind == "Fn::Not":
            return not self.holds(operand[0])
        if kind == "Fn::And":
            return all(self.holds(part) for part in operand)
        if kind == "Fn::Or":
            return any(self.holds(part) for part in operand)
        if kind == "Fn::Equals":
            one, other = (self.text(part) for part in operand)
            return one == other
        raise ValueError(f"a condition that nobody can decide: {kind}")

    def decided(self, node: Any) -> Any:
        """The same without `Fn::If`; what is no value is left out."""
        if isinstance(node, list):
            return [part for part in map(self.decided, node) if part != {"Ref": "AWS::NoValue"}]
        if not isinstance(node, dict):
            return node
        if set(node) == {"Fn::If"}:
            name, yes, no = node["Fn::If"]
            return self.decided(yes if self.holds({"Condition": name}) else no)
        parts = ((key, self.decided(part)) for key, part in node.items())
        return {key: part for key, part in parts if part != {"Ref": "AWS::NoValue"}}

    def text(self, node: Any) -> str:
        """A value in words."""
        if not isinstance(node, dict):
            return str(node)
        [(kind, operand)] = node.items()
        if kind == "Ref":
            return self.named(operand)
        if kind == "Fn::GetAtt":
            return self.named(operand if isinstance(operand, str) else ".".join(operand))
        if kind == "Fn::Sub":
            pattern, own = operand if isinstance(operand, list) else (operand, {})
            fill = lambda found: self.text(own[found[1]]) if found[1] in own else self.named(found[1])
            return re.sub(r"\$\{([^!}]+)\}", fill, pattern)
        if kind == "Fn::Join":
            return operand[0].join(self.text(part) for part in operand[1])
        if kind == "Fn::Split":
            return self.text(operand[1])
        if kind == "Fn::Select":
            index, parts = operand
            if isinstance(parts, dict) and "Fn::Split" in parts:
                parts = self.text(parts).split(parts["Fn::Split"][0])
            return self.text(parts[int(index)])
        raise ValueError(f"a value that nobody can read: {kind}")

    def named(self, name: str) -> str:
        if name in PSEUDO:
            return PSEUDO[name]
        if name in self.values:
            return str(self.values[name])
        # The ARN of a log group ends with the star that stands for its streams.
        if name.endswith(".Arn") and self.types.get(name[:-4]) == "AWS::Logs::LogGroup":
            return name[:-4] + ":*"
        return name.removesuffix(".Arn")


def value(parameter: dict[str, Any], everything: bool) -> str:
    """What a parameter is set to."""
    default = str(parameter.get("Default", ""))
    if not everything:
        return default
    others = [str(choice) for choice in parameter.get("AllowedValues", []) if str(choice) != default]
    return others[0] if others else default or "name@set.example"


def expanded(source: dict[str, Any], values: dict[str, str]) -> dict[str, Any]:
    """SAM's own expansion, which wants code and nested templates to be uploaded already; of its templates only."""
    template = copy.deepcopy(source)
    if "Transform" not in source:
        return template
    template["Globals"]["Function"]["CodeUri"] = "s3://packages/package"
    for resource in template["Resources"].values():
        if resource["Type"] == "AWS::Serverless::Application":
            resource["Properties"]["Location"] = "https://packages.s3.amazonaws.com/template"
    session = boto3.session.Session(region_name=REGION)
    return Translator({}, Parser(), boto_session=session).translate(template, values)


def references(node: Any) -> Iterator[str]:
    """Every name that a part of a template refers to."""
    if isinstance(node, list):
        for part in node:
            yield from references(part)
    if not isinstance(node, dict):
        return
    for key, part in node.items():
        if key == "Ref" and isinstance(part, str):
            yield part
        elif key == "Fn::GetAtt":
            yield part.split(".")[0] if isinstance(part, str) else part[0]
        elif key == "Fn::Sub":
            pattern, own = part if isinstance(part, list) else (part, {})
            yield from (name.split(".")[0] for name in re.findall(r"\$\{([^!}]+)\}", pattern) if name not in own)
            yield from references(own)
        else:
            yield from references(part)
