package io.i2kit.apiserver.controller.service;

import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.InstanceGroup;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.provider.GroupProvider;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** A Service never touches a group: every call is an error. */
final class NoGroups implements GroupProvider {
    private static UnsupportedOperationException refused() {
        return new UnsupportedOperationException("a Service touches no group");
    }

    @Override
    public void putTemplate(LaunchTemplate template) {
        throw refused();
    }

    @Override
    public void deleteTemplate(String name) {
        throw refused();
    }

    @Override
    public void putGroup(InstanceGroup group) {
        throw refused();
    }

    @Override
    public void deleteGroup(String name, Duration grace) {
        throw refused();
    }

    @Override
    public List<GroupStatus> describe(Collection<String> names) {
        throw refused();
    }

    @Override
    public void terminate(Collection<String> instanceIds, boolean decrement, Duration grace) {
        throw refused();
    }

    @Override
    public void tag(String instanceId, Map<String, String> tags) {
        throw refused();
    }
}
