#!/usr/bin/env python3
"""Makes the OpenAPI resources of the API server from a package of Kubernetes' published schemas.

usage: openapi_schema.py OUTPUT_DIRECTORY

Writes, below OUTPUT_DIRECTORY/io/i2kit/apiserver/openapi:
  definitions.json  the OpenAPI definitions of the group-versions below, descriptions and all
  schema.json       what patches and strict decoding need of them (see io.i2kit.apiserver.openapi.SchemaReader)

The package is fetched once by pip, verified by checksum, and kept in ~/.cache/i2kit (I2KIT_CACHE overrides). A run
whose results are there already ends at once.
"""

import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile
import zipfile

PACKAGE = "kubernetes-validate==1.37.0"
WHEEL = "kubernetes_validate-1.37.0-py3-none-any.whl"
SHA256 = "85136d018a27b50ec7fc049d902bfa5193f5976807e6c0f408e3ab6fe078cad9"
MEMBER = "kubernetes_validate/kubernetes-json-schema/v1.37.0-local/_definitions.json"

GO_FIELDS = pathlib.Path(__file__).with_name("go_fields.txt")

GROUP_VERSIONS = {
    ("", "v1"),
    ("admissionregistration.k8s.io", "v1"),
    ("apiextensions.k8s.io", "v1"),
    ("apiregistration.k8s.io", "v1"),
    ("apps", "v1"),
    ("authentication.k8s.io", "v1"),
    ("authorization.k8s.io", "v1"),
    ("autoscaling", "v1"),
    ("autoscaling", "v2"),
    ("batch", "v1"),
    ("certificates.k8s.io", "v1"),
    ("coordination.k8s.io", "v1"),
    ("discovery.k8s.io", "v1"),
    ("events.k8s.io", "v1"),
    ("flowcontrol.apiserver.k8s.io", "v1"),
    ("networking.k8s.io", "v1"),
    ("node.k8s.io", "v1"),
    ("policy", "v1"),
    ("rbac.authorization.k8s.io", "v1"),
    ("resource.k8s.io", "v1"),
    ("scheduling.k8s.io", "v1"),
    ("storage.k8s.io", "v1"),
    ("storagemigration.k8s.io", "v1"),
}
# Kinds of the machinery: they name every group-version as theirs.
MACHINERY = "io.k8s.apimachinery.pkg.apis.meta.v1."
GVK = "x-kubernetes-group-version-kind"
DEFS = "#/$defs/"
REFS = "#/components/schemas/"

# Definitions whose JSON form their Go type's own marshaller decides.
INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString"
QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity"
SCALARS = {INT_OR_STRING: "intorstring", QUANTITY: "quantity"}
FREE_FORM = {
    "io.k8s.apimachinery.pkg.runtime.RawExtension",
    "io.k8s.apimachinery.pkg.apis.meta.v1.FieldsV1",
    "io.k8s.apimachinery.pkg.apis.meta.v1.Patch",
}
# The package lacks the defaults of Kubernetes' OpenAPI v3; these complete keys of associative lists.
KEY_DEFAULTS = {
    ("io.k8s.api.core.v1.ContainerPort", "protocol"): "TCP",
    ("io.k8s.api.core.v1.ServicePort", "protocol"): "TCP",
}


def fail(message):
    sys.exit("openapi_schema: " + message)


def cache_directory():
    named = os.environ.get("I2KIT_CACHE")
    return pathlib.Path(named) if named else pathlib.Path.home() / ".cache" / "i2kit"


def verified(path):
    return path.is_file() and hashlib.sha256(path.read_bytes()).hexdigest() == SHA256


def fetch():
    """The wheel in the cache, downloaded when it is not there or not whole."""
    wheel = cache_directory() / "openapi" / WHEEL
    if verified(wheel):
        return wheel
    wheel.parent.mkdir(parents=True, exist_ok=True)
    print(f"[openapi] downloading {PACKAGE} (22 MB, once)", flush=True)
    with tempfile.TemporaryDirectory(dir=wheel.parent) as folder:
        requirements = pathlib.Path(folder) / "requirements.txt"
        requirements.write_text(f"{PACKAGE} --hash=sha256:{SHA256}\n")
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
        command += ["--only-binary=:all:", "--require-hashes", "--dest", folder, "--requirement", str(requirements)]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=300)
        except subprocess.TimeoutExpired:
            fail(f"downloading {PACKAGE} took longer than 300 s; is the package index reachable?")
        if done.returncode != 0:
            fail(
                f"cannot download {PACKAGE}: {done.stderr.strip()}\n"
                f"It needs python3 with pip and the package index once; or put {WHEEL} into {wheel.parent}."
            )
        os.replace(pathlib.Path(folder) / WHEEL, wheel)
    return wheel


def references(node, found):
    if isinstance(node, dict):
        target = node.get("$ref")
        if isinstance(target, str):
            found.add(target.removeprefix(DEFS))
        for value in node.values():
            references(value, found)
    elif isinstance(node, list):
        for value in node:
            references(value, found)


def served_kinds(definitions):
    """[(group, version, kind, definition name)] of the group-versions above."""
    kinds = []
    for name, definition in definitions.items():
        if name.startswith(MACHINERY):
            continue
        for gvk in definition.get(GVK, ()):
            if (gvk["group"], gvk["version"]) in GROUP_VERSIONS:
                kinds.append((gvk["group"], gvk["version"], gvk["kind"], name))
    return sorted(kinds)


def closure(definitions, roots):
    seen, todo = set(), set(roots)
    while todo:
        name = todo.pop()
        seen.add(name)
        found = set()
        references(definitions[name], found)
        todo |= found - seen
    return sorted(seen)


