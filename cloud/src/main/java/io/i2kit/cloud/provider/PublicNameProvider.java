package io.i2kit.cloud.provider;

import io.i2kit.cloud.model.PublicName;
import java.util.Collection;
import java.util.Map;

/** Names in zones that the cluster shares with others. A name that cannot be published does not keep its Service from serving. */
public interface PublicNameProvider {
    /**
     * Creates or replaces names.
     *
     * @return why a name is not published, for people, by {@link PublicName#name}; those that are not in it are
     * @throws CloudException.Unavailable when it is to be tried again
     */
    Map<String, String> putNames(Collection<PublicName> names);

    /** Deletes by {@link PublicName#name}; unknown ones and those of others are no error, and stay. */
    void deleteNames(Collection<String> names);
}
