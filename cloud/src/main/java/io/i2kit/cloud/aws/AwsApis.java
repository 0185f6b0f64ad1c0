package io.i2kit.cloud.aws;

import io.i2kit.cloud.aws.api.AutoScalingApi;
import io.i2kit.cloud.aws.api.DnsApi;
import io.i2kit.cloud.aws.api.Ec2Api;
import io.i2kit.cloud.aws.api.FirewallApi;
import io.i2kit.cloud.aws.api.LoadBalancingApi;
import io.i2kit.cloud.aws.api.ObjectsApi;
import io.i2kit.cloud.aws.api.SdkAutoScaling;
import io.i2kit.cloud.aws.api.SdkDns;
import io.i2kit.cloud.aws.api.SdkEc2;
import io.i2kit.cloud.aws.api.SdkFirewalls;
import io.i2kit.cloud.aws.api.SdkLoadBalancing;
import io.i2kit.cloud.aws.api.SdkObjects;

/** All that the providers call of AWS. */
public record AwsApis(
        Ec2Api ec2,
        AutoScalingApi autoScaling,
        LoadBalancingApi loadBalancing,
        DnsApi dns,
        ObjectsApi objects,
        FirewallApi firewalls) {
    /** Over the wire. */
    public static AwsApis of(AwsClients clients) {
        return new AwsApis(
                new SdkEc2(clients),
                new SdkAutoScaling(clients),
                new SdkLoadBalancing(clients),
                new SdkDns(clients),
                new SdkObjects(clients),
                new SdkFirewalls(clients));
    }
}
