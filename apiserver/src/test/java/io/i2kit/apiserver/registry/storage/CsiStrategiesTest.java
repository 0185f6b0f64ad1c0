package io.i2kit.apiserver.registry.storage;

import static io.i2kit.apiserver.registry.StrategyHarness.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.registry.StrategyHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** CSIDrivers, CSINodes, CSIStorageCapacities and VolumeAttachments. */
class CsiStrategiesTest {
    private final StrategyHarness drivers = new StrategyHarness(new CsiDriverStrategy());
    private final StrategyHarness nodes = new StrategyHarness(new CsiNodeStrategy());
    private final StrategyHarness capacities = new StrategyHarness(new StorageCapacityStrategy());
    private final StrategyHarness attachments = new StrategyHarness(new VolumeAttachmentStrategy());

    @Test
    void aDriverGetsItsDefaults() {
        assertThat(drivers.created("{'spec':{}}").path("spec"))
                .isEqualTo(
                        tree(
                                "{'attachRequired':true,'podInfoOnMount':false,'storageCapacity':false,'requiresRepublish':false,"
                                        + "'seLinuxMount':false,'preventPodSchedulingIfMissing':false,'fsGroupPolicy':'ReadWriteOnceWithFSType','volumeLifecycleModes':['Persistent']}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'fsGroupPolicy':'Odd'|spec.fsGroupPolicy: Unsupported value: \"Odd\": supported values: \"File\", \"None\","
                        + " \"ReadWriteOnceWithFSType\"",
                "'volumeLifecycleModes':['Odd']|spec.volumeLifecycleModes: Unsupported value: \"Odd\": supported values:"
                        + " \"Persistent\", \"Ephemeral\"",
                "'tokenRequests':[{'audience':'a'},{'audience':'a'}]|spec.tokenRequests[1].audience: Duplicate value: \"a\"",
                "'tokenRequests':[{'audience':'a','expirationSeconds':5}]|spec.tokenRequests[0].expirationSeconds: Invalid value: 5:"
                        + " may not specify a duration less than 10 minutes",
                "'nodeAllocatableUpdatePeriodSeconds':1|spec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 1: must be greater"
                        + " than or equal to 10 seconds",
                "'serviceAccountTokenInSecrets':true|spec.serviceAccountTokenInSecrets: Invalid value: true:"
                        + " serviceAccountTokenInSecrets is set but no tokenRequests are specified"
            })
    void faultsOfADriver(String spec, String fault) {
        assertThat(drivers.faults("{'spec':{" + spec + "}}")).containsExactly(fault);
    }

    @Test
    void aDriverKeepsHowItAttaches() {
        ObjectNode changed = tree("{'metadata':{'name':'x','uid':'u'},'spec':{'attachRequired':false}}");
        assertThat(drivers.updateFaults(drivers.created("{'spec':{}}"), changed))
                .containsExactly("spec.attachedRequired: Invalid value: false: field is immutable");
        assertThat(changed.at("/metadata/generation").asInt()).isEqualTo(1);
        assertThat(drivers.warnings(drivers.created("{'spec':{'tokenRequests':[{'audience':'a'}]}}")))
                .singleElement()
                .asString()
                .contains("spec.serviceAccountTokenInSecrets is unset");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "{'name':'d'}|spec.drivers[0].nodeID: Required value",
                "{'name':'d','nodeID':'n','allocatable':{'count':-1}}|spec.drivers[0].allocatable.count: Invalid value: -1: must be"
                        + " greater than or equal to 0",
                "{'name':'d','nodeID':'n','topologyKeys':['k','k']}|spec.drivers[0]: Duplicate value: \"k\"",
                "{'name':'d','nodeID':'n'},{'name':'d','nodeID':'n'}|spec.drivers[1].name: Duplicate value: \"d\""
            })
    void faultsOfANode(String drivers, String fault) {
        assertThat(nodes.faults("{'spec':{'drivers':[" + drivers + "]}}")).containsExactly(fault);
    }

    @Test
    void aDriverOfANodeChangesOnlyWhatItAllots() {
        ObjectNode old = nodes.created("{'spec':{'drivers':[{'name':'d','nodeID':'n','allocatable':{'count':1}}]}}");
        String other =
                "{'metadata':{'name':'x','uid':'u'},'spec':{'drivers':[{'name':'d','nodeID':'%s','allocatable':{'count':2}}]}}";
        assertThat(nodes.updateFaults(old, tree(other.formatted("n")))).isEmpty();
        assertThat(nodes.updateFaults(old, tree(other.formatted("m"))))
                .singleElement()
                .asString()
                .isEqualTo("spec.drivers: Invalid value: {\"Name\":\"d\",\"NodeID\":\"m\",\"TopologyKeys\":null,"
                        + "\"Allocatable\":null}: field is immutable");
    }

    @Test
    void aCapacityIsNeverNegativeAndKeepsItsClass() {
        assertThat(capacities.faults("{'storageClassName':'fast','capacity':'-1Gi'}"))
                .containsExactly("capacity: Invalid value: \"-1Gi\": must be greater than or equal to 0");
        ObjectNode changed = tree("{'metadata':{'name':'x','uid':'u'},'storageClassName':'slow'}");
        assertThat(capacities.updateFaults(
                        capacities.created("{'storageClassName':'fast'}"),
                        tree("{'storageClassName':'fast','capacity':'-1'}")))
                .containsExactly("capacity: Invalid value: \"-1\": must be greater than or equal to 0");
        assertThat(capacities.updateFaults(capacities.created("{'storageClassName':'fast'}"), changed))
                .containsExactly("storageClassName: Invalid value: \"slow\": field is immutable");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'nodeName':'n','source':{'persistentVolumeName':'v'}|spec.attacher: Required value",
                "'attacher':'a','nodeName':'n','source':{}|spec.source: Required value: must specify exactly one of inlineVolumeSpec"
                        + " and persistentVolumeName",
                "'attacher':'a','nodeName':'n','source':{'persistentVolumeName':'v','inlineVolumeSpec':{}}|spec.source: Forbidden:"
                        + " must specify exactly one of inlineVolumeSpec and persistentVolumeName"
            })
    void faultsOfAnAttachment(String spec, String fault) {
        assertThat(attachments.faults("{'spec':{" + spec + "}}")).containsExactly(fault);
    }

    @Test
    void anAttachmentsSpecStaysAndItsStatusIsItsOwn() {
        ObjectNode old =
                attachments.created("{'spec':{'attacher':'a','nodeName':'n','source':{'persistentVolumeName':'v'}}}");
        assertThat(old.path("status")).isEqualTo(tree("{'attached':false}"));
        ObjectNode changed = tree(
                "{'metadata':{'name':'x','uid':'u'},'status':{'attached':true},'spec':{'attacher':'a','nodeName':'m',"
                        + "'source':{'persistentVolumeName':'v'}}}");
        assertThat(attachments.updateFaults(old, changed))
                .containsExactly("spec: Invalid value: null: field is immutable");
        assertThat(changed.path("status")).isEqualTo(tree("{'attached':false}"));
        assertThat(attachments.statusFaults(
                        old, "{'attached':false,'attachError':{'message':'" + "m".repeat(1025) + "'}}"))
                .containsExactly("status.attachError.message: Too long: may not be more than 1024 bytes");
    }
}
