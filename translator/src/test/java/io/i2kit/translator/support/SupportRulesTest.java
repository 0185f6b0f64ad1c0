package io.i2kit.translator.support;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.translator.Golden;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;

class SupportRulesTest {
    static Stream<String> cases() {
        return Golden.cases("support");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void saysWhatBecomesOfEachFieldSet(String name) {
        List<String> findings = SupportRules.findings(Golden.input("support", name)).stream()
                .map(finding -> finding.level() + " " + finding.warning())
                .toList();
        Golden.check("support", name, findings);
    }

    @Test
    void defaultsOfTheServerGiveNoFindings() {
        JsonNode pod = Golden.YAML.readTree("""
                kind: Pod
                spec:
                  containers:
                  - name: a
                    image: nginx
                    imagePullPolicy: Always
                    resources: {}
                    terminationMessagePath: /dev/termination-log
                    terminationMessagePolicy: File
                    ports: [{containerPort: 80, protocol: TCP}]
                  dnsPolicy: ClusterFirst
                  enableServiceLinks: true
                  hostNetwork: false
                  preemptionPolicy: PreemptLowerPriority
                  priority: 0
                  restartPolicy: Always
                  schedulerName: default-scheduler
                  securityContext: {}
                  serviceAccountName: default
                  terminationGracePeriodSeconds: 30
                  nodeName: i2kit-local
                """);
        assertThat(SupportRules.findings(pod)).isEmpty();
    }

    @Test
    void everyRuleThatIsNotPlainlyHonouredTellsWhy() {
        assertThat(SupportRules.kinds()).contains("Deployment", "Pod", "ReplicaSet", "Service");
        for (String kind : SupportRules.kinds()) {
            assertThat(SupportRules.rules(kind))
                    .isNotEmpty()
                    .allSatisfy(rule -> assertThat(rule.level() == SupportLevel.HONOURED
                                    || !rule.text().isEmpty())
                            .as("%s %s", kind, rule.path())
                            .isTrue());
        }
    }

    @Test
    void unknownKindsHaveNoFindings() {
        assertThat(SupportRules.findings("Gadget", Golden.YAML.readTree("spec: {a: 1}")))
                .isEmpty();
        assertThat(SupportRules.rules("Gadget")).isEmpty();
    }
}
