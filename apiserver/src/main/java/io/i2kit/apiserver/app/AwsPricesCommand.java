package io.i2kit.apiserver.app;

import io.i2kit.cloud.aws.AwsClients;
import io.i2kit.cloud.aws.prices.InstanceType;
import io.i2kit.cloud.aws.prices.PriceFile;
import io.i2kit.cloud.aws.prices.PriceList;
import io.i2kit.cloud.aws.prices.PriceQuery;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code i2kit aws prices}. */
@Command(
        name = "prices",
        description = {
            "Read what machines cost in a region from AWS' price list into the data folder.",
            "The next 'up --cloud aws' of that region chooses machine types and tells prices by it."
        },
        mixinStandardHelpOptions = true)
final class AwsPricesCommand implements Callable<Integer> {
    @Option(names = "--region", paramLabel = "REGION", description = "AWS region (default: AWS_REGION).")
    private @Nullable String region;

    @Option(names = "--data", paramLabel = "DIR", description = "Data folder (default: ~/.i2kit).")
    private @Nullable Path data;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        String chosen = AwsMachines.region(region);
        PriceFile file = new PriceFile(DataFolder.of(data).create().awsPrices());
        try (AwsClients clients = new AwsClients(chosen, AwsMachines.endpoint(), List.of())) {
            refresh(new PriceQuery(clients), file, chosen);
        } catch (IOException e) {
            throw new UserError("the prices cannot be written to " + file.path() + ": " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new UserError("AWS: " + e.getMessage() + " (the prices stay as they were)", e);
        }
        return 0;
    }

    /** All of the packaged table's types are asked for: one that was not sold the last time may be now. */
    private void refresh(PriceQuery query, PriceFile file, String chosen) throws IOException {
        PriceList asked = PriceList.packaged();
        PriceList former = file.forRegion(chosen);
        PriceList read = query.read(asked.types(), chosen, LocalDate.now(ZoneOffset.UTC));
        file.write(read);
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        out.printf(
                Locale.ROOT,
                "US dollars an hour in %s, %s; before: %s, %s%n",
                chosen,
                read.date(),
                former.region(),
                former.date());
        print(asked, former, read, out);
        out.println("written to " + file.path());
        out.flush();
    }

    private static void print(PriceList asked, PriceList former, PriceList read, PrintWriter out) {
        List<String> changed = asked.types().stream()
                .map(InstanceType::name)
                .filter(type -> !price(former, type).equals(price(read, type)))
                .toList();
        if (changed.isEmpty()) {
            out.println("no price has changed");
        } else {
            out.printf(Locale.ROOT, "%-14s %-10s %s%n", "TYPE", "OLD", "NEW");
        }
        changed.forEach(
                type -> out.printf(Locale.ROOT, "%-14s %-10s %s%n", type, price(former, type), price(read, type)));
        List<String> missing = asked.types().stream()
                .map(InstanceType::name)
                .filter(type -> read.type(type).isEmpty())
                .toList();
        if (!missing.isEmpty()) {
            out.println(
                    "left out, since the price list has no single price of them there: " + String.join(", ", missing));
        }
    }

    /** Or a dash. */
    private static String price(PriceList list, String type) {
        return list.type(type)
                .map(found -> Double.toString(found.hourlyDollars()))
                .orElse("-");
    }
}
