package io.i2kit.cloud.aws.groups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.cloud.aws.prices.PriceList;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.MachineSize;
import io.i2kit.cloud.provider.CloudException;
import org.junit.jupiter.api.Test;

class InstanceTypesTest {
    private static final InstanceTypes TYPES = new InstanceTypes(PriceList.packaged());

    private static MachineSize size(long mebibytes, int milliCpu) {
        return new MachineSize(mebibytes << 20, milliCpu, "");
    }

    @Test
    void theCheapestThatFitsComesFirstAndItsPeersFollow() {
        assertThat(TYPES.choose(size(96, 100), Architecture.AMD64))
                .startsWith("t3a.nano", "t3.nano")
                .hasSizeGreaterThan(2);
        assertThat(TYPES.choose(size(96, 100), Architecture.ARM64)).startsWith("t4g.nano");
    }

    @Test
    void nominalMemoryIsNotAllUsable() {
        assertThat(TYPES.choose(size(480, 100), Architecture.ARM64).getFirst()).isEqualTo("t4g.nano");
        assertThat(TYPES.choose(size(512, 100), Architecture.ARM64).getFirst()).isEqualTo("t4g.micro");
    }

    @Test
    void processorsAreCountedAsWhatBurstableTypesSustain() {
        assertThat(TYPES.choose(size(96, 500), Architecture.ARM64).getFirst()).isEqualTo("c7g.medium");
    }

    @Test
    void aNamedTypeIsTakenAsItIsAndNothingLargeEnoughIsSaid() {
        assertThat(TYPES.choose(new MachineSize(1L << 40, 100, "u-6tb1.metal"), Architecture.AMD64))
                .containsExactly("u-6tb1.metal");
        assertThatThrownBy(() -> TYPES.choose(size(1L << 20, 100), Architecture.AMD64))
                .isInstanceOf(CloudException.Invalid.class)
                .hasMessageContaining("1048576 MiB");
    }

    @Test
    void aTypeThatTheRegionDoesNotSellIsNotChosen() {
        PriceList all = PriceList.packaged();
        PriceList region = new PriceList(
                "eu-central-2",
                "2026-11-27",
                "a test",
                all.types().stream()
                        .filter(type -> !type.name().startsWith("t3a."))
                        .toList());
        assertThat(new InstanceTypes(region).choose(size(96, 100), Architecture.AMD64))
                .startsWith("t3.nano");
    }
}
