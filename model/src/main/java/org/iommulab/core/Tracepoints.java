package org.iommulab.core;

import org.iommulab.bus.Device;
import org.iommulab.kernel.Kernel;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.Lane;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;
import org.iommulab.sim.Term.Operand;

/** The kernel's {@code iommu:*} tracepoints (include/trace/events/iommu.h). */
public final class Tracepoints {
    public static final Term ADD_DEVICE = trace("add_device_to_group", Operand.DECIMAL, Operand.NONE);
    public static final Term REMOVE_DEVICE = trace("remove_device_from_group", Operand.DECIMAL, Operand.NONE);
    public static final Term ATTACH_DEVICE = trace("attach_device_to_domain", Operand.NONE, Operand.NONE);
    public static final Term DETACH_DEVICE = trace("detach_device_from_domain", Operand.NONE, Operand.NONE);
    /** a: iova; b: physical address and pages. */
    public static final Term MAP = trace("map", Operand.HEX, Operand.PHYS_AND_PAGES);
    /** a: iova; b: pages asked for and pages unmapped. */
    public static final Term UNMAP = trace("unmap", Operand.HEX, Operand.PAGES_AND_PAGES);
    /** a: iova; b: flags, 0 read, 1 write. */
    public static final Term IO_PAGE_FAULT = trace("io_page_fault", Operand.HEX, Operand.HEX);

    private Tracepoints() {}

    private static Term trace(String name, Operand a, Operand b) {
        return Term.of(name, "iommu", a, b, Operand.NONE);
    }

    static void device(Kernel kernel, Term event, Device device) {
        emit(kernel, event, device, 0, 0);
    }

    static void group(Kernel kernel, Term event, Group group, Device device) {
        emit(kernel, event, device, group.number(), 0);
    }

    static void emit(Kernel kernel, Term event, SimObject object, long a, long b) {
        kernel.machine().emit(EventKind.TRACEPOINT, Lane.CORE, event, object, a, b);
    }
}
