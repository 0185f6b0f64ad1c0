package io.i2kit.apiserver.load;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.IntFunction;
import java.util.regex.Pattern;

/**
 * Measures servers: {@code LoadTool <objects> <rounds> (<name> <kubeconfig> <pid[,pid…]> <figures file>)…}. The first process is the API
 * server; a database's process after it counts for the CPU. Servers take turns, a round each: what else the machine does at a time
 * concerns them alike. Or compares two of them: {@code LoadTool compare <figures> <reference's figures>}.
 */
public final class LoadTool {
    private static final int CLIENTS = 16;
    private static final int WATCHERS = 50;
    private static final int WRITERS = 4;
    private static final int PAGE = 500;
    private static final String NAMESPACE = "load";
    private static final String PATH = "/apis/apps/v1/namespaces/" + NAMESPACE + "/deployments";
    private static final String FAN_OUT = "/apis/apps/v1/namespaces/fan-out/deployments";
    private static final String TABLE = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json";
    private static final byte[] NOTHING = {};

    private final String name;
    private final Target target;
    private final List<Long> pids;
    private final int objects;
    private final long idleMebibytes;
    private final List<Measured> measured = new ArrayList<>();
    private final List<Figures> whole = new ArrayList<>();

    private LoadTool(String name, Target target, List<Long> pids, int objects) throws IOException {
        this.name = name;
        this.target = target;
        this.pids = pids;
        this.objects = objects;
        this.idleMebibytes = ProcessUse.of(pids).residentMebibytes();
    }

    public static void main(String[] args) throws Exception {
        if (args[0].equals("compare")) {
            System.out.print(Figures.read(Path.of(args[1])).against(Figures.read(Path.of(args[2]))));
            return;
        }
        int objects = Integer.parseInt(args[0]);
        int rounds = Integer.parseInt(args[1]);
        Map<LoadTool, Path> tools = new LinkedHashMap<>();
        for (int i = 2; i < args.length; i += 4) {
            List<Long> pids = Pattern.compile(",")
                    .splitAsStream(args[i + 2])
                    .map(Long::valueOf)
                    .toList();
            tools.put(new LoadTool(args[i], Target.of(Path.of(args[i + 1])), pids, objects), Path.of(args[i + 3]));
        }
        for (int round = 1; round <= rounds; round++) {
            for (LoadTool tool : tools.keySet()) {
                System.out.println(tool.name + ", round " + round + " of " + rounds);
                tool.round();
            }
        }
        for (Map.Entry<LoadTool, Path> tool : tools.entrySet()) {
            tool.getKey().figures().write(tool.getValue());
        }
    }

    /** One that breaks off is told, and does not count. */
    private void round() throws IOException {
        try {
            whole.add(run());
        } catch (IOException e) {
            System.out.println("the round broke off: " + e.getMessage());
            cleanUp();
        }
    }

    /** Of the later half of the rounds the medians; of the memory the most. */
    private Figures figures() throws IOException {
        if (whole.isEmpty()) {
            throw new IOException("no round came to its end");
        }
        return Figures.median(whole.subList(whole.size() / 2, whole.size()), whole);
    }

    private void cleanUp() throws IOException {
        try (Connection connection = new Connection(target)) {
            for (String collection : List.of(PATH, FAN_OUT)) {
                Clients.ok(connection, "DELETE", collection, NOTHING);
            }
        }
    }

    private Figures run() throws IOException {
        measured.clear();
        System.out.println(Measured.header());
        try (Clients one = new Clients(target, 1, pids);
                Clients many = new Clients(target, CLIENTS, pids)) {
            prepare(one);
            writes(many);
            reads(one);
            Connection connection = new Connection(target);
            FanOut.prepare(connection, FAN_OUT, WRITERS);
            keep(new FanOut(target, pids, WATCHERS, objects / 2)
                    .measure("events to " + WATCHERS + " watchers", FAN_OUT, WRITERS));
            FanOut.cleanUp(connection, FAN_OUT, WRITERS);
            connection.close();
            long loaded = ProcessUse.of(pids).residentMebibytes();
            keep(many.measure("delete", objects, (c, i) -> Clients.ok(c, "DELETE", path(i), NOTHING)));
            System.out.println("resident memory: " + idleMebibytes + " MiB idle, " + loaded + " MiB loaded");
            return new Figures(measured, idleMebibytes, loaded);
        }
    }

    private void prepare(Clients one) throws IOException {
        one.measure("namespaces", 2, (connection, i) -> {
            String name = i == 0 ? NAMESPACE : "fan-out";
            String body = "{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"" + name + "\"}}";
            int status = connection
                    .send(
                            "POST",
                            "/api/v1/namespaces",
                            body.getBytes(StandardCharsets.UTF_8),
                            "Content-Type",
                            "application/json")
                    .status();
            if (status != 201 && status != 409) {
                throw new IOException("a namespace was answered with " + status);
            }
        });
    }

    private void writes(Clients many) throws IOException {
        keep(many.measure(
                "create",
                objects,
                (c, i) -> Clients.ok(
                        c, "POST", PATH, Bodies.deployment(workload(i)), "Content-Type", "application/json")));
        Random random = new Random(1);
        int[] chosen = random.ints(4L * objects, 0, objects).toArray();
        keep(many.measure("get", chosen.length, (c, i) -> Clients.ok(c, "GET", path(chosen[i]), NOTHING)));
        IntFunction<byte[]> patch = i -> Bodies.image(i + 100);
        keep(many.measure(
                "patch (strategic merge)",
                objects,
                (c, i) -> Clients.ok(
                        c,
                        "PATCH",
                        path(i),
                        patch.apply(i),
                        "Content-Type",
                        "application/strategic-merge-patch+json")));
    }

    private void reads(Clients one) throws IOException {
        keep(one.measure("list of all", 20, (c, i) -> Clients.ok(c, "GET", PATH, NOTHING)));
        keep(one.measure(
                "list of all, gzip", 10, (c, i) -> Clients.ok(c, "GET", PATH, NOTHING, "Accept-Encoding", "gzip")));
        keep(one.measure(
                "Table of " + PAGE,
                40,
                (c, i) -> Clients.ok(c, "GET", PATH + "?limit=" + PAGE, NOTHING, "Accept", TABLE)));
        keep(one.measure(
                "list by label",
                20,
                (c, i) -> Clients.ok(c, "GET", PATH + "?labelSelector=app%3D" + workload(i), NOTHING)));
    }

    private void keep(Measured result) {
        measured.add(result);
        System.out.println(result.line());
    }

    private static String workload(int number) {
        return "workload-" + number;
    }

    private static String path(int number) {
        return PATH + "/" + workload(number);
    }
}
