package org.iommulab.backend.virtio;

import java.util.Map;
import java.util.TreeMap;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Term;

/** The event queue: buffers for faults, and what the driver prints of one (drivers/iommu/virtio-iommu.c). */
final class ViommuEvents {
    private static final String FILE = "drivers/iommu/virtio-iommu.c";
    private static final Term FILL = Term.function("viommu_fill_evtq", FILE);
    private static final Term INTERRUPT = Term.function("vring_interrupt", "drivers/virtio/virtio_ring.c");
    private static final Term HANDLER = Term.function("viommu_event_handler", FILE);
    private static final Term FAULT = Term.function("viommu_fault_handler", FILE);
    private static final String[] REASONS = {"unknown", "domain", "page"};
    private static final int ACCESS = ViommuLayout.FAULT_READ | ViommuLayout.FAULT_WRITE | ViommuLayout.FAULT_EXEC;
    private static final Map<String, Term> LINES = lines();

    private final Kernel kernel;
    private final PhysicalMemory memory;
    private final Site site;
    private final ViommuDev viommu;
    private final LongCell buffers;

    ViommuEvents(Site site, ViommuDev viommu) {
        this.kernel = site.kernel();
        this.memory = site.memory();
        this.site = site;
        this.viommu = viommu;
        this.buffers = new LongCell(viommu, Lane.DRIVER, Term.hex("evts"));
    }

    // A format for each reason and each kind of access, made once: a format may not depend on a run.
    private static Map<String, Term> lines() {
        var lines = new TreeMap<String, Term>();
        for (String reason : REASONS) {
            lines.put(reason, LogText.of("<3>" + reason + " fault from EP %d"));
            for (int flags = 0; flags <= ACCESS; flags++) {
                String access = letters(flags);
                String from = "<3>" + reason + " fault from EP %d at ";
                lines.put(reason + access, LogText.of(from + "0x%x " + access));
                lines.put(reason + "0" + access, LogText.of(from + "0 " + access)); // %#llx of 0
            }
        }
        return lines;
    }

    private static String letters(int flags) {
        return "[" + ((flags & ViommuLayout.FAULT_READ) != 0 ? "R" : "")
                + ((flags & ViommuLayout.FAULT_WRITE) != 0 ? "W" : "")
                + ((flags & ViommuLayout.FAULT_EXEC) != 0 ? "X" : "") + "]";
    }

    /** viommu_fill_evtq: a buffer for each descriptor. The device is told with the first event. */
    void fill() {
        kernel.driverRun(FILL, viommu.parent(), () -> {
            int count = viommu.events().numFree();
            buffers.set(site.frames().allocate((long) count * ViommuLayout.FAULT_BYTES, 8));
            for (int i = 0; i < count; i++) {
                give(buffers.get() + (long) i * ViommuLayout.FAULT_BYTES);
            }
        });
    }

    private void give(long buffer) {
        viommu.events().add(0, 0, buffer, ViommuLayout.FAULT_BYTES);
    }

    void interrupt() {
        kernel.driverRun(
                INTERRUPT,
                viommu.parent(),
                () -> kernel.driverRun(HANDLER, viommu.parent(), () -> {
                    for (var used = viommu.events().take();
                            used.isPresent();
                            used = viommu.events().take()) {
                        long at = used.get().buffer();
                        if ((memory.read32(at) & 0xffff_ff00) == 0) {
                            kernel.driverRun(FAULT, viommu.parent(), () -> print(at));
                        }
                        give(at);
                    }
                    viommu.events().kick();
                }));
    }

    private void print(long at) {
        int reason = memory.read32(at) & 0xff;
        int flags = memory.read32(at + 4);
        long endpoint = memory.read32(at + 8) & 0xffff_ffffL;
        long address = memory.read64(at + 16);
        String name = REASONS[reason < REASONS.length ? reason : 0];
        boolean known = (flags & ViommuLayout.FAULT_ADDRESS) != 0;
        String key = known ? name + (address == 0 ? "0" : "") + letters(flags) : name;
        Device device = viommu.device().require();
        kernel.log().line(LINES.getOrDefault(key, FAULT), device, endpoint, address);
    }
}
