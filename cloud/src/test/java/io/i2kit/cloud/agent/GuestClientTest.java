package io.i2kit.cloud.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class GuestClientTest {
    private static final String SECRET = Base64.getEncoder().encodeToString(new byte[32]);
    private static final String STATUS =
            "{\"instanceId\":\"i-1\",\"phase\":\"Running\",\"ready\":true,\"future\":1,\"containers\":[{\"name\":\"web\","
                    + "\"ready\":true,\"started\":true,\"restartCount\":0,\"state\":{\"running\":{\"startedAt\":\"x\"}},"
                    + "\"lastState\":{}}]}";

    private TestGuest server;
    private GuestClient client;

    @BeforeEach
    void start() throws Exception {
        TestGuest.Clients clients = new TestGuest.Clients();
        server = new TestGuest(SECRET, "i-1", clients);
        client = new GuestClient(clients.identity());
    }

    @AfterEach
    void stop() {
        client.close();
        server.close();
    }

    @Test
    void asksForAStatusAndThenForANewerOne() {
        server.answer("/status", exchange -> {
            exchange.getResponseHeaders().add("ETag", "\"7\"");
            boolean known = "\"7\"".equals(exchange.getRequestHeaders().getFirst("If-None-Match"));
            TestGuest.reply(exchange, known ? 304 : 200, known ? "" : STATUS);
        });
        Guest guest = new Guest("i-1", server.address(), SECRET);
        GuestClient.Versioned first = client.status(guest, null, Duration.ZERO).orElseThrow();
        assertThat(first.status().phase()).isEqualTo("Running");
        assertThat(first.status().containers()).hasSize(1);
        assertThat(client.status(guest, first.etag(), Duration.ofSeconds(1))).isEmpty();
    }

    @Test
    void streamsLogsAndPassesErrorsOn() throws Exception {
        server.answer("/containerLogs/default/web-1/web", exchange -> {
            assertThat(exchange.getRequestURI().getQuery()).isEqualTo("follow=true&tailLines=5");
            TestGuest.reply(exchange, 200, "line\n");
        });
        server.answer(
                "/containerLogs/default/web-1/none",
                exchange -> TestGuest.reply(exchange, 404, "container \"none\" not found in pod \"web-1\"\n"));
        Guest guest = new Guest("i-1", server.address(), SECRET);
        Map<String, String> parameters = Map.of("follow", "true", "tailLines", "5");
        try (InputStream log = client.containerLogs(guest, "default", "web-1", "web", parameters)) {
            assertThat(new String(log.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("line\n");
        }
        assertThatThrownBy(() -> client.containerLogs(guest, "default", "web-1", "none", Map.of()))
                .isInstanceOfSatisfying(
                        GuestException.Refused.class, e -> assertThat(e.code()).isEqualTo(404))
                .hasMessage("container \"none\" not found in pod \"web-1\"");
    }

    @Test
    void aMachineWithAnotherIdentityIsNotTrusted() {
        server.answer("/status", exchange -> TestGuest.reply(exchange, 200, STATUS));
        Guest otherInstance = new Guest("i-2", server.address(), SECRET);
        assertThatThrownBy(() -> client.status(otherInstance, null, Duration.ZERO))
                .isInstanceOf(GuestException.Unreachable.class)
                .hasMessageContaining("another machine answers");
        String otherSecret =
                Base64.getEncoder().encodeToString("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> client.status(new Guest("i-1", server.address(), otherSecret), null, Duration.ZERO))
                .isInstanceOf(GuestException.Unreachable.class);
    }

    @Test
    void aMachineThatIsGoneIsUnreachable() {
        Guest guest = new Guest("i-1", server.address(), SECRET);
        server.close();
        assertThatThrownBy(() -> client.status(guest, null, Duration.ZERO))
                .isInstanceOf(GuestException.Unreachable.class)
                .hasMessageContaining("machine i-1");
    }
}
