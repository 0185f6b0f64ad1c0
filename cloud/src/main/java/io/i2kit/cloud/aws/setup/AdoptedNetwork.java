package io.i2kit.cloud.aws.setup;

import io.i2kit.cloud.aws.AwsClients;
import io.i2kit.cloud.aws.AwsTags;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.RouteTable;
import software.amazon.awssdk.services.ec2.model.RouteTableAssociation;
import software.amazon.awssdk.services.ec2.model.Subnet;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagDescription;
import software.amazon.awssdk.services.ec2.model.VpcAttributeName;
import software.amazon.awssdk.services.ec2.model.VpcEndpoint;

/** What is in a network that an installation uses and did not make: it gets tags, and loses them again. */
final class AdoptedNetwork {
    private static final String ADOPTED = "i2kit.io/adopted";

    private final AwsClients clients;
    private final String name;

    AdoptedNetwork(AwsClients clients, String name) {
        this.clients = clients;
        this.name = name;
    }

    /** Tags the network. @throws IllegalStateException when it cannot be used as it is */
    String adoptVpc(String vpc) {
        requireOn(vpc, VpcAttributeName.ENABLE_DNS_SUPPORT, "--enable-dns-support");
        requireOn(vpc, VpcAttributeName.ENABLE_DNS_HOSTNAMES, "--enable-dns-hostnames");
        adopt(List.of(vpc));
        return vpc;
    }

    private void requireOn(String vpc, VpcAttributeName attribute, String option) {
        var described =
                clients.ec2().describeVpcAttribute(request -> request.vpcId(vpc).attribute(attribute));
        boolean on = attribute == VpcAttributeName.ENABLE_DNS_SUPPORT
                ? described.enableDnsSupport().value()
                : described.enableDnsHostnames().value();
        if (!on) {
            throw new IllegalStateException("private zones do not answer in network " + vpc
                    + "; turn it on with: aws ec2 modify-vpc-attribute --vpc-id " + vpc + " " + option);
        }
    }

    /** Tags them. @throws IllegalStateException when one is of another network */
    String adoptSubnets(String vpc, List<String> ids) {
        for (Subnet subnet :
                clients.ec2().describeSubnets(request -> request.subnetIds(ids)).subnets()) {
            if (!subnet.vpcId().equals(vpc)) {
                throw new IllegalStateException("subnet " + subnet.subnetId() + " is of network " + subnet.vpcId());
            }
        }
        adopt(ids);
        return ids.getFirst();
    }

    private void adopt(List<String> ids) {
        clients.ec2().createTags(request -> request.resources(ids).tags(tags()));
    }

    void release(List<String> ids) {
        clients.ec2().deleteTags(request -> request.resources(ids).tags(tags()));
    }

    private List<Tag> tags() {
        return Stream.of(AwsTags.INSTALLATION, ADOPTED)
                .map(key -> Tag.builder().key(key).value(name).build())
                .toList();
    }

    boolean isAdopted(String id) {
        return clients
                .ec2()
                .describeTags(request -> request.filters(filter("resource-id", id), filter("key", ADOPTED)))
                .tags()
                .stream()
                .map(TagDescription::value)
                .anyMatch(name::equals);
    }

    /** A gateway endpoint of S3 that the network has. */
    Optional<String> endpoint(String vpc, String service) {
        return clients
                .ec2()
                .describeVpcEndpoints(
                        request -> request.filters(filter("vpc-id", vpc), filter("service-name", service)))
                .vpcEndpoints()
                .stream()
                .filter(endpoint -> !"deleted".equalsIgnoreCase(endpoint.stateAsString()))
                .map(VpcEndpoint::vpcEndpointId)
                .findFirst();
    }

    /** By which the subnets find their ways: their own tables, and the network's main one for those that have none. */
    List<String> routeTables(String vpc, List<String> subnets) {
        List<RouteTable> tables = clients.ec2()
                .describeRouteTables(request -> request.filters(filter("vpc-id", vpc)))
                .routeTables();
        List<String> own = tables.stream()
                .filter(table -> table.associations().stream()
                        .map(RouteTableAssociation::subnetId)
                        .anyMatch(subnets::contains))
                .map(RouteTable::routeTableId)
                .toList();
        if (own.size() >= subnets.size()) {
            return own;
        }
        Stream<String> main = tables.stream()
                .filter(table -> table.associations().stream().anyMatch(RouteTableAssociation::main))
                .map(RouteTable::routeTableId);
        return Stream.concat(own.stream(), main).distinct().toList();
    }

    private static Filter filter(String key, String value) {
        return Filter.builder().name(key).values(value).build();
    }
}
