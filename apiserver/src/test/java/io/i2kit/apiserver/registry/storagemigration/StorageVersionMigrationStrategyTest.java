package io.i2kit.apiserver.registry.storagemigration;

import static io.i2kit.apiserver.registry.StrategyHarness.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.registry.StrategyHarness;
import io.i2kit.apiserver.registry.table.Column;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class StorageVersionMigrationStrategyTest {
    private static final String TIME = "'lastTransitionTime':'2026-01-02T03:04:05Z'";
    private final StrategyHarness migrations = new StrategyHarness(new StorageVersionMigrationStrategy());

    private ObjectNode migration() {
        return migrations.created("{'spec':{'resource':{'group':'apps','resource':'deployments'}}}");
    }

    @Test
    void aMigrationNamesItsResourceForGood() {
        assertThat(migrations.faults("{'spec':{'resource':{'group':'apps','resource':'deployments'}}}"))
                .isEmpty();
        assertThat(migrations.faults("{'spec':{'resource':{'group':'A'}}}"))
                .hasSize(2)
                .first()
                .isEqualTo("spec.resource.resource: Required value: resource is required to be set");
        assertThat(migrations.faults("{'spec':{'resource':{'resource':'1a'}}}"))
                .singleElement()
                .asString()
                .startsWith("spec.resource.resource: Invalid value: \"1a\": a DNS-1035 label must consist of");
        assertThat(migrations.updateFaults(migration(), tree("{'spec':{'resource':{'resource':'pods'}}}")))
                .containsExactly(
                        "spec: Invalid value: {\"Resource\":{\"group\":\"\",\"resource\":\"pods\"}}: field is immutable");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'resourceVersion':'01'|resourceVersion: Invalid value: \"01\": resource version is not well formed: 01",
                "'conditions':[{'type':'A','status':'True','reason':'r'}]|conditions[0].lastTransitionTime: Required value",
                "'conditions':[{'type':'A','status':'Odd','reason':'r'," + TIME
                        + "}]|conditions[0].status: Unsupported value:"
                        + " \"Odd\": supported values: \"False\", \"True\", \"Unknown\"",
                "'conditions':[{'type':'A','status':'True'," + TIME + "}]|conditions[0].reason: Required value"
            })
    void faultsOfAStatus(String status, String fault) {
        assertThat(migrations.statusFaults(migration(), "{" + status + "}")).containsExactly("status." + fault);
    }

    @Test
    void whatSucceededStaysSo() {
        ObjectNode done = migration();
        String succeeded = "{'type':'Succeeded','status':'True','reason':'r'," + TIME + "}";
        done.set("status", tree("{'resourceVersion':'7','conditions':[" + succeeded + "]}"));
        assertThat(migrations.statusFaults(done, "{'resourceVersion':'8','conditions':[]}"))
                .containsExactly(
                        "status.resourceVersion: Invalid value: \"8\": field is immutable",
                        "status.conditions: Invalid value: []: Success condition cannot be set to false once it is true");
        List<Object> cells = StorageMigrationResources.all().getFirst().columns().stream()
                .map((Column column) -> column.shown(done, Instant.EPOCH))
                .toList();
        assertThat(cells).containsExactly("x", "deployments.apps", "Succeeded");
    }
}
