package io.i2kit.apiserver.registry.resource;

import static io.i2kit.apiserver.registry.StrategyHarness.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.registry.StrategyHarness;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** DeviceClasses, ResourceClaims, their templates and ResourceSlices: faults in upstream's words. */
class DeviceStrategiesTest {
    private static final String REQUEST = "{'name':'r','exactly':{'deviceClassName':'c'}}";
    private final StrategyHarness classes = new StrategyHarness(new DeviceClassStrategy());
    private final StrategyHarness claims = new StrategyHarness(new ResourceClaimStrategy());
    private final StrategyHarness templates = new StrategyHarness(new ClaimTemplateStrategy());
    private final StrategyHarness slices = new StrategyHarness(new ResourceSliceStrategy());

    private static String claim(String devices) {
        return "{'spec':{'devices':{" + devices + "}}}";
    }

    @Test
    void aRequestIsForOneDeviceUnlessItSaysOtherwise() {
        ObjectNode claim = claims.created(claim("'requests':[" + REQUEST
                + ",{'name':'s','firstAvailable':[{'name':'t','deviceClassName':'c'},{'name':'u','deviceClassName':'c',"
                + "'allocationMode':'All'}]}]"));
        assertThat(claim.at("/spec/devices/requests/0/exactly"))
                .isEqualTo(tree("{'deviceClassName':'c','allocationMode':'ExactCount','count':1}"));
        assertThat(claim.at("/spec/devices/requests/1/firstAvailable/1").has("count"))
                .isFalse();
        assertThat(claim.path("status")).isEqualTo(tree("{}"));
        assertThat(claims.faults(claim("'requests':[" + REQUEST + "]"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'requests':[{'name':'r'}]|requests[0]: Required value: exactly one of `exactly` or `firstAvailable` is required",
                "'requests':[{'name':'r','exactly':{}}]|requests[0].exactly.deviceClassName: Required value",
                "'requests':[{'name':'r','exactly':{'deviceClassName':'c','allocationMode':'All','count':2}}]|"
                        + "requests[0].exactly.count: Invalid value: 2: must not be specified when allocationMode is 'All'",
                "'requests':[{'name':'r','exactly':{'deviceClassName':'c','allocationMode':'Odd'}}]|"
                        + "requests[0].exactly.allocationMode: Unsupported value: \"Odd\": supported values: \"All\","
                        + " \"ExactCount\"",
                "'requests':[{'name':'r','exactly':{'deviceClassName':'c','selectors':[{}]}}]|"
                        + "requests[0].exactly.selectors[0].cel: Required value",
                "'requests':[{'name':'r','exactly':{'deviceClassName':'c'}},{'name':'r','exactly':{'deviceClassName':'c'}}]|"
                        + "requests[1]: Duplicate value: \"r\"",
                "'constraints':[{'matchAttribute':'b'}]|constraints[0].matchAttribute: Invalid value: \"b\": a fully qualified name"
                        + " must be a domain and a name separated by a slash",
                "'constraints':[{'requests':['x'],'matchAttribute':'a.io/b'}]|constraints[0].requests[0]: Invalid value: \"x\":"
                        + " must be the name of a request in the claim or the name of a request and a subrequest separated by '/'",
                "'config':[{}]|config[0].opaque: Required value",
                "'config':[{'opaque':{'driver':'a.io'}}]|config[0].opaque.parameters: Required value"
            })
    void faultsOfAClaim(String devices, String fault) {
        assertThat(claims.faults(claim(devices))).containsExactly("spec.devices." + fault);
        assertThat(templates.faults("{'spec':" + claim(devices) + "}")).containsExactly("spec.spec.devices." + fault);
    }

    @Test
    void aClaimStaysAndIsAllottedOnce() {
        ObjectNode claim = claims.created(claim("'requests':[" + REQUEST + "]"));
        assertThat(claims.updateFaults(claim, tree(claim("'requests':[]"))))
                .containsExactly("spec: Invalid value: null: field is immutable");
        assertThat(claims.statusFaults(claim, "{'allocation':{}}")).isEmpty();
        assertThat(claims.statusFaults(claim, "{'reservedFor':[{'resource':'pods','name':'p','uid':'u'}]}"))
                .containsExactly("status.reservedFor: Forbidden: may not be specified when `allocated` is not set");
        assertThat(
                        claims.statusFaults(
                                claim,
                                "{'allocation':{'devices':{'results':[{'request':'x','driver':'a.io','pool':'p','device':'d'}]}}}"))
                .containsExactly(
                        "status.allocation.devices.results[0].request: Invalid value: \"x\": must be the name of a"
                                + " request in the claim or the name of a request and a subrequest separated by '/'");
        claim.set("status", tree("{'allocation':{}}"));
        assertThat(claims.statusFaults(claim, "{'allocation':{'devices':{}}}"))
                .containsExactly("status.allocation: Invalid value: {\"devices\":{}}: field is immutable");
    }

    @Test
    void aClassMayBeAnExtendedResource() {
        assertThat(classes.faults("{'spec':{'selectors':[{'cel':{'expression':'false'}}]}}"))
                .isEmpty();
        assertThat(classes.faults("{'spec':{'extendedResourceName':'cpu'}}"))
                .containsExactly(
                        "spec.extendedResourceName: Invalid value: \"cpu\": must be a valid extended resource name");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '^',
            value = {
                "'nodeName':'n','allNodes':true|: Invalid value: \"{`nodeName`, `allNodes`}\": exactly one of `nodeName`,"
                        + " `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required, but multiple fields are set",
                "'devices':[]|: Required value: exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is"
                        + " required",
                "'nodeName':'n','devices':[{'name':'d'},{'name':'d'}]|.devices[1]: Duplicate value: \"d\"",
                "'nodeName':'n','devices':[{'name':'d','attributes':{'a':{}}}]|.devices[0].attributes[a]: Invalid value: \"\":"
                        + " must specify one of: `int`, `bool`, `string`, `version`, `ints`, `bools`, `strings`, `versions`",
                "'nodeName':'n','devices':[{'name':'d','attributes':{'a':{'int':1,'bool':true}}}]|.devices[0].attributes[a]:"
                        + " Invalid value: \"{`int`, `bool`}\": must specify exactly one of: `int`, `bool`, `string`, `version`,"
                        + " `ints`, `bools`, `strings`, `versions`",
                "'nodeName':'n','devices':[{'name':'d','attributes':{'a':{'version':'1'}}}]|.devices[0].attributes[a].version:"
                        + " Invalid value: \"1\": must be a string compatible with semver.org spec 2.0.0",
                "'nodeName':'n','devices':[{'name':'d','allNodes':true}]|.devices[0]: Invalid value: null: `nodeName`,"
                        + " `nodeSelector` and `allNodes` can only be set if `perDeviceNodeSelection` is set to true in the"
                        + " ResourceSlice spec"
            })
    void faultsOfASlice(String spec, String fault) {
        assertThat(slices.faults("{'spec':{'driver':'a.io','pool':{'name':'p','resourceSliceCount':1}," + spec + "}}"))
                .containsExactly("spec" + fault);
    }

    @Test
    void aSliceKeepsItsPool() {
        String slice = "{'spec':{'driver':'a.io','pool':{'name':'%s','resourceSliceCount':1},'nodeName':'n'}}";
        assertThat(slices.updateFaults(slices.created(slice.formatted("p")), tree(slice.formatted("q"))))
                .containsExactly("spec.pool.name: Invalid value: \"q\": field is immutable");
    }
}
