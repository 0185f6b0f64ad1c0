package io.i2kit.translator.linuxkit;

import static io.i2kit.translator.linuxkit.Quantities.limits;
import static io.i2kit.translator.linuxkit.Quantities.requests;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.i2kit.cloud.model.MachineSize;
import io.i2kit.translator.ClusterSettings.Footprint;
import io.i2kit.translator.ContainerImage;
import io.i2kit.translator.Workload;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * How large a Pod's machine is: what its base and its images' files take ({@link Footprint}), and what the Pod asks for.
 *
 * <p>Example: nginx with 28 MiB of files and no resources: 64 MiB base + 28 × 2.05 MiB + nothing asked = 121.4 → 128 MiB. The
 * same with {@code limits.memory: 128Mi}: 64 + 57.4 + 128 = 249.4 → 256 MiB.
 */
public final class MachineSizer {
    /** The least that served nginx from an initramfs (measured). */
    public static final long FLOOR_BYTES = 96L << 20;

    /** So that similar Pods get equal machines. */
    private static final long STEP_BYTES = 16L << 20;

    /** What a Pod without any figure gets; a cloud rounds up to what it has. */
    static final int DEFAULT_MILLI_CPU = 100;

    private static final String INSTANCE_TYPE = "node.kubernetes.io/instance-type";

    private MachineSizer() {}

    /** @param images of the Pod's containers; an image used twice counts once */
    public static MachineSize size(Footprint footprint, Workload workload, Collection<ContainerImage> images) {
        PodSpec spec = workload.spec();
        Map<String, Long> files = new HashMap<>();
        images.forEach(image -> files.put(image.digestReference(), image.unpackedBytes()));
        long fileBytes = files.values().stream().mapToLong(Long::longValue).sum();
        long needed = footprint.baseBytes()
                + fileBytes * footprint.unpackedPercent() / 100
                + asked(spec, MachineSizer::memoryBytes);
        return new MachineSize(
                Math.max(FLOOR_BYTES, Math.ceilDiv(needed, STEP_BYTES) * STEP_BYTES),
                (int) Math.clamp(asked(spec, MachineSizer::milliCpu), DEFAULT_MILLI_CPU, Integer.MAX_VALUE),
                machineType(workload));
    }

    /** The Pod's own figure, else the sum over containers and sidecars, or a larger init container. */
    private static long asked(PodSpec spec, ToLongFunction<@Nullable ResourceRequirements> figure) {
        long pod = figure.applyAsLong(spec.getResources());
        if (pod > 0) {
            return pod;
        }
        long together = 0;
        long largest = 0;
        for (Container container : spec.getInitContainers()) {
            long one = figure.applyAsLong(container.getResources());
            if ("Always".equals(container.getRestartPolicy())) {
                together += one;
            } else {
                largest = Math.max(largest, together + one);
            }
        }
        for (Container container : spec.getContainers()) {
            together += figure.applyAsLong(container.getResources());
        }
        return Math.max(together, largest);
    }

    private static long memoryBytes(@Nullable ResourceRequirements resources) {
        return Math.max(Quantities.units(limits(resources), "memory"), Quantities.units(requests(resources), "memory"));
    }

    private static long milliCpu(@Nullable ResourceRequirements resources) {
        long limit = Quantities.millis(limits(resources), "cpu");
        return limit > 0 ? limit : Quantities.millis(requests(resources), "cpu");
    }

    private static String machineType(Workload workload) {
        String annotated = workload.annotations().get(INSTANCE_TYPE);
        if (annotated != null) {
            return annotated;
        }
        return Objects.requireNonNullElse(workload.selected(INSTANCE_TYPE), "");
    }
}
