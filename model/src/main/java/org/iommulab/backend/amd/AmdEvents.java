package org.iommulab.backend.amd;

import java.util.Optional;
import org.iommulab.backend.Site;
import org.iommulab.bus.Device;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.LogText;
import org.iommulab.kernel.Version;
import org.iommulab.sim.Term;

/** amd_iommu_int_thread: reads the event log and prints what is in it (drivers/iommu/amd/iommu.c). */
final class AmdEvents {
    private static final String FILE = "drivers/iommu/amd/iommu.c";
    private static final Term THREAD = Term.function("amd_iommu_int_thread", FILE);
    private static final Term FAULT =
            LogText.of("<3>AMD-Vi: Event logged [IO_PAGE_FAULT domain=0x%04h address=0x%x flags=0x%04l]");
    private static final Term NOT_ATTACHED =
            LogText.of("<3>AMD-Vi: Event logged [Device not attached to domain properly]");
    private static final Term OVERFLOW = LogText.of("<6>AMD-Vi: IOMMU event log overflow");
    private static final Term RESTARTING = LogText.of("<6>AMD-Vi: IOMMU Event log restarting");
    private static final Term DTE = LogText.of("<3>AMD-Vi: DTE[%d]: %016x");
    private static final Term COMMAND = LogText.of("<3>AMD-Vi: CMD[%d]: %08x");

    private final Kernel kernel;
    private final Site site;
    private final AmdSegment segment;

    AmdEvents(Site site, AmdSegment segment) {
        this.kernel = site.kernel();
        this.site = site;
        this.segment = segment;
    }

    void handle(AmdInstance iommu) {
        kernel.driverRun(THREAD, iommu.device(), () -> {
            // Later each log is asked about by itself (in 6.11; when that came is unverified); of the other two the
            // lab's units have none.
            int mask = kernel.since(Version.V6_7) ? AmdLayout.STATUS_EVENT_LOG : AmdLayout.STATUS_INTERRUPTS;
            int status = status(iommu);
            while ((status & mask) != 0) {
                iommu.registers().write32(AmdLayout.STATUS, mask);
                if (kernel.since(Version.V6_7) || (status >>> AmdLayout.EVENT_INT & 1) != 0) {
                    poll(iommu);
                }
                if ((status >>> AmdLayout.EVENT_OVERFLOW & 1) != 0) {
                    restart(iommu);
                }
                status = status(iommu);
            }
        });
    }

    private static int status(AmdInstance iommu) {
        return iommu.registers().read32(AmdLayout.STATUS);
    }

    /** iommu_poll_events: up to 6.7 the unit learns at the end how far the driver has come, then after each event. */
    private void poll(AmdInstance iommu) {
        int head = iommu.registers().read32(AmdLayout.EVT_HEAD);
        int tail = iommu.registers().read32(AmdLayout.EVT_TAIL);
        boolean each = kernel.since(Version.V6_12);
        while (head != tail) {
            print(iommu, iommu.eventBuffer() + head);
            head = head + AmdLayout.ENTRY_BYTES & AmdInstance.EVENT_BYTES - 1;
            if (each) {
                iommu.registers().write32(AmdLayout.EVT_HEAD, head);
            }
        }
        if (!each) {
            iommu.registers().write32(AmdLayout.EVT_HEAD, head);
        }
    }

    /** amd_iommu_restart_event_logging. */
    private void restart(AmdInstance iommu) {
        if (!kernel.since(Version.V6_7)) {
            kernel.log().line(OVERFLOW, kernel, 0, 0);
            iommu.disable(AmdLayout.EVENT_LOG_EN);
            iommu.enable(AmdLayout.EVENT_LOG_EN);
            return;
        }
        if ((status(iommu) >>> AmdLayout.EVENT_LOG_RUN & 1) != 0) {
            return;
        }
        kernel.log().line(RESTARTING, kernel, 0, 0);
        iommu.disable(AmdLayout.EVENT_LOG_EN);
        iommu.disable(AmdLayout.EVENT_INT_EN);
        iommu.registers().write32(AmdLayout.STATUS, 1 << AmdLayout.EVENT_OVERFLOW);
        iommu.enable(AmdLayout.EVENT_INT_EN);
        iommu.enable(AmdLayout.EVENT_LOG_EN);
    }

