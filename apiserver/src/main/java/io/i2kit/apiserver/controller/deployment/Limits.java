package io.i2kit.apiserver.controller.deployment;

import tools.jackson.databind.JsonNode;

/**
 * How far a Deployment's Pods may differ from their number, resolved from numbers or percentages.
 *
 * @param replicas wanted
 * @param rolling whether the strategy is RollingUpdate; else surge and unavailable are 0
 * @param surge Pods above the number
 * @param unavailable Pods below the number, at most the number
 */
record Limits(int replicas, boolean rolling, int surge, int unavailable) {
    /**
     * {@code ResolveFenceposts}: surge is rounded up, unavailable down; when both give 0, one Pod may be unavailable, or nothing
     * would ever move. Worked examples:
     *
     * <pre>
     * 2 desired, max unavailable 1%, surge 0%:  old −1, new +1, old −1, new +1
     * 1 desired, max unavailable 1%, surge 0%:  old −1, new +1
     * 2 desired, max unavailable 25%, surge 1%: new +1, old −1, new +1, old −1
     * 1 desired, max unavailable 25%, surge 1%: new +1, old −1
     * 2 desired, max unavailable 0%, surge 1%:  new +1, old −1, new +1, old −1
     * 1 desired, max unavailable 0%, surge 1%:  new +1, old −1
     * </pre>
     */
    static Limits rolling(int replicas, JsonNode maxSurge, JsonNode maxUnavailable) {
        int surge = scaled(maxSurge, replicas, true);
        int unavailable = scaled(maxUnavailable, replicas, false);
        if (surge == 0 && unavailable == 0) {
            unavailable = 1;
        }
        return new Limits(replicas, true, surge, Math.min(unavailable, replicas));
    }

    static Limits recreate(int replicas) {
        return new Limits(replicas, false, 0, 0);
    }

    /** The greatest number of Pods. */
    int most() {
        return replicas + surge;
    }

    /** The smallest number of available Pods. */
    int leastAvailable() {
        return replicas - unavailable;
    }

    private static int scaled(JsonNode value, int total, boolean up) {
        if (value.isNumber()) {
            return value.asInt();
        }
        String text = value.asString("");
        if (!text.endsWith("%")) {
            return 0;
        }
        double share = Integer.parseInt(text.substring(0, text.length() - 1)) * (double) total / 100;
        return (int) (up ? Math.ceil(share) : Math.floor(share));
    }
}
