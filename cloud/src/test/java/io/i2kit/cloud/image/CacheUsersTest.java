package io.i2kit.cloud.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CacheUsersTest {
    @TempDir
    Path work;

    @Test
    void whatAnyInstallationNeedsIsInUseUntilItsFolderIsGone() throws IOException {
        CacheUsers users = new CacheUsers(work.resolve("cache/users"));
        Path one = Files.createDirectory(work.resolve("one"));
        Path other = Files.createDirectory(work.resolve("other"));
        users.note(one, Set.of("a", "b"));
        users.note(other, Set.of("b", "c"));
        assertThat(users.inUse()).containsExactlyInAnyOrder("a", "b", "c");
        users.note(one, Set.of("d"));
        assertThat(users.inUse()).containsExactlyInAnyOrder("b", "c", "d");
        Files.delete(other);
        assertThat(users.inUse()).containsExactly("d");
        users.note(one, Set.of());
        assertThat(users.inUse()).isEmpty();
    }
}
