"""template.yaml as `sam local` can run it: the functions and their routes, nothing else.

    python sam_template.py SETTINGS > TEMPLATE

SETTINGS is `functions.env` of the running back end. Functions get these settings instead of those of a stack, and their
code from `target/lambda`. The authorizer is left out: `sam local` has none, the functions verify tokens themselves.
"""

import json
import pathlib
import shlex
import sys

from samcli.yamlhelper import yaml_parse

ROOT = pathlib.Path(__file__).parents[2]


def settings(path: str) -> dict:
    assignments = shlex.split(pathlib.Path(path).read_text())
    # `sam local` hands these to containers by itself, from the environment that it runs in.
    own = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_REGION")
    return {name: value for name, value in (each.split("=", 1) for each in assignments) if name not in own}


def function(resource: dict, variables: dict) -> dict:
    properties = resource["Properties"]
    binary = resource["Metadata"]["BuildProperties"]["Binary"]
    kept = {name: properties[name] for name in ("MemorySize", "Timeout") if name in properties}
    return {"Type": resource["Type"], "Properties": {
        **kept, "FunctionName": binary, "Runtime": "provided.al2023", "Handler": "bootstrap",
        "CodeUri": str(ROOT / "target/lambda" / binary), "Environment": {"Variables": variables}}}


def reached(value, functions: set) -> str:
    """The function that an integration names, however it does."""
    parts = json.dumps(value)
    return next(name for name in sorted(functions, key=len, reverse=True) if f'"{name}"' in parts or f"{name}." in parts)


def main() -> None:
    variables = settings(sys.argv[1])
    resources = yaml_parse((ROOT / "template.yaml").read_text())["Resources"]
    functions = {name for name, each in resources.items() if each["Type"] == "AWS::Serverless::Function"}
    made = {}
    for name, each in resources.items():
        if name in functions:
            made[name] = function(each, variables)
        elif each["Type"] == "AWS::ApiGatewayV2::Api":
            made[name] = each
        elif each["Type"] == "AWS::ApiGatewayV2::Stage":
            kept = ("ApiId", "StageName", "AutoDeploy")
            made[name] = {**each, "Properties": {key: each["Properties"][key] for key in kept}}
        elif each["Type"] == "AWS::ApiGatewayV2::Integration":
            target = {"Fn::GetAtt": [reached(each["Properties"]["IntegrationUri"], functions), "Arn"]}
            made[name] = {**each, "Properties": {**each["Properties"], "IntegrationUri": target}}
        elif each["Type"] == "AWS::ApiGatewayV2::Route":
            verified = ("AuthorizationType", "AuthorizerId")
            made[name] = {**each, "Properties": {key: part for key, part in each["Properties"].items() if key not in verified}}
    print(json.dumps({"Transform": "AWS::Serverless-2016-10-31", "Resources": made}, indent=1))


main()
