package org.iommulab.backend.armsmmuv3;

import java.util.OptionalInt;
import java.util.Set;
import org.iommulab.bus.Device;
import org.iommulab.bus.pci.PciFunction;
import org.iommulab.core.IoPageFaults;
import org.iommulab.core.OpsTable;
import org.iommulab.core.PageRequest;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.Term;

/**
 * Devices whose accesses wait after a fault: which they are, what their driver must switch on, and the answer (6.12; up to
 * 6.7 nobody listens in the lab, so that all of them end).
 */
final class SmmuV3Faults {
    private static final int HUAWEI = 0x19e5;
    /** The functions of quirk_huawei_pcie_sva (drivers/pci/quirks.c): they look like PCIe and are part of the chip. */
    private static final Set<Integer> STALLING = Set.of(0xa250, 0xa251, 0xa255, 0xa256, 0xa258, 0xa259);

    private final Kernel kernel;
    private final IoPageFaults core;

    SmmuV3Faults(Kernel kernel, IoPageFaults core) {
        this.kernel = kernel;
        this.core = core;
    }

    /** {@code stall_enabled}: the unit can, and the device has dma-can-stall; or the unit does it for all. */
    static boolean stalls(Device device, SmmuV3Device smmu) {
        boolean can = device.pci()
                .map(PciFunction::found)
                .filter(found -> found.vendor() == HUAWEI && STALLING.contains(found.device()))
                .isPresent();
        return smmu.has(SmmuV3Feature.STALLS) && can || smmu.has(SmmuV3Feature.STALL_FORCE);
    }

    // arm_smmu_master_iopf_supported: events are told by stream
    private static boolean canHandle(SmmuV3Master master) {
        return master.streams().size() == 1 && master.stalls();
    }

    /** arm_smmu_dev_enable_feature: faults first, then SVA. */
    long enable(SmmuV3Master master, OpsTable.Feature feature) {
        return switch (feature) {
            case IOPF -> {
                if (!canHandle(master)) {
                    yield Errno.EINVAL.negative();
                }
                if (master.iopfEnabled().get()) {
                    yield Errno.EBUSY.negative();
                }
                master.iopfEnabled().set(true);
                yield 0;
            }
            case SVA -> {
                if (!master.smmu().has(SmmuV3Feature.SVA) || master.substreamBits() == 0) {
                    yield Errno.EINVAL.negative();
                }
                yield master.svaEnabled().get() ? Errno.EBUSY.negative() : enableSva(master);
            }
        };
    }

    private long enableSva(SmmuV3Master master) {
        long error = 0;
        if (canHandle(master)) {
            error = master.iopfEnabled().get() ? core.addDevice(master.device()) : Errno.EINVAL.negative();
        }
        if (error == 0) {
            master.svaEnabled().set(true);
        }
        return error;
    }

    /** arm_smmu_dev_disable_feature: the other way round. */
    long disable(SmmuV3Master master, OpsTable.Feature feature) {
        return switch (feature) {
            case IOPF -> {
                if (!master.iopfEnabled().get()) {
                    yield Errno.EINVAL.negative();
                }
                if (master.svaEnabled().get()) {
                    yield Errno.EBUSY.negative();
                }
                master.iopfEnabled().set(false);
                yield 0;
            }
            case SVA -> {
                if (!master.svaEnabled().get()) {
                    yield Errno.EINVAL.negative();
                }
                if (master.iopfEnabled().get()) {
                    core.removeDevice(master.device());
                }
                master.svaEnabled().set(false);
                yield 0;
            }
        };
    }

    /** What arm_smmu_release_device looks after first. */
    void release(SmmuV3Master master, Term release) {
        if (master.svaEnabled().get()) {
            kernel.log().warnOn(release, master.device());
            core.removeDevice(master.device());
        }
    }

    /** What the core is told of an event of an access that waits. */
    static PageRequest request(SmmuV3Event event) {
        return new PageRequest(
                event.hasSubstream() ? OptionalInt.of(event.substream()) : OptionalInt.empty(),
                event.stallTag(),
                event.address(),
                event.read(),
                !event.read(),
                true);
    }

    /** arm_smmu_page_response: the access is tried again, or ends with an error. Nobody waits for the command. */
    void respond(Term function, SmmuV3Master master, PageRequest request, PageRequest.Response response) {
        if (!master.stalls()) {
            kernel.log().warnOn(function, master.device());
            return;
        }
        var answer = response == PageRequest.Response.SUCCESS ? SmmuV3Command.Answer.RETRY : SmmuV3Command.Answer.ABORT;
        master.smmu().commands().issue(SmmuV3Command.resume(master.streams().getFirst(), request.group(), answer));
    }
}
