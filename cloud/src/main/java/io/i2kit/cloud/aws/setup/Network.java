package io.i2kit.cloud.aws.setup;

import io.i2kit.cloud.aws.AwsClients;
import io.i2kit.cloud.aws.AwsTags;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.AvailabilityZone;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.IpPermission;
import software.amazon.awssdk.services.ec2.model.IpRange;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.RouteTable;
import software.amazon.awssdk.services.ec2.model.SecurityGroup;
import software.amazon.awssdk.services.ec2.model.Subnet;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;
import software.amazon.awssdk.services.ec2.model.Vpc;
import software.amazon.awssdk.services.ec2.model.VpcEndpoint;

/**
 * The network of an installation: one subnet in each of up to three zones, a way to the internet for load balancers, a free endpoint
 * of S3 for the machines' metadata. Machines have no public address. Or a network of the account with subnets of it, which are left as
 * they are.
 */
final class Network {
    private static final String RANGE = "10.244.0.0/16";
    private static final int ZONES = 3;

    private final AwsClients clients;
    private final String region;
    private final String name;
    private final @Nullable ExistingNetwork existing;
    private final AdoptedNetwork adopted;

    /** @param existing to be used instead of one that is made, or null */
    Network(AwsClients clients, String region, String name, @Nullable ExistingNetwork existing) {
        this.clients = clients;
        this.region = region;
        this.name = name;
        this.existing = existing;
        this.adopted = new AdoptedNetwork(clients, name);
    }

    List<Step> steps() {
        String found = vpc();
        if (existing != null && found != null && !found.equals(existing.vpcId())) {
            throw new IllegalStateException("the installation " + name + " has the network " + found + " already");
        }
        String used = existing != null ? existing.vpcId() : found;
        List<Step> steps = new ArrayList<>(
                used != null && (existing != null || adopted.isAdopted(used)) ? adoptedSteps(used) : ownSteps());
        steps.add(new Step("S3 endpoint of the network", 0, this::endpoint, this::makeEndpoint, this::removeEndpoint));
        steps.add(new Step(
                "security group of machines",
                0,
                this::securityGroup,
                this::makeSecurityGroup,
                this::removeSecurityGroup));
        return steps;
    }

    private List<Step> ownSteps() {
        return List.of(
                new Step("network " + RANGE, 0, this::vpc, this::makeVpc, this::removeVpc),
                new Step("way to the internet", 0, this::gateway, this::makeGateway, this::removeGateway),
                new Step(
                        "a subnet in each of " + ZONES + " zones",
                        0,
                        this::anySubnet,
                        this::makeSubnets,
                        id -> removeSubnets()));
    }

    /** The network's ways to the internet are its owner's business. */
    private List<Step> adoptedSteps(String vpc) {
        return List.of(
                new Step(
                        "tags of the account's network " + vpc,
                        0,
                        this::vpc,
                        () -> adopted.adoptVpc(vpc),
                        id -> adopted.release(List.of(id))),
                new Step(
                        "tags of its subnets",
                        0,
                        () -> subnets().stream().findFirst().orElse(null),
                        () -> adopted.adoptSubnets(vpc, wantedSubnets()),
                        id -> adopted.release(subnets())));
    }

    private List<String> wantedSubnets() {
        if (existing == null) {
            throw new IllegalStateException("the installation " + name + " has no subnets; name those of its network");
        }
        return existing.subnetIds();
    }

    private Filter ours() {
        return Filter.builder().name("tag:" + AwsTags.INSTALLATION).values(name).build();
    }

    private TagSpecification tagged(ResourceType type) {
        return TagSpecification.builder()
                .resourceType(type)
                .tags(
                        Tag.builder().key(AwsTags.INSTALLATION).value(name).build(),
                        Tag.builder().key("Name").value("i2kit-" + name).build())
                .build();
    }

    @Nullable
    String vpc() {
        return clients.ec2().describeVpcs(request -> request.filters(ours())).vpcs().stream()
                .map(Vpc::vpcId)
                .findFirst()
                .orElse(null);
    }

    private String requiredVpc() {
        String vpc = vpc();
        if (vpc == null) {
            throw new IllegalStateException("the network comes first");
        }
        return vpc;
    }

    private String makeVpc() {
        String vpc = clients.ec2()
                .createVpc(request -> request.cidrBlock(RANGE).tagSpecifications(tagged(ResourceType.VPC)))
                .vpc()
                .vpcId();
        // Private zones answer only where both are on.
        clients.ec2().modifyVpcAttribute(request -> request.vpcId(vpc).enableDnsSupport(value -> value.value(true)));
        clients.ec2().modifyVpcAttribute(request -> request.vpcId(vpc).enableDnsHostnames(value -> value.value(true)));
        return vpc;
    }

    private void removeVpc(String vpc) {
        clients.ec2().deleteVpc(request -> request.vpcId(vpc));
    }

    private @Nullable String gateway() {
        return clients.ec2().describeInternetGateways(request -> request.filters(ours())).internetGateways().stream()
                .filter(gateway -> !gateway.attachments().isEmpty())
                .map(gateway -> gateway.internetGatewayId())
                .findFirst()
                .orElse(null);
    }

    private String makeGateway() {
        String vpc = requiredVpc();
        String gateway =
                clients.ec2().describeInternetGateways(request -> request.filters(ours())).internetGateways().stream()
                        .map(each -> each.internetGatewayId())
                        .findFirst()
                        .orElseGet(() -> clients.ec2()
                                .createInternetGateway(
                                        request -> request.tagSpecifications(tagged(ResourceType.INTERNET_GATEWAY)))
                                .internetGateway()
                                .internetGatewayId());
        clients.ec2()
                .attachInternetGateway(
                        request -> request.internetGatewayId(gateway).vpcId(vpc));
        clients.ec2()
                .createRoute(request -> request.routeTableId(mainTable(vpc))
                        .destinationCidrBlock("0.0.0.0/0")
                        .gatewayId(gateway));
        return gateway;
    }

