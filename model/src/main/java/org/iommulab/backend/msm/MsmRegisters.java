package org.iommulab.backend.msm;

import java.util.List;
import org.iommulab.backend.msm.MsmLayout.Context;
import org.iommulab.backend.msm.MsmLayout.Field;
import org.iommulab.backend.msm.MsmLayout.Global;
import org.iommulab.hardware.Mmio;
import org.iommulab.pagetable.armv7s.ArmV7sRegisters;

/**
 * How the driver writes an IOMMU's registers: in its order, and as its macros do, which read a register to change a field
 * of it.
 */
final class MsmRegisters {
    private final Mmio registers;

    MsmRegisters(Mmio registers) {
        this.registers = registers;
    }

    int get(Context register, int context) {
        return registers.read32(register.in(context));
    }

    void set(Context register, int context, int value) {
        registers.write32(register.in(context), value);
    }

    private void set(Global register, int value) {
        registers.write32(register.offset(), value);
    }

    private void change(int offset, Field field, int value) {
        registers.write32(offset, field.in(registers.read32(offset), value));
    }

    private void change(Global register, Field field, int value) {
        change(register.offset(), field, value);
    }

    private void change(Context register, int context, Field field, int value) {
        change(register.in(context), field, value);
    }

    // ---- sequences

    /** msm_iommu_reset. */
    void reset(int contexts) {
        change(Global.CR, MsmLayout.RPUE, 0);
        change(Global.CR, MsmLayout.RPUEIE, 0);
        set(Global.ESRRESTORE, 0);
        change(Global.TESTBUSCR, MsmLayout.TBE, 0);
        set(Global.CR, 0);
        change(Global.TESTBUSCR, MsmLayout.SPDMBE, 0);
        set(Global.TESTBUSCR, 0);
        set(Global.TLBRSW, 0);
        set(Global.TLBIALL, 0);
        set(Global.RPU_ACR, 0);
        change(Global.CR, MsmLayout.TLBLKCRWE, 1);
        for (int context = 0; context < contexts; context++) {
            resetMost(context);
            set(Context.CONTEXTIDR, context, 0);
        }
    }

    private void resetMost(int context) {
        // the number of a context where the register wants that of a machine id: a slip of the kernel's without effect
        int bypass = MsmLayout.machineId(context);
        change(bypass, MsmLayout.BPRCOSH, 0);
        change(bypass, MsmLayout.BPRCISH, 0);
        change(bypass, MsmLayout.BPRCNSH, 0);
        change(bypass, MsmLayout.BPSHCFG, 0);
        change(bypass, MsmLayout.BPMTCFG, 0);
        set(Context.ACTLR, context, 0);
        set(Context.SCTLR, context, 0);
        set(Context.FSRRESTORE, context, 0);
        set(Context.TTBR0, context, 0);
        set(Context.TTBR1, context, 0);
        set(Context.TTBCR, context, 0);
        set(Context.BFBCR, context, 0);
        set(Context.PAR, context, 0);
        set(Context.FAR, context, 0);
        set(Context.TLBIALL, context, 0);
        set(Context.TLBFLPTER, context, 0);
        set(Context.TLBSLPTER, context, 0);
        set(Context.TLBLCKR, context, 0);
    }

    /** The self test of msm_iommu_probe: what a probe that may not walk leaves in PAR, which must not be 0. */
    int selfTest() {
        change(Context.SCTLR, 0, MsmLayout.M, 1);
        set(Context.PAR, 0, 0);
        change(Context.ACTLR, 0, MsmLayout.V2PCFG, 1);
        set(Context.V2PPR, 0, 0);
        int answer = get(Context.PAR, 0);
        change(Context.ACTLR, 0, MsmLayout.V2PCFG, 0);
        change(Context.SCTLR, 0, MsmLayout.M, 0);
        return answer;
    }

    /** config_mids: these machine ids go to this context, which is tagged with its own number. */
    void configureMids(List<Integer> mids, int context) {
        int attributes = MsmLayout.contextAttributes(context);
        for (int mid : mids) {
            int route = MsmLayout.machineId(mid);
            registers.write32(route, 0);
            registers.write32(attributes, 0);
            change(route, MsmLayout.VMID, 0);
            change(route, MsmLayout.CBNDX, context);
            change(attributes, MsmLayout.CBVMID, 0);
            change(Context.CONTEXTIDR, context, MsmLayout.ASID, context);
            change(route, MsmLayout.NSCFG, 3);
        }
    }

    /** __reset_context: off, so that accesses pass untranslated, and nothing cached. Machine ids still lead here. */
    void resetContext(int context) {
        resetMost(context);
    }

    /** __program_context: afterwards the context translates with these tables. */
    void programContext(int context, ArmV7sRegisters values) {
        resetContext(context);
        change(Context.SCTLR, context, MsmLayout.TRE, 1);
        change(Context.SCTLR, context, MsmLayout.AFE, 1);
        change(Context.ACTLR, context, MsmLayout.TLBMCFG, MsmLayout.WALK);
        change(Context.ACTLR, context, MsmLayout.V2PCFG, MsmLayout.WALK);
        set(Context.TTBCR, context, (int) values.tcr());
        set(Context.TTBR0, context, (int) values.ttbr());
        set(Context.TTBR1, context, 0);
        set(Context.PRRR, context, (int) values.prrr());
        set(Context.NMRR, context, (int) values.nmrr());
        set(Context.TLBIALL, context, 0);
        change(MsmLayout.contextAttributes(context), MsmLayout.IRPTNDX, 0);
        change(Context.ACTLR, context, MsmLayout.CFEIE, 1);
        change(Context.ACTLR, context, MsmLayout.CFCFG, 1);
        change(Context.ACTLR, context, MsmLayout.RCISH, 1);
        change(Context.ACTLR, context, MsmLayout.RCOSH, 1);
        change(Context.ACTLR, context, MsmLayout.RCNSH, 1);
        change(Context.BFBCR, context, MsmLayout.BFBDFE, 1);
        change(Context.SCTLR, context, MsmLayout.M, 1);
    }

    void flushContext(int context) {
        set(Context.TLBIALL, context, 0);
    }

    /**
     * A round of __flush_iotlb_range: one invalidation for each granule, with the ASID that the context has.
     *
     * @return the address behind the last one, from where the kernel goes on with the next context
     */
    long flushRange(int context, long iova, long bytes, long granule) {
        long at = iova;
        for (long done = 0; done < bytes; done += granule) {
            int asid = MsmLayout.ASID.of(get(Context.CONTEXTIDR, context));
            int page = (int) at & MsmLayout.PAGE | asid;
            set(Context.TLBIVA, context, page);
            at = (page & 0xffff_ffffL) + granule;
        }
        return at;
    }

    /** The body of msm_iommu_iova_to_phys: the context is asked. 0 is "not mapped". */
    long probe(int context, long iova) {
        set(Context.TLBIALL, context, 0);
        set(Context.V2PPR, context, (int) iova & MsmLayout.PAGE);
        int answer = get(Context.PAR, context);
        int kept = MsmLayout.NOFAULT_SS.isSet(get(Context.PAR, context)) ? MsmLayout.SUPERSECTION : MsmLayout.PAGE;
        return MsmLayout.FAULT.isSet(get(Context.PAR, context))
                ? 0
                : (answer & kept | (int) iova & ~kept) & 0xffff_ffffL;
    }
}
