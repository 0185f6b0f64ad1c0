package io.i2kit.cloud.image.oci;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageReferenceTest {
    private static final String DIGEST = "sha256:" + "ab".repeat(32);

    @ParameterizedTest
    @CsvSource({
        "nginx, docker.io/library/nginx:latest",
        "nginx:1.25, docker.io/library/nginx:1.25",
        "bitnami/redis, docker.io/bitnami/redis:latest",
        "index.docker.io/library/nginx, docker.io/library/nginx:latest",
        "docker.io/nginx, docker.io/library/nginx:latest",
        "localhost/app:1, localhost/app:1",
        "localhost:5000/app, localhost:5000/app:latest",
        "ghcr.io/a/b/c:v1.2_3, ghcr.io/a/b/c:v1.2_3",
        "127.0.0.1:5000/x@DIGEST, 127.0.0.1:5000/x@DIGEST",
        "nginx:1@DIGEST, docker.io/library/nginx:1@DIGEST",
        "[::1]:5000/app, [::1]:5000/app:latest",
        "a__b/c-d.e, docker.io/a__b/c-d.e:latest",
    })
    void namesAreCompleted(String text, String full) {
        ImageReference reference = ImageReference.parse(text.replace("DIGEST", DIGEST));
        assertThat(reference).hasToString(full.replace("DIGEST", DIGEST));
        assertThat(ImageReference.parse(reference.toString())).isEqualTo(reference);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nginx:",
                "UPPER",
                "a//b",
                "/a",
                "a/",
                "nginx:bad tag",
                "nginx@sha256:12",
                "a..b",
                "-a",
                "x.io/",
                "http://x/y"
            })
    void otherTextsAreRefusedInTheRuntimesWords(String text) {
        assertThatThrownBy(() -> ImageReference.parse(text))
                .isInstanceOfSatisfying(
                        PullException.InvalidName.class,
                        e -> assertThat(e.reason()).isEqualTo("InvalidImageName"))
                .hasMessageStartingWith("Failed to apply default image tag \"" + text + "\": couldn't parse image name")
                .hasMessageContaining("invalid reference format");
    }
}
