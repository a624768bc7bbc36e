package org.iommulab.backend.intel;

import java.util.List;
import java.util.Optional;
import org.iommulab.backend.intel.VtdFormat.Stage;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.sim.Machine;

/** A unit with its tables and its queue in memory as the driver lays them out, and a device behind it. */
final class VtdUnitRig {
    /** A server's, without caching mode; eight fault records, four levels, scalable mode, everything. */
    static final VtdCaps SERVER = new VtdCaps(0xd2078c106f0466L, 0x1c80000f020dfL);

    static final int SSD = 0x0100;
    static final int DOMAIN = 0xb;
    static final long ROOT = VtdRig.RAM + (32 << 20);
    static final long CONTEXTS = ROOT + 0x1000;
    static final long DIRECTORY = ROOT + 0x40_0000;
    static final long PASIDS = DIRECTORY + 0x1000;
    static final long QUEUE = ROOT + 0x50_0000;
    static final long STATUS = ROOT + 0x60_0000;

    final VtdRig rig;
    final VtdCaps caps;
    final InterruptLine irq;
    final VtdUnit unit;
    final DmaMaster ssd;
    private boolean wide;

    VtdUnitRig(VtdCaps caps) {
        this(caps, Machine.recording());
    }

    VtdUnitRig(VtdCaps caps, Machine machine) {
        this.caps = caps;
        rig = new VtdRig(machine);
        irq = new InterruptLine(machine, "irq");
        unit = new VtdUnit(machine, "dmar0", caps, 0x10, rig.memory, irq);
        ssd = port(SSD);
    }

    DmaMaster port(int source) {
        return new DmaMaster(rig.machine, VtdFault.deviceName(source), Optional.of(unit), List.of(source), rig.memory);
    }

    /** A physical address in RAM, far from the tables. */
    long page(int number) {
        return VtdRig.RAM + (48 << 20) + number * 0x1000L;
    }

    /** The driver's init: root table of bus 1, queue, everything invalidated, translation on. */
    VtdUnitRig on(boolean scalable) {
        wide = scalable;
        rig.memory.write64(ROOT + (SSD >>> 8) * 16, CONTEXTS | 1);
        unit.write64(VtdLayout.IQA, QUEUE | (scalable ? VtdLayout.WIDE_DESCRIPTORS | 1 : 0));
        unit.write32(VtdLayout.IQT, 0);
        unit.write32(VtdLayout.GCMD, 1 << VtdLayout.QIE);
        unit.write64(VtdLayout.RTADDR, ROOT | (scalable ? VtdLayout.SMT : 0));
        unit.write32(VtdLayout.GCMD, 1 << VtdLayout.QIE | 1 << VtdLayout.SRTP);
        send(VtdDescriptor.context(VtdDescriptor.GLOBAL, 0, 0));
        if (scalable) {
            send(VtdDescriptor.pasidCache(VtdDescriptor.EVERYTHING, 0, 0));
        }
        send(VtdDescriptor.iotlb(caps, VtdDescriptor.GLOBAL, 0, 0, 0, false));
        unit.write32(VtdLayout.FECTL, 0);
        unit.write32(VtdLayout.GCMD, 1 << VtdLayout.QIE | 1 << VtdLayout.TE);
        return this;
    }

    // ---- tables

    long contextAt(int source) {
        return CONTEXTS + (long) (source & 0xff) * (wide ? VtdContext.SCALABLE_BYTES : VtdContext.BYTES);
    }

    void put(VtdContext context) {
        rig.memory.write64(contextAt(SSD), context.low());
        rig.memory.write64(contextAt(SSD) + 8, context.high());
    }

    /** The context entry of legacy mode for these tables. */
    void attach(VtdPageTable table) {
        put(translating(table));
    }

    static VtdContext translating(VtdPageTable table) {
        return VtdContext.EMPTY
                .withDomain(DOMAIN)
                .withRoot(table.base())
                .withAddressWidth(table.levels() - 2)
                .withPresent();
    }

    void put(VtdPasidEntry entry) {
        put(VtdContext.ofDirectory(DIRECTORY, 0).withPresent());
        rig.memory.write64(DIRECTORY, PASIDS | 1);
        rig.memory.write64(PASIDS + 8, entry.w1());
        rig.memory.write64(PASIDS + 16, entry.w2());
        rig.memory.write64(PASIDS, entry.w0());
    }

    VtdPageTable second(int levels) {
        return rig.table(Stage.SECOND, levels, 2);
    }

    VtdPageTable first() {
        return rig.table(Stage.FIRST, 4, 1);
    }

    // ---- the queue

    /** Queues a descriptor as the driver does, and moves the tail. */
    void send(VtdDescriptor descriptor) {
        long tail = peek(VtdLayout.IQT);
        rig.memory.write64(QUEUE + tail, descriptor.low());
        rig.memory.write64(QUEUE + tail + 8, descriptor.high());
        unit.write32(VtdLayout.IQT, (int) (tail + (wide ? 32 : 16)) & (wide ? 0x1fff : 0xfff));
    }

    long peek(int offset) {
        return unit.registers().stream()
                .filter(register -> register.offset() == offset)
                .findFirst()
                .orElseThrow()
                .value();
    }

    boolean status(int bit) {
        return (peek(VtdLayout.FSTS) >>> bit & 1) != 0;
    }

    /** A fault record, if it is valid. */
    Optional<VtdFault> fault(int index) {
        int offset = caps.faultRecordOffset() + index * 16;
        long high = peek(offset + 8);
        return (high & VtdFault.VALID) != 0 ? Optional.of(VtdFault.of(peek(offset), high)) : Optional.empty();
    }

    /** What the driver does with a record that it has printed. */
    void clear(int index) {
        unit.write32(caps.faultRecordOffset() + index * 16 + 12, (int) (VtdFault.VALID >>> 32));
    }
}
