package io.i2kit.apiserver.product;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real clients against the product: every cell of the README's matrix. */
class ClientMatrixIT {
    /** The clients that are on this host, without machines. */
    @Test
    void clientsOfThisHost(@TempDir Path folder) {
        try (Product product = Product.start(folder.resolve("data"))) {
            Product.Result matrix = Product.run(
                    Duration.ofMinutes(10),
                    List.of(
                            script(),
                            "--quick",
                            "--kubeconfig",
                            product.kubeconfig().toString()),
                    "");
            assertThat(matrix.out())
                    .as(matrix.err())
                    .contains("| create | yes |")
                    .doesNotContain("| no: ");
            assertThat(matrix.exit()).as(matrix.err()).isZero();
        }
    }

    /** All clients, fetched from their registries, with a machine. */
    @Test
    @Tag("exhaustive")
    void allClients() {
        Product.Result matrix = Product.run(Duration.ofHours(1), List.of(script()), "");
        assertThat(matrix.exit()).as(matrix.out() + matrix.err()).isZero();
    }

    private static String script() {
        return Path.of(Product.launcher()).resolveSibling(".ci/client-matrix").toString();
    }
}
