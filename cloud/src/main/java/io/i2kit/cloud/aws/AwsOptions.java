package io.i2kit.cloud.aws;

import io.i2kit.cloud.aws.prices.PriceList;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where and for whom i2kit works on AWS.
 *
 * @param clusterId of this i2kit cluster: part of every name, and a tag of everything that it owns
 * @param region for example {@code eu-central-1}
 * @param endpoint where every call goes instead of AWS ({@code AWS_ENDPOINT_URL}), or null
 * @param installation the account's things that clusters stand on
 * @param prices the instance types that machines may have, and what they cost
 * @param timings how often i2kit looks and for how long it keeps
 */
public record AwsOptions(
        String clusterId,
        String region,
        @Nullable URI endpoint,
        Installation installation,
        PriceList prices,
        Timings timings) {

    /**
     * What {@code i2kit aws init} makes or adopts, once for an account and region.
     *
     * @param vpcId the network that machines and load balancers are in
     * @param subnetIds one a zone, in the order of preference
     * @param securityGroupId of machines
     * @param instanceProfile name of the profile whose role reads the metadata objects
     * @param bucket of metadata objects
     * @param zoneId of the private hosted zone of the cluster's domain
     */
    public record Installation(
            String vpcId,
            List<String> subnetIds,
            String securityGroupId,
            String instanceProfile,
            String bucket,
            String zoneId) {
        public Installation {
            subnetIds = List.copyOf(subnetIds);
        }
    }

    /**
     * @param busyPoll between two looks at the groups while something changes
     * @param idlePoll the same while nothing does; a machine lost without i2kit's doing is noticed this late
     * @param emptyGroupKept for how long a group of no machines stays, so that a rollback or a scale from zero is quick
     */
    public record Timings(Duration busyPoll, Duration idlePoll, Duration emptyGroupKept) {
        /** Auto Scaling's calls share one budget per account: a look costs one call for 100 groups. */
        public static Timings customary() {
            return new Timings(Duration.ofSeconds(3), Duration.ofSeconds(15), Duration.ofMinutes(15));
        }
    }
}
