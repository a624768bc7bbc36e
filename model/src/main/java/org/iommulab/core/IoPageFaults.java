package org.iommulab.core;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.sim.Lane;
import org.iommulab.sim.RefCell;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/**
 * Page faults of devices (drivers/iommu/io-pgfault.c of 6.12.y, as v6.9 and v6.11 have made it): a driver reports them, the
 * attachment under the request's PASID says whose they are, and its domain's handler answers. Not compared with a capture.
 */
public final class IoPageFaults {
    static final String FILE = "drivers/iommu/io-pgfault.c";

    private static final Term REPORT =
            Term.of("iommu_report_device_fault", FILE, Operand.HEX, Operand.DECIMAL, Operand.ERRNO);
    private static final Term FIND = Term.of("find_fault_handler", FILE, Operand.DECIMAL, Operand.NONE, Operand.OBJECT);
    private static final Term ADD = Term.function("iopf_queue_add_device", FILE);
    private static final Term REMOVE = Term.function("iopf_queue_remove_device", FILE);
    private static final Term ABORTED = LogText.of("<4>iopf with pasid %d aborted");

    private final Kernel kernel;

    IoPageFaults(Kernel kernel) {
        this.kernel = kernel;
    }

    private static RefCell<FaultParam> cellOf(Device device) {
        return DevIommu.find(device).orElseThrow().faults();
    }

    /** iopf_queue_add_device: from now on its faults are handled; -ENODEV where the driver cannot answer, -EBUSY twice. */
    public long addDevice(Device device) {
        return kernel.machine().call(Lane.CORE, ADD, device, 0, 0, () -> {
            DriverOps ops = Attaching.opsOf(device);
            if (!ops.has(Callback.PAGE_RESPONSE)) {
                ops.missing(Callback.PAGE_RESPONSE, device);
                return Errno.ENODEV.negative();
            }
            if (!cellOf(device).isNull()) {
                return Errno.EBUSY.negative();
            }
            cellOf(device).set(new FaultParam(device));
            return 0;
        });
    }

    /** iopf_queue_remove_device: what waits is answered INVALID, and nobody listens any more. */
    public void removeDevice(Device device) {
        kernel.machine().run(Lane.CORE, REMOVE, device, 0, 0, () -> {
            if (cellOf(device).isNull()) {
                kernel.log().warnOn(REMOVE, device);
                return;
            }
            FaultParam param = cellOf(device).require();
            param.partial().clear();
            // list_add puts the latest first
            for (FaultGroup group : param.faults().toList().reversed()) {
                param.faults().remove(group);
                group.answer(PageRequest.Response.INVALID);
            }
            cellOf(device).setNull();
        });
    }

    /**
     * iommu_report_device_fault: 0 when somebody answers or has answered; -EINVAL when nobody is there for it, and then the
     * device has its answer, too.
     */
    public long report(Device device, PageRequest request) {
        return kernel.machine()
                .call(Lane.CORE, REPORT, device, request.address(), request.group(), () -> reportIt(device, request));
    }

    private long reportIt(Device device, PageRequest request) {
        Optional<AttachHandle> handle = find(device, request);
        Optional<FaultParam> param =
                handle.isEmpty() ? Optional.empty() : cellOf(device).get();
        if (handle.isPresent() && param.isEmpty()) {
            kernel.log().warnOn(REPORT, device);
        }
        if (param.isEmpty()) {
            Attaching.opsOf(device).user().pageResponse(device, request, PageRequest.Response.INVALID);
            return Errno.EINVAL.negative();
        }
        if (!request.last()) {
            param.get().partial().add(new PageFault(kernel.machine(), request));
            return 0;
        }
        FaultGroup group = complete(param.get(), handle.orElseThrow(), request);
        if (group.handleIt() != 0) {
            kernel.log().line(ABORTED, device, request.pasid().orElse(0), 0);
            group.respond(PageRequest.Response.FAILURE);
        }
        return 0;
    }

    /** The attachment under the PASID, whose domain must have a handler. Drivers with tables of PASIDs by users: none here. */
    private Optional<AttachHandle> find(Device device, PageRequest request) {
        int pasid = request.pasid().orElse(PasidArray.NO_PASID);
        long id = kernel.machine()
                .call(
                        Lane.CORE,
                        FIND,
                        device,
                        pasid,
                        0,
                        () -> Group.of(device)
                                .flatMap(group -> group.pasids().load(pasid))
                                .filter(entry -> entry instanceof AttachHandle handle
                                        && handle.domain()
                                                .require()
                                                .faultHandler()
                                                .isPresent())
                                .map(entry -> (long) entry.id())
                                .orElse(0L));
        return id == 0
                ? Optional.empty()
                : Optional.of((AttachHandle) kernel.machine().object((int) id));
    }

    // iopf_group_alloc
    private FaultGroup complete(FaultParam param, AttachHandle handle, PageRequest request) {
        List<PageRequest> requests = new ArrayList<>();
        for (PageFault before : param.partial().toList()) {
            if (before.request().group() == request.group()) {
                param.partial().remove(before);
                requests.add(before.request());
            }
        }
        requests.add(request);
        var handler = handle.domain().require().faultHandler().orElseThrow();
        var group = new FaultGroup(kernel, param, handle, requests, handler);
        param.faults().add(group);
        return group;
    }
}
