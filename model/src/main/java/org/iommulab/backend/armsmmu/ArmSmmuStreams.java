package org.iommulab.backend.armsmmu;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.core.Group;
import org.iommulab.core.OpsTable;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Term;

/** Who has which stream map entry, and the registers behind them (drivers/iommu/arm/arm-smmu/arm-smmu.c). */
final class ArmSmmuStreams {
    private static final String FILE = "drivers/iommu/arm/arm-smmu/arm-smmu.c";
    private static final Term ALLOC = Term.function("arm_smmu_master_alloc_smes", FILE);
    private static final Term FREE = Term.function("arm_smmu_master_free_smes", FILE);

    private final Kernel kernel;
    private final Site site;
    private final boolean disableBypass;

    /** @param disableBypass whether streams that nobody has attached fault */
    ArmSmmuStreams(Site site, boolean disableBypass) {
        this.kernel = site.kernel();
        this.site = site;
        this.disableBypass = disableBypass;
    }

    int initialType() {
        return disableBypass ? ArmSmmuLayout.S2CR_FAULT : ArmSmmuLayout.S2CR_BYPASS;
    }

    /** arm_smmu_write_sme: where to go before who matches. */
    static void write(ArmSmmuDevice smmu, ArmSmmuMapEntry entry) {
        writeS2cr(smmu, entry);
        smmu.registers().write32(ArmSmmuLayout.SMR + 4 * entry.index(), entry.smrWord());
    }

    private static void writeS2cr(ArmSmmuDevice smmu, ArmSmmuMapEntry entry) {
        smmu.registers().write32(ArmSmmuLayout.S2CR + 4 * entry.index(), entry.s2crWord());
    }

    /** arm_smmu_master_alloc_smes: all or none; the registers are written when it has worked. */
    long allocate(Device device, ArmSmmuMaster master) {
        return kernel.driverCall(
                ALLOC,
                device,
                () -> master.smmu().streamMapMutex().with(() -> {
                    for (int i = 0; i < master.count(); i++) {
                        long found = find(master.smmu(), master.streamId(i), master.mask(i));
                        if (found < 0) {
                            for (int done = 0; done < i; done++) {
                                give(master.entry(done));
                                master.drop(done);
                            }
                            return found;
                        }
                        ArmSmmuMapEntry entry = master.smmu().entry((int) found);
                        if (!entry.count().isSet()) {
                            entry.claim(master.streamId(i), master.mask(i));
                        }
                        entry.count().setQuietly(entry.count().get() + 1);
                        master.take(i, (int) found);
                    }
                    master.entries().forEach(entry -> write(master.smmu(), entry));
                    return 0;
                }));
    }

    /** arm_smmu_find_sme: an entry that matches all of it already, or a free one; -EINVAL where only some overlap. */
    private static long find(ArmSmmuDevice smmu, int id, int mask) {
        long free = Errno.ENOSPC.negative();
        for (ArmSmmuMapEntry entry : smmu.entries()) {
            if (!entry.isValid()) {
                free = free < 0 ? entry.index() : free;
            } else if (entry.holds(id, mask)) {
                return entry.index();
            } else if (entry.overlaps(id, mask)) {
                return Errno.EINVAL.negative();
            }
        }
        return free;
    }

    // arm_smmu_free_sme: whether it was the last
    private boolean give(ArmSmmuMapEntry entry) {
        entry.count().setQuietly(entry.count().get() - 1);
        if (entry.count().isSet()) {
            return false;
        }
        entry.reset(initialType());
        return true;
    }

    /** arm_smmu_master_free_smes. */
    void free(Device device, ArmSmmuMaster master) {
        kernel.driverRun(
                FREE,
                device,
                () -> master.smmu().streamMapMutex().run(() -> {
                    for (int i = 0; i < master.count(); i++) {
                        if (master.hasEntry(i)) {
                            ArmSmmuMapEntry entry = master.entry(i);
                            if (give(entry)) {
                                write(master.smmu(), entry);
                            }
                            master.drop(i);
                        }
                    }
                }));
    }

    /** arm_smmu_device_group: devices that share an entry share a group. */
    OpsTable.Grouped group(Device device) {
        List<ArmSmmuMapEntry> entries = ArmSmmuMaster.find(device).orElseThrow().entries();
        List<Group> known = entries.stream()
                .flatMap(entry -> entry.group().get().stream())
                .distinct()
                .toList();
        if (known.size() > 1) {
            return OpsTable.Grouped.failed(Errno.EINVAL.negative());
        }
        if (!known.isEmpty()) {
            return OpsTable.Grouped.ok(known.getFirst());
        }
        Group group = device.pci().isPresent()
                ? site.core().probing().pciDeviceGroup(device, site.bus().pci())
                : site.core().probing().genericDeviceGroup(device);
        entries.forEach(entry -> entry.group().setQuietly(Optional.of(group)));
        return OpsTable.Grouped.ok(group);
    }

    /** arm_smmu_domain_add_master, later arm_smmu_master_install_s2crs: only what changes is written. */
    static void lead(ArmSmmuMaster master, int type, int bank) {
        for (ArmSmmuMapEntry entry : master.entries()) {
            if (!entry.leadsTo(type, bank)) {
                entry.lead(type, bank);
                writeS2cr(master.smmu(), entry);
            }
        }
    }
}
