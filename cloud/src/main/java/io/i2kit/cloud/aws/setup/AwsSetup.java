package io.i2kit.cloud.aws.setup;

import io.i2kit.cloud.aws.AwsClients;
import io.i2kit.cloud.aws.AwsOptions.Installation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;

/** Makes, finds and removes an installation by its name. Each step can be repeated, so what failed half-way is finished by another run. */
public final class AwsSetup {
    private final Network network;
    private final MetadataKey key;
    private final Stores stores;

    /**
     * @param name of the installation; lower-case letters, digits and dashes
     * @param domain of the clusters, {@code cluster.local}
     */
    public AwsSetup(AwsClients clients, String region, String name, String domain) {
        this(clients, region, name, domain, null);
    }

    /** @param existing network to be used by what is made from now on, or null to make one */
    public AwsSetup(AwsClients clients, String region, String name, String domain, @Nullable ExistingNetwork existing) {
        this.network = new Network(clients, region, name, existing);
        this.key = new MetadataKey(clients, name);
        this.stores = new Stores(clients, region, name, domain, network, key);
    }

    /**
     * One line of a plan.
     *
     * @param what for people
     * @param id of what is there already, or empty
     * @param monthlyDollars what it costs without use
     */
    public record Item(String what, String id, double monthlyDollars) {
        /** Whether nothing is to be done. */
        public boolean exists() {
            return !id.isEmpty();
        }
    }

    private List<Step> steps() {
        List<Step> steps = new ArrayList<>(network.steps());
        steps.add(key.step());
        steps.addAll(stores.steps());
        return steps;
    }

    /** What an installation is made of, in the order of creation, and what of it is there. Changes nothing. */
    public List<Item> plan() {
        return steps().stream()
                .map(step -> {
                    String id = step.find().get();
                    return new Item(step.what(), id == null ? "" : id, step.monthlyDollars());
                })
                .toList();
    }

    /**
     * Makes what is missing.
     *
     * @param progress is told each thing that was made
     */
    public void make(Consumer<String> progress) {
        for (Step step : steps()) {
            if (step.find().get() == null) {
                progress.accept(step.what() + ": " + step.make().get());
            }
        }
    }

    /**
     * Removes what an installation is made of, and nothing else, the last first.
     *
     * @param progress is told each thing that was removed
     * @throws AwsServiceException when something uses it still: clusters must be gone first
     */
    public void destroy(Consumer<String> progress) {
        for (Step step : steps().reversed()) {
            String id = step.find().get();
            if (id != null) {
                step.remove().remove(id);
                progress.accept(step.what() + ": " + id);
            }
        }
    }

    /** The installation when it is whole. */
    public Optional<Installation> find() {
        if (!plan().stream().allMatch(Item::exists)) {
            return Optional.empty();
        }
        return Optional.of(new Installation(
                text(network.vpc()),
                network.subnets(),
                text(network.securityGroup()),
                stores.profileName(),
                stores.bucketName(),
                text(stores.zone())));
    }

    private static String text(@Nullable String id) {
        return id == null ? "" : id;
    }
}
