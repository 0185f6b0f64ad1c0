"""The Python client's calls; prints "row<TAB>ok" or "row<TAB>what went wrong" for each."""
import sys
import threading

from kubernetes import client, config, dynamic, watch

namespace = sys.argv[1]
config.load_kube_config()
core = client.CoreV1Api()


def run(row, action):
    try:
        action()
        print(f"{row}\tok")
    except Exception as fault:  # every fault is a cell of the matrix
        print(f"{row}\t{str(fault).splitlines()[0]}")


def expect(condition, what):
    if not condition:
        raise AssertionError(what)


def conflict():
    stale = core.read_namespaced_config_map("from-python", namespace)
    stale.metadata.resource_version = "1"
    try:
        core.replace_namespaced_config_map("from-python", namespace, stale)
    except client.ApiException as fault:
        expect(fault.status == 409, f"status {fault.status}")
        return
    raise AssertionError("a stale update was taken")


seen = []


def follow():
    for event in watch.Watch().stream(core.list_namespaced_config_map, namespace, timeout_seconds=20):
        if event["object"].metadata.name == "from-python":
            seen.append(event["type"])
            if event["type"] == "DELETED":
                return


follower = threading.Thread(target=follow, daemon=True)
follower.start()
run("create", lambda: core.create_namespaced_config_map(
    namespace, client.V1ConfigMap(metadata=client.V1ObjectMeta(name="from-python"), data={"a": "1"})))
run("get", lambda: core.read_namespaced_config_map("from-python", namespace))
run("list", lambda: expect(core.list_namespaced_config_map(namespace, limit=1).items, "no items"))
run("patch", lambda: core.patch_namespaced_config_map("from-python", namespace, {"data": {"b": "2"}}))
run("server-side apply", lambda: dynamic.DynamicClient(client.ApiClient()).resources.get(
    api_version="v1", kind="ConfigMap").server_side_apply(
    body={"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "from-python"}, "data": {"c": "3"}},
    namespace=namespace, field_manager="matrix"))
run("conflict", conflict)
run("delete", lambda: core.delete_namespaced_config_map("from-python", namespace))
follower.join(20)
run("watch", lambda: expect(
    seen[0] == "ADDED" and seen[-1] == "DELETED" and seen.count("MODIFIED") <= 2, f"saw {seen}"))
run("discovery", lambda: expect(client.ApisApi().get_api_versions().groups, "no groups"))
