package io.i2kit.apiserver.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a person sees who gets a command wrong, or whose host does not play along: one line, a reason, exit code 1 or 2. */
class CommandLineIT {
    @TempDir
    Path folder;

    @Test
    void aTakenPortIsNamedWithAWayOut() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Product.Result result = up(folder.resolve("data"), "127.0.0.1:" + taken.getLocalPort());
            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.err())
                    .contains("cannot listen on 127.0.0.1:" + taken.getLocalPort(), "--listen HOST:PORT")
                    .doesNotContain("\tat ");
        }
    }

    @Test
    void aSecondServerOnTheSameFolderIsRefused() {
        try (Product product = Product.start(folder.resolve("data"))) {
            assertThat(Product.recordedStart())
                    .as("the recording of a start, without which each is slow")
                    .exists();
            Product.Result result = up(product.data(), "127.0.0.1:0");
            assertThat(result.exit()).isEqualTo(1);
            assertThat(result.err()).contains("process " + product.serverPid(), "already serves the data folder");
        }
    }

    @Test
    void aDataFolderThatIsAFileIsRefused() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        Product.Result result = up(file, "127.0.0.1:0");
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("is a file; name a folder with --data");
    }

    @Test
    void aBadAddressAndAnUnknownCloudAreWrongUsage() {
        assertThat(up(folder.resolve("data"), "somewhere").exit()).isEqualTo(2);
        assertThat(Product.launch(Duration.ofMinutes(1), List.of("up", "--cloud", "azure"))
                        .exit())
                .isEqualTo(2);
    }

    @Test
    void aNameThatNoInstallationOnAwsCanHaveIsSaidBeforeAnyCall() {
        Product.Result result = Product.launch(
                Duration.ofMinutes(1), List.of("aws", "init", "--name", "Not_Good", "--region", "us-east-1"));
        assertThat(result.exit()).isEqualTo(1);
        assertThat(result.err()).contains("lower-case letters");
    }

    @Test
    void downOnAFolderThatIsNotThereIsNoError() {
        Product.Result result = Product.launch(
                Duration.ofMinutes(1),
                List.of("down", "--data", folder.resolve("nowhere").toString()));
        assertThat(result.exit()).isZero();
        assertThat(result.out()).contains("nothing to do");
    }

    private static Product.Result up(Path data, String listen) {
        return Product.launch(Duration.ofMinutes(1), List.of("up", "--data", data.toString(), "--listen", listen));
    }
}
