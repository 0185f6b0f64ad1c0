package io.i2kit.cloud.aws.groups;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.MachineSize;
import io.i2kit.cloud.provider.CloudException;
import org.junit.jupiter.api.Test;

class InstanceTypesTest {
    private static MachineSize size(long mebibytes, int milliCpu) {
        return new MachineSize(mebibytes << 20, milliCpu, "");
    }

    @Test
    void theCheapestThatFitsComesFirstAndItsPeersFollow() {
        assertThat(InstanceTypes.choose(size(96, 100), Architecture.AMD64))
                .startsWith("t3a.nano", "t3.nano")
                .hasSizeGreaterThan(2);
        assertThat(InstanceTypes.choose(size(96, 100), Architecture.ARM64)).startsWith("t4g.nano");
    }

    @Test
    void nominalMemoryIsNotAllUsable() {
        assertThat(InstanceTypes.choose(size(480, 100), Architecture.ARM64).getFirst())
                .isEqualTo("t4g.nano");
        assertThat(InstanceTypes.choose(size(512, 100), Architecture.ARM64).getFirst())
                .isEqualTo("t4g.micro");
    }

    @Test
    void processorsAreCountedAsWhatBurstableTypesSustain() {
        assertThat(InstanceTypes.choose(size(96, 500), Architecture.ARM64).getFirst())
                .isEqualTo("c7g.medium");
    }

    @Test
    void aNamedTypeIsTakenAsItIsAndNothingLargeEnoughIsSaid() {
        assertThat(InstanceTypes.choose(new MachineSize(1L << 40, 100, "u-6tb1.metal"), Architecture.AMD64))
                .containsExactly("u-6tb1.metal");
        assertThatThrownBy(() -> InstanceTypes.choose(size(1L << 20, 100), Architecture.AMD64))
                .isInstanceOf(CloudException.Invalid.class)
                .hasMessageContaining("1048576 MiB");
    }
}
