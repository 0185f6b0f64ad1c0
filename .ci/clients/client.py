"""The Python client's calls; prints "row<TAB>ok" or "row<TAB>what went wrong" for each."""
import io
import sys
import tarfile
import threading

from kubernetes import client, config, dynamic, watch
from kubernetes.stream import portforward, stream

namespace = sys.argv[1]  # for objects; then, to reach a machine, the namespace and the name of a Pod
machine = sys.argv[2:4]
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


def execute(*command, **options):
    name, space = machine[1], machine[0]
    return stream(core.connect_get_namespaced_pod_exec, name, space, command=list(command), stdout=True, stderr=True,
                  tty=False, **options)


def fails():
    running = execute("sh", "-c", "exit 3", stdin=False, _preload_content=False)
    running.run_forever(timeout=60)
    expect(running.returncode == 3, f"exit code {running.returncode}")


def copy():
    """As the client's own examples do it: tar's end mark ends it, for the protocol has none."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        info = tarfile.TarInfo("from-python")
        info.size = 6
        tar.addfile(info, io.BytesIO(b"copied"))
    running = execute("tar", "xf", "-", "-C", "/tmp", stdin=True, _preload_content=False)
    running.write_stdin(packed.getvalue())
    running.run_forever(timeout=60)
    expect(running.returncode == 0, f"tar ended with {running.returncode}")
    expect(execute("cat", "/tmp/from-python", stdin=False) == "copied", "another content")


def forward():
    ports = portforward(core.connect_get_namespaced_pod_portforward, machine[1], machine[0], ports="8080")
    socket = ports.socket(8080)
    socket.setblocking(True)
    socket.sendall(b"GET / HTTP/1.0\r\n\r\n")
    answer = b""
    while piece := socket.recv(65536):
        answer += piece
    expect(b"200 OK" in answer, f"answer {answer[:40]} {ports.error(8080)}")


if machine:
    run("logs", lambda: expect(core.read_namespaced_pod_log(machine[1], machine[0], tail_lines=5), "an empty log"))
    run("exec", lambda: (expect("42" in execute("python3", "-c", "print(6 * 7)", stdin=False), "no 42"), fails()))
    run("cp", copy)
    run("port-forward", forward)
