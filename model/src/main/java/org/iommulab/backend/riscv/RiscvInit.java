package org.iommulab.backend.riscv;

import java.util.function.LongSupplier;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Term;

/**
 * From a unit that the device tree describes to one with a directory: riscv_iommu_platform_probe and riscv_iommu_init
 * (drivers/iommu/riscv/iommu-platform.c, iommu.c).
 */
final class RiscvInit {
    private static final String FILE = RiscvDevice.FILE;
    private static final Term PROBE =
            Term.function("riscv_iommu_platform_probe", "drivers/iommu/riscv/iommu-platform.c");
    private static final Term INIT = Term.function("riscv_iommu_init", FILE);
    private static final Term CHECK = Term.function("riscv_iommu_init_check", FILE);
    private static final Term ALLOC = Term.function("riscv_iommu_iodir_alloc", FILE);
    private static final Term SET_MODE = Term.function("riscv_iommu_iodir_set_mode", FILE);
    private static final Term NO_LINES = LogText.of("<3>error -ENODEV: unable to use wire-signaled interrupts");
    private static final Term UNEXPECTED = LogText.of("<3>error %e: unexpected device state");
    private static final Term NO_MODE = LogText.of("<3>DDTP hw mode %d, failed to set %d");
    private static final Term NOT_UPDATED = LogText.of("<3>DDTP update failed hw: %x vs %x");

    private final Kernel kernel;

    RiscvInit(Kernel kernel) {
        this.kernel = kernel;
    }

    /**
     * 0 or an errno.
     *
     * @param register what registers the unit with the core: 0 or an errno
     */
    long probe(RiscvDevice iommu, LongSupplier register) {
        return kernel.driverCall(PROBE, iommu.device(), () -> {
            iommu.probed().set(true);
            iommu.identify();
            if (!iommu.caps().lines()) {
                kernel.log().line(NO_LINES, iommu.device(), 0, 0);
                return Errno.ENODEV.negative();
            }
            if ((iommu.fctl().get() & RiscvLayout.FCTL_WSI) == 0) {
                iommu.fctl().set(iommu.fctl().get() | RiscvLayout.FCTL_WSI);
                iommu.registers().write32(RiscvLayout.FCTL, (int) iommu.fctl().get());
            }
            return kernel.driverCall(INIT, iommu.device(), () -> init(iommu, register));
        });
    }

    private long init(RiscvDevice iommu, LongSupplier register) {
        long error = kernel.driverCall(CHECK, iommu.device(), () -> check(iommu));
        if (error != 0) {
            kernel.log().line(UNEXPECTED, iommu.device(), error, 0);
            return error;
        }
        kernel.driverRun(ALLOC, iommu.device(), () -> allocateRoot(iommu));
        error = iommu.commands().allocate();
        error = error != 0 ? error : iommu.faults().allocate();
        error = error != 0 ? error : iommu.commands().enable();
        if (error != 0) {
            return error;
        }
        error = iommu.faults().enable();
        error = error != 0 ? error : setMode(iommu, RiscvLayout.LEVELS_3);
        if (error == 0) {
            error = register.getAsLong();
            if (error != 0) {
                setMode(iommu, RiscvLayout.OFF);
            }
        }
        if (error != 0) {
            iommu.faults().disable();
            iommu.commands().disable();
        }
        return error;
    }

    /** A unit that is in use already is left alone, as this is no crash kernel. Interrupt vectors are dealt out. */
    private static long check(RiscvDevice iommu) {
        long ddtp = iommu.registers().read64(RiscvLayout.DDTP);
        if ((ddtp & RiscvLayout.DDTP_BUSY) != 0 || (ddtp & RiscvLayout.DDTP_MODE) > RiscvLayout.BARE) {
            return Errno.EBUSY.negative();
        }
        if ((iommu.fctl().get() & RiscvLayout.FCTL_BE) != 0) {
            if (!iommu.caps().has(RiscvCaps.END)) {
                return Errno.EINVAL.negative();
            }
            iommu.registers().write32(RiscvLayout.FCTL, (int) iommu.fctl().get() ^ RiscvLayout.FCTL_BE);
            iommu.fctl().set(iommu.registers().read32(RiscvLayout.FCTL) & 0xffff_ffffL);
        }
        int irqs = iommu.irqs();
        iommu.registers().write64(RiscvLayout.ICVEC, 1 % irqs << 4 | 3 % irqs << 8 | 2 % irqs << 12);
        long vectors = iommu.registers().read64(RiscvLayout.ICVEC);
        for (int cause = 0; cause < 4; cause++) {
            if (RiscvLayout.vector(vectors, cause) >= irqs) {
                return Errno.EINVAL.negative();
            }
        }
        return 0;
    }

    /** A unit may have a place of its own for the root, which it names when its register is written. */
    private static void allocateRoot(RiscvDevice iommu) {
        long mode = iommu.registers().read64(RiscvLayout.DDTP) & RiscvLayout.DDTP_MODE;
        iommu.registers().write64(RiscvLayout.DDTP, mode);
        long fixed = RiscvLayout.address(iommu.registers().read64(RiscvLayout.DDTP));
        iommu.root().set(fixed != 0 ? fixed : iommu.directory().newPage());
    }

    /** riscv_iommu_iodir_set_mode: fewer levels are tried when the unit does not take as many. */
    private long setMode(RiscvDevice iommu, int wanted) {
        return kernel.driverCall(SET_MODE, iommu.device(), () -> {
            int now = (int) (iommu.registers().read64(RiscvLayout.DDTP) & RiscvLayout.DDTP_MODE);
            if (now > RiscvLayout.BARE && wanted > RiscvLayout.BARE) {
                return Errno.EINVAL.negative();
            }
            long error = findMode(iommu, wanted);
            if (error != 0) {
                return error;
            }
            iommu.commands().send(RiscvCommand.forgetContexts());
            iommu.commands().send(RiscvCommand.forgetAll());
            iommu.commands().sync();
            return 0;
        });
    }

    private long findMode(RiscvDevice iommu, int wanted) {
        for (int mode = wanted; ; mode--) {
            long value = mode > RiscvLayout.BARE ? RiscvLayout.ppn(iommu.root().get()) | mode : mode;
            iommu.registers().write64(RiscvLayout.DDTP, value);
            long answer = iommu.registers().read64(RiscvLayout.DDTP);
            int accepted = (int) (answer & RiscvLayout.DDTP_MODE);
            if (accepted == mode) {
                iommu.mode().set(mode);
                return 0;
            }
            if (mode <= RiscvLayout.BARE) {
                kernel.log().line(NOT_UPDATED, iommu.device(), answer, value);
                return Errno.EINVAL.negative();
            }
            if (accepted > RiscvLayout.BARE || mode == RiscvLayout.LEVELS_1) {
                kernel.log().line(NO_MODE, iommu.device(), accepted, wanted);
                return Errno.EINVAL.negative();
            }
        }
    }
}
