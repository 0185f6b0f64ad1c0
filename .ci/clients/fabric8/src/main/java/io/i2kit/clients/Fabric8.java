package io.i2kit.clients;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.LocalPortForward;
import io.fabric8.kubernetes.client.dsl.ExecWatch;
import io.fabric8.kubernetes.client.dsl.PodResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.io.ByteArrayOutputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** The fabric8 client's calls; prints "row, tab, ok" or "row, tab, what went wrong" for each. */
public final class Fabric8 {
    private static final String NAME = "from-fabric8";

    private Fabric8() {}

    @FunctionalInterface
    private interface Action {
        void run() throws Exception;
    }

    private static void run(String row, Action action) {
        try {
            action.run();
            System.out.println(row + "\tok");
        } catch (Exception e) { // every fault is a cell of the matrix
            System.out.println(row + "\t" + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
    }

    private static void expect(boolean condition, String what) {
        if (!condition) {
            throw new IllegalStateException(what);
        }
    }

    private static ConfigMap map(String key) {
        return new ConfigMapBuilder()
                .withNewMetadata()
                .withName(NAME)
                .endMetadata()
                .addToData(key, "1")
                .build();
    }

    /** @param args the namespace for objects; then, to reach a machine, the namespace and the name of a Pod */
    public static void main(String[] args) throws Exception {
        try (KubernetesClient client = new KubernetesClientBuilder().build()) {
            var maps = client.configMaps().inNamespace(args[0]);
            Resource<ConfigMap> one = maps.withName(NAME);
            List<String> seen = new CopyOnWriteArrayList<>();
            CountDownLatch end = new CountDownLatch(1);
            try (var informer = maps.inform(new ResourceEventHandler<ConfigMap>() {
                @Override
                public void onAdd(ConfigMap object) {
                    note(object, "add");
                }

                @Override
                public void onUpdate(ConfigMap before, ConfigMap object) {
                    note(object, "update");
                }

                @Override
                public void onDelete(ConfigMap object, boolean unknown) {
                    note(object, "delete");
                }

                private void note(ConfigMap object, String event) {
                    if (object.getMetadata().getName().equals(NAME)) {
                        seen.add(event);
                        if (event.equals("delete")) {
                            end.countDown();
                        }
                    }
                }
            })) {
                calls(client, args[0], one);
                boolean ended = end.await(20, TimeUnit.SECONDS);
                run("watch", () -> expect(ended && seen.get(0).equals("add"), "saw " + seen));
            }
            run("discovery", () -> expect(client.getApiGroups().getGroups().size() > 5, "groups"));
            if (args.length > 2) {
                machine(client.pods().inNamespace(args[1]).withName(args[2]));
            }
        }
        System.exit(0);
    }

    private static void calls(KubernetesClient client, String namespace, Resource<ConfigMap> one) {
        var maps = client.configMaps().inNamespace(namespace);
        run("create", () -> maps.resource(map("a")).create());
        run("get", () -> expect(one.get() != null, "absent"));
        run("list", () -> expect(!maps.list().getItems().isEmpty(), "no items"));
        run("patch", () -> one.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":{\"b\":\"2\"}}"));
        run("server-side apply", () -> maps.resource(map("c"))
                .fieldManager("matrix")
                .forceConflicts()
                .serverSideApply());
        run("conflict", () -> {
            ConfigMap stale = one.get();
            stale.getMetadata().setResourceVersion("1");
            try {
                maps.resource(stale).update();
            } catch (KubernetesClientException e) {
                expect(e.getCode() == 409, "status " + e.getCode());
                return;
            }
            throw new IllegalStateException("a stale update was taken");
        });
        run("delete", one::delete);
    }

    private static void machine(PodResource pod) {
        run("logs", () -> expect(!pod.tailingLines(5).getLog().isEmpty(), "an empty log"));
        run("exec", () -> {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            try (ExecWatch exec = pod.writingOutput(out).exec("sh", "-c", "echo $((6 * 7)); exit 3")) {
                int code = exec.exitCode().get(60, TimeUnit.SECONDS);
                expect(code == 3 && out.toString().equals("42\n"), "exit code " + code + ", " + out);
            }
        });
        run("cp", () -> {
            Path file = Files.writeString(Files.createTempFile("matrix", ".txt"), "copied");
            expect(pod.file("/tmp/from-fabric8").upload(file), "not uploaded");
            Path back = Files.createTempDirectory("matrix").resolve("back");
            expect(pod.file("/tmp/from-fabric8").copy(back), "not downloaded");
            expect(Files.readString(back).equals("copied"), "another content");
        });
        run("port-forward", () -> {
            try (LocalPortForward forward = pod.portForward(8080);
                    Socket socket = new Socket("127.0.0.1", forward.getLocalPort())) {
                socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes());
                String answer = new String(socket.getInputStream().readNBytes(15));
                expect(answer.contains("200 OK"), "answer " + answer);
            }
        });
    }
}
