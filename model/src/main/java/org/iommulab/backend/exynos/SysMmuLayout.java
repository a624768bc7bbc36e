package org.iommulab.backend.exynos;

import java.util.List;
import java.util.Optional;

/** Registers, their values and the fault causes of the System MMU (drivers/iommu/exynos-iommu.c). */
public final class SysMmuLayout {
    public static final int MMU_CTRL = 0x000;
    public static final int MMU_CFG = 0x004;
    public static final int MMU_STATUS = 0x008;
    public static final int MMU_VERSION = 0x034;
    /** Version 7: what the unit can do. */
    public static final int CAPA0 = 0x870;

    public static final int CAPA1 = 0x874;
    /** Version 7 with VM bank: bits {@link #CTRL_VM_ENABLE} and {@link #CTRL_VM_FAULT_MODE_STALL}. */
    public static final int CTRL_VM = 0x8000;

    /** Transactions pass untranslated. */
    public static final int CTRL_DISABLE = 0x0;

    public static final int CTRL_ENABLE = 0x5;
    /** Enabled, and new transactions are held. */
    public static final int CTRL_BLOCK = 0x7;

    public static final int CTRL_ENABLE_BIT = 1;
    public static final int CTRL_BLOCK_BIT = 1 << 1;

    public static final int CFG_LRU = 1;
    /** Enable access protection: without it permissions are ignored. */
    public static final int CFG_EAP = 1 << 2;

    public static final int CFG_QOS = 15 << 7;
    /** First-level descriptor cache on. */
    public static final int CFG_FLPDCACHE = 1 << 20;

    public static final int CFG_SYSSEL = 1 << 22;
    public static final int CFG_ACGEN = 1 << 24;

    /** MMU_STATUS: all transactions are held now. */
    public static final int STATUS_BLOCKED = 1;

    public static final int CAPA0_CAPA1_EXIST = 1 << 11;
    public static final int CAPA1_VCR_ENABLED = 1 << 14;
    public static final int CTRL_VM_ENABLE = 1;
    public static final int CTRL_VM_FAULT_MODE_STALL = 1 << 3;
    /** Version 7, fault information: the access was a write. */
    public static final int FAULT_INFO_WRITE = 1 << 20;

    private SysMmuLayout() {}

    /** A register: where it is, and its name. */
    public record Register(int offset, String name) {}

    /**
     * A fault.
     *
     * @param bit in the interrupt status register
     * @param channel {@code AR} or {@code AW}, the AXI channel that kernels up to 6.2 print before the cause, or empty
     * @param cause the kernel's word
     * @param addressRegister where the faulting address is
     * @param write the direction that the driver reports; of version 7 the information register tells
     */
    public record FaultCause(int bit, String channel, String cause, int addressRegister, boolean write) {
        /** With the channel: {@code AR ACCESS PROTECTION}. */
        public String name() {
            return channel.isEmpty() ? cause : channel + " " + cause;
        }
    }

    /** The four register layouts that the driver tells apart (struct sysmmu_variant). */
    public enum Variant {
        V1_V3(0x14, 0, 0x0c, 0x10, 0x18, 0x1c),
        V5(0x0c, 12, 0x10, 0x14, 0x60, 0x64),
        V7(0x0c, 12, 0x10, 0x14, 0x60, 0x64),
        V7_VM(0x800c, 12, 0x8010, 0x8014, 0x60, 0x64);

        private final int ptBase;
        private final int ptBaseShift;
        private final int flushAll;
        private final int flushEntry;
        private final int intStatus;
        private final int intClear;

        Variant(int ptBase, int ptBaseShift, int flushAll, int flushEntry, int intStatus, int intClear) {
            this.ptBase = ptBase;
            this.ptBaseShift = ptBaseShift;
            this.flushAll = flushAll;
            this.flushEntry = flushEntry;
            this.intStatus = intStatus;
            this.intClear = intClear;
        }

        public int ptBase() {
            return ptBase;
        }

        /** The table base register holds the physical address shifted right by this. */
        public int ptBaseShift() {
            return ptBaseShift;
        }

        public int flushAll() {
            return flushAll;
        }

        public int flushEntry() {
            return flushEntry;
        }

        /** Trigger of the range flush; the first address is 8 bytes and the last 12 bytes above. */
        public int flushRange() {
            return flushEntry + 4;
        }

        public boolean hasFlushRange() {
            return this != V1_V3;
        }

        public int intStatus() {
            return intStatus;
        }

        public int intClear() {
            return intClear;
        }

