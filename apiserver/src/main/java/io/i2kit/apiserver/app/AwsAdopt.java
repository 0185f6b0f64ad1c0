package io.i2kit.apiserver.app;

import io.i2kit.apiserver.app.Adoption.Restored;
import io.i2kit.cloud.aws.AwsApis;
import io.i2kit.cloud.aws.AwsOptions.Installation;
import io.i2kit.cloud.aws.AwsTags;
import io.i2kit.cloud.aws.api.AutoScalingApi.Group;
import io.i2kit.cloud.aws.backup.AwsBackups;
import io.i2kit.cloud.aws.backup.AwsBackups.Kept;
import io.i2kit.cloud.aws.setup.AwsSetup;
import io.i2kit.cloud.model.OwnershipTags;
import io.i2kit.cloud.model.StackId;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code aws adopt}: a data folder for a cluster whose own is lost. */
@Command(
        name = "adopt",
        description = {
            "Take over a cluster whose server lost its data folder: its objects and keys come from the backup in the",
            "installation's bucket, which each server keeps; its machines run on. Without CLUSTER: list the clusters.",
            "The former server must run no more."
        },
        mixinStandardHelpOptions = true)
final class AwsAdopt implements Callable<Integer> {
    private static final double KIBIBYTE = 1024;

    @Parameters(arity = "0..1", paramLabel = "CLUSTER", description = "The cluster's id.")
    private @Nullable String cluster;

    @Mixin
    private AwsCommand.Flags flags = new AwsCommand.Flags();

    @Option(names = "--data", paramLabel = "DIR", description = "Data folder to be made (default: ~/.i2kit).")
    private @Nullable Path data;

    @Option(
            names = "--encryption-provider-config",
            paramLabel = "FILE",
            description = "As for up: how the stored objects are encrypted.")
    private @Nullable Path encryptionConfig;

    @Override
    public Integer call() {
        return flags.with((clients, setup) -> {
            AwsApis apis = AwsApis.of(clients);
            AwsBackups backups = new AwsBackups(apis.objects(), bucket(setup));
            String wanted = cluster;
            return wanted == null ? list(backups) : adopt(apis, backups, wanted);
        });
    }

    private static String bucket(AwsSetup setup) {
        return setup.find()
                .map(Installation::bucket)
                .orElseThrow(() -> new UserError("there is no whole installation of this name in this region"));
    }

    private static int list(AwsBackups backups) {
        List<Kept> kept = backups.list().stream()
                .sorted(Comparator.comparing(Kept::modified).reversed())
                .toList();
        if (kept.isEmpty()) {
            System.out.println("the installation's bucket has no cluster's backup");
            return 0;
        }
        System.out.printf(Locale.ROOT, "%-14s %-24s %s%n", "CLUSTER", "BACKUP OF", "SIZE");
        kept.forEach(each -> System.out.printf(
                Locale.ROOT, "%-14s %-24s %.0f KiB%n", each.cluster(), each.modified(), each.bytes() / KIBIBYTE));
        return 0;
    }

    private int adopt(AwsApis apis, AwsBackups backups, String wanted) {
        byte[] backup = backups.get(wanted)
                .orElseThrow(() -> new UserError(
                        "the installation's bucket has no backup of a cluster " + wanted + "; 'aws adopt' lists them"));
        if (!flags.agreed("Take over cluster " + wanted + "? Its former server must run no more.")) {
            return 1;
        }
        DataFolder folder = DataFolder.of(data).create();
        Restored restored = new Adoption(folder, EncryptionFile.read(encryptionConfig, folder)).restore(backup);
        tell(wanted, restored, apis.autoScaling().groupsTagged(AwsTags.CLUSTER, wanted));
        System.out.println("start it with: ./i2kit up " + flags.ofUp() + (data == null ? "" : " --data " + data));
        return 0;
    }

    private static void tell(String cluster, Restored restored, List<Group> groups) {
        long objects =
                restored.objects().values().stream().mapToLong(Long::longValue).sum();
        String kinds = restored.objects().entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed())
                .map(each -> each.getValue() + " " + each.getKey().replaceFirst(".*/", ""))
                .collect(Collectors.joining(", "));
        System.out.printf(
                Locale.ROOT,
                "cluster %s as it was at %s: %d objects (%s)%n",
                cluster,
                restored.header().time(),
                objects,
                kinds);
        int machines = groups.stream().mapToInt(group -> group.members().size()).sum();
        System.out.printf(
                Locale.ROOT,
                "in the account it has %d Auto Scaling groups with %d machines%n",
                groups.size(),
                machines);
        for (Group group : groups) {
            Optional<StackId> owner = OwnershipTags.owner(group.tags());
            if (owner.filter(restored.owners()::contains).isEmpty()) {
                System.out.printf(
                        Locale.ROOT,
                        "  %s of %s is not in the backup and is left alone; end it with: aws autoscaling"
                                + " delete-auto-scaling-group --force-delete --auto-scaling-group-name %s%n",
                        group.name(),
                        owner.map(id -> id.kind() + " " + id.namespace() + "/" + id.name())
                                .orElse("nobody"),
                        group.name());
            }
        }
    }
}
