package io.i2kit.cloud.aws.api;

import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Launch templates and instances of Amazon EC2. */
public interface Ec2Api {
    /** The template with this name, or null. */
    @Nullable
    Template template(String name);

    /** Those with all of these tags. */
    List<Template> templates(Map<String, String> tags);

    /** @throws AwsException {@code InvalidLaunchTemplateName.AlreadyExistsException} */
    void createTemplate(String name, TemplateData data, Map<String, String> tags);

    /** A version more; groups that follow {@code $Latest} launch from it from now on. */
    void createTemplateVersion(String name, TemplateData data);

    /** @throws AwsException {@code InvalidLaunchTemplateName.NotFoundException} */
    void deleteTemplate(String name);

    /** Instances by id, 1,000 a call; unknown ones are left out. */
    List<Machine> instances(Collection<String> ids);

    /** Adds or replaces tags of templates and instances, in one call. */
    void tag(Collection<String> resourceIds, Map<String, String> tags);

    /** Removes tags of one thing. */
    void untag(String resourceId, Collection<String> keys);

    /** Ends instances at once. */
    void terminateInstances(Collection<String> ids);

    /** The account's own image with this content ({@code AwsTags.CONTENT_HASH}) that can be launched, or null. */
    @Nullable
    Image imageWithContent(String contentHash);

    /** A machine image. */
    record Image(String id, RootDisk root) {}

    /**
     * The disk that a machine boots from.
     *
     * @param device the image's name of it
     */
    record RootDisk(String device, int gibibytes) {}

    /** A launch template as it is now. */
    record Template(String id, String name, Map<String, String> tags) {
        public Template {
            tags = Map.copyOf(tags);
        }
    }

    /**
     * What machines of a template are.
     *
     * @param type the instance type where a group does not override it
     * @param standardCredits of burstable types: no extra cost beyond what they earn
     * @param userData not yet in base64
     * @param instanceTags also those of the volumes
     */
    record TemplateData(
            String imageId,
            String type,
            boolean standardCredits,
            RootDisk root,
            Placement placement,
            String userData,
            Map<String, String> instanceTags) {
        public TemplateData {
            // In order, so that equal data print equally.
            instanceTags = Collections.unmodifiableMap(new TreeMap<>(instanceTags));
        }
    }

    /** @param instanceProfile by name */
    record Placement(String securityGroupId, String instanceProfile) {}

    /**
     * An instance.
     *
     * @param state {@code pending}, {@code running}, {@code shutting-down}, {@code terminated} …
     * @param reason AWS' code of its last change of state, or empty
     * @param message the same for people
     */
    record Machine(
            String id,
            String state,
            @Nullable String address,
            Instant launchedAt,
            Map<String, String> tags,
            String reason,
            String message) {
        public Machine {
            tags = Map.copyOf(tags);
        }
    }
}