    /** iommu_print_event. */
    private void print(AmdInstance iommu, long at) {
        var event = AmdEvent.of(site.memory().read64(at), site.memory().read64(at + 8));
        if (event.type().filter(AmdEvent.Type.IO_PAGE_FAULT::equals).isPresent()) {
            pageFault(event);
            return;
        }
        event.type().ifPresent(type -> other(iommu, event, type));
        site.memory().write64(at, 0);
        site.memory().write64(at + 8, 0);
    }

    private void other(AmdInstance iommu, AmdEvent event, AmdEvent.Type type) {
        String device = " device=" + name(event.device());
        switch (type) {
            case ILLEGAL_DEV_TABLE_ENTRY -> {
                line(iommu, event, type + device + " pasid=0x%05h address=0x%x flags=0x%04l");
                dump(event.device());
            }
            case DEV_TAB_HARDWARE_ERROR -> flagged(iommu, event, type + device + " address=0x%x flags=0x%04x");
            case PAGE_TAB_HARDWARE_ERROR ->
                line(iommu, event, type + device + " pasid=0x%04h address=0x%x flags=0x%04l");
            case ILLEGAL_COMMAND_ERROR -> {
                flagged(iommu, event, type + " address=0x%x");
                dumpCommand(event.address());
            }
            case COMMAND_HARDWARE_ERROR -> flagged(iommu, event, type + " address=0x%x flags=0x%04x");
            case IOTLB_INV_TIMEOUT -> flagged(iommu, event, type + device + " address=0x%x");
            case INVALID_DEVICE_REQUEST ->
                line(iommu, event, type + device + " pasid=0x%05h address=0x%x flags=0x%04l");
            // a unit without PPR and SNP has none of these
            case INVALID_PPR_REQUEST, RMP_PAGE_FAULT, RMP_HW_ERROR, IO_PAGE_FAULT -> {}
        }
    }

    // The line is about the unit's device in sysfs, not about its PCI function.
    private Term term(AmdInstance iommu, String text) {
        return LogText.of("<3>iommu ivhd" + iommu.index() + ": AMD-Vi: Event logged [" + text + "]");
    }

    private void line(AmdInstance iommu, AmdEvent event, String text) {
        kernel.log().line(term(iommu, text), kernel, LogText.pack(event.domain(), event.flags()), event.address());
    }

    private void flagged(AmdInstance iommu, AmdEvent event, String text) {
        kernel.log().line(term(iommu, text), kernel, event.address(), event.flags());
    }

    /** amd_iommu_report_page_fault. */
    private void pageFault(AmdEvent event) {
        int domain = event.domain() & 0xffff;
        long packed = LogText.pack(domain, event.flags());
        Optional<AmdDevData> data = segment.deviceAt(event.device()).flatMap(AmdDevData::of);
        if (data.isEmpty()) {
            String text = "IO_PAGE_FAULT device=" + name(event.device()) + " domain=0x%04h address=0x%x flags=0x%04l";
            kernel.log().line(LogText.of("<3>AMD-Vi: Event logged [" + text + "]"), kernel, packed, event.address());
            return;
        }
        Device device = data.get().device().require();
        if (event.isMemoryTransaction()) {
            Optional<AmdDomain> attached = data.get().domain().get();
            if (attached.isEmpty()) {
                kernel.log().line(NOT_ATTACHED, kernel, 0, 0);
                Term who = LogText.of("<3>AMD-Vi:   device=" + name(event.device()) + " domain=0x%04x");
                kernel.log().line(who, kernel, domain, 0);
                return;
            }
            if (site.core().faults().report(attached.get(), device, event.address(), event.isWrite()) == 0) {
                return;
            }
        }
        kernel.log().line(FAULT, device, packed, event.address());
    }

    private static String name(int id) {
        return "0000:" + AmdEvent.deviceName(id);
    }

    private void dump(int id) {
        AmdDte dte = segment.entry(Math.min(id, segment.lastId()));
        long[] words = {dte.d0(), dte.d1(), dte.d2(), dte.d3()};
        for (int i = 0; i < words.length; i++) {
            kernel.log().line(DTE, kernel, i, words[i]);
        }
    }

    private void dumpCommand(long address) {
        for (int i = 0; i < 4 && site.memory().contains(address, AmdLayout.ENTRY_BYTES); i++) {
            kernel.log().line(COMMAND, kernel, i, site.memory().read32(address + 4L * i) & 0xffff_ffffL);
        }
    }
}