        /** Where version 7 says more about a fault; 0 for the others. */
        public int faultInfo() {
            return switch (this) {
                case V7 -> 0x78;
                case V7_VM -> 0x1004;
                default -> 0;
            };
        }

        public boolean isV7() {
            return this == V7 || this == V7_VM;
        }

        public SysMmuFormat format() {
            return this == V1_V3 ? SysMmuFormat.V1_V3 : SysMmuFormat.V5;
        }

        /** The causes that the hardware can report, by bit. */
        public List<FaultCause> causes() {
            return switch (this) {
                case V1_V3 -> V3_CAUSES;
                case V5 -> V5_CAUSES;
                case V7 -> causesOfV7(0x70);
                case V7_VM -> causesOfV7(0x1000);
            };
        }

        /** The cause that a bit of the interrupt status stands for; version 7 has four bits for each VM. */
        public Optional<FaultCause> cause(int bit) {
            int wanted = isV7() ? bit % 4 : bit;
            return causes().stream().filter(c -> c.bit() == wanted).findFirst();
        }

        /** The registers that a person wants to see, in the order of their offsets. */
        public List<Register> registers() {
            return switch (this) {
                case V1_V3 -> V3_REGISTERS;
                case V5 -> V5_REGISTERS;
                case V7 -> V7_REGISTERS;
                case V7_VM -> V7_VM_REGISTERS;
            };
        }

        public Optional<Register> register(int offset) {
            return registers().stream().filter(r -> r.offset() == offset).findFirst();
        }
    }

    /**
     * A hardware revision.
     *
     * @param vmBank version 7 only: the VM control registers exist
     */
    public record Revision(int major, int minor, boolean vmBank) {
        public Revision {
            if (major < 1 || major > 15 || minor < 0 || minor > 127 || vmBank && major < 7) {
                throw new IllegalArgumentException("no SysMMU revision " + major + "." + minor);
            }
        }

        /** As the driver decodes MMU_VERSION (and, from 7 on, the capabilities). */
        public static Revision of(int versionRegister, boolean vmBank) {
            // Some chips of version 1.0 answer this.
            if (versionRegister == 0x80000001) {
                return new Revision(1, 0, false);
            }
            return new Revision(versionRegister >>> 28, versionRegister >>> 21 & 0x7f, vmBank);
        }

        public int versionRegister() {
            return major << 28 | minor << 21;
        }

        public boolean atLeast(int otherMajor, int otherMinor) {
            return major > otherMajor || major == otherMajor && minor >= otherMinor;
        }

        public Variant variant() {
            if (major < 5) {
                return Variant.V1_V3;
            }
            return major < 7 ? Variant.V5 : vmBank ? Variant.V7_VM : Variant.V7;
        }

        /** What the driver writes to MMU_CFG when it enables the unit (__sysmmu_init_config). */
        public int config() {
            if (!atLeast(3, 2)) {
                return CFG_LRU | CFG_EAP | CFG_QOS;
            }
            return atLeast(3, 3)
                    ? CFG_EAP | CFG_QOS | CFG_FLPDCACHE | CFG_ACGEN
                    : CFG_LRU | CFG_EAP | CFG_QOS | CFG_FLPDCACHE | CFG_SYSSEL;
        }

        @Override
        public String toString() {
            return major + "." + minor;
        }
    }

    private static final List<FaultCause> V3_CAUSES = List.of(
            new FaultCause(0, "", "PAGE", 0x24, false),
            new FaultCause(1, "AR", "MULTI-HIT", 0x2c, false),
            new FaultCause(2, "AW", "MULTI-HIT", 0x28, true),
            new FaultCause(3, "", "BUS ERROR", 0x30, false),
            new FaultCause(4, "AR", "SECURITY PROTECTION", 0x2c, false),
            new FaultCause(5, "AR", "ACCESS PROTECTION", 0x2c, false),
            new FaultCause(6, "AW", "SECURITY PROTECTION", 0x28, true),
            new FaultCause(7, "AW", "ACCESS PROTECTION", 0x28, true));

    private static final List<FaultCause> V5_CAUSES = List.of(
            new FaultCause(0, "AR", "PTW", 0x70, false),
            new FaultCause(1, "AR", "PAGE", 0x70, false),
            new FaultCause(2, "AR", "MULTI-HIT", 0x70, false),
            new FaultCause(3, "AR", "ACCESS PROTECTION", 0x70, false),
            new FaultCause(4, "AR", "SECURITY PROTECTION", 0x70, false),
            new FaultCause(16, "AW", "PTW", 0x80, true),
            new FaultCause(17, "AW", "PAGE", 0x80, true),
            new FaultCause(18, "AW", "MULTI-HIT", 0x80, true),
            new FaultCause(19, "AW", "ACCESS PROTECTION", 0x80, true),
            new FaultCause(20, "AW", "SECURITY PROTECTION", 0x80, true));

