package io.i2kit.cloud.aws.groups;

import io.i2kit.cloud.model.Architecture;
import io.i2kit.cloud.model.MachineSize;
import io.i2kit.cloud.provider.CloudException;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Which instance types a machine may have: a small table, so that choosing costs no call. Prices are of Linux, shared tenancy, on
 * demand, {@code us-east-1}, about as they stood in January 2025; they were not read from AWS' price list by a program, so they
 * order the types and are good for an estimate, not for a bill. Other regions differ by some percent,
 * and the order hardly does. Burstable types are counted with what they sustain on {@code standard} credits (EC2 User Guide, "Key
 * concepts for burstable performance instances").
 */
public final class InstanceTypes {
    /** Hours of a month, as AWS' own calculator counts. */
    private static final int HOURS = 730;

    /** The firmware and the kernel's reservations take this share of the nominal memory. */
    private static final double USABLE_MEMORY = 0.94;

    /** How many types a group may fall back on where one cannot be had. */
    private static final int ALTERNATIVES = 4;

    /** A type that costs more than this many times the cheapest that fits is no alternative. */
    private static final double TOLERATED_PRICE = 2.2;

    private static final List<Type> TABLE = List.of(
            burstable("t4g.nano", Architecture.ARM64, 0.5, 100, 0.0042),
            burstable("t4g.micro", Architecture.ARM64, 1, 200, 0.0084),
            burstable("t4g.small", Architecture.ARM64, 2, 400, 0.0168),
            burstable("t4g.medium", Architecture.ARM64, 4, 400, 0.0336),
            burstable("t4g.large", Architecture.ARM64, 8, 600, 0.0672),
            burstable("t4g.xlarge", Architecture.ARM64, 16, 1600, 0.1344),
            burstable("t4g.2xlarge", Architecture.ARM64, 32, 3200, 0.2688),
            fixed("c7g.medium", Architecture.ARM64, 2, 1, 0.0363),
            fixed("m7g.medium", Architecture.ARM64, 4, 1, 0.0408),
            fixed("c7g.large", Architecture.ARM64, 4, 2, 0.0725),
            fixed("m7g.large", Architecture.ARM64, 8, 2, 0.0816),
            fixed("r7g.large", Architecture.ARM64, 16, 2, 0.1071),
            fixed("c7g.xlarge", Architecture.ARM64, 8, 4, 0.145),
            fixed("m7g.xlarge", Architecture.ARM64, 16, 4, 0.1632),
            fixed("r7g.xlarge", Architecture.ARM64, 32, 4, 0.2142),
            fixed("c7g.2xlarge", Architecture.ARM64, 16, 8, 0.29),
            fixed("m7g.2xlarge", Architecture.ARM64, 32, 8, 0.3264),
            fixed("m7g.4xlarge", Architecture.ARM64, 64, 16, 0.6528),
            burstable("t3a.nano", Architecture.AMD64, 0.5, 100, 0.0047),
            burstable("t3.nano", Architecture.AMD64, 0.5, 100, 0.0052),
            burstable("t3a.micro", Architecture.AMD64, 1, 200, 0.0094),
            burstable("t3.micro", Architecture.AMD64, 1, 200, 0.0104),
            burstable("t3a.small", Architecture.AMD64, 2, 400, 0.0188),
            burstable("t3.small", Architecture.AMD64, 2, 400, 0.0208),
            burstable("t3a.medium", Architecture.AMD64, 4, 400, 0.0376),
            burstable("t3.medium", Architecture.AMD64, 4, 400, 0.0416),
            burstable("t3a.large", Architecture.AMD64, 8, 600, 0.0752),
            burstable("t3.large", Architecture.AMD64, 8, 600, 0.0832),
            burstable("t3a.xlarge", Architecture.AMD64, 16, 1600, 0.1504),
            burstable("t3.xlarge", Architecture.AMD64, 16, 1600, 0.1664),
            burstable("t3.2xlarge", Architecture.AMD64, 32, 3200, 0.3328),
            fixed("c6i.large", Architecture.AMD64, 4, 2, 0.085),
            fixed("m6i.large", Architecture.AMD64, 8, 2, 0.096),
            fixed("r6i.large", Architecture.AMD64, 16, 2, 0.126),
            fixed("c6i.xlarge", Architecture.AMD64, 8, 4, 0.17),
            fixed("m6i.xlarge", Architecture.AMD64, 16, 4, 0.192),
            fixed("r6i.xlarge", Architecture.AMD64, 32, 4, 0.252),
            fixed("c6i.2xlarge", Architecture.AMD64, 16, 8, 0.34),
            fixed("m6i.2xlarge", Architecture.AMD64, 32, 8, 0.384),
            fixed("m6i.4xlarge", Architecture.AMD64, 64, 16, 0.768));

    private InstanceTypes() {}

    /**
     * One instance type.
     *
     * @param memoryBytes nominal
     * @param sustainedMilliCpu what it gives for ever
     * @param burstable whether it lives on credits
     * @param hourlyDollars on demand
     */
    public record Type(
            String name,
            Architecture architecture,
            long memoryBytes,
            int sustainedMilliCpu,
            boolean burstable,
            double hourlyDollars) {
        /** What a month of it costs. */
        public double monthlyDollars() {
            return hourlyDollars * HOURS;
        }

        boolean fits(MachineSize size) {
            return memoryBytes * USABLE_MEMORY >= size.memoryBytes() && sustainedMilliCpu >= size.milliCpu();
        }
    }

    private static Type burstable(
            String name, Architecture architecture, double gibibytes, int milliCpu, double price) {
        return new Type(name, architecture, (long) (gibibytes * (1L << 30)), milliCpu, true, price);
    }

    private static Type fixed(String name, Architecture architecture, int gibibytes, int processors, double price) {
        return new Type(name, architecture, (long) gibibytes << 30, processors * 1000, false, price);
    }

    /** What the table says of a type; empty for one that the user named and the table does not have. */
    public static Optional<Type> byName(String name) {
        return TABLE.stream().filter(type -> type.name().equals(name)).findFirst();
    }

    /**
     * The types for a machine, cheapest first; the type that the user asked for alone, whatever its size.
     *
     * @throws CloudException.Invalid when nothing in the table is large enough
     */
    public static List<String> choose(MachineSize size, Architecture architecture) {
        if (!size.machineType().isEmpty()) {
            return List.of(size.machineType());
        }
        List<Type> fitting = TABLE.stream()
                .filter(type -> type.architecture() == architecture && type.fits(size))
                .sorted(Comparator.comparingDouble(Type::hourlyDollars))
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
                .map(Type::name)
                .toList();
    }

    /** Whether a type lives on credits; of types beyond the table the family tells. */
    static boolean isBurstable(String type) {
        return byName(type).map(Type::burstable).orElse(type.matches("t[0-9].*"));
    }
}
