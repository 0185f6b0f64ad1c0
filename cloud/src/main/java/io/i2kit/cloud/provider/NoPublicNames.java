package io.i2kit.cloud.provider;

import io.i2kit.cloud.model.PublicName;
import java.util.Collection;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * For a cloud that has no zones which the internet asks.
 *
 * @param cloud for people
 */
public record NoPublicNames(String cloud) implements PublicNameProvider {
    @Override
    public Map<String, String> putNames(Collection<PublicName> names) {
        return names.stream()
                .collect(Collectors.toMap(
                        PublicName::name,
                        name -> name.hostname() + " is not published: " + cloud + " has no public names"));
    }

    @Override
    public void deleteNames(Collection<String> names) {
        // None was ever published.
    }
}
