package org.iommulab.backend.armsmmu;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.iommulab.bus.Device;
import org.iommulab.core.IommuDevice;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Mutex;
import org.iommulab.kernel.SpinLock;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** {@code struct arm_smmu_device}: what the driver keeps for one SMMU. */
final class ArmSmmuDevice extends SimObject {
    private static final int MOST_BANKS = 64;

    private final Wired wired;
    private final IommuDevice instance;
    private final LongCell id0;
    private final LongCell id1;
    private final LongCell id2;
    private final LongCell contextMap;
    private final LongCell streamIdMask;
    private final LongCell smrMaskMask;
    private final List<ArmSmmuMapEntry> entries = new ArrayList<>();
    private final List<RefCell<ArmSmmuDomain>> banks = new ArrayList<>();
    private final Mutex streamMapMutex;
    private final SpinLock globalSyncLock;

    /**
     * An SMMU as the CPU reaches it.
     *
     * @param globalIrq of global faults
     * @param bankIrqs of the context banks, by number
     */
    record Wired(Device device, Mmio registers, InterruptLine globalIrq, List<InterruptLine> bankIrqs) {
        Wired {
            bankIrqs = List.copyOf(bankIrqs);
        }
    }

    /** @param matches how many stream match entries there may be */
    ArmSmmuDevice(Kernel kernel, Wired wired, IommuDevice instance, int matches) {
        super(kernel.machine());
        this.wired = wired;
        this.instance = instance;
        this.id0 = new LongCell(this, Lane.DRIVER, Term.hex("ID0"));
        this.id1 = new LongCell(this, Lane.DRIVER, Term.hex("ID1"));
        this.id2 = new LongCell(this, Lane.DRIVER, Term.hex("ID2"));
        this.contextMap = new LongCell(this, Lane.DRIVER, Term.hex("context_map"));
        this.streamIdMask = new LongCell(this, Lane.DRIVER, Term.hex("streamid_mask"));
        this.smrMaskMask = new LongCell(this, Lane.DRIVER, Term.hex("smr_mask_mask"));
        this.streamMapMutex = new Mutex(kernel, this, "stream_map_mutex");
        this.globalSyncLock = new SpinLock(kernel, this, "global_sync_lock");
        for (int i = 0; i < matches; i++) {
            entries.add(new ArmSmmuMapEntry(this, i));
        }
        for (int i = 0; i < wired.bankIrqs().size(); i++) {
            banks.add(new RefCell<>(this, Lane.DRIVER, Term.reference("cbs[" + i + "].cfg"), ArmSmmuDomain.class));
        }
    }

    @Override
    public String label() {
        return wired.device().label() + " data";
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

    IommuDevice instance() {
        return instance;
    }

    Mutex streamMapMutex() {
        return streamMapMutex;
    }

    SpinLock globalSyncLock() {
        return globalSyncLock;
    }

    // ---- what the identification registers said

    void identify(int newId0, int newId1, int newId2) {
        id0.setQuietly(newId0 & 0xffff_ffffL);
        id1.setQuietly(newId1 & 0xffff_ffffL);
        id2.setQuietly(newId2 & 0xffff_ffffL);
        streamIdMask.setQuietly(ArmSmmuLayout.SMR_ID);
        smrMaskMask.setQuietly(ArmSmmuLayout.SMR_ID);
    }

    boolean hasStageOne() {
        return (id0.get() & ArmSmmuLayout.ID0_S1TS) != 0;
    }

    boolean hasStageTwo() {
        return (id0.get() & ArmSmmuLayout.ID0_S2TS) != 0;
    }

    boolean isCoherent() {
        return (id0.get() & ArmSmmuLayout.ID0_CTTW) != 0;
    }

    int mappingGroups() {
        return (int) id0.get() & ArmSmmuLayout.ID0_NUMSMRG;
    }

    int contextBanks() {
        return (int) id1.get() & ArmSmmuLayout.ID1_NUMCB;
    }

    int stageTwoBanks() {
        return (int) id1.get() >>> ArmSmmuLayout.ID1_NUMS2CB_SHIFT & ArmSmmuLayout.ID1_NUMCB;
    }

    int inputBits() {
        return ArmSmmuLayout.width((int) id2.get() & ArmSmmuLayout.ID2_IAS);
    }

    int outputBits() {
        return ArmSmmuLayout.width((int) id2.get() >>> ArmSmmuLayout.ID2_OAS_SHIFT & 0xf);
    }

    int virtualBits() {
        return ArmSmmuLayout.width((int) id2.get() >>> ArmSmmuLayout.ID2_UBS_SHIFT & 0xf);
    }

    /** Of all granules that it has, a bit for each size. */
    long pageSizes() {
        return ((id2.get() & ArmSmmuLayout.ID2_PTFS_4K) != 0 ? 1L << 12 | 1L << 21 | 1L << 30 : 0)
                | ((id2.get() & ArmSmmuLayout.ID2_PTFS_16K) != 0 ? 1L << 14 | 1L << 25 : 0)
                | ((id2.get() & ArmSmmuLayout.ID2_PTFS_64K) != 0 ? 1L << 16 | 1L << 29 : 0);
    }

    LongCell streamIdMask() {
        return streamIdMask;
    }

    LongCell smrMaskMask() {
        return smrMaskMask;
    }

    // ---- stream map entries and context banks

    List<ArmSmmuMapEntry> entries() {
        return List.copyOf(entries.subList(0, Math.min(mappingGroups(), entries.size())));
    }

    ArmSmmuMapEntry entry(int index) {
        return entries.get(index);
    }

    /** Whose domain a bank is: {@code cbs[i].cfg}; NULL for one that is free. */
    RefCell<ArmSmmuDomain> bank(int number) {
        return banks.get(number);
    }

    /** __arm_smmu_alloc_bitmap: the first free bank from {@code start} on; empty when there is none (-ENOSPC). */
    OptionalInt allocateBank(int start) {
        for (int i = start; i < Math.min(contextBanks(), MOST_BANKS); i++) {
            if ((contextMap.get() >>> i & 1) == 0) {
                contextMap.set(contextMap.get() | 1L << i);
                return OptionalInt.of(i);
            }
        }
        return OptionalInt.empty();
    }

    void freeBank(int number) {
        contextMap.set(contextMap.get() & ~(1L << number));
    }

    // ---- arm_smmu_gr0_write and so on

    int bankAt(int bank, ArmSmmuLayout.Register register) {
        int page = ArmSmmuLayout.globalPages((int) id1.get()) + bank;
        return (page << ArmSmmuLayout.PAGE_SHIFT) + register.offset();
    }

    void write(int bank, ArmSmmuLayout.Register register, int value) {
        registers().write32(bankAt(bank, register), value);
    }

    /** arm_smmu_cb_writeq. */
    void writeWide(int bank, ArmSmmuLayout.Register register, long value) {
        registers().write64(bankAt(bank, register), value);
    }

    int read(int bank, ArmSmmuLayout.Register register) {
        return registers().read32(bankAt(bank, register));
    }

    long readWide(int bank, ArmSmmuLayout.Register register) {
        return registers().read64(bankAt(bank, register));
    }
}
