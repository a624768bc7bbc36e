package org.iommulab.backend.amd;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.bus.pci.PciFunction;
import org.iommulab.bus.pci.PciTopology;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.Term;

/**
 * {@code struct amd_iommu_pci_seg}: the device table that all units of the machine share, and which unit a requester id
 * belongs to. The IVRS of the lab's boards has no alias entries, so that aliases are PCI's own.
 */
final class AmdSegment {
    private static final int PAGE = 4096;
    private static final Term TABLE = Term.hex("dev_table");
    private static final Term WORD_0 = Term.hex("DTE, data[0]");
    private static final Term WORD_1 = Term.hex("DTE, data[1]");
    private static final Term CLONED = Term.hex("DTE of an alias");
    private static final Term COPIED = Term.hex("DTEs, copied");
    private static final Term ALL = Term.hex("V and TV of every DTE");

    private final Site site;
    private final List<AmdInstance> iommus;
    private final Map<String, Integer> hids;
    private final int lastId;
    private final LongCell table;
    private final RefList<AmdDevData> devices;

    /** @param hids requester ids that the IVRS gives to ACPI devices, by their names */
    AmdSegment(Site site, List<AmdInstance> iommus, Map<String, Integer> hids) {
        this.site = site;
        this.iommus = List.copyOf(iommus);
        this.hids = Map.copyOf(hids);
        this.lastId = iommus.stream().mapToInt(i -> i.wired().lastId()).max().orElse(0);
        Device first = iommus.getFirst().device();
        this.table = new LongCell(first, Lane.DRIVER, TABLE);
        this.devices = new RefList<>(first, AmdDevData.class);
    }

    List<AmdInstance> iommus() {
        return iommus;
    }

    /** {@code last_bdf}. */
    int lastId() {
        return lastId;
    }

    // ---- whose a device is

    /** get_device_sbdf_id: none for a device that is neither on PCI nor in the IVRS. */
    OptionalInt idOf(Device device) {
        Optional<PciFunction> pci = device.pci();
        if (pci.isPresent()) {
            return OptionalInt.of(pci.get().address().requesterId());
        }
        Integer id = hids.get(device.label());
        return id == null ? OptionalInt.empty() : OptionalInt.of(id);
    }

    /** rlookup_amd_iommu. A unit does not translate itself, whatever the IVRS says (init_iommu_one). */
    Optional<AmdInstance> iommuOf(Device device) {
        OptionalInt id = idOf(device);
        if (id.isEmpty() || iommus.stream().anyMatch(i -> i.device().label().equals(device.label()))) {
            return Optional.empty();
        }
        return iommus.stream().filter(i -> i.wired().covers(id.getAsInt())).findFirst();
    }

    /** find_dev_data: what is known of an id is kept when its device goes, for the next one there. */
    AmdDevData dataFor(Device device) {
        int id = idOf(device).orElseThrow();
        AmdDevData data = devices.toList().stream()
                .filter(known -> known.requesterId() == id)
                .findFirst()
                .orElseGet(() -> {
                    var made = new AmdDevData(site.kernel().machine(), id);
                    made.deferAttach()
                            .setQuietly(iommuOf(device)
                                    .filter(iommu -> iommu.preEnabled().get())
                                    .isPresent());
                    devices.add(made);
                    return made;
                });
        data.device().set(device);
        return data;
    }

    /** The device that answers to an id on PCI: pci_get_domain_bus_and_slot. */
    Optional<Device> deviceAt(int id) {
        return site.bus().devices().toList().stream()
                .filter(device -> device.pci()
                        .filter(pci -> pci.address().requesterId() == id)
                        .isPresent())
                .findFirst();
    }

    // ---- the table

    /** alloc_dev_table: a power of two of pages (tbl_size). */
    void allocate() {
        int bytes = bytes();
        table.set(site.frames().allocate(bytes, PAGE));
        site.memory().clear(table.get(), bytes);
    }

    private int bytes() {
        return tableBytes(lastId);
    }

    /** tbl_size. */
    static int tableBytes(int lastId) {
        int needed = Math.max(PAGE, (lastId + 1) * AmdDte.BYTES);
        return Integer.highestOneBit(2 * needed - 1);
    }

    /** What the base register is told. */
    long base() {
        return table.get() | (bytes() / PAGE - 1L);
    }

    private long address(int id) {
        return table.get() + (long) id * AmdDte.BYTES;
    }

    AmdDte entry(int id) {
        return entryAt(table.get(), id);
    }

    /** An entry of any device table. */
    AmdDte entryAt(long base, int id) {
        long at = base + (long) id * AmdDte.BYTES;
        var memory = site.memory();
        return new AmdDte(memory.read64(at), memory.read64(at + 8), memory.read64(at + 16), memory.read64(at + 24));
    }

    /** An entry of the crashed kernel's; no event of its own. */
    void copyIn(int id, AmdDte dte) {
        long at = address(id);
        site.memory().write64(at, dte.d0());
        site.memory().write64(at + 8, dte.d1());
        site.memory().write64(at + 16, dte.d2());
        site.memory().write64(at + 24, dte.d3());
    }

    /** All entries have been copied from there. */
    void copied(long old) {
        emit(COPIED, table.get(), old);
    }

    /** The second word first, as set_dte_entry does it. */
    void put(int id, AmdDte dte) {
        long at = address(id);
        if (dte.d2() != entry(id).d2()) {
            site.memory().write64(at + 16, dte.d2());
        }
        site.memory().write64(at + 8, dte.d1());
        emit(WORD_1, at + 8, dte.d1());
        site.memory().write64(at, dte.d0());
        emit(WORD_0, at, dte.d0());
    }

    /** init_device_table_dma. */
    void open() {
        for (int id = 0; id <= lastId; id++) {
            site.memory().write64(address(id), entry(id).opened().d0());
        }
        emit(ALL, table.get(), lastId + 1L);
    }

    private void emit(Term term, long address, long value) {
        site.kernel()
                .machine()
                .emit(
                        EventKind.TABLE_WRITE,
                        Lane.DRIVER,
                        term,
                        iommus.getFirst().device(),
                        address,
                        value);
    }

    // ---- aliases

    /** Every id under which the device's requests can arrive, its own first; an ACPI device has one. */
    List<PciTopology.Alias> aliases(Device device) {
        return device.pci().isPresent()
                ? site.bus().pci().dmaAliases(device)
                : List.of(new PciTopology.Alias(idOf(device).orElseThrow(), Optional.of(device)));
    }

    /**
     * clone_aliases. Behind a PCIe-to-PCI bridge the walk hands over the bridge with its alias, so that what is copied is
     * the bridge's entry, not the device's; both are in one group.
     */
    void cloneAliases(Device device) {
        for (PciTopology.Alias alias : aliases(device)) {
            alias.device().filter(owner -> iommuOf(owner).isPresent()).ifPresent(owner -> {
                int id = idOf(owner).orElseThrow();
                if (id != alias.requesterId() && alias.requesterId() <= lastId) {
                    copy(id, alias.requesterId());
                }
            });
        }
    }

    private void copy(int from, int to) {
        AmdDte dte = entry(from);
        copyIn(to, dte);
        emit(CLONED, address(to), dte.d0());
    }
}
