package io.i2kit.translator.core;

import java.util.Map;

/**
 * A Pod that asks for a name of its own below a headless Service.
 *
 * @param hostname {@code spec.hostname}
 * @param subdomain {@code spec.subdomain}: the Service's name
 * @param address {@code status.podIP}
 * @param ready the condition {@code Ready}
 */
public record NamedPod(Map<String, String> labels, String hostname, String subdomain, String address, boolean ready) {
    public NamedPod {
        labels = Map.copyOf(labels);
    }
}
