package io.i2kit.cloud.aws.api;

import io.i2kit.cloud.aws.AwsClients;
import io.i2kit.cloud.aws.AwsTags;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.ec2.model.CreateLaunchTemplateRequest;
import software.amazon.awssdk.services.ec2.model.DescribeLaunchTemplatesRequest;
import software.amazon.awssdk.services.ec2.model.Filter;
import software.amazon.awssdk.services.ec2.model.Instance;
import software.amazon.awssdk.services.ec2.model.LaunchTemplate;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateBlockDeviceMappingRequest;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateInstanceMetadataOptionsRequest;
import software.amazon.awssdk.services.ec2.model.LaunchTemplateTagSpecificationRequest;
import software.amazon.awssdk.services.ec2.model.RequestLaunchTemplateData;
import software.amazon.awssdk.services.ec2.model.ResourceType;
import software.amazon.awssdk.services.ec2.model.Tag;
import software.amazon.awssdk.services.ec2.model.TagSpecification;

/** {@link Ec2Api} over the wire. */
public record SdkEc2(AwsClients clients) implements Ec2Api {
    private static final int INSTANCES_A_CALL = 1000;

    /** EBS' smallest volume. */
    private static final int LEAST_GIBIBYTES = 1;

    private static final Pattern INSTANCE_ID = Pattern.compile("i-[0-9a-f]+");

    @Override
    public @Nullable Template template(String name) {
        try {
            return describe(DescribeLaunchTemplatesRequest.builder()
                            .launchTemplateNames(name)
                            .build())
                    .stream()
                    .findFirst()
                    .orElse(null);
        } catch (AwsException e) {
            if (e.isNotFound()) {
                return null;
            }
            throw e;
        }
    }

    @Override
    public List<Template> templates(Map<String, String> tags) {
        return describe(
                DescribeLaunchTemplatesRequest.builder().filters(filters(tags)).build());
    }

    private List<Template> describe(DescribeLaunchTemplatesRequest request) {
        return SdkCalls.call(() -> clients.ec2().describeLaunchTemplatesPaginator(request).launchTemplates().stream()
                .map(SdkEc2::template)
                .toList());
    }

    private static Template template(LaunchTemplate template) {
        return new Template(template.launchTemplateId(), template.launchTemplateName(), map(template.tags()));
    }

    private static List<Filter> filters(Map<String, String> tags) {
        return tags.entrySet().stream()
                .map(tag -> Filter.builder()
                        .name("tag:" + tag.getKey())
                        .values(tag.getValue())
                        .build())
                .toList();
    }

    private static Map<String, String> map(List<Tag> tags) {
        return tags.stream().collect(Collectors.toMap(Tag::key, Tag::value, (first, second) -> second));
    }

    private static List<Tag> list(Map<String, String> tags) {
        return tags.entrySet().stream()
                .map(tag ->
                        Tag.builder().key(tag.getKey()).value(tag.getValue()).build())
                .toList();
    }

    @Override
    public void createTemplate(String name, TemplateData data, Map<String, String> tags) {
        SdkCalls.call(() -> clients.ec2()
                .createLaunchTemplate(CreateLaunchTemplateRequest.builder()
                        .launchTemplateName(name)
                        .launchTemplateData(launch(data))
                        .tagSpecifications(TagSpecification.builder()
                                .resourceType(ResourceType.LAUNCH_TEMPLATE)
                                .tags(list(tags))
                                .build())
                        .build()));
    }

    @Override
    public void createTemplateVersion(String name, TemplateData data) {
        SdkCalls.call(() -> clients.ec2()
                .createLaunchTemplateVersion(
                        request -> request.launchTemplateName(name).launchTemplateData(launch(data))));
    }

    private static RequestLaunchTemplateData launch(TemplateData data) {
        RequestLaunchTemplateData.Builder builder = RequestLaunchTemplateData.builder()
                .imageId(data.imageId())
                .instanceType(data.type())
                .userData(Base64.getEncoder().encodeToString(data.userData().getBytes(StandardCharsets.UTF_8)))
                .securityGroupIds(data.placement().securityGroupId())
                .iamInstanceProfile(profile -> profile.name(data.placement().instanceProfile()))
                .metadataOptions(metadataService())
                .blockDeviceMappings(LaunchTemplateBlockDeviceMappingRequest.builder()
                        .deviceName(data.root().device())
                        .ebs(disk -> disk.volumeType("gp3")
                                .volumeSize(data.root().gibibytes())
                                .encrypted(true)
                                .deleteOnTermination(true))
                        .build())
                .tagSpecifications(
                        specification(ResourceType.INSTANCE, data.instanceTags()),
                        specification(ResourceType.VOLUME, data.instanceTags()));
        if (data.standardCredits()) {
            builder.creditSpecification(credits -> credits.cpuCredits("standard"));
        }
        return builder.build();
    }

