package io.i2kit.cloud.aws.groups;

import io.i2kit.cloud.aws.AwsNames;
import io.i2kit.cloud.aws.AwsOptions;
import io.i2kit.cloud.aws.AwsTags;
import io.i2kit.cloud.aws.api.AwsException;
import io.i2kit.cloud.aws.api.Calls;
import io.i2kit.cloud.aws.api.Ec2Api;
import io.i2kit.cloud.aws.api.Ec2Api.Image;
import io.i2kit.cloud.aws.api.Ec2Api.Placement;
import io.i2kit.cloud.aws.api.Ec2Api.Template;
import io.i2kit.cloud.aws.api.Ec2Api.TemplateData;
import io.i2kit.cloud.aws.metadata.MetadataObjects;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.provider.CloudException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Launch templates. A change is a new version, which groups follow ({@code $Latest}); a hash in the tags says what the latest holds,
 * so an unchanged one costs one read. ConfigMaps and Secrets are in the metadata object, so they make no version.
 */
final class LaunchTemplates {
    private static final String EXISTS = "InvalidLaunchTemplateName.AlreadyExistsException";

    /** IAM User Guide, "IAM identifiers". */
    private static final Pattern ROLE_ARN =
            Pattern.compile("arn:aws[a-z-]*:iam::\\d{12}:role/(?:[!-~]+/)?([A-Za-z0-9_+=,.@-]{1,64})");

    private final Ec2Api ec2;
    private final MetadataObjects metadata;
    private final AwsOptions options;
    private final AwsNames names;
    private final InstanceTypes instanceTypes;

    LaunchTemplates(Ec2Api ec2, MetadataObjects metadata, AwsOptions options) {
        this.ec2 = ec2;
        this.metadata = metadata;
        this.options = options;
        this.names = new AwsNames(options.clusterId());
        this.instanceTypes = new InstanceTypes(options.prices());
    }

    /** This cluster's template of the model's name, or null. */
    @Nullable
    Template get(String name) {
        Template found = ec2.template(names.of(name));
        return found == null || !names.owns(found.tags()) ? null : found;
    }

    void put(LaunchTemplate template) {
        Image image = ec2.imageWithContent(template.imageName());
        if (image == null) {
            throw new CloudException.NotFound(
                    "machine image " + template.imageName() + " is not among this account's images");
        }
        List<String> types = instanceTypes.choose(template.size(), template.architecture());
        TemplateData data = data(template, image, types.getFirst());
        Map<String, String> tags = new TreeMap<>(template.tags());
        tags.put(AwsTags.CLUSTER, options.clusterId());
        tags.put(AwsTags.NAME, template.name());
        // Always there: a tag that is written no more would stay.
        tags.putIfAbsent(LaunchTemplate.CAPACITY_TYPE, "on-demand");
        tags.put(AwsTags.TYPES, String.join(" ", types));
        // Equal for equal data: its maps are sorted.
        tags.put(AwsTags.CONTENT_HASH, AwsNames.hash(data + " " + types, 32));
        metadata.put(template);
        write(names.of(template.name()), data, tags);
    }

    private void write(String name, TemplateData data, Map<String, String> tags) {
        Template former = ec2.template(name);
        if (former == null) {
            try {
                ec2.createTemplate(name, data, tags);
                return;
            } catch (AwsException e) {
                if (!e.is(EXISTS)) {
                    throw e;
                }
                // Made by a call whose answer was lost, or not visible a moment ago.
                former = ec2.template(name);
                if (former == null) {
                    throw new CloudException.Unavailable("launch template " + name + " exists but is not seen yet", e);
                }
            }
        }
        names.requireOwned("launch template " + name, former.tags());
        if (!Objects.equals(tags.get(AwsTags.CONTENT_HASH), former.tags().get(AwsTags.CONTENT_HASH))) {
            ec2.createTemplateVersion(name, data);
            // Last: without it the next put makes a version too many, which is harmless.
            ec2.tag(List.of(former.id()), tags);
        }
    }

    private TemplateData data(LaunchTemplate template, Image image, String type) {
        Map<String, String> tags = new TreeMap<>(template.tags());
        tags.put(AwsTags.CLUSTER, options.clusterId());
        tags.put(AwsTags.TEMPLATE, template.name());
        tags.put(
                AwsTags.AGENT_PORT, Integer.toString(template.metadata().agent().port()));
        tags.put("Name", template.name());
        return new TemplateData(
                image.id(),
                type,
                InstanceTypes.isBurstable(type),
                image.root(),
                new Placement(options.installation().securityGroupId(), instanceProfile(template)),
                metadata.userData(template),
                AwsTags.ofInstance(tags));
    }

    /** A role's profile has its name where the console made it (IAM User Guide, "Use instance profiles"). */
    private String instanceProfile(LaunchTemplate template) {
        String role = template.tags().get(LaunchTemplate.ROLE);
        if (role == null) {
            return options.installation().instanceProfile();
        }
        Matcher arn = ROLE_ARN.matcher(role);
        if (!arn.matches()) {
            throw new CloudException.Invalid("eks.amazonaws.com/role-arn: " + role
                    + " is not the ARN of an IAM role (arn:aws:iam::ACCOUNT:role/NAME)");
        }
        return arn.group(1);
    }

    /** An unknown template is no error; one of another cluster is left alone. */
    void delete(String name) {
        if (get(name) != null) {
            Calls.runUnlessGone(() -> ec2.deleteTemplate(names.of(name)));
        }
        metadata.delete(name);
    }
}
