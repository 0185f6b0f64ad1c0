package io.i2kit.apiserver.app;

import io.i2kit.cloud.aws.AwsClients;
import io.i2kit.cloud.aws.setup.AwsPolicy;
import io.i2kit.cloud.aws.setup.AwsSetup;
import io.i2kit.cloud.aws.setup.AwsSetup.Item;
import io.i2kit.cloud.aws.setup.ExistingNetwork;
import java.io.Console;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code i2kit aws}: what clusters stand on in an AWS account. */
@Command(
        name = "aws",
        description = {
            "Make or remove what clusters stand on in an AWS account: network, key, role, bucket, private zone;",
            "take over a cluster whose server is lost; refresh the prices of machines."
        },
        synopsisSubcommandLabel = "COMMAND",
        mixinStandardHelpOptions = true,
        subcommands = {
            AwsCommand.Init.class,
            AwsCommand.Destroy.class,
            AwsCommand.Policy.class,
            AwsAdopt.class,
            AwsPricesCommand.class
        })
final class AwsCommand {
    private AwsCommand() {}

    /** Which installation, and whether to ask. */
    static final class Flags {
        @Option(
                names = "--name",
                paramLabel = "NAME",
                defaultValue = "default",
                description = "Name of the installation (default: ${DEFAULT-VALUE}).")
        private String name = "default";

        @Option(names = "--region", paramLabel = "REGION", description = "AWS region (default: AWS_REGION).")
        private @Nullable String region;

        @Option(names = "--yes", description = "Go on without a question.")
        private boolean yes;

        <T> T with(Function<AwsSetup, T> action) {
            return with((clients, setup) -> action.apply(setup));
        }

        <T> T with(BiFunction<AwsClients, AwsSetup, T> action) {
            return with(null, action);
        }

        /** @param network to be used instead of one that is made */
        <T> T with(@Nullable ExistingNetwork network, BiFunction<AwsClients, AwsSetup, T> action) {
            String chosen = AwsMachines.region(region);
            if (!name.matches("[a-z][a-z0-9-]{0,19}")) {
                throw new UserError(
                        "the name of an installation is of lower-case letters, digits and dashes, at most 20");
            }
            try (AwsClients clients = new AwsClients(chosen, AwsMachines.endpoint(), List.of())) {
                return action.apply(clients, new AwsSetup(clients, chosen, name, AwsMachines.DOMAIN, network));
            } catch (RuntimeException e) {
                // The SDK's errors say what AWS said; this class does not know their types, so that nothing loads them
                // early.
                throw e instanceof UserError ? e : new UserError("AWS: " + e.getMessage(), e);
            }
        }

        /** The options of {@code up} that name the installation. */
        String ofUp() {
            return "--cloud aws --aws-name " + name + " --aws-region " + AwsMachines.region(region);
        }

        boolean agreed(String question) {
            if (yes) {
                return true;
            }
            Console console = System.console();
            if (console == null) {
                throw new UserError("nobody is there to be asked; use --yes to go on without a question");
            }
            String answer = console.readLine("%s [y/N] ", question);
            return answer != null && answer.trim().toLowerCase(Locale.ROOT).startsWith("y");
        }

        /** Returns the command's exit code: 1 when nobody agreed. */
        int carryOut(boolean done, String question, Runnable action) {
            if (done) {
                System.out.println("nothing to do");
            } else if (agreed(question)) {
                action.run();
            } else {
                return 1;
            }
            return 0;
        }
    }

    private static void print(List<Item> plan, boolean remove) {
        for (Item item : plan) {
            String state = item.exists() ? (remove ? "remove " : "there  ") : (remove ? "absent " : "make   ");
            System.out.printf(Locale.ROOT, "  %s %s %s%n", state, item.what(), item.id());
        }
    }

    /** {@code aws init}. */
    @Command(
            name = "init",
            description = {
                "Make what is missing of an installation; prints the plan and the monthly cost first.",
                "What is there already is left as it is, so the command can be repeated.",
                "With --vpc a network of yours is used: it gets tags, and nothing in it is changed but for an S3 endpoint",
                "where it has none."
            },
            mixinStandardHelpOptions = true)
    static final class Init implements Callable<Integer> {
        @Mixin
        private Flags flags = new Flags();

        @Option(names = "--vpc", paramLabel = "ID", description = "Use this network; needs --subnets.")
        private @Nullable String vpc;

        @Option(
                names = "--subnets",
                paramLabel = "ID",
                split = ",",
                description = "Subnets of it for machines and load balancers, in different zones, with commas between.")
        private List<String> subnets = List.of();

        private @Nullable ExistingNetwork network() {
            if ((vpc == null) != subnets.isEmpty()) {
                throw new UserError("--vpc and --subnets go together");
            }
            return vpc == null ? null : new ExistingNetwork(vpc, subnets);
        }

        @Override
        public Integer call() {
            return flags.with(network(), (clients, setup) -> {
                List<Item> plan = setup.plan();
                print(plan, false);
                double cost = plan.stream().mapToDouble(Item::monthlyDollars).sum();
                System.out.printf(
                        Locale.ROOT,
                        "It costs $%.2f a month without machines (prices of us-east-1); each load balancer adds about $16.%n",
                        cost);
                return flags.carryOut(
                        plan.stream().allMatch(Item::exists),
                        "Go on?",
                        () -> setup.make(line -> System.out.println("  made " + line)));
            });
        }
    }

    /** {@code aws destroy}. */
    @Command(
            name = "destroy",
            description = "Remove what 'aws init' made under this name, and nothing else. Clusters must be gone first.",
            mixinStandardHelpOptions = true)
    static final class Destroy implements Callable<Integer> {
        @Mixin
        private Flags flags = new Flags();

        @Override
        public Integer call() {
            return flags.with(setup -> {
                List<Item> plan = setup.plan();
                print(plan, true);
                return flags.carryOut(
                        plan.stream().noneMatch(Item::exists),
                        "Remove all of it?",
                        () -> setup.destroy(line -> System.out.println("  removed " + line)));
            });
        }
    }

    /** {@code aws policy}. */
    @Command(
            name = "policy",
            description =
                    "Print the least IAM policy that the server needs, or with --set-up that the other 'aws' commands need,"
                            + " or with --role what a role of a ServiceAccount needs beside its own.",
            mixinStandardHelpOptions = true)
    static final class Policy implements Callable<Integer> {
        @Option(names = "--set-up", description = "For 'aws init', 'aws destroy' and 'aws prices'.")
        private boolean setUp;

        @Option(names = "--role", description = "For a role that a ServiceAccount names by eks.amazonaws.com/role-arn.")
        private boolean role;

        @Override
        public Integer call() {
            if (setUp && role) {
                throw new UserError("--set-up and --role are two policies; ask for one");
            }
            AwsPolicy policy = setUp ? AwsPolicy.SET_UP : role ? AwsPolicy.ROLE : AwsPolicy.SERVER;
            System.out.print(policy.document());
            return 0;
        }
    }
}
