package io.i2kit.cloud.deploy;

import io.i2kit.cloud.model.DnsRecord;
import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.InstanceGroup;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.model.LoadBalancer;
import io.i2kit.cloud.model.LoadBalancerStatus;
import io.i2kit.cloud.provider.DnsProvider;
import io.i2kit.cloud.provider.GroupProvider;
import io.i2kit.cloud.provider.LoadBalancerProvider;
import java.time.Duration;
import java.util.List;

/** One synthesizer a kind; the narrow providers do the work. */
final class Synthesizers {
    private Synthesizers() {}

    /** Launch templates: running machines keep theirs, so a change is a plain replacement. */
    record LaunchTemplates(GroupProvider groups) implements Synthesizer<LaunchTemplate> {
        @Override
        public void put(List<LaunchTemplate> templates) {
            templates.forEach(groups::putTemplate);
        }

        @Override
        public boolean delete(List<String> names, Duration grace) {
            names.forEach(groups::deleteTemplate);
            return true;
        }
    }

    /** Groups: gone only when their last machine is. */
    record InstanceGroups(GroupProvider groups, Described<GroupStatus> described)
            implements Synthesizer<InstanceGroup> {
        @Override
        public void put(List<InstanceGroup> resources) {
            for (InstanceGroup group : resources) {
                groups.putGroup(group);
                described.invalidate(group.name());
            }
        }

        @Override
        public boolean delete(List<String> names, Duration grace) {
            for (String name : names) {
                groups.deleteGroup(name, grace);
            }
            described.refresh(names);
            return names.stream().allMatch(name -> described.get(name) == null);
        }
    }

    /** Load balancers. */
    record LoadBalancers(LoadBalancerProvider balancers, Described<LoadBalancerStatus> described)
            implements Synthesizer<LoadBalancer> {
        @Override
        public void put(List<LoadBalancer> resources) {
            for (LoadBalancer balancer : resources) {
                balancers.putLoadBalancer(balancer);
                described.invalidate(balancer.name());
            }
        }

        @Override
        public boolean delete(List<String> names, Duration grace) {
            for (String name : names) {
                balancers.deleteLoadBalancer(name);
                described.invalidate(name);
            }
            return true;
        }
    }

    /** DNS records, all in one call. */
    record DnsRecords(DnsProvider dns) implements Synthesizer<DnsRecord> {
        @Override
        public void put(List<DnsRecord> records) {
            dns.putRecords(records);
        }

        @Override
        public boolean delete(List<String> names, Duration grace) {
            dns.deleteRecords(names);
            return true;
        }
    }
}
