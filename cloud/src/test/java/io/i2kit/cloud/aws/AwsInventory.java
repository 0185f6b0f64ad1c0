package io.i2kit.cloud.aws;

import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import software.amazon.awssdk.services.autoscaling.AutoScalingClient;
import software.amazon.awssdk.services.ec2.Ec2Client;
import software.amazon.awssdk.services.ec2.model.InstanceStateName;
import software.amazon.awssdk.services.elasticloadbalancingv2.ElasticLoadBalancingV2Client;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.kms.KmsClient;
import software.amazon.awssdk.services.kms.model.KeyState;
import software.amazon.awssdk.services.route53.Route53Client;
import software.amazon.awssdk.services.route53.model.RRType;
import software.amazon.awssdk.services.s3.S3Client;

/**
 * Everything in an account that costs money or could, a line each: its kind and its id. Without i2kit's own finders and filters. Not
 * listed: what the emulator leaves of its own (disks and network interfaces of terminated instances, which AWS deletes with them).
 */
public final class AwsInventory implements AutoCloseable {
    /** The emulator makes one for each AMI, and never deletes it. */
    private static final String MOTOS_OWN = "Auto-created snapshot for AMI";

    private final AwsClients clients;

    public AwsInventory(URI endpoint) {
        this.clients = new AwsClients(AwsSamples.REGION, endpoint, List.of());
    }

    public SortedSet<String> list() {
        SortedSet<String> all = new TreeSet<>();
        machines(all);
        network(all);
        balancers(all);
        names(all);
        objects(all);
        roles(all);
        keys(all);
        return all;
    }

    private void machines(SortedSet<String> all) {
        Ec2Client ec2 = clients.ec2();
        ec2.describeInstancesPaginator().reservations().stream()
                .flatMap(reservation -> reservation.instances().stream())
                .filter(instance -> instance.state().name() != InstanceStateName.TERMINATED)
                .forEach(instance -> all.add("instance " + instance.instanceId()));
        ec2.describeLaunchTemplatesPaginator()
                .launchTemplates()
                .forEach(each -> all.add("launch-template " + each.launchTemplateId()));
        ec2.describeImages(request -> request.owners("self"))
                .images()
                .forEach(each -> all.add("ami " + each.imageId()));
        ec2.describeSnapshotsPaginator(request -> request.ownerIds("self")).snapshots().stream()
                .filter(each -> !each.description().startsWith(MOTOS_OWN))
                .forEach(each -> all.add("snapshot " + each.snapshotId()));
        AutoScalingClient autoScaling = clients.autoScaling();
        autoScaling
                .describeAutoScalingGroupsPaginator()
                .autoScalingGroups()
                .forEach(each -> all.add("auto-scaling-group " + each.autoScalingGroupName()));
    }

    private void network(SortedSet<String> all) {
        Ec2Client ec2 = clients.ec2();
        ec2.describeVpcs().vpcs().forEach(each -> all.add("vpc " + each.vpcId()));
        ec2.describeSubnets().subnets().forEach(each -> all.add("subnet " + each.subnetId()));
        ec2.describeSecurityGroups().securityGroups().forEach(each -> all.add("security-group " + each.groupId()));
        ec2.describeInternetGateways()
                .internetGateways()
                .forEach(each -> all.add("internet-gateway " + each.internetGatewayId()));
        ec2.describeVpcEndpoints().vpcEndpoints().stream()
                .filter(each -> !each.stateAsString().equalsIgnoreCase("deleted"))
                .forEach(each -> all.add("vpc-endpoint " + each.vpcEndpointId()));
        ec2.describeAddresses().addresses().forEach(each -> all.add("address " + each.allocationId()));
    }

    private void balancers(SortedSet<String> all) {
        ElasticLoadBalancingV2Client balancing = clients.loadBalancing();
        balancing.describeLoadBalancersPaginator().loadBalancers().forEach(each -> {
            all.add("load-balancer " + each.loadBalancerArn());
            balancing
                    .describeListenersPaginator(request -> request.loadBalancerArn(each.loadBalancerArn()))
                    .listeners()
                    .forEach(listener -> all.add("listener " + listener.listenerArn()));
        });
        balancing
                .describeTargetGroupsPaginator()
                .targetGroups()
                .forEach(each -> all.add("target-group " + each.targetGroupArn()));
    }

    private void names(SortedSet<String> all) {
        Route53Client route53 = clients.route53();
        route53.listHostedZonesPaginator().hostedZones().forEach(zone -> {
            all.add("zone " + zone.id());
            route53
                    .listResourceRecordSetsPaginator(request -> request.hostedZoneId(zone.id()))
                    .resourceRecordSets()
                    .stream()
                    .filter(set -> set.type() != RRType.NS && set.type() != RRType.SOA)
                    .forEach(set -> all.add("record " + zone.id() + " " + set.name() + " " + set.type()));
        });
    }

    private void objects(SortedSet<String> all) {
        S3Client s3 = clients.s3();
        s3.listBuckets().buckets().forEach(bucket -> {
            all.add("bucket " + bucket.name());
            s3.listObjectsV2Paginator(request -> request.bucket(bucket.name()))
                    .contents()
                    .forEach(object -> all.add("object " + bucket.name() + "/" + object.key()));
        });
    }

    private void roles(SortedSet<String> all) {
        IamClient iam = clients.iam();
        iam.listRolesPaginator().roles().forEach(each -> all.add("role " + each.roleName()));
        iam.listInstanceProfilesPaginator()
                .instanceProfiles()
                .forEach(each -> all.add("instance-profile " + each.instanceProfileName()));
    }

    /** One that waits for its deletion costs nothing, and neither do AWS' own, which their aliases tell. */
    private void keys(SortedSet<String> all) {
        KmsClient kms = clients.kms();
        Set<String> free = new HashSet<>();
        kms.listAliasesPaginator().aliases().forEach(each -> {
            if (each.aliasName().startsWith("alias/aws/")) {
                free.add(each.targetKeyId());
            } else {
                all.add("key-alias " + each.aliasName());
            }
        });
        kms.listKeysPaginator().keys().stream()
                .map(each ->
                        kms.describeKey(request -> request.keyId(each.keyId())).keyMetadata())
                .filter(each -> each.keyState() != KeyState.PENDING_DELETION && !free.contains(each.keyId()))
                .forEach(each -> all.add("key " + each.keyId()));
    }

    /** Launch templates whose machines would leave a disk behind; the emulator makes other disks than a template says. */
    SortedSet<String> templatesThatLeaveDisks() {
        SortedSet<String> found = new TreeSet<>();
        Ec2Client ec2 = clients.ec2();
        ec2.describeLaunchTemplatesPaginator()
                .launchTemplates()
                .forEach(template -> ec2
                        .describeLaunchTemplateVersions(
                                request -> request.launchTemplateId(template.launchTemplateId()))
                        .launchTemplateVersions()
                        .stream()
                        .filter(version -> version.launchTemplateData()
                                        .blockDeviceMappings()
                                        .isEmpty()
                                || version.launchTemplateData().blockDeviceMappings().stream()
                                        .anyMatch(mapping -> !mapping.ebs().deleteOnTermination()))
                        .forEach(version -> found.add(template.launchTemplateName() + " " + version.versionNumber())));
        return found;
    }

    @Override
    public void close() {
        clients.close();
    }
}
