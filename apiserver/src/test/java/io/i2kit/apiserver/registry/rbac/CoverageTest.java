package io.i2kit.apiserver.registry.rbac;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CoverageTest {
    private static PolicyRule resources(String verbs, String groups, String resources, String... names) {
        return new PolicyRule(
                List.of(verbs.split(",")),
                List.of(groups.split(",", -1)),
                List.of(resources.split(",")),
                List.of(names),
                List.of());
    }

    private static PolicyRule paths(String verbs, String... urls) {
        return new PolicyRule(List.of(verbs.split(",")), List.of(), List.of(), List.of(), List.of(urls));
    }

    @Test
    void namesWhatIsMissingByResourceWithAllVerbs() {
        List<PolicyRule> held = List.of(resources("get", "", "pods"));
        List<PolicyRule> wanted = List.of(
                resources("get,list", "", "pods,secrets"), paths("get", "/metrics"), resources("get", "", "pods", "a"));
        assertThat(Coverage.describe(Coverage.missing(held, wanted))).isEqualTo("""
                        {APIGroups:[""], Resources:["pods"], Verbs:["list"]}
                        {APIGroups:[""], Resources:["secrets"], Verbs:["get" "list"]}
                        {NonResourceURLs:["/metrics"], Verbs:["get"]}""");
    }

    @Test
    void wildcardsCoverSubresourcesNamesAndPaths() {
        List<PolicyRule> held =
                List.of(resources("*", "apps", "*/scale"), resources("get", "", "secrets"), paths("*", "/api*"));
        assertThat(Coverage.missing(held, List.of(resources("update", "apps", "deployments/scale"))))
                .isEmpty();
        assertThat(Coverage.missing(held, List.of(resources("get", "", "secrets", "a", "b"))))
                .isEmpty();
        assertThat(Coverage.missing(held, List.of(paths("get", "/apis/x", "/api"))))
                .isEmpty();
        assertThat(Coverage.missing(held, List.of(resources("get", "apps", "deployments"))))
                .hasSize(1);
        List<PolicyRule> named = List.of(resources("get", "", "secrets", "a"));
        assertThat(Coverage.missing(named, List.of(resources("get", "", "secrets"))))
                .hasSize(1);
    }

    /** Whatever is covered is allowed: no request that the wanted rules allow may be refused by rules that cover them. */
    @Test
    void coveredRulesAllowNothingMore() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        int covered = 0;
        for (int round = 0; round < 20_000; round++) {
            List<PolicyRule> held = List.of(randomRule(random), randomRule(random));
            PolicyRule wanted = randomRule(random);
            if (!Coverage.missing(held, List.of(wanted)).isEmpty()) {
                continue;
            }
            covered++;
            String verb = pick(random, "get", "list");
            String group = pick(random, "", "apps");
            String resource = pick(random, "pods", "pods/log", "deployments");
            String name = pick(random, "", "a", "b");
            if (wanted.allows(verb, group, resource, name)) {
                assertThat(held)
                        .as("seed %d round %d: %s %s %s %s of %s", seed, round, verb, group, resource, name, wanted)
                        .anyMatch(rule -> rule.allows(verb, group, resource, name));
            }
        }
        assertThat(covered).as("seed %d", seed).isGreaterThan(100);
    }

    private static PolicyRule randomRule(Random random) {
        List<String> names = new ArrayList<>();
        if (random.nextInt(3) == 0) {
            names.add(pick(random, "a", "b"));
        }
        return new PolicyRule(
                List.of(pick(random, "get", "list", "*")),
                List.of(pick(random, "", "apps", "*")),
                List.of(pick(random, "pods", "pods/log", "*/log", "deployments", "*")),
                names,
                List.of());
    }

    private static String pick(Random random, String... values) {
        return values[random.nextInt(values.length)];
    }
}
