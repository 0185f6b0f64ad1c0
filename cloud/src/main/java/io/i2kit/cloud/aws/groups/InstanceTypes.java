package io.i2kit.cloud.aws.groups;

import io.i2kit.cloud.aws.prices.InstanceType;
import io.i2kit.cloud.aws.prices.PriceList;
import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.MachineSize;
import io.i2kit.cloud.provider.CloudException;
import java.util.Comparator;
import java.util.List;

/**
 * Which instance types a machine may have: those of a small table, so that choosing costs no call and is the same while a server
 * runs. The packaged table is of one region; others differ by some percent, and the order hardly does. One that was read for a
 * region has only types that the region sells.
 */
record InstanceTypes(PriceList prices) {
    /** The firmware and the kernel's reservations take this share of the nominal memory. */
    private static final double USABLE_MEMORY = 0.94;

    /** How many types a group may fall back on where one cannot be had. */
    private static final int ALTERNATIVES = 4;

    /** A type that costs more than this many times the cheapest that fits is no alternative. */
    private static final double TOLERATED_PRICE = 2.2;

    private static boolean fits(InstanceType type, MachineSize size) {
        return type.memoryBytes() * USABLE_MEMORY >= size.memoryBytes() && type.sustainedMilliCpu() >= size.milliCpu();
    }

    /**
     * The types for a machine, cheapest first; the type that the user asked for alone, whatever its size.
     *
     * @throws CloudException.Invalid when nothing in the table is large enough
     */
    List<String> choose(MachineSize size, Architecture architecture) {
        if (!size.machineType().isEmpty()) {
            return List.of(size.machineType());
        }
        List<InstanceType> fitting = prices.types().stream()
                .filter(type -> type.architecture() == architecture && fits(type, size))
                .sorted(Comparator.comparingDouble(InstanceType::hourlyDollars))
                .toList();
        if (fitting.isEmpty()) {
            throw new CloudException.Invalid("no instance type for " + architecture.ociName() + " in i2kit's table has "
                    + (size.memoryBytes() >> 20) + " MiB of memory and " + size.milliCpu()
                    + "m of processor; name one by the node selector node.kubernetes.io/instance-type");
        }
        double bound = fitting.getFirst().hourlyDollars() * TOLERATED_PRICE;
        return fitting.stream()
                .filter(type -> type.hourlyDollars() <= bound)
                .limit(ALTERNATIVES)
                .map(InstanceType::name)
                .toList();
    }

    /** Whether a type lives on credits: the family tells. */
    static boolean isBurstable(String type) {
        return type.matches("t[0-9].*");
    }
}
