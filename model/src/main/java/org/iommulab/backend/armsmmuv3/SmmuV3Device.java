package org.iommulab.backend.armsmmuv3;

import java.util.Collection;
import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Mmio;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefList;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct arm_smmu_device}: a unit as its driver knows it. */
final class SmmuV3Device extends SimObject {
    private final Site site;
    private final Wired wired;
    private final LongCell features;
    private final LongCell idr0;
    private final LongCell idr1;
    private final LongCell idr3;
    private final LongCell idr5;
    private final FlagCell probed;
    private final SmmuV3Commands commands;
    private final SmmuV3EventRing events;
    private final SmmuV3StreamTable streamTable;
    private final RefList<SmmuV3Master> masters;
    private final RefList<SmmuV3Domain> stageTwoDomains;

    /**
     * A unit as firmware describes it.
     *
     * @param coherent whether firmware says that the unit's reads see the CPU's caches
     */
    record Wired(Device device, Mmio registers, InterruptLine eventIrq, InterruptLine errorIrq, boolean coherent) {}

    SmmuV3Device(Site site, SmmuV3Options options, Wired wired) {
        super(site.kernel().machine());
        this.site = site;
        this.wired = wired;
        Device device = wired.device();
        this.features = new LongCell(device, Lane.DRIVER, Term.hex("smmu.features"));
        this.idr0 = new LongCell(device, Lane.DRIVER, Term.hex("smmu.idr0"));
        this.idr1 = new LongCell(device, Lane.DRIVER, Term.hex("smmu.idr1"));
        this.idr3 = new LongCell(device, Lane.DRIVER, Term.hex("smmu.idr3"));
        this.idr5 = new LongCell(device, Lane.DRIVER, Term.hex("smmu.idr5"));
        this.probed = new FlagCell(device, Lane.DRIVER, Term.flag("smmu probed"));
        this.commands = new SmmuV3Commands(site, this, options);
        this.events = new SmmuV3EventRing(site, this);
        this.streamTable = new SmmuV3StreamTable(site, this, options);
        this.masters = new RefList<>(device, SmmuV3Master.class);
        this.stageTwoDomains = new RefList<>(device, SmmuV3Domain.class);
    }

    @Override
    public String label() {
        return wired.device().label();
    }

    Site site() {
        return site;
    }

    Device device() {
        return wired.device();
    }

    Wired wired() {
        return wired;
    }

    Mmio registers() {
        return wired.registers();
    }

    /** Reads what the unit can do; nothing is known before. */
    SmmuV3Idr identify() {
        idr0.setQuietly(registers().read32(SmmuV3Layout.IDR0));
        idr1.setQuietly(registers().read32(SmmuV3Layout.IDR1));
        idr3.setQuietly(registers().read32(SmmuV3Layout.IDR3));
        idr5.setQuietly(registers().read32(SmmuV3Layout.IDR5));
        return idr();
    }

    SmmuV3Idr idr() {
        return new SmmuV3Idr((int) idr0.get(), (int) idr1.get(), (int) idr3.get(), (int) idr5.get());
    }

    boolean has(SmmuV3Feature feature) {
        return feature.in((int) features.get());
    }

    int features() {
        return (int) features.get();
    }

    void setFeatures(Collection<SmmuV3Feature> found) {
        features.set(SmmuV3Feature.word(found));
    }

    /** Whether the platform driver has it ready: {@code platform_get_drvdata}. */
    FlagCell probed() {
        return probed;
    }

    SmmuV3Commands commands() {
        return commands;
    }

    SmmuV3EventRing events() {
        return events;
    }

    SmmuV3StreamTable streamTable() {
        return streamTable;
    }

    /** {@code streams}: the masters whose ids are in the tree. */
    RefList<SmmuV3Master> masters() {
        return masters;
    }

    /** arm_smmu_find_master, for any id. */
    Optional<SmmuV3Master> masterOf(int sid) {
        return masters.toList().stream()
                .filter(master -> master.streams().contains(sid))
                .findFirst();
    }

    /** Domains that have a VMID here. */
    RefList<SmmuV3Domain> stageTwoDomains() {
        return stageTwoDomains;
    }

    /** arm_smmu_write_reg_sync: the unit acknowledges a register in another. */
    void writeAndSync(int register, int acknowledgement, int value) {
        registers().write32(register, value);
        registers().read32(acknowledgement);
    }
}
