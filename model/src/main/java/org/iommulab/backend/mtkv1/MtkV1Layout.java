package org.iommulab.backend.mtkv1;

import java.util.List;
import org.iommulab.hardware.RegisterFile.Register;

/** Registers of the first M4U and of the SMI beside it (drivers/iommu/mtk_iommu_v1.c, drivers/memory/mtk-smi.c). */
public final class MtkV1Layout {
    public static final int PT_BASE_ADDR = 0x000;
    public static final int CTRL = 0x210;
    /** Where accesses land that cannot be translated: 128 bytes. */
    public static final int IVRP_PADDR = 0x214;

    public static final int INT_CONTROL = 0x220;
    public static final int FAULT_ST = 0x224;
    public static final int FAULT_VA = 0x228;
    public static final int INVLD_PA = 0x22c;
    public static final int INT_ID = 0x388;
    public static final int INVALIDATE = 0x5c0;
    public static final int INVLD_START = 0x5c4;
    public static final int INVLD_END = 0x5c8;
    public static final int INV_SEL = 0x5d8;
    public static final int STANDARD_AXI_MODE = 0x5e8;
    public static final int DCM = 0x5f0;
    public static final int CPE_DONE = 0x60c;

    /** CTRL as the driver sets it: coherent, and the second way of protecting against translation faults. */
    public static final int CTRL_VALUE = 0x140;
    /** INT_CONTROL: all causes. */
    public static final int INT_ALL = 0xff;
    /** INT_CONTROL: forget the fault. */
    public static final int INT_CLEAR = 1 << 12;

    public static final int FAULT_TRANSLATION = 1;
    public static final int FAULT_TABLE_WALK = 1 << 4;
    /** INVALIDATE. */
    public static final int INVALIDATE_RANGE = 1;

    public static final int INVALIDATE_ALL = 2;
    /** INV_SEL: both of its enable bits. */
    public static final int INV_SEL_VALUE = 3;

    public static final int DCM_ON = 2;
    public static final int IVRP_BYTES = 128;
    /** The first and the last secure control register of the SMI's always-on block: four bits for each port. */
    public static final int SMI_SECUR_CON = 0x5c0;

    public static final int SMI_REGISTERS = 8;
    public static final int PORTS_PER_REGISTER = 8;
    /** Four bits of a port: its accesses go through the M4U, in domain 3. */
    public static final int SMI_VIRTUAL = 0xe;

    private static final int PORT_BITS = 0xf;

    /** Larbs that the driver serves ({@code MT2701_LARB_NR_MAX}). */
    public static final int LARBS = 3;

    /** Of a port's four bits: it goes through the M4U. */
    public static final int SMI_VIRTUAL_BIT = 3;

    /** First port of each larb (mt2701_m4u_in_larb). */
    private static final int[] LARB_STARTS = {0, 11, 21, 44};

    private static final int LAST_LARB = 6;

    private static final List<String> CAUSES = List.of(
            "translation",
            "multi hit",
            "invalid physical address",
            "entry replacement",
            "table walk",
            "TLB miss",
            "invalidation FIFO overflow",
            "miss FIFO overflow");

    static final List<Register> REGISTERS = List.of(
            new Register("PT_BASE_ADDR", PT_BASE_ADDR),
            new Register("CTRL", CTRL),
            new Register("IVRP_PADDR", IVRP_PADDR),
            new Register("INT_CONTROL", INT_CONTROL),
            new Register("FAULT_ST", FAULT_ST),
            new Register("FAULT_VA", FAULT_VA),
            new Register("INVLD_PA", INVLD_PA),
            new Register("INT_ID", INT_ID),
            new Register("INVALIDATE", INVALIDATE),
            new Register("INVLD_START", INVLD_START),
            new Register("INVLD_END", INVLD_END),
            new Register("INV_SEL", INV_SEL),
            new Register("STANDARD_AXI_MODE", STANDARD_AXI_MODE),
            new Register("DCM", DCM),
            new Register("CPE_DONE", CPE_DONE));

    private MtkV1Layout() {}

    /** Which larb a port number belongs to. */
    public static int larb(int id) {
        int larb = LARB_STARTS.length - 1;
        while (larb > 0 && LARB_STARTS[larb] > id) {
            larb--;
        }
        return larb;
    }

    /** Its number within the larb. */
    public static int port(int id) {
        return id - LARB_STARTS[larb(id)];
    }

    /** INT_ID for an access of a port. */
    public static int interruptId(int id) {
        return LAST_LARB - larb(id) << 13 | port(id) << 8;
    }

    /** As the driver decodes it. */
    public static int larbOf(int interruptId) {
        return LAST_LARB - (interruptId >>> 13 & 7);
    }

    /** As the driver decodes it: four bits, too few for the ports of larb 2 from 16 on. */
    public static int portOf(int interruptId) {
        return interruptId >>> 8 & 15;
    }

    /** The secure control register that holds a port's four bits. */
    public static int smiRegister(int id) {
        return SMI_SECUR_CON + 4 * (id / PORTS_PER_REGISTER);
    }

    /** Lowest of its four bits there. */
    public static int smiShift(int id) {
        return 4 * (id % PORTS_PER_REGISTER);
    }

    /** The secure control register of a port as it has to be, what it was being given. */
    public static int throughM4u(int register, int id) {
        return register & ~(PORT_BITS << smiShift(id)) | SMI_VIRTUAL << smiShift(id);
    }

    /** First port number of a larb. */
    public static int firstPort(int larb) {
        return LARB_STARTS[larb];
    }

    /** How many ports a larb has; of the last one nobody says. */
    public static int ports(int larb) {
        return larb + 1 < LARB_STARTS.length ? LARB_STARTS[larb + 1] - LARB_STARTS[larb] : 0;
    }

    /** A bit of FAULT_ST in words. */
    public static String cause(int bit) {
        return bit >= 0 && bit < CAUSES.size() ? CAUSES.get(bit) : "unknown cause";
    }
}