    /** Session tokens required, one hop: a container's own network cannot reach it. */
    private static LaunchTemplateInstanceMetadataOptionsRequest metadataService() {
        return LaunchTemplateInstanceMetadataOptionsRequest.builder()
                .httpEndpoint("enabled")
                .httpTokens("required")
                .httpPutResponseHopLimit(1)
                .instanceMetadataTags("enabled")
                .build();
    }

    private static LaunchTemplateTagSpecificationRequest specification(ResourceType type, Map<String, String> tags) {
        return LaunchTemplateTagSpecificationRequest.builder()
                .resourceType(type)
                .tags(list(tags))
                .build();
    }

    @Override
    public void deleteTemplate(String name) {
        SdkCalls.call(() -> clients.ec2().deleteLaunchTemplate(request -> request.launchTemplateName(name)));
    }

    @Override
    public List<Machine> instances(Collection<String> ids) {
        List<Machine> found = new ArrayList<>();
        SdkAutoScaling.forEachPart(ids, INSTANCES_A_CALL, part -> found.addAll(known(part)));
        return found;
    }

    /** One unknown id fails the whole call and is named by the answer; ids can be unknown just after a launch. */
    private List<Machine> known(List<String> ids) {
        Set<String> asked = new LinkedHashSet<>(ids);
        while (!asked.isEmpty()) {
            try {
                return SdkCalls.call(() -> clients.ec2().describeInstances(request -> request.instanceIds(asked)))
                        .reservations()
                        .stream()
                        .flatMap(reservation -> reservation.instances().stream())
                        .map(SdkEc2::machine)
                        .toList();
            } catch (AwsException e) {
                if (!e.is("InvalidInstanceID.NotFound") || !removeNamed(asked, String.valueOf(e.getMessage()))) {
                    throw e;
                }
            }
        }
        return List.of();
    }

    private static boolean removeNamed(Set<String> ids, String message) {
        boolean removed = false;
        Matcher matcher = INSTANCE_ID.matcher(message);
        while (matcher.find()) {
            removed |= ids.remove(matcher.group());
        }
        return removed;
    }

    private static Machine machine(Instance instance) {
        String reason =
                instance.stateReason() == null ? "" : instance.stateReason().code();
        String message =
                instance.stateReason() == null ? "" : instance.stateReason().message();
        return new Machine(
                instance.instanceId(),
                instance.state().nameAsString(),
                instance.privateIpAddress(),
                instance.launchTime(),
                map(instance.tags()),
                reason == null ? "" : reason,
                message == null ? "" : message);
    }

    @Override
    public void tag(Collection<String> resourceIds, Map<String, String> tags) {
        SdkCalls.call(() -> clients.ec2()
                .createTags(request -> request.resources(resourceIds).tags(list(tags))));
    }

    @Override
    public void untag(String resourceId, Collection<String> keys) {
        SdkCalls.call(() -> clients.ec2()
                .deleteTags(request -> request.resources(resourceId)
                        .tags(keys.stream()
                                .map(key -> Tag.builder().key(key).build())
                                .toList())));
    }

    @Override
    public void terminateInstances(Collection<String> ids) {
        SdkCalls.call(() -> clients.ec2().terminateInstances(request -> request.instanceIds(ids)));
    }

    @Override
    public @Nullable Image imageWithContent(String contentHash) {
        return SdkCalls.call(() -> clients.ec2()
                        .describeImages(request ->
                                request.owners("self").filters(filters(Map.of(AwsTags.CONTENT_HASH, contentHash)))))
                .images()
                .stream()
                .filter(image -> "available".equals(image.stateAsString()))
                // Two builders at once may have made it twice; all servers must choose the same.
                .min(Comparator.comparing(image -> image.imageId()))
                .map(image -> new Image(image.imageId(), root(image)))
                .orElse(null);
    }

    private static RootDisk root(software.amazon.awssdk.services.ec2.model.Image image) {
        int gibibytes = image.blockDeviceMappings().stream()
                .filter(each -> each.deviceName().equals(image.rootDeviceName()) && each.ebs() != null)
                .map(each -> each.ebs().volumeSize())
                .filter(size -> size != null)
                .findFirst()
                .orElse(LEAST_GIBIBYTES);
        return new RootDisk(image.rootDeviceName(), gibibytes);
    }
}
