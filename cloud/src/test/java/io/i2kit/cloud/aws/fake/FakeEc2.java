package io.i2kit.cloud.aws.fake;

import io.i2kit.cloud.aws.api.AwsException;
import io.i2kit.cloud.aws.api.Ec2Api;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Templates and instances. */
public final class FakeEc2 implements Ec2Api {
    private final Calls calls;
    /** Machine images by what they hold. */
    public final Map<String, String> images = new HashMap<>();

    final Map<String, FakeTemplate> templates = new TreeMap<>();
    final Map<String, FakeInstance> instances = new TreeMap<>();
    private int number;

    FakeEc2(Calls calls) {
        this.calls = calls;
    }

    static final class FakeTemplate {
        final String id;
        final Map<String, String> tags;
        TemplateData latest;
        int versions = 1;

        FakeTemplate(String id, TemplateData data, Map<String, String> tags) {
            this.id = id;
            this.latest = data;
            this.tags = new TreeMap<>(tags);
        }
    }

    static final class FakeInstance {
        final String id;
        final String address;
        final Map<String, String> tags;
        final Instant launchedAt = Instant.now();
        String state = "pending";
        String reason = "";

        FakeInstance(String id, String address, Map<String, String> tags) {
            this.id = id;
            this.address = address;
            this.tags = new TreeMap<>(tags);
        }
    }

    FakeInstance launch(TemplateData data) {
        number++;
        FakeInstance instance = new FakeInstance(
                "i-%017x".formatted(number),
                "10.0.%d.%d".formatted(number / 250, number % 250 + 1),
                data.instanceTags());
        instances.put(instance.id, instance);
        return instance;
    }

    /** How many versions a template has had. */
    public int versions(String name) {
        return templates.get(name).versions;
    }

    public TemplateData latest(String name) {
        return templates.get(name).latest;
    }

    /** How many instances cost money. */
    public long running() {
        synchronized (calls) {
            return instances.values().stream()
                    .filter(each -> !each.state.equals("terminated"))
                    .count();
        }
    }

    public List<String> templateNames() {
        return List.copyOf(templates.keySet());
    }

    @Override
    public @Nullable Template template(String name) {
        return calls.call("DescribeLaunchTemplates", () -> {
            FakeTemplate found = templates.get(name);
            return found == null ? null : new Template(found.id, name, found.tags);
        });
    }

    @Override
    public List<Template> templates(Map<String, String> tags) {
        return calls.call(
                "DescribeLaunchTemplates",
                () -> templates.entrySet().stream()
                        .filter(each -> each.getValue().tags.entrySet().containsAll(tags.entrySet()))
                        .map(each -> new Template(each.getValue().id, each.getKey(), each.getValue().tags))
                        .toList());
    }

    @Override
    public void createTemplate(String name, TemplateData data, Map<String, String> tags) {
        calls.run("CreateLaunchTemplate", () -> {
            if (templates.containsKey(name)) {
                throw new AwsException(
                        "InvalidLaunchTemplateName.AlreadyExistsException", "Launch template name already in use.");
            }
            templates.put(name, new FakeTemplate("lt-%d".formatted(templates.size() + 1), data, tags));
        });
    }

    @Override
    public void createTemplateVersion(String name, TemplateData data) {
        calls.run("CreateLaunchTemplateVersion", () -> {
            required(name).latest = data;
            required(name).versions++;
        });
    }

    private FakeTemplate required(String name) {
        FakeTemplate found = templates.get(name);
        if (found == null) {
            throw new AwsException("InvalidLaunchTemplateName.NotFoundException", "no template " + name);
        }
        return found;
    }

    @Override
    public void deleteTemplate(String name) {
        calls.run("DeleteLaunchTemplate", () -> {
            required(name);
            templates.remove(name);
        });
    }

    @Override
    public List<Machine> instances(Collection<String> ids) {
        return calls.call(
                "DescribeInstances",
                () -> ids.stream()
                        .filter(instances::containsKey)
                        .map(instances::get)
                        .map(each -> new Machine(
                                each.id, each.state, each.address, each.launchedAt, each.tags, each.reason, ""))
                        .toList());
    }

    @Override
    public void tag(Collection<String> resourceIds, Map<String, String> tags) {
        calls.run("CreateTags", () -> resourceIds.forEach(id -> tagsOf(id).putAll(tags)));
    }

    @Override
    public void untag(String resourceId, Collection<String> keys) {
        calls.run("DeleteTags", () -> tagsOf(resourceId).keySet().removeAll(keys));
    }

    private Map<String, String> tagsOf(String id) {
        FakeInstance instance = instances.get(id);
        if (instance != null) {
            if (instance.tags.keySet().stream().anyMatch(key -> key.contains("/"))) {
                throw new AwsException("InvalidParameterValue", "tags in metadata take no slash");
            }
            return instance.tags;
        }
        return templates.values().stream()
                .filter(each -> each.id.equals(id))
                .findFirst()
                .orElseThrow(() -> new AwsException("InvalidID", "no " + id))
                .tags;
    }

    @Override
    public void terminateInstances(Collection<String> ids) {
        calls.run(
                "TerminateInstances",
                () -> ids.forEach(id -> {
                    FakeInstance instance = instances.get(id);
                    if (instance != null && !instance.state.equals("terminated")) {
                        instance.state = "shutting-down";
                        instance.reason = "Client.UserInitiatedShutdown";
                    }
                }));
    }

    @Override
    public @Nullable Image imageWithContent(String contentHash) {
        return calls.call("DescribeImages", () -> {
            String id = images.get(contentHash);
            return id == null ? null : new Image(id, new RootDisk("/dev/xvda", 1));
        });
    }
}
