package org.iommulab.backend.s390;

import java.util.function.Supplier;
import org.iommulab.backend.s390.S390Layout.Outcome;
import org.iommulab.core.IommuDomain;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.Version;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** {@code struct zpci_dev}: what the kernel knows of a function, and the instructions that it gives about it. */
final class Zdev extends SimObject {
    private static final String PCI_C = "arch/s390/pci/pci.c";
    private static final Term REGISTER =
            Term.of("zpci_register_ioat", PCI_C, Operand.HEX, Operand.HEX, Operand.DECIMAL);
    private static final Term UNREGISTER = Term.function("zpci_unregister_ioat", PCI_C);
    private static final Term REFRESH =
            Term.of("zpci_refresh_trans", "arch/s390/pci/pci_insn.c", Operand.HEX, Operand.HEX, Operand.ERRNO);
    private static final Term ENABLE = Term.function("zpci_enable_device", PCI_C);
    private static final Term DISABLE = Term.function("zpci_disable_device", PCI_C);
    private static final Term UNBLOCK = Term.function("zpci_reset_load_store_blocked", PCI_C);
    private static final Term CLEAR_ERROR = Term.function("zpci_clear_error_state", PCI_C);
    /** A virtual ISM device takes the last address for the first that is outside. */
    private static final long ISM_OFF_BY_ONE = 0x1000;

    private final Kernel kernel;
    private final Properties properties;
    private final S390Instructions function;
    private final LongCell handle;
    private final LongCell startDma;
    private final LongCell endDma;
    private final RefCell<S390Table> dmaTable;
    private final RefCell<IommuDomain> domain;
    private final RefCell<ZpciAddresses> addresses;
    private final FlagCell permanentFailure;

    /**
     * What the CLP query tells of a function.
     *
     * @param device the PCI device's name, which comes of its UID
     * @param fid function id
     * @param type function type; {@link S390Layout#TYPE_ISM} is special
     * @param tlbRefresh whether new mappings must be told, too
     * @param firstDma first address of its window
     * @param lastDma last address of its window
     */
    record Properties(String device, int fid, int type, boolean tlbRefresh, long firstDma, long lastDma) {
        boolean isIsm() {
            return type == S390Layout.TYPE_ISM;
        }
    }

    Zdev(Kernel kernel, Properties properties, S390Instructions function) {
        super(kernel.machine());
        this.kernel = kernel;
        this.properties = properties;
        this.function = function;
        this.handle = new LongCell(this, Lane.DRIVER, Term.hex("fh"));
        this.startDma = new LongCell(this, Lane.DRIVER, Term.hex("start_dma"));
        this.endDma = new LongCell(this, Lane.DRIVER, Term.hex("end_dma"));
        this.dmaTable = new RefCell<>(this, Lane.DRIVER, Term.reference("dma_table"), S390Table.class);
        this.domain = new RefCell<>(this, Lane.DRIVER, Term.reference("s390_domain"), IommuDomain.class);
        this.addresses = new RefCell<>(this, Lane.DRIVER, Term.reference("iommu_bitmap"), ZpciAddresses.class);
        this.permanentFailure = new FlagCell(this, Lane.DRIVER, Term.flag("pci_channel_io_perm_failure"));
    }

    @Override
    public String label() {
        return "zdev %08x".formatted(properties.fid());
    }

    Properties properties() {
        return properties;
    }

    long start() {
        return startDma.get();
    }

    long end() {
        return endDma.get();
    }

    /** The table that is anchored: a domain's, or the platform's own; NULL when DMA is blocked. */
    RefCell<S390Table> dmaTable() {
        return dmaTable;
    }

    /** The IOMMU domain; NULL while the platform's own DMA code has the function. */
    RefCell<IommuDomain> domain() {
        return domain;
    }

    /** Which addresses the platform's own DMA code has given away (up to v6.6). */
    RefCell<ZpciAddresses> addresses() {
        return addresses;
    }

    /** Nobody will try to recover it any more. */
    FlagCell permanentFailure() {
        return permanentFailure;
    }

    /** zpci_create_device: its properties are asked for. */
    void query() {
        handle.setQuietly(Integer.toUnsignedLong(function.handle()));
        startDma.setQuietly(properties.firstDma());
        endDma.setQuietly(properties.lastDma());
    }

    /** The window gets no larger than memory, nor than three levels reach. */
    void trim(long memory) {
        startDma.setQuietly(start() + S390Format.PAGE - 1 & -S390Format.PAGE);
        long bytes = Math.min(memory, Math.min(S390Format.REACH - start(), end() - start() + 1));
        endDma.setQuietly(start() + bytes - 1);
    }

    /** s390_iommu_probe_device: its end is cut off at what three levels reach. */
    void clip() {
        endDma.setQuietly(Math.min(end(), S390Format.REACH - 1));
    }

    // ---- instructions

    private int fh() {
        return (int) handle.get();
    }

    /** zpci_enable_device: 0. */
    long enable() {
        return kernel.driverCall(ENABLE, this, () -> {
            handle.set(Integer.toUnsignedLong(function.enable()));
            return 0;
        });
    }

    /** zpci_disable_device: 0. */
    long disable() {
        return kernel.driverCall(DISABLE, this, () -> {
            handle.set(Integer.toUnsignedLong(function.disable()));
            return 0;
        });
    }

    /** zpci_register_ioat for the whole window. */
    Outcome register(S390Table table) {
        long last =
                properties.isIsm() && kernel.since(Version.V6_7) && end() > start() ? end() + ISM_OFF_BY_ONE : end();
        return answer(
                REGISTER, start(), last, () -> S390Calls.registerIoat(function, fh(), start(), last, table.base()));
    }

    /** zpci_unregister_ioat. */
    Outcome unregister() {
        return answer(UNREGISTER, 0, 0, () -> S390Calls.modify(function, fh(), S390Layout.DEREG_IOAT));
    }

    /** zpci_reset_load_store_blocked: the CPU's loads and stores work again. */
    Outcome unblock() {
        return answer(UNBLOCK, 0, 0, () -> S390Calls.modify(function, fh(), S390Layout.RESET_BLOCK));
    }

    /** zpci_clear_error_state: DMA works again. */
    Outcome clearError() {
        return answer(CLEAR_ERROR, 0, 0, () -> S390Calls.modify(function, fh(), S390Layout.RESET_ERROR));
    }

    private Outcome answer(Term term, long a, long b, Supplier<Outcome> instruction) {
        var outcome = new Outcome[1];
        kernel.machine().call(Lane.DRIVER, term, this, a, b, () -> {
            outcome[0] = instruction.get();
            return outcome[0].cc();
        });
        return outcome[0];
    }

    /** zpci_refresh_trans: 0, -ENOMEM or -EIO. */
    long refresh(long address, long length) {
        return kernel.machine()
                .call(
                        Lane.DRIVER,
                        REFRESH,
                        this,
                        address,
                        length,
                        () -> S390Calls.refresh(function, fh(), address, length));
    }

    /** zpci_refresh_all, zpci_refresh_global: the same for the whole window. */
    long refreshAll() {
        return refresh(start(), end() - start() + 1);
    }
}
