package org.iommulab.backend.tegrasmmu;

import java.util.List;
import java.util.Optional;

/**
 * The chips, as the memory-controller driver describes them: who goes to memory through which port (client), and which
 * ports belong together (software group). Of the many, those that have a place in a story.
 */
public enum TegraSmmuChip {
    TEGRA30(
            TegraSmmuFormat.BITS_32,
            new TegraSmmuLayout.Caches(32, 16, 4),
            16,
            List.of(
                    new SwGroup("DC", 1, 0x240),
                    new SwGroup("DCB", 2, 0x244),
                    new SwGroup("G2", 4, 0x24c),
                    new SwGroup("NV", 9, 0x268),
                    new SwGroup("NV2", 10, 0x26c),
                    new SwGroup("HC", 12, 0x250)),
            List.of(
                    new Client("display0a", 0x01, 1, false),
                    new Client("display0b", 0x03, 1, false),
                    new Client("display0c", 0x05, 1, false),
                    new Client("displayhc", 0x10, 1, false),
                    new Client("display0ab", 0x02, 2, false),
                    new Client("display0bb", 0x04, 2, false),
                    new Client("display0cb", 0x06, 2, false),
                    new Client("displayhcb", 0x11, 2, false),
                    new Client("g2pr", 0x0a, 4, false),
                    new Client("g2dw", 0x30, 4, true),
                    new Client("fdcdrd", 0x12, 9, false),
                    new Client("fdcdwr", 0x33, 9, true),
                    new Client("fdcdrd2", 0x13, 10, false),
                    new Client("fdcwr2", 0x34, 10, true),
                    new Client("host1xdmar", 0x16, 12, false),
                    new Client("host1xr", 0x17, 12, false),
                    new Client("host1xw", 0x36, 12, true)),
            List.of(1, 2, 4, 9, 10)),
    TEGRA124(
            TegraSmmuFormat.BITS_34,
            new TegraSmmuLayout.Caches(34, 32, 128),
            32,
            List.of(
                    new SwGroup("DC", 1, 0x240),
                    new SwGroup("DCB", 2, 0x244),
                    new SwGroup("HC", 6, 0x250),
                    new SwGroup("GPU", 19, 0xaac),
                    new SwGroup("VIC", 24, 0x284)),
            List.of(
                    new Client("display0a", 0x01, 1, false),
                    new Client("display0b", 0x03, 1, false),
                    new Client("display0c", 0x05, 1, false),
                    new Client("displayhc", 0x10, 1, false),
                    new Client("display0ab", 0x02, 2, false),
                    new Client("display0bb", 0x04, 2, false),
                    new Client("display0cb", 0x06, 2, false),
                    new Client("displayhcb", 0x11, 2, false),
                    new Client("host1xdmar", 0x16, 6, false),
                    new Client("host1xr", 0x17, 6, false),
                    new Client("host1xw", 0x36, 6, true),
                    new Client("gpusrd", 0x58, 19, false),
                    new Client("gpuswr", 0x59, 19, true),
                    new Client("vicsrd", 0x6c, 24, false),
                    new Client("vicswr", 0x6d, 24, true)),
            List.of(1, 2, 24));

    /** The GPU's enable bits cannot be written. */
    private static final int GPU = 19;

    /**
     * A software group: ports that are translated with one address space.
     *
     * @param number what a device tree calls it
     * @param register where its address space's number is
     */
    public record SwGroup(String name, int number, int register) {}

    /**
     * A port of the memory controller.
     *
     * @param swGroup the number of its group
     */
    public record Client(String name, int id, int swGroup, boolean writes) {}

    private final TegraSmmuFormat format;
    private final TegraSmmuLayout.Caches caches;
    private final int tlbLines;
    private final List<SwGroup> swGroups;
    private final List<Client> clients;
    private final List<Integer> together;

    TegraSmmuChip(
            TegraSmmuFormat format,
            TegraSmmuLayout.Caches caches,
            int tlbLines,
            List<SwGroup> swGroups,
            List<Client> clients,
            List<Integer> together) {
        this.format = format;
        this.caches = caches;
        this.tlbLines = tlbLines;
        this.swGroups = swGroups;
        this.clients = clients;
        this.together = together;
    }

    public TegraSmmuFormat format() {
        return format;
    }

    public TegraSmmuLayout.Caches caches() {
        return caches;
    }

    public int tlbLines() {
        return tlbLines;
    }

    /** Round-robin arbitration is supported. */
    public boolean arbitratesInTurn() {
        return this == TEGRA124;
    }

    public boolean limitsRequests() {
        return this == TEGRA124;
    }

    public List<SwGroup> swGroups() {
        return swGroups;
    }

    public Optional<SwGroup> swGroup(int number) {
        return swGroups.stream().filter(g -> g.number() == number).findFirst();
    }

    public List<Client> clients() {
        return clients;
    }

    /** The ports of a software group. */
    public List<Client> clientsOf(int swGroup) {
        return clients.stream().filter(c -> c.swGroup() == swGroup).toList();
    }

    /** The port through which a group's reads or writes go; its first one when it has none for that. */
    public Optional<Client> client(int swGroup, boolean write) {
        List<Client> all = clientsOf(swGroup);
        return all.stream()
                .filter(c -> c.writes() == write)
                .findFirst()
                .or(() -> all.stream().findFirst());
    }

    public Optional<Client> client(int id) {
        return clients.stream().filter(c -> c.id() == id).findFirst();
    }

    /** The software groups whose devices Linux puts into one IOMMU group. */
    public List<Integer> together() {
        return together;
    }

    /** The bits of a client enable word that keep their value whatever is written. */
    int fixedBits(int register) {
        int bits = 0;
        for (Client client : clients) {
            boolean here = TegraSmmuLayout.clientRegister(client.id()) == register;
            bits |= this == TEGRA124 && client.swGroup() == GPU && here ? TegraSmmuLayout.clientBit(client.id()) : 0;
        }
        return bits;
    }
}
