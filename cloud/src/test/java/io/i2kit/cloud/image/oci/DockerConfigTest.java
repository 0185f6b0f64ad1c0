package io.i2kit.cloud.image.oci;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DockerConfigTest {
    @TempDir
    Path work;

    private static String auth(String pair) {
        return Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private List<Credentials> find(String json, String image) throws Exception {
        Path file = Files.writeString(work.resolve("config.json"), json);
        return DockerConfig.ofFile(file).find(ImageReference.parse(image));
    }

    @Test
    void theMostSpecialEntryComesFirst() throws Exception {
        String json =
                "{\"auths\":{\"r.io\":{\"auth\":\"%s\"},\"r.io/team\":{\"auth\":\"%s\"},\"other.io\":{\"auth\":\"%s\"}}}"
                        .formatted(auth("all:1"), auth("team:2"), auth("other:3"));
        assertThat(find(json, "r.io/team/app")).extracting(Credentials::user).containsExactly("team", "all");
        assertThat(find(json, "r.io/teamwork/app"))
                .extracting(Credentials::user)
                .containsExactly("all");
        assertThat(find(json, "r.io:5000/app")).isEmpty();
    }

    @Test
    void dockerHubHasItsOldName() throws Exception {
        String json = "{\"auths\":{\"https://index.docker.io/v1/\":{\"username\":\"u\",\"password\":\"a:b\"}}}";
        assertThat(find(json, "nginx")).containsExactly(new Credentials("u", "a:b"));
    }

    @Test
    void anIdentityTokenStandsForAPassword() throws Exception {
        assertThat(find("{\"auths\":{\"r.io\":{\"auth\":\"x\",\"identitytoken\":\"t\"}}}", "r.io/a"))
                .containsExactly(new Credentials("", "", "t"));
    }

    @Test
    void whatCannotBeReadIsPassedOver() throws Exception {
        assertThat(find("{\"auths\":{\"r.io\":{\"auth\":\"???\"}}}", "r.io/a")).isEmpty();
        assertThat(find("not json", "r.io/a")).isEmpty();
        assertThat(find("{\"credHelpers\":{\"r.io\":\"there-is-none\"}}", "r.io/a"))
                .isEmpty();
        assertThat(DockerConfig.ofFile(work.resolve("missing")).find(ImageReference.parse("r.io/a")))
                .isEmpty();
    }

    @Test
    void pullSecretsCountInTheirOrderAndRunNoHelper() {
        byte[] broken = "{".getBytes(StandardCharsets.UTF_8);
        byte[] helper = "{\"credsStore\":\"evil\"}".getBytes(StandardCharsets.UTF_8);
        byte[] good = "{\"auths\":{\"https://r.io/v2/\":{\"auth\":\"%s\"}}}"
                .formatted(auth("u:p"))
                .getBytes(StandardCharsets.UTF_8);
        assertThat(DockerConfig.ofSecrets(List.of(broken, helper, good)).find(ImageReference.parse("r.io/a")))
                .containsExactly(new Credentials("u", "p"));
        assertThat(new Credentials("u", "p")).asString().doesNotContain("p]").doesNotContain("password");
    }
}
