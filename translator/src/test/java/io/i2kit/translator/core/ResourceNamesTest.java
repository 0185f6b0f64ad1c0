package io.i2kit.translator.core;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ResourceNamesTest {
    private final ResourceNames names = new ResourceNames("c1", "cluster.local");

    @Test
    void namesAreSafeForEveryCloud() {
        Random random = new Random(7);
        for (int i = 0; i < 1000; i++) {
            String namespace = text(random, 1 + random.nextInt(63));
            String name = text(random, 1 + random.nextInt(253));
            assertThat(names.group("ReplicaSet", namespace, name, "u" + i)).matches("[a-z][a-z0-9-]{0,61}[a-z0-9]");
            assertThat(names.loadBalancer(namespace, name, "u" + i)).matches("[a-z][a-z0-9-]{0,30}[a-z0-9]");
        }
    }

    @Test
    void whatDiffersHasDifferentNames() {
        String group = names.group("ReplicaSet", "a", "b-c", "u");
        assertThat(group).startsWith("a-b-c-").isEqualTo(names.group("ReplicaSet", "a", "b-c", "u"));
        assertThat(names.group("ReplicaSet", "a-b", "c", "u")).isNotEqualTo(group);
        assertThat(names.group("Pod", "a", "b-c", "u")).isNotEqualTo(group);
        assertThat(names.group("ReplicaSet", "a", "b-c", "v")).isNotEqualTo(group);
        assertThat(new ResourceNames("c2", "cluster.local").group("ReplicaSet", "a", "b-c", "u"))
                .isNotEqualTo(group);
    }

    @Test
    void dnsNamesAreKubernetes() {
        assertThat(names.serviceDns("shop", "web")).isEqualTo("web.shop.svc.cluster.local");
        assertThat(names.podDns("db-0", "db", "shop")).isEqualTo("db-0.db.shop.svc.cluster.local");
        assertThat(ResourceNames.node("local-a", "t3.small")).isEqualTo("i2kit-local-a-t3-small");
        assertThat(ResourceNames.node("local", "")).isEqualTo("i2kit-local");
    }

    private static String text(Random random, int length) {
        String letters = "abcxyz0189.-";
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < length; i++) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }
}
