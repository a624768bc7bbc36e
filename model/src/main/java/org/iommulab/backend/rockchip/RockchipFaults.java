package org.iommulab.backend.rockchip;

import org.iommulab.backend.Site;
import org.iommulab.backend.rockchip.RockchipLayout.Command;
import org.iommulab.core.Faults;
import org.iommulab.core.IommuDomain;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.WarnOnce;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.pagetable.TableFormat.Kind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * rk_iommu_irq and log_iova: a fault is told, reported, and then always over. The line is shared with the master, so the
 * handler also runs when the IOMMU did nothing, and even while it sleeps.
 */
final class RockchipFaults {
    private static final String FILE = RockchipIommu.FILE;
    private static final Term IRQ = Term.of("rk_iommu_irq", FILE, Operand.OBJECT, Operand.NONE, Operand.DECIMAL);
    private static final Term LOG_IOVA = Term.of("log_iova", FILE, Operand.HEX, Operand.NONE, Operand.NONE);
    private static final Term FREED_HANDLER = Term.reference("iommu.domain.handler, freed");
    private static final Term NOT_ATTACHED = LogText.of("<3>Page fault while iommu not attached to domain?");
    private static final Term UNEXPECTED = LogText.of("<3>unexpected int_status: 0x%06x");
    private static final Term PTE_INDEX = LogText.of("<c> pte_index: 0x%x page_offset: 0x%x");
    private static final Term DTE = LogText.of("<c>: 0x%06x valid: %d");
    private static final Term FLAGS = LogText.of("<c> flags: 0x%x");
    private static final Lines LINES_32 = new Lines("0x%08x");
    private static final Lines LINES_64 = new Lines("0x%016x");

    /** The flags of version 1, which the driver prints for version 2 as well. */
    private static final long PAGE_FLAGS = 0x1fe;

    private static final int IRQ_NONE = 0;
    private static final int IRQ_HANDLED = 1;

    private final Kernel kernel;
    private final Faults faults;
    private final PhysicalMemory memory;
    private final WarnOnce withoutPm;
    private final Lines lines;

    /** The lines with addresses: they print with the width of dma_addr_t, 32 bits on ARM without LPAE. */
    private record Lines(Term read, Term write, Term busError, Term iova, Term directory, Term pte, Term page) {
        Lines(String address) {
            this(
                    LogText.of("<3>Page fault at " + address + " of type read"),
                    LogText.of("<3>Page fault at " + address + " of type write"),
                    LogText.of("<3>BUS_ERROR occurred at " + address),
                    LogText.of("<3>iova = " + address + ": dte_index: 0x%x"),
                    LogText.of("<3>mmu_dte_addr: " + address + " dte@" + address),
                    LogText.of("<c> pte@" + address + ": 0x%06x"),
                    LogText.of("<c> valid: %d page@" + address));
        }
    }

    RockchipFaults(Site site) {
        this.kernel = site.kernel();
        this.faults = site.core().faults();
        this.memory = site.memory();
        this.withoutPm = new WarnOnce(kernel, IRQ);
        this.lines = kernel.config("ARM") ? LINES_32 : LINES_64;
    }

    /** The interrupt handler: 1 when the IOMMU had something to say, 0 when the interrupt was the master's. */
    long handle(RockchipIommu iommu) {
        return kernel.driverCall(IRQ, iommu.device(), () -> {
            int[] result = {IRQ_NONE};
            iommu.ifInUse(
                    withoutPm,
                    () -> iommu.withClocks(() -> {
                        for (int bank : iommu.wired().banks()) {
                            result[0] |= handleBank(iommu, bank);
                        }
                    }));
            return result[0];
        });
    }

    private int handleBank(RockchipIommu iommu, int bank) {
        Mmio registers = iommu.wired().registers();
        int status = registers.read32(bank + RockchipLayout.INT_STATUS);
        if (status == 0) {
            return IRQ_NONE;
        }
        long iova = registers.read32(bank + RockchipLayout.PAGE_FAULT_ADDR) & 0xffff_ffffL;
        if ((status & RockchipLayout.INT_PAGE_FAULT) != 0) {
            pageFault(iommu, bank, iova);
        }
        if ((status & RockchipLayout.INT_BUS_ERROR) != 0) {
            kernel.log().line(lines.busError(), iommu.device(), iova, 0);
        }
        if ((status & ~RockchipLayout.INT_ALL) != 0) {
            kernel.log().line(UNEXPECTED, iommu.device(), status & 0xffff_ffffL, 0);
        }
        registers.write32(bank + RockchipLayout.INT_CLEAR, status);
        return IRQ_HANDLED;
    }

    private void pageFault(RockchipIommu iommu, int bank, long iova) {
        Mmio registers = iommu.wired().registers();
        boolean write =
                (registers.read32(bank + RockchipLayout.STATUS) & RockchipLayout.STATUS_PAGE_FAULT_IS_WRITE) != 0;
        kernel.log().line(write ? lines.write() : lines.read(), iommu.device(), iova, 0);
        kernel.machine().run(Lane.DRIVER, LOG_IOVA, iommu.device(), iova, 0, () -> logIova(iommu, bank, iova));
        if (iommu.isAttached()) {
            IommuDomain domain = iommu.domain().require();
            if (domain.freed().get()) {
                kernel.machine().useAfterFree(Lane.DRIVER, FREED_HANDLER, iommu.device(), domain.id());
            }
            // Told about the IOMMU, not the master; nobody looks at the answer.
            faults.report(domain, iommu.device(), iova, write);
        } else {
            kernel.log().line(NOT_ATTACHED, iommu.device(), 0, 0);
        }
        registers.write32(bank + RockchipLayout.COMMAND, Command.ZAP_CACHE.ordinal());
        registers.write32(bank + RockchipLayout.COMMAND, Command.PAGE_FAULT_DONE.ordinal());
    }

    /** log_iova: the walk once more, by the CPU; what is behind an invalid entry is printed as 0. */
    private void logIova(RockchipIommu iommu, int bank, long iova) {
        RockchipFormat format = iommu.wired().format();
        long directory = iommu.sequences().directory(bank);
        long dteAddress = directory + 4 * index(format, 0, iova);
        long dte = entry(dteAddress);
        boolean table = format.kind(0, dte) == Kind.TABLE;
        long pteAddress = table ? format.tableAddress(0, dte) + 4 * index(format, 1, iova) : 0;
        long pte = table ? entry(pteAddress) : 0;
        boolean valid = table && format.kind(1, pte) == Kind.LEAF;
        long offset = iova & RockchipFormat.PAGE - 1;
        kernel.log().line(lines.iova(), iommu.device(), iova, index(format, 0, iova));
        kernel.log().line(PTE_INDEX, iommu.device(), index(format, 1, iova), offset);
        kernel.log().line(lines.directory(), iommu.device(), directory, dteAddress);
        kernel.log().line(DTE, iommu.device(), dte, table ? 1 : 0);
        kernel.log().line(lines.pte(), iommu.device(), pteAddress, pte);
        kernel.log().line(lines.page(), iommu.device(), valid ? 1 : 0, valid ? format.output(1, pte) + offset : 0);
        kernel.log().line(FLAGS, iommu.device(), valid ? pte & PAGE_FLAGS : 0, 0);
    }

    private static long index(RockchipFormat format, int level, long iova) {
        return iova >>> format.indexShift(level) & (1L << format.indexBits(level)) - 1;
    }

    // Where there is no memory the bank reports a bus error, and nobody looks at entries.
    private long entry(long address) {
        return memory.contains(address, 4) ? memory.read32(address) & 0xffff_ffffL : 0;
    }
}
