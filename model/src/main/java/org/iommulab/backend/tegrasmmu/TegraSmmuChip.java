package org.iommulab.backend.tegrasmmu;

import java.util.List;
import java.util.Optional;

/**
 * The chips, as the memory-controller driver describes them: who goes to memory through which port (client), and which
 * ports belong together (software group).
 */
public enum TegraSmmuChip {
    TEGRA30(
            TegraSmmuFormat.BITS_32,
            new TegraSmmuLayout.Caches(32, 16, 4),
            16,
            TegraSmmuPorts.GROUPS_30,
            TegraSmmuPorts.CLIENTS_30,
            "drm",
            List.of(1, 2, 4, 9, 10)),
    TEGRA124(
            TegraSmmuFormat.BITS_34,
            new TegraSmmuLayout.Caches(34, 32, 128),
            32,
            TegraSmmuPorts.GROUPS_124,
            TegraSmmuPorts.CLIENTS_124,
            "drm",
            List.of(1, 2, 24)),
    TEGRA210(
            TegraSmmuFormat.BITS_34,
            new TegraSmmuLayout.Caches(34, 64, 128),
            48,
            TegraSmmuPorts.GROUPS_210,
            TegraSmmuPorts.CLIENTS_210,
            "display",
            List.of(1, 2));

    /** The software group whose enable bits cannot be written. */
    private static final String GPU = "GPU";

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
    private final String togetherName;
    private final List<Integer> together;

    TegraSmmuChip(
            TegraSmmuFormat format,
            TegraSmmuLayout.Caches caches,
            int tlbLines,
            List<SwGroup> swGroups,
            List<Client> clients,
            String togetherName,
            List<Integer> together) {
        this.format = format;
        this.caches = caches;
        this.tlbLines = tlbLines;
        this.swGroups = swGroups;
        this.clients = clients;
        this.togetherName = togetherName;
        this.together = together;
    }

    /** The chip with this number; of one that is not here, the one before it. */
    public static TegraSmmuChip of(int number) {
        TegraSmmuChip found = TEGRA30;
        for (TegraSmmuChip chip : values()) {
            found = chip.number() <= number ? chip : found;
        }
        return found;
    }

    /** 124 of Tegra124. */
    public int number() {
        return Integer.parseInt(name().substring("TEGRA".length()));
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
        return this != TEGRA30;
    }

    public boolean limitsRequests() {
        return this != TEGRA30;
    }

    public List<SwGroup> swGroups() {
        return swGroups;
    }

    public Optional<SwGroup> swGroup(int number) {
        for (SwGroup group : swGroups) {
            if (group.number() == number) {
                return Optional.of(group);
            }
        }
        return Optional.empty();
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

    /** The name of that IOMMU group (drivers/memory/tegra: the chips' lists of groups). */
    public String togetherName() {
        return togetherName;
    }

    /** The bits of a client enable word that keep their value whatever is written. */
    int fixedBits(int register) {
        int bits = 0;
        for (Client client : clients) {
            boolean here = TegraSmmuLayout.clientRegister(client.id()) == register;
            boolean gpu =
                    swGroup(client.swGroup()).filter(g -> g.name().equals(GPU)).isPresent();
            bits |= gpu && here ? TegraSmmuLayout.clientBit(client.id()) : 0;
        }
        return bits;
    }
}
