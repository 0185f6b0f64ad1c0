package io.i2kit.apiserver.load;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What one run measured of one server. */
record Figures(List<Measured> operations, long idleMebibytes, long loadedMebibytes) {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    Figures {
        operations = List.copyOf(operations);
    }

    /**
     * @param counted whose medians are taken, one operation and figure after the other
     * @param all for the memory
     */
    static Figures median(List<Figures> counted, List<Figures> all) {
        List<Measured> operations = new ArrayList<>();
        for (int i = 0; i < counted.getFirst().operations().size(); i++) {
            int index = i;
            operations.add(Measured.median(
                    counted.stream().map(each -> each.operations().get(index)).toList()));
        }
        long loaded = all.stream().mapToLong(Figures::loadedMebibytes).max().orElseThrow();
        return new Figures(operations, counted.getFirst().idleMebibytes(), loaded);
    }

    void write(Path file) throws IOException {
        ObjectNode root = JSON.createObjectNode();
        root.put("idleMebibytes", idleMebibytes).put("loadedMebibytes", loadedMebibytes);
        ArrayNode all = root.putArray("operations");
        operations.forEach(operation -> all.add(operation.toJson()));
        Files.write(file, JSON.writeValueAsBytes(root));
    }

    static Figures read(Path file) throws IOException {
        JsonNode root = JSON.readTree(Files.readAllBytes(file));
        List<Measured> operations = new ArrayList<>();
        root.path("operations").forEach(operation -> operations.add(Measured.fromJson(operation)));
        return new Figures(
                operations,
                root.path("idleMebibytes").asLong(0),
                root.path("loadedMebibytes").asLong(0));
    }

    /** How many times better this is: rates where many clients ask, else the median. */
    String against(Figures other) {
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, "%-34s %12s %12s %8s %14s%n", "operation", "this", "reference", "times", "less CPU"));
        for (Measured mine : operations) {
            for (Measured theirs : other.operations()) {
                if (mine.operation().equals(theirs.operation())) {
                    text.append(compared(mine, theirs));
                }
            }
        }
        text.append(memory("resident idle, MiB", idleMebibytes, other.idleMebibytes()));
        text.append(memory("resident loaded, MiB", loadedMebibytes, other.loadedMebibytes()));
        return text.toString();
    }

    private static String compared(Measured mine, Measured theirs) {
        boolean latency = mine.latency();
        double one = latency ? mine.p50() : mine.rate();
        double two = latency ? theirs.p50() : theirs.rate();
        return String.format(
                Locale.ROOT,
                "%-34s %12s %12s %8.1f %14.1f%n",
                mine.operation(),
                value(one, latency),
                value(two, latency),
                latency ? two / one : one / two,
                theirs.serverMillis() / mine.serverMillis());
    }

    private static String value(double number, boolean latency) {
        return String.format(Locale.ROOT, latency ? "%.1f ms" : "%.0f/s", number);
    }

    private static String memory(String name, long mine, long theirs) {
        return String.format(Locale.ROOT, "%-34s %12d %12d %8.1f%n", name, mine, theirs, (double) theirs / mine);
    }
}
