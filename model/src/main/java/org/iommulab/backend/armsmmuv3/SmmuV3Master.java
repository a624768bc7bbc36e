package org.iommulab.backend.armsmmuv3;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.core.DevIommu;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct arm_smmu_master}: what the driver knows about a device. No device of the lab has ATS. */
final class SmmuV3Master extends SimObject {
    private final Device device;
    private final SmmuV3Device smmu;
    private final List<Integer> streams;
    private final RefCell<SmmuV3Domain> domain;
    private final LongCell cdTable;
    private final int substreamBits;
    private final LongCell usedSubstreams;
    private final boolean stalls;
    private final FlagCell iopfEnabled;
    private final FlagCell svaEnabled;

    /**
     * @param streams its ids, as firmware gives them: one can be there twice
     * @param substreamBits {@code ssid_bits}: 0 for a device without PASIDs
     * @param stalls {@code stall_enabled}: whether its accesses wait after a fault
     */
    SmmuV3Master(Device device, SmmuV3Device smmu, List<Integer> streams, int substreamBits, boolean stalls) {
        super(device.machine());
        this.device = device;
        this.smmu = smmu;
        this.streams = List.copyOf(streams);
        this.domain = new RefCell<>(this, Lane.DRIVER, Term.reference("master.domain"), SmmuV3Domain.class);
        this.cdTable = new LongCell(this, Lane.DRIVER, Term.hex("master.cd_table"));
        this.substreamBits = substreamBits;
        this.stalls = stalls;
        this.iopfEnabled = new FlagCell(this, Lane.DRIVER, Term.flag("master.iopf_enabled"));
        this.svaEnabled = new FlagCell(this, Lane.DRIVER, Term.flag("master.sva_enabled"));
        this.usedSubstreams = new LongCell(this, Lane.DRIVER, Term.count("master.cd_table.used_ssids"));
    }

    /** dev_iommu_priv_get. */
    static Optional<SmmuV3Master> of(Device device) {
        return DevIommu.privOf(device, SmmuV3Master.class);
    }

    @Override
    public String label() {
        return "arm_smmu_master of " + device.label();
    }

    Device device() {
        return device;
    }

    SmmuV3Device smmu() {
        return smmu;
    }

    List<Integer> streams() {
        return streams;
    }

    /** Its streams, each once: those of bridged PCI devices can be there twice. */
    List<Integer> distinctStreams() {
        return streams.stream().distinct().toList();
    }

    /** What it is attached to, up to 6.7; later the driver asks the core. */
    RefCell<SmmuV3Domain> domain() {
        return domain;
    }

    /** {@code ssid_bits}: how many context descriptors its table has, as a power of two. */
    int substreamBits() {
        return substreamBits;
    }

    boolean stalls() {
        return stalls;
    }

    /** Whether its driver wants page faults to be handled. */
    FlagCell iopfEnabled() {
        return iopfEnabled;
    }

    FlagCell svaEnabled() {
        return svaEnabled;
    }

    /** Descriptors of substreams other than the first that are in use. */
    LongCell usedSubstreams() {
        return usedSubstreams;
    }

    /** Its own table of context descriptors, from 6.7 on; 0 for none yet. */
    LongCell cdTable() {
        return cdTable;
    }
}
