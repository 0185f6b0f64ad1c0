package io.i2kit.apiserver.registry.certificates;

import static io.i2kit.apiserver.registry.StrategyHarness.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.registry.StrategyHarness;
import java.security.KeyPair;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** CertificateSigningRequests. */
class CertificateRequestStrategyTest {
    private static final Clock CLOCK = Clock.fixed(Instant.parse("2026-01-02T03:04:05Z"), ZoneOffset.UTC);
    private static final KeyPair PAIR = Requests.pair();
    private static final String REQUEST = Requests.of("CN=anna,O=dev", PAIR, PAIR);

    private final CertificateRequestStrategy strategy = new CertificateRequestStrategy(CLOCK);
    private final StrategyHarness requests = new StrategyHarness(strategy);

    private static String spec(String request, String signer, String more) {
        return "{'spec':{'request':'" + request + "','signerName':'" + signer + "'" + more + "}}";
    }

    private ObjectNode good() {
        return requests.created(spec(REQUEST, "a.io/b", ",'usages':['client auth']"));
    }

    private List<String> approval(ObjectNode old, String conditions) {
        ObjectNode changed = old.deepCopy();
        changed.set("status", tree("{'conditions':" + conditions + "}"));
        strategy.prepareForSubresourceUpdate("approval", changed, old);
        List<String> faults = new ArrayList<>();
        strategy.validateSubresourceUpdate(
                "approval", changed, old, error -> faults.add(error.field() + ": " + error.message()));
        if (faults.isEmpty()) {
            old.set("status", changed.path("status"));
        }
        return faults;
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "a.io/b||spec.usages: Required value",
                "a.io/b|,'usages':['client auth','client auth']|spec.usages[1]: Duplicate value: \"client auth\"",
                "kubernetes.io/legacy-unknown|,'usages':['client auth']|spec.signerName: Invalid value: \"kubernetes.io/legacy-unknown\":"
                        + " the legacy signerName is not allowed via this API version",
                "A.io/b|,'usages':['client auth']|spec.signerName: Invalid value: \"A.io\": validating label \"A\": a lowercase RFC 1123"
                        + " label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric"
                        + " character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')",
                "a/b|,'usages':['client auth']|spec.signerName: Invalid value: \"a\": should be a domain with at least two segments"
                        + " separated by dots",
                "plain|,'usages':['client auth']|spec.signerName: Invalid value: \"plain\": must be a fully qualified domain and path of"
                        + " the form 'example.com/signer-name'",
                "a.io/b|,'usages':['client auth'],'expirationSeconds':5|spec.expirationSeconds: Invalid value: 5: may not specify a"
                        + " duration less than 600 seconds (10 minutes)"
            })
    void faultsAreThoseOfUpstream(String signer, String more, String fault) {
        assertThat(requests.faults(spec(REQUEST, signer, more == null ? "" : more)))
                .containsExactly(fault);
    }

    @Test
    void theRequestIsSignedByItsOwnKey() {
        assertThat(requests.faults(spec(REQUEST, "a.io/b", ",'usages':['client auth']")))
                .isEmpty();
        String forged = Requests.of("CN=anna", PAIR, Requests.pair());
        assertThat(requests.faults(spec(forged, "a.io/b", ",'usages':['client auth']")))
                .singleElement()
                .asString()
                .startsWith("spec.request: Invalid value: ")
                .endsWith("the signature of the request is not that of its key");
        assertThat(requests.faults(spec("aGVsbG8=", "a.io/b", ",'usages':['client auth']")))
                .containsExactly(
                        "spec.request: Invalid value: \"aGVsbG8=\": PEM block type must be CERTIFICATE REQUEST");
    }

    @Test
    void onlyApprovalDecidesAndOnlyOnce() {
        ObjectNode request = good();
        assertThat(requests.statusFaults(request, "{'conditions':[{'type':'Approved','status':'True'}]}"))
                .containsExactly("status.conditions: Forbidden: updates may not add a condition of type \"Approved\"");
        assertThat(approval(request, "[{'type':'Approved','status':'False'}]"))
                .containsExactly(
                        "status.conditions[0].status: Unsupported value: \"False\": supported values: \"True\"");
        assertThat(approval(request, "[{'type':'Approved','status':'True'}]")).isEmpty();
        assertThat(request.at("/status/conditions/0/lastUpdateTime").asString()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(approval(request, "[]"))
                .containsExactly(
                        "status.conditions: Forbidden: updates may not remove a condition of type \"Approved\"");
        assertThat(approval(request, "[{'type':'Approved','status':'True'},{'type':'Denied','status':'True'}]"))
                .contains(
                        "status.conditions: Invalid value: \"Denied\": Approved and Denied conditions are mutually exclusive");
    }

    @Test
    void anUpdateChangesNeitherSpecNorStatus() {
        ObjectNode old = good();
        ObjectNode changed = old.deepCopy();
        changed.withObject("spec").put("signerName", "c.io/d");
        changed.set("status", tree("{'certificate':'eA=='}"));
        assertThat(requests.updateFaults(old, changed)).isEmpty();
        assertThat(changed.path("spec")).isEqualTo(old.path("spec"));
        assertThat(changed.path("status")).isEqualTo(old.path("status"));
    }
}
