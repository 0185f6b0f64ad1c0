package io.i2kit.cloud.provider;

import io.i2kit.cloud.model.GroupStatus;
import io.i2kit.cloud.model.Instance;
import io.i2kit.cloud.model.InstanceGroup;
import io.i2kit.cloud.model.LaunchTemplate;
import io.i2kit.cloud.model.MachinePrice;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Launch templates, groups and their instances. */
public interface GroupProvider {
    /** Creates or replaces a template by name. Machines that run keep theirs; later ones start from the new one. */
    void putTemplate(LaunchTemplate template);

    void deleteTemplate(String name);

    /**
     * Creates a group or changes its desired count, template and tags. A lower desired count terminates nothing by itself: the
     * caller names victims by {@link #terminate}; until it does, the group only stops launching.
     */
    void putGroup(InstanceGroup group);

    /** Ends all machines of a group, gracefully, and forgets it once they are gone. Unknown names are no error. */
    void deleteGroup(String name, Duration grace);

    /** The groups of this cluster with these names, or all when the collection is empty. Unknown names are left out. */
    List<GroupStatus> describe(Collection<String> names);

    /**
     * Takes instances out of their load balancers, tells their guests to stop within the grace period, then ends them.
     *
     * @param decrement whether the desired count falls with each (scale-in), or the group replaces it
     * @param grace zero ends them at once
     */
    void terminate(Collection<String> instanceIds, boolean decrement, Duration grace);

    /**
     * What a container wrote last on a machine that ended without being asked to, as far as the cloud keeps it: lines in the form that
     * the CRI prescribes, {@code <RFC 3339 time> <stdout|stderr> <F|P> <text>}.
     *
     * @param podUid of the Pod that the machine was bound to
     * @param previous whether the run before the last one is meant
     */
    default Optional<byte[]> keptLog(String instanceId, String podUid, String container, boolean previous) {
        return Optional.empty();
    }

    /** What a machine costs, without a call; empty where it costs nothing or the cloud does not know. */
    default Optional<MachinePrice> price(Instance instance) {
        return Optional.empty();
    }

    /** Adds or replaces tags of one instance; the guest sees them. */
    void tag(String instanceId, Map<String, String> tags);
}
