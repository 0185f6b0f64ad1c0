package io.i2kit.translator.linuxkit;

import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads {@code resource.Quantity} values; what cannot be read counts as not given (admission refuses it). */
public final class Quantities {
    private static final BigDecimal THOUSAND = BigDecimal.valueOf(1000);
    private static final BigDecimal MAX = BigDecimal.valueOf(Long.MAX_VALUE);

    private Quantities() {}

    /** A resource in whole units, rounded up; 0 when not given. */
    public static long units(@Nullable Map<String, Quantity> resources, String name) {
        return ceiling(value(resources, name));
    }

    /** A resource in thousandths, rounded up; 0 when not given. */
    public static long millis(@Nullable Map<String, Quantity> resources, String name) {
        return ceiling(value(resources, name).multiply(THOUSAND));
    }

    /** The limits, or null. */
    public static @Nullable Map<String, Quantity> limits(@Nullable ResourceRequirements resources) {
        return resources == null ? null : resources.getLimits();
    }

    /** The requests, or null. */
    public static @Nullable Map<String, Quantity> requests(@Nullable ResourceRequirements resources) {
        return resources == null ? null : resources.getRequests();
    }

    static BigDecimal value(@Nullable Map<String, Quantity> resources, String name) {
        Quantity quantity = resources == null ? null : resources.get(name);
        return quantity == null ? BigDecimal.ZERO : value(quantity);
    }

    static BigDecimal value(Quantity quantity) {
        try {
            return Quantity.getAmountInBytes(quantity).max(BigDecimal.ZERO);
        } catch (ArithmeticException | IllegalArgumentException unreadable) {
            return BigDecimal.ZERO;
        }
    }

    private static long ceiling(BigDecimal value) {
        return value.min(MAX).setScale(0, RoundingMode.CEILING).longValue();
    }
}
