package io.i2kit.apiserver.registry.networking;

import static io.i2kit.apiserver.registry.StrategyHarness.tree;
import static org.assertj.core.api.Assertions.assertThat;

import io.i2kit.apiserver.registry.StrategyHarness;
import io.i2kit.apiserver.registry.core.ServiceAllocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** IPAddresses and ServiceCIDRs: faults in upstream's words. */
class ServiceAddressStrategiesTest {
    private final StrategyHarness addresses = new StrategyHarness(new IpAddressStrategy(new ServiceAllocator()));
    private final StrategyHarness ranges = new StrategyHarness(new ServiceCidrStrategy());

    private static String address(String name, String parent) {
        return "{'metadata':{'name':'" + name + "'},'spec':{'parentRef':{" + parent + "}}}";
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "10.1.2.3",
                "255.255.255.255",
                "fe80::42:1dff:fe84:f9e2",
                "::",
                "::1",
                "2001:db8::",
                "2001:0:0:1::1"
            })
    void addressesAreNamedByThemselves(String name) {
        assertThat(addresses.faults(address(name, "'resource':'services','name':'s'")))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "x|must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
                "010.1.1.1|must not have leading 0s",
                "::ffff:1.2.3.4|must not be an IPv4-mapped IPv6 address",
                "FE80::1|must be in canonical form (\"fe80::1\")",
                "2001:0:0:0:1:0:0:1|must be in canonical form (\"2001::1:0:0:1\")",
                "0:0:0:0:0:0:0:0|must be in canonical form (\"::\")",
                "2001:db8::1:2:3:4:5:0|must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
                "2001:db8:0:1:1:1:1::|must be in canonical form (\"2001:db8:0:1:1:1:1:0\")"
            })
    void faultsOfAName(String name, String fault) {
        assertThat(addresses.faults(address(name, "'resource':'services','name':'s'")))
                .containsExactly("metadata.name: " + fault);
    }

    @Test
    void anAddressHasAParentThatStays() {
        assertThat(addresses.faults("{'metadata':{'name':'10.1.2.3'},'spec':{}}"))
                .containsExactly("spec.parentRef: Required value");
        assertThat(addresses.faults(address("10.1.2.3", "'group':'A','namespace':'a/b'")))
                .hasSize(4)
                .contains(
                        "spec.parentRef.namespace: Invalid value: \"a/b\": may not contain '/'",
                        "spec.parentRef.resource: Required value",
                        "spec.parentRef.name: Required value");
        ObjectNode old = addresses.created(address("10.1.2.3", "'resource':'services','name':'s'"));
        ObjectNode changed = tree(address("10.1.2.3", "'resource':'services','name':'t'"));
        assertThat(addresses.updateFaults(old, changed))
                .containsExactly("spec.parentRef: Invalid value: null: field is immutable");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[]|: Required value: at least one CIDR required",
                "['a']|[0]: Invalid value: \"a\": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)",
                "['10.0.0.1/8']|[0]: Invalid value: \"10.0.0.1/8\": must not have bits set beyond the prefix length",
                "['2001:DB8::/64']|[0]: Invalid value: \"2001:DB8::/64\": must be in canonical form (\"2001:db8::/64\")",
                "['10.0.0.0/8','11.0.0.0/8']|: Invalid value: [\"10.0.0.0/8\",\"11.0.0.0/8\"]: may specify no more than one IP for"
                        + " each IP family, i.e 192.168.0.0/24 and 2001:db8::/64",
                "['10.0.0.0/8','2001:db8::/64','11.0.0.0/8']|: Invalid value:"
                        + " {\"CIDRs\":[\"10.0.0.0/8\",\"2001:db8::/64\",\"11.0.0.0/8\"]}: may only hold up to 2 values"
            })
    void faultsOfARange(String cidrs, String fault) {
        assertThat(ranges.faults("{'spec':{'cidrs':" + cidrs + "}}")).containsExactly("spec.cidrs" + fault);
    }

    @Test
    void aRangeMayGetASecondFamilyAndNothingElse() {
        ObjectNode old = ranges.created("{'spec':{'cidrs':['10.96.0.0/24']}}");
        assertThat(ranges.updateFaults(old, tree("{'spec':{'cidrs':['10.96.0.0/24','2001:db8::/64']}}")))
                .isEmpty();
        assertThat(ranges.updateFaults(old, tree("{'spec':{'cidrs':['10.96.1.0/24']}}")))
                .containsExactly("spec.cidrs[0]: Invalid value: \"10.96.1.0/24\": field is immutable");
        assertThat(ranges.updateFaults(old, tree("{'spec':{'cidrs':[]}}")))
                .containsExactly("spec.cidrs: Invalid value: []: field is immutable");
    }

    @Test
    void rangesThatServicesDoNotGetAddressesOfAreNamed() {
        assertThat(ranges.warnings(ranges.created("{'spec':{'cidrs':['10.96.4.0/24','2001:db8::/64']}}")))
                .containsExactly("spec.cidrs[1]: Services get addresses of 10.96.0.0/16 only, none of 2001:db8::/64");
    }
}
