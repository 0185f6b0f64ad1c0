package io.i2kit.apiserver.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class WarningTextTest {
    @Test
    void controlCharactersAreWritten() {
        assertThat(WarningText.quoted("a\u0000b\tc\u007fd")).isEqualTo("a\\\\u0000b\\\\u0009c\\\\u007fd");
    }

    @Test
    void aWarningIsOneLineAndQuoted() {
        assertThat(WarningText.quoted("one\r\n\"two\" \\ three")).isEqualTo("one \\\"two\\\" \\\\ three");
    }

    /** Found by the fuzzer: the answer could not be written, and the client waited for ever. */
    @Test
    @Timeout(60)
    void aFieldWithAControlCharacterInItsNameIsWarnedOf(@TempDir Path folder) throws Exception {
        try (TestApiServer server = new TestApiServer(folder, 0)) {
            TestClient.Reply reply = new TestClient(server).post("/api/v1/namespaces/default/configmaps", """
                    {"metadata":{"name":"a"},"b\\u0000c":1}""");
            assertThat(reply.status()).isEqualTo(201);
            assertThat(reply.raw().headers().allValues("Warning"))
                    .containsExactly("299 - \"unknown field \\\"b\\\\u0000c\\\"\"");
        }
    }
}
