package io.i2kit.apiserver.registry.certificates;

import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.registry.Json;
import io.i2kit.apiserver.registry.StrategyHarness;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class TrustBundleStrategyTest {
    private static final String PATH = "spec.trustBundle: Invalid value: \"<value omitted>\": ";
    private final StrategyHarness bundles = new StrategyHarness(new TrustBundleStrategy());

    private static String bundle(String name, String signer, String pem) {
        ObjectNode object = Json.object();
        object.putObject("metadata").put("name", name);
        ObjectNode spec = object.putObject("spec").put("trustBundle", pem);
        if (!signer.isEmpty()) {
            spec.put("signerName", signer);
        }
        return object.toString();
    }

    private List<String> faults(String pem) {
        return bundles.faults(bundle("x", "", pem));
    }

    @Test
    void anchorsAreCertificatesOfAuthorities() {
        assertThat(faults("comment\n" + Bundles.AUTHORITY)).isEmpty();
        assertThat(faults("")).containsExactly(PATH + "at least one trust anchor must be provided");
        assertThat(faults(Bundles.OTHER)).containsExactly(PATH + "entry 0 does not have the CA bit set");
        assertThat(faults(Bundles.AUTHORITY + Bundles.AUTHORITY))
                .containsExactly(PATH + "duplicate trust anchor (indices [0 1])");
        assertThat(faults(Bundles.AUTHORITY.replace("CERTIFICATE", "KEY")))
                .containsExactly(PATH + "entry 0 has bad block type: KEY");
        assertThat(faults(Bundles.AUTHORITY.replaceFirst("\n", "\nA: b\n\n")))
                .containsExactly(PATH + "entry 0 has PEM block headers");
        assertThat(faults(Bundles.AUTHORITY.replaceFirst("\nMII", "\nAII")))
                .containsExactly(PATH + "entry 0 does not parse as X.509");
        assertThat(faults("x".repeat(1024 * 1024 + 1)))
                .containsExactly("spec.trustBundle: Too long: may not be more than 1048576 bytes");
    }

    @Test
    void aBundleOfASignerHasItsName() {
        assertThat(bundles.faults(bundle("a.io:b:x", "a.io/b", Bundles.AUTHORITY)))
                .isEmpty();
        assertThat(bundles.faults(bundle("x", "a.io/b", Bundles.AUTHORITY)))
                .containsExactly(
                        "metadata.name: Invalid value: \"x\": ClusterTrustBundle for signerName a.io/b must be named"
                                + " with prefix a.io:b:");
        assertThat(bundles.faults(bundle("a:x", "", Bundles.AUTHORITY)))
                .containsExactly(
                        "metadata.name: Invalid value: \"a:x\": ClusterTrustBundle without signer name must not have"
                                + " \":\" in its name");
        ObjectNode old = bundles.created(bundle("a.io:b:x", "a.io/b", Bundles.AUTHORITY));
        ObjectNode changed = old.deepCopy();
        changed.withObject("spec").put("signerName", "a.io/c");
        assertThat(bundles.updateFaults(old, changed))
                .contains("spec.signerName: Invalid value: \"a.io/c\": field is immutable");
    }
}