def plain(node, parent=""):
    """OpenAPI v3 as Kubernetes publishes it: without the package's nullable types and its enums of kinds."""
    if isinstance(node, list):
        return [plain(value) for value in node]
    if not isinstance(node, dict):
        return node
    out = {}
    for key, value in node.items():
        if key == "type" and isinstance(value, list):
            out[key] = next(name for name in value if name != "null")
        elif key == "$ref" and isinstance(value, str):
            out[key] = REFS + value.removeprefix(DEFS)
        elif key == "enum" and parent in ("apiVersion", "kind"):
            continue
        else:
            out[key] = plain(value, key)
    return out


def openapi(name, definition):
    if name == INT_OR_STRING:
        return {"format": "int-or-string", "oneOf": [{"type": "integer"}, {"type": "string"}]}
    out = plain(definition)
    for field, value in out.get("properties", {}).items():
        if "$ref" in value and len(value) > 1:
            # Siblings of a $ref are ignored by readers of OpenAPI 3.0.
            out["properties"][field] = {"allOf": [{"$ref": value.pop("$ref")}], **value}
        if (name, field) in KEY_DEFAULTS:
            value["default"] = KEY_DEFAULTS[name, field]
    return out


def atomic(node):
    return node.get("x-kubernetes-map-type") == "atomic"


def list_type(node):
    named = node.get("x-kubernetes-list-type")
    if named:
        return named
    if "x-kubernetes-patch-merge-key" in node:
        return "map"
    return "set" if "merge" in node.get("x-kubernetes-patch-strategy", "") else "atomic"


def type_of(node):
    """The type expression of a schema: see SchemaReader for its forms."""
    if "$ref" in node:
        name = node["$ref"].removeprefix(REFS)
        extra = {"atomic": True} if atomic(node) else {}
        return strategy(node, SCALARS.get(name, "#" + name), extra)
    if "allOf" in node:
        return type_of({**node["allOf"][0], **{k: v for k, v in node.items() if k != "allOf"}})
    kind = node.get("type")
    if kind == "array":
        out = {"list": type_of(node["items"]), "kind": list_type(node)}
        keys = node.get("x-kubernetes-list-map-keys") or [
            key for key in [node.get("x-kubernetes-patch-merge-key")] if key
        ]
        if out["kind"] == "map":
            out["keys"] = keys
        if "x-kubernetes-patch-merge-key" in node:
            out["mergeKey"] = node["x-kubernetes-patch-merge-key"]
        return strategy(node, out, {})
    if kind == "object":
        if "additionalProperties" in node:
            out = {"map": type_of(node["additionalProperties"])}
            return strategy(node, {**out, "atomic": True} if atomic(node) else out, {})
        return "any"
    if kind == "string":
        return {"byte": "bytes", "date-time": "time"}.get(node.get("format"), "string")
    if kind == "integer":
        return node.get("format", "int64")
    return {"number": "number", "boolean": "boolean"}.get(kind, "any")


def strategy(node, expression, extra):
    if "x-kubernetes-patch-strategy" in node:
        extra = {**extra, "patch": node["x-kubernetes-patch-strategy"]}
    if not extra:
        return expression
    return {**expression, **extra} if isinstance(expression, dict) else {"type": expression, **extra}


def go_fields():
    """What .ci/go-fields found: for each Go type, its fields that are not plain values with omitempty."""
    lines = GO_FIELDS.read_text(encoding="utf-8").splitlines()
    fields = {}
    for line in lines:
        owner, *facts = line.split(" ")
        fields[owner] = {re.match("[^=:<]+", fact)[0]: re.sub("^[^=:<]+=?", "", fact) for fact in facts}
    return fields


def merge_type(name, definition, go):
    if name in FREE_FORM or "properties" not in definition and definition.get("type") != "object":
        return {"alias": "any" if name in FREE_FORM else type_of(definition)}
    out = {"fields": {field: type_of(node) for field, node in definition.get("properties", {}).items()}}
    defaults = {field: value for (owner, field), value in KEY_DEFAULTS.items() if owner == name}
    if defaults:
        out["defaults"] = defaults
    if atomic(definition):
        out["atomic"] = True
    if go is not None:
        out["go"] = go
    return out


def write(path, value):
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    part.write_text(json.dumps(value, separators=(",", ":"), ensure_ascii=False), encoding="utf-8")
    os.replace(part, path)


def main():
    if len(sys.argv) != 2:
        fail("usage: openapi_schema.py OUTPUT_DIRECTORY")
    output = pathlib.Path(sys.argv[1])
    stamp = output.with_name(output.name + ".stamp")
    version = hashlib.sha256(pathlib.Path(__file__).read_bytes() + GO_FIELDS.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text() == version:
        return
    with zipfile.ZipFile(fetch()) as wheel:
        upstream = json.loads(wheel.read(MEMBER))["$defs"]
    kinds = served_kinds(upstream)
    roots = {name for *_, name in kinds} | {
        MACHINERY + name
        for name in ("APIGroup", "APIGroupList", "APIResourceList", "DeleteOptions", "Patch", "Status", "WatchEvent")
    }
    names = closure(upstream, roots)
    definitions = {name: openapi(name, upstream[name]) for name in names}
    kinds_by_version = {}
    for group, version_name, kind, name in kinds:
        kinds_by_version[(group + "/" if group else "") + version_name + "/" + kind] = name
    folder = output / "io" / "i2kit" / "apiserver" / "openapi"
    write(folder / "definitions.json", definitions)
    go = go_fields()
    types = {name: merge_type(name, definitions[name], go.get(name)) for name in names if name not in SCALARS}
    write(folder / "schema.json", {"kinds": kinds_by_version, "types": types})
    stamp.write_text(version)
    print(f"[openapi] {len(kinds)} kinds, {len(names)} definitions", flush=True)


if __name__ == "__main__":
    main()
