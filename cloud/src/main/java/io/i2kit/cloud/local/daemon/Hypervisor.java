package io.i2kit.cloud.local.daemon;

import java.io.IOException;
import java.net.Inet4Address;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Starts machines that outlive this process. Calls block; any thread may make them. */
public interface Hypervisor {
    /**
     * Starts a machine.
     *
     * @throws IOException with a message for people when it cannot start
     */
    Machine launch(MachineSpec spec) throws IOException, InterruptedException;

    /** Finds a machine that was started earlier, also by another process, by its UUID; empty when it does not run. */
    Optional<Machine> adopt(MachineSpec spec) throws InterruptedException;

    /**
     * Ends machines of this data directory that nobody knows.
     *
     * @param known UUIDs of those to leave alone
     */
    void endStrays(Collection<String> known);

    /** What it runs on; the choice of an accelerator may be open until the first machine. */
    Description description();

    /**
     * @param accelerator {@code kvm}, {@code tcg} or empty
     * @param reason why that accelerator
     * @param version the program's
     */
    record Description(String accelerator, String reason, String version) {}

    /**
     * What a machine is made of.
     *
     * @param directory the machine's own: disks and logs
     * @param image directory of {@code kernel} and {@code initrd.img}
     * @param address in the fabric
     * @param podMac of the card in the fabric
     * @param hostMac of the card that the host reaches
     * @param fabricSocket where the fabric will connect to
     * @param controlSocket the hypervisor's own
     * @param forwards host port on 127.0.0.1 by guest port
     */
    record MachineSpec(
            String id,
            String uuid,
            Path directory,
            Path image,
            int memoryMebibytes,
            int processors,
            Inet4Address address,
            String podMac,
            String hostMac,
            Path fabricSocket,
            Path controlSocket,
            Map<Integer, Integer> forwards) {}

    /** A machine that runs or has run. */
    interface Machine {
        long pid();

        /** Completes once its process is gone, never exceptionally. */
        CompletableFuture<Exit> ended();

        /** Lets the host reach one more port of the guest. */
        void forward(int hostPort, int guestPort) throws IOException;

        /** Ends it at once, as pulling the plug does. */
        void kill();
    }

    /**
     * How a machine ended.
     *
     * @param reason a CamelCase word
     * @param message for people
     */
    record Exit(String reason, String message) {}
}
