package org.iommulab.backend.pamu;

import java.util.OptionalInt;
import java.util.OptionalLong;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * The tables that all PAMUs of a chip share, as fsl_pamu.c keeps them: one block of memory with the primary table, the
 * secondary table and the operation mapping table.
 */
final class PamuTables extends SimObject {
    /** No operation mapping, no stash target: ~(u32)0. */
    static final int NONE = -1;

    private static final String FILE = "drivers/iommu/fsl_pamu.c";
    private static final Term ENABLE = Term.of("pamu_enable_liodn", FILE, Operand.HEX, Operand.NONE, Operand.ERRNO);
    private static final Term DISABLE = Term.of("pamu_disable_liodn", FILE, Operand.HEX, Operand.NONE, Operand.ERRNO);
    private static final Term CONFIGURE = Term.of("pamu_config_ppaace", FILE, Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term BLOCK = Term.of("PAACT and OMT", "", Operand.HEX, Operand.DECIMAL, Operand.NONE);
    private static final int OPERATION_ENTRIES = 16;

    // Each of the three parts has a power of two of pages, and so has the whole.
    private static final long SECONDARY_OFFSET = 0x2_0000;
    private static final long OPERATION_OFFSET = 0x4_0000;
    private static final long BYTES = 0x8_0000;

    private static final Term[] WORDS = {
        Term.hex("PAACE wbah"),
        Term.hex("PAACE addr_bitfields"),
        Term.hex("PAACE domain_attr"),
        Term.hex("PAACE impl_attr"),
        Term.hex("PAACE twbah"),
        Term.hex("PAACE win_bitfields"),
        Term.hex("PAACE fspi"),
        Term.hex("PAACE op_encode")
    };

    private final Kernel kernel;
    private final PhysicalMemory memory;
    private final FrameAllocator frames;
    private final LongCell primary;

    PamuTables(Kernel kernel, PhysicalMemory memory, FrameAllocator frames) {
        super(kernel.machine());
        this.kernel = kernel;
        this.memory = memory;
        this.frames = frames;
        this.primary = new LongCell(this, Lane.DRIVER, Term.hex("ppaact"));
    }

    @Override
    public String label() {
        return "PAACT";
    }

    /** One naturally aligned block, cleared (fsl_pamu_probe). */
    void allocate() {
        long block = frames.allocate(BYTES, BYTES);
        memory.clear(block, (int) (OPERATION_OFFSET + PamuLayout.OMT_BYTES));
        machine().emit(EventKind.MEMORY, Lane.DRIVER, BLOCK, this, block, BYTES);
        primary.set(block);
    }

    long primary() {
        return primary.get();
    }

    long secondary() {
        return primary.get() + SECONDARY_OFFSET;
    }

    long operations() {
        return primary.get() + OPERATION_OFFSET;
    }

    /** pamu_get_ppaace: empty beyond the table, and before there is one. */
    OptionalLong entryOf(int liodn) {
        return primary.isSet() && Integer.compareUnsigned(liodn, PamuLayout.PRIMARY_ENTRIES) < 0
                ? OptionalLong.of(primary.get() + (long) PamuLayout.ENTRY_BYTES * liodn)
                : OptionalLong.empty();
    }

    /** The entry as it is in memory now. For those who look, and for the interrupt handler. */
    Paace entryAt(long address) {
        return Paace.read(memory, address);
    }

    int word(long address) {
        return memory.read32(address);
    }

    private void set(long entry, int offset, int mask, int value) {
        int old = memory.read32(entry + offset);
        int word = old & ~mask | value & mask;
        memory.write32(entry + offset, word);
        machine()
                .emit(EventKind.TABLE_WRITE, Lane.DRIVER, WORDS[offset / 4], this, entry + offset, word & 0xffff_ffffL);
    }

    /** pamu_enable_liodn: -ENOENT beyond the table, -EINVAL for an entry that has no window yet. */
    long enable(int liodn) {
        return kernel.machine().call(Lane.DRIVER, ENABLE, this, liodn, 0, () -> {
            OptionalLong entry = entryOf(liodn);
            if (entry.isEmpty()) {
                return Errno.ENOENT.negative();
            }
            long address = entry.getAsLong();
            if ((memory.read32(address + PamuLayout.ADDR_BITFIELDS) & PamuLayout.SIZE_MASK) == 0) {
                return Errno.EINVAL.negative();
            }
            set(address, PamuLayout.ADDR_BITFIELDS, PamuLayout.VALID, PamuLayout.VALID);
            return 0;
        });
    }

    /** pamu_disable_liodn: -ENOENT beyond the table. All but the valid bit stays. */
    long disable(int liodn) {
        return kernel.machine().call(Lane.DRIVER, DISABLE, this, liodn, 0, () -> {
            OptionalLong entry = entryOf(liodn);
            if (entry.isEmpty()) {
                return Errno.ENOENT.negative();
            }
            set(entry.getAsLong(), PamuLayout.ADDR_BITFIELDS, PamuLayout.VALID, 0);
            return 0;
        });
    }

    /**
     * pamu_config_ppaace: the one window of 64 GiB from 0, that comes out at 0.
     *
     * @param operation index of the operation mapping, or {@link #NONE}
     * @param stash id of the cache to stash into, or {@link #NONE}
     * @param access {@link PamuLayout#ACCESS_QUERY} and {@link PamuLayout#ACCESS_UPDATE}
     */
    long configure(int liodn, int operation, int stash, int access) {
        return kernel.machine().call(Lane.DRIVER, CONFIGURE, this, liodn, access, () -> {
            OptionalLong entry = entryOf(liodn);
            if (entry.isEmpty()) {
                return Errno.ENOENT.negative();
            }
            long address = entry.getAsLong();
            openWindow(address);
            if (operation >= 0 && operation < OPERATION_ENTRIES) {
                mapOperations(address, operation);
            } else if (operation != NONE) {
                return refusal().negative();
            }
            if (stash != NONE) {
                set(address, PamuLayout.IMPL_ATTR, PamuLayout.STASH_MASK, stash << PamuLayout.STASH_SHIFT);
            }
            set(
                    address,
                    PamuLayout.IMPL_ATTR,
                    PamuLayout.TRANSLATE_MASK | PamuLayout.SUBWINDOWS_MASK,
                    PamuLayout.TRANSLATE_WINDOW << PamuLayout.TRANSLATE_SHIFT);
            set(address, PamuLayout.TWBAH, -1, 0);
            set(address, PamuLayout.WIN_BITFIELDS, PamuLayout.LOW_BASE, 0);
            allow(address, access);
            return 0;
        });
    }

    /** What the driver answers for a device or an index that cannot be. */
    Errno refusal() {
        return kernel.has(Behaviour.PAMU_SAYS_ENODEV) ? Errno.ENODEV : Errno.EINVAL;
    }

    /** setup_liodns for one number: at boot each that the device tree names may reach all of memory, untranslated. */
    void openAtBoot(int liodn, String deviceType) {
        OptionalLong entry = entryOf(liodn);
        if (entry.isEmpty()) {
            return;
        }
        long address = entry.getAsLong();
        openWindow(address);
        set(address, PamuLayout.IMPL_ATTR, PamuLayout.TRANSLATE_MASK, PamuLayout.TRANSLATE_NONE);
        allow(address, PamuLayout.ACCESS_QUERY | PamuLayout.ACCESS_UPDATE);
        operationOf(deviceType).ifPresent(operation -> mapOperations(address, operation));
        if (deviceType.equals("qman") || deviceType.equals("bman")) {
            set(address, PamuLayout.DOMAIN_ATTR, PamuLayout.COHERENT, 0);
        }
        enable(liodn);
    }

    /** get_ome_index: only the queue manager's devices have an operation mapping of their own. */
    static OptionalInt operationOf(String deviceType) {
        return switch (deviceType) {
            case "qman-portal" -> OptionalInt.of(0);
            case "qman" -> OptionalInt.of(2);
            default -> OptionalInt.empty();
        };
    }

    private void mapOperations(long address, int operation) {
        set(address, PamuLayout.IMPL_ATTR, PamuLayout.OPERATION_MASK, PamuLayout.OPERATION_INDEXED);
        set(address, PamuLayout.OP_ENCODE, 0xffff, operation);
    }

    // pamu_init_ppaace and the window itself
    private void openWindow(long address) {
        set(address, PamuLayout.DOMAIN_ATTR, PamuLayout.COHERENT, PamuLayout.COHERENT);
        set(address, PamuLayout.ADDR_BITFIELDS, PamuLayout.SIZE_MASK, PamuLayout.SIZE_64_GIB << PamuLayout.SIZE_SHIFT);
        set(address, PamuLayout.WBAH, -1, 0);
        set(address, PamuLayout.ADDR_BITFIELDS, PamuLayout.LOW_BASE | PamuLayout.MULTI_WINDOW, 0);
    }

    private void allow(long address, int access) {
        set(address, PamuLayout.ADDR_BITFIELDS, PamuLayout.ACCESS_MASK, access << PamuLayout.ACCESS_SHIFT);
    }
}
