package io.i2kit.cloud.model;

import java.util.List;

/**
 * Everything one Kubernetes object needs of the cloud, complete: what a former version of the same stack held and this
 * one does not is to be deleted.
 *
 * @param id who owns the resources
 * @param resources in the order of creation: an entry refers only to earlier entries or to other stacks
 */
public record Stack(StackId id, List<CloudResource> resources) {
    public Stack {
        resources = List.copyOf(resources);
    }
}
