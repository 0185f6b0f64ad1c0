package io.i2kit.apiserver.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class MainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private final CommandLine line =
            Main.commandLine().setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));

    @Test
    void versionNamesTheKubernetesApi() {
        assertThat(line.execute("version")).isZero();
        assertThat(out.toString()).contains("i2kit", "Kubernetes API v1.37.2");
    }

    @Test
    void anUnknownCommandIsWrongUsage() {
        assertThat(line.execute("uup")).isEqualTo(2);
        assertThat(err.toString()).contains("uup");
    }

    @Test
    void aUserErrorIsOneLine() {
        assertThat(line.execute("test")).isEqualTo(1);
        assertThat(err.toString()).startsWith("i2kit: ").hasLineCount(1);
    }
}
