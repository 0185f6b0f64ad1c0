package io.i2kit.translator.linuxkit;

import io.fabric8.kubernetes.api.model.PodDNSConfig;
import io.fabric8.kubernetes.api.model.PodDNSConfigOption;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.i2kit.cloud.model.MachineMetadata;
import io.i2kit.translator.ClusterSettings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code resolv.conf} by dnsPolicy and dnsConfig, as {@code pkg/kubelet/network/dns/dns.go} makes it. */
final class DnsSettings {
    private DnsSettings() {}

    static MachineMetadata.Dns of(PodSpec spec, String namespace, ClusterSettings settings) {
        String policy = spec.getDnsPolicy() == null ? "ClusterFirst" : spec.getDnsPolicy();
        Set<String> nameservers = new LinkedHashSet<>();
        Set<String> searches = new LinkedHashSet<>();
        Map<String, String> options = new LinkedHashMap<>();
        if (policy.startsWith("ClusterFirst")) {
            String domain = settings.clusterDomain();
            searches.addAll(List.of(namespace + ".svc." + domain, "svc." + domain, domain));
            options.put("ndots", "ndots:5");
        }
        PodDNSConfig config = spec.getDnsConfig();
        if (config != null) {
            // The list replaces the cloud's own servers, so an addition to them repeats them.
            if (!config.getNameservers().isEmpty() && !policy.equals("None")) {
                nameservers.addAll(settings.nameservers());
            }
            nameservers.addAll(config.getNameservers());
            searches.addAll(config.getSearches());
            config.getOptions().forEach(option -> options.put(option.getName(), text(option)));
        }
        return new MachineMetadata.Dns(
                new ArrayList<>(nameservers), new ArrayList<>(searches), new ArrayList<>(options.values()));
    }

    private static String text(PodDNSConfigOption option) {
        String value = option.getValue();
        return value == null || value.isEmpty() ? option.getName() : option.getName() + ":" + value;
    }
}
