package io.i2kit.apiserver.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.cloud.aws.prices.PriceFile;
import io.i2kit.cloud.aws.prices.PriceListServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The command against a price list on the loopback address, where the SDK is sent by its own setting. */
class AwsPricesCommandTest {
    private static final String ENDPOINT = "aws.endpointUrl";

    @TempDir
    private Path data;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private PriceListServer server;

    @BeforeEach
    void start() throws IOException {
        server = new PriceListServer();
        System.setProperty(ENDPOINT, server.endpoint().toString());
    }

    @AfterEach
    void stop() {
        System.clearProperty(ENDPOINT);
        server.close();
    }

    private int run(String region) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine line = Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        return line.execute("aws", "prices", "--region", region, "--data", data.toString());
    }

    @Test
    void whatChangedIsToldAndTheTableIsTheRegionsFromThenOn() {
        server.sellAll(2);
        server.products.remove("t3a.nano");
        assertThat(run("eu-central-1")).as(err.toString()).isZero();
        assertThat(out.toString())
                .contains("before: us-east-1, 2025-01")
                .containsPattern("t4g\\.nano +0\\.0042 +0\\.0084\n")
                .containsPattern("t3a\\.nano +0\\.0047 +-\n")
                .contains("left out")
                .contains(data.resolve("aws-prices.csv").toString());
        var kept = new PriceFile(data.resolve("aws-prices.csv")).forRegion("eu-central-1");
        assertThat(kept.region()).isEqualTo("eu-central-1");
        assertThat(kept.price("t3a.nano", false)).isEmpty();

        assertThat(run("eu-central-1")).isZero();
        assertThat(out.toString()).contains("no price has changed").doesNotContain("TYPE");
        server.sellAll(2);
        assertThat(run("eu-central-1")).isZero();
        assertThat(out.toString()).containsPattern("t3a\\.nano +- +0\\.0094\n").doesNotContain("left out");
    }

    @Test
    void whatCannotBeReadLeavesTheTable() throws IOException {
        server.sellAll(1);
        assertThat(run("eu-central-1")).isZero();
        String kept = Files.readString(data.resolve("aws-prices.csv"));
        server.throttled.set(Integer.MAX_VALUE);
        assertThat(run("eu-central-1")).isEqualTo(1);
        assertThat(err.toString())
                .contains("Rate exceeded", "stay as they were")
                .hasLineCount(1);
        server.throttled.set(0);
        server.products.clear();
        assertThat(run("eu-central-7")).isEqualTo(1);
        assertThat(err.toString()).contains("no price of any type in eu-central-7");
        assertThat(data.resolve("aws-prices.csv")).hasContent(kept);
    }
}