    private void removeGateway(String gateway) {
        clients.ec2()
                .detachInternetGateway(
                        request -> request.internetGatewayId(gateway).vpcId(requiredVpc()));
        clients.ec2().deleteInternetGateway(request -> request.internetGatewayId(gateway));
    }

    private String mainTable(String vpc) {
        return clients
                .ec2()
                .describeRouteTables(request -> request.filters(
                        Filter.builder().name("vpc-id").values(vpc).build(),
                        Filter.builder().name("association.main").values("true").build()))
                .routeTables()
                .stream()
                .map(RouteTable::routeTableId)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("network " + vpc + " has no main route table"));
    }

    /** In the order of their zones. */
    List<String> subnets() {
        return clients.ec2().describeSubnets(request -> request.filters(ours())).subnets().stream()
                .sorted(Comparator.comparing(Subnet::availabilityZone))
                .map(Subnet::subnetId)
                .toList();
    }

    private List<AvailabilityZone> zones() {
        return clients.ec2().describeAvailabilityZones().availabilityZones().stream()
                .sorted(Comparator.comparing(AvailabilityZone::zoneName))
                .limit(ZONES)
                .toList();
    }

    private @Nullable String anySubnet() {
        List<String> subnets = subnets();
        return subnets.size() < zones().size() ? null : subnets.getFirst();
    }

    private String makeSubnets() {
        String vpc = requiredVpc();
        List<String> there = clients.ec2().describeSubnets(request -> request.filters(ours())).subnets().stream()
                .map(Subnet::availabilityZone)
                .toList();
        List<AvailabilityZone> zones = zones();
        for (int i = 0; i < zones.size(); i++) {
            String zone = zones.get(i).zoneName();
            // 4,096 addresses each.
            String range = "10.244." + i * 16 + ".0/20";
            if (!there.contains(zone)) {
                clients.ec2()
                        .createSubnet(request -> request.vpcId(vpc)
                                .availabilityZone(zone)
                                .cidrBlock(range)
                                .tagSpecifications(tagged(ResourceType.SUBNET)));
            }
        }
        return subnets().getFirst();
    }

    private void removeSubnets() {
        subnets().forEach(subnet -> clients.ec2().deleteSubnet(request -> request.subnetId(subnet)));
    }

    private @Nullable String endpoint() {
        String own = ownEndpoint();
        String vpc = vpc();
        return own != null || vpc == null || !adopted.isAdopted(vpc)
                ? own
                : adopted.endpoint(vpc, s3()).orElse(null);
    }

    private String s3() {
        return "com.amazonaws." + region + ".s3";
    }

    private @Nullable String ownEndpoint() {
        return clients.ec2().describeVpcEndpoints(request -> request.filters(ours())).vpcEndpoints().stream()
                .filter(endpoint -> !"deleted".equalsIgnoreCase(endpoint.stateAsString()))
                .map(VpcEndpoint::vpcEndpointId)
                .findFirst()
                .orElse(null);
    }

    private String makeEndpoint() {
        String vpc = requiredVpc();
        return clients.ec2()
                .createVpcEndpoint(request -> request.vpcId(vpc)
                        .vpcEndpointType("Gateway")
                        .serviceName(s3())
                        .routeTableIds(adopted.routeTables(vpc, subnets()))
                        .tagSpecifications(tagged(ResourceType.VPC_ENDPOINT)))
                .vpcEndpoint()
                .vpcEndpointId();
    }

    private void removeEndpoint(String endpoint) {
        if (endpoint.equals(ownEndpoint())) {
            clients.ec2().deleteVpcEndpoints(request -> request.vpcEndpointIds(endpoint));
        }
    }

    @Nullable
    String securityGroup() {
        return clients.ec2().describeSecurityGroups(request -> request.filters(ours())).securityGroups().stream()
                .filter(group -> !group.ipPermissions().isEmpty())
                .map(SecurityGroup::groupId)
                .findFirst()
                .orElse(null);
    }

    /** Machines, load balancers and the server are inside, and nothing else is let in. */
    private String makeSecurityGroup() {
        String vpc = requiredVpc();
        String group =
                clients.ec2().describeSecurityGroups(request -> request.filters(ours())).securityGroups().stream()
                        .map(SecurityGroup::groupId)
                        .findFirst()
                        .orElseGet(() -> clients.ec2()
                                .createSecurityGroup(request -> request.vpcId(vpc)
                                        .groupName("i2kit-" + name)
                                        .description("machines of i2kit")
                                        .tagSpecifications(tagged(ResourceType.SECURITY_GROUP)))
                                .groupId());
        clients.ec2()
                .authorizeSecurityGroupIngress(request -> request.groupId(group)
                        .ipPermissions(IpPermission.builder()
                                .ipProtocol("-1")
                                .ipRanges(ranges(vpc))
                                .build()));
        return group;
    }

    private List<IpRange> ranges(String vpc) {
        return clients.ec2().describeVpcs(request -> request.vpcIds(vpc)).vpcs().stream()
                .flatMap(each -> each.cidrBlockAssociationSet().stream())
                .map(block -> IpRange.builder().cidrIp(block.cidrBlock()).build())
                .toList();
    }

    private void removeSecurityGroup(String group) {
        clients.ec2().deleteSecurityGroup(request -> request.groupId(group));
    }
}