    private static List<FaultCause> causesOfV7(int address) {
        return List.of(
                new FaultCause(0, "", "PTW", address, false),
                new FaultCause(1, "", "PAGE", address, false),
                new FaultCause(2, "", "ACCESS PROTECTION", address, false),
                new FaultCause(3, "", "RESERVED", address, false));
    }

    private static final List<Register> V3_REGISTERS = List.of(
            new Register(MMU_CTRL, "MMU_CTRL"),
            new Register(MMU_CFG, "MMU_CFG"),
            new Register(MMU_STATUS, "MMU_STATUS"),
            new Register(0x00c, "MMU_FLUSH"),
            new Register(0x010, "MMU_FLUSH_ENTRY"),
            new Register(0x014, "PT_BASE_ADDR"),
            new Register(0x018, "INT_STATUS"),
            new Register(0x01c, "INT_CLEAR"),
            new Register(0x024, "PAGE_FAULT_ADDR"),
            new Register(0x028, "AW_FAULT_ADDR"),
            new Register(0x02c, "AR_FAULT_ADDR"),
            new Register(0x030, "DEFAULT_SLAVE_ADDR"),
            new Register(MMU_VERSION, "MMU_VERSION"));

    private static final List<Register> V5_REGISTERS = List.of(
            new Register(MMU_CTRL, "MMU_CTRL"),
            new Register(MMU_CFG, "MMU_CFG"),
            new Register(MMU_STATUS, "MMU_STATUS"),
            new Register(0x00c, "PT_BASE_PFN"),
            new Register(0x010, "MMU_FLUSH_ALL"),
            new Register(0x014, "MMU_FLUSH_ENTRY"),
            new Register(0x018, "MMU_FLUSH_RANGE"),
            new Register(0x020, "MMU_FLUSH_START"),
            new Register(0x024, "MMU_FLUSH_END"),
            new Register(MMU_VERSION, "MMU_VERSION"),
            new Register(0x060, "INT_STATUS"),
            new Register(0x064, "INT_CLEAR"),
            new Register(0x070, "FAULT_AR_VA"),
            new Register(0x080, "FAULT_AW_VA"));

    private static final List<Register> V7_REGISTERS = List.of(
            new Register(MMU_CTRL, "MMU_CTRL"),
            new Register(MMU_CFG, "MMU_CFG"),
            new Register(MMU_STATUS, "MMU_STATUS"),
            new Register(0x00c, "PT_BASE_PFN"),
            new Register(0x010, "MMU_FLUSH_ALL"),
            new Register(0x014, "MMU_FLUSH_ENTRY"),
            new Register(0x018, "MMU_FLUSH_RANGE"),
            new Register(0x020, "MMU_FLUSH_START"),
            new Register(0x024, "MMU_FLUSH_END"),
            new Register(MMU_VERSION, "MMU_VERSION"),
            new Register(0x060, "INT_STATUS"),
            new Register(0x064, "INT_CLEAR"),
            new Register(0x070, "FAULT_VA"),
            new Register(0x078, "FAULT_INFO"),
            new Register(CAPA0, "MMU_CAPA0"),
            new Register(CAPA1, "MMU_CAPA1"));

    private static final List<Register> V7_VM_REGISTERS = List.of(
            new Register(MMU_CTRL, "MMU_CTRL"),
            new Register(MMU_CFG, "MMU_CFG"),
            new Register(MMU_STATUS, "MMU_STATUS"),
            new Register(MMU_VERSION, "MMU_VERSION"),
            new Register(0x060, "INT_STATUS"),
            new Register(0x064, "INT_CLEAR"),
            new Register(CAPA0, "MMU_CAPA0"),
            new Register(CAPA1, "MMU_CAPA1"),
            new Register(0x1000, "FAULT_VA"),
            new Register(0x1004, "FAULT_INFO"),
            new Register(CTRL_VM, "CTRL_VM"),
            new Register(0x800c, "PT_BASE_PFN"),
            new Register(0x8010, "MMU_FLUSH_ALL"),
            new Register(0x8014, "MMU_FLUSH_ENTRY"),
            new Register(0x8018, "MMU_FLUSH_RANGE"),
            new Register(0x8020, "MMU_FLUSH_START"),
            new Register(0x8024, "MMU_FLUSH_END"));
}
