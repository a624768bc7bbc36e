package org.iommulab.backend.virtio;

import java.util.List;
import java.util.stream.IntStream;
import org.iommulab.hardware.RegisterFile;
import org.iommulab.hardware.RegisterView;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.FlagCell;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.SimObject;
import org.iommulab.sim.Term;

/** The registers of the transport and the configuration: what they answer, and what writing them changes. */
final class ViommuRegisters {
    private static final List<RegisterFile.Register> ALL =
            VirtioLayout.registers(ViommuLayout.CONFIG, ViommuLayout.QUEUES);

    private final HostConfig config;
    private final RegisterFile file;
    private final List<DeviceRing> queues;
    private final LongCell driverFeatures;
    private final FlagCell bypass;

    ViommuRegisters(SimObject unit, PhysicalMemory memory, HostConfig config) {
        this.config = config;
        this.file = new RegisterFile(unit, ALL);
        this.queues = IntStream.range(0, ViommuLayout.QUEUES)
                .mapToObj(i -> new DeviceRing(unit, memory, config.queueSize()))
                .toList();
        this.driverFeatures = new LongCell(unit, Lane.HARDWARE, Term.hex("features that the driver takes"));
        this.bypass = new FlagCell(unit, Lane.HARDWARE, Term.flag("bypass"));
        bypass.setQuietly(config.bypass());
    }

    DeviceRing queue(int index) {
        return queues.get(index);
    }

    /** Whether endpoints that are in no domain pass. A reset of the device leaves it as it is. */
    boolean bypass() {
        return bypass.get();
    }

    int read(int offset) {
        int selected = file.get32(VirtioLayout.QUEUE_SELECT);
        return switch (offset) {
            case VirtioLayout.DEVICE_FEATURE -> half(config.features(), file.get32(VirtioLayout.DEVICE_FEATURE_SELECT));
            case VirtioLayout.GUEST_FEATURE ->
                half(driverFeatures.get(), file.get32(VirtioLayout.GUEST_FEATURE_SELECT));
            case VirtioLayout.NUM_QUEUES -> queues.size();
            case VirtioLayout.QUEUE_NOTIFY_OFF -> isQueue(selected) ? selected : 0;
            case VirtioLayout.QUEUE_SIZE,
                    VirtioLayout.QUEUE_ENABLE,
                    VirtioLayout.QUEUE_DESC_LO,
                    VirtioLayout.QUEUE_DESC_HI,
                    VirtioLayout.QUEUE_AVAIL_LO,
                    VirtioLayout.QUEUE_AVAIL_HI,
                    VirtioLayout.QUEUE_USED_LO,
                    VirtioLayout.QUEUE_USED_HI ->
                isQueue(selected) ? queues.get(selected).read(offset) : 0;
            case ViommuLayout.PAGE_SIZE_MASK -> (int) config.pageSizes();
            case ViommuLayout.PAGE_SIZE_MASK + 4 -> (int) (config.pageSizes() >>> 32);
            case ViommuLayout.INPUT_END -> (int) config.inputEnd();
            case ViommuLayout.INPUT_END + 4 -> (int) (config.inputEnd() >>> 32);
            case ViommuLayout.DOMAIN_END -> config.domainEnd();
            case ViommuLayout.PROBE_SIZE -> config.probeSize();
            case ViommuLayout.BYPASS -> bypass.get() ? 1 : 0;
            default -> file.get32(offset);
        };
    }

    private boolean isQueue(int index) {
        return index >= 0 && index < queues.size();
    }

    private static int half(long features, int select) {
        return switch (select) {
            case 0 -> (int) features;
            case 1 -> (int) (features >>> 32);
            default -> 0;
        };
    }

    /** Whether the device was reset by it. */
    boolean write(int offset, int value) {
        int selected = file.get32(VirtioLayout.QUEUE_SELECT);
        switch (offset) {
            case VirtioLayout.DEVICE_STATUS -> {
                file.set32(offset, value & 0xff);
                if ((value & 0xff) == 0) {
                    reset();
                    return true;
                }
            }
            case VirtioLayout.DEVICE_FEATURE_SELECT, VirtioLayout.GUEST_FEATURE_SELECT -> file.set32(offset, value);
            case VirtioLayout.QUEUE_SELECT -> file.set32(offset, value & 0xffff);
            case VirtioLayout.GUEST_FEATURE -> take(value);
            case ViommuLayout.BYPASS -> setBypass(value & 0xff);
            default -> {
                if (isQueue(selected)) {
                    queues.get(selected).write(offset, value);
                }
            }
        }
        return false;
    }

    private void take(int value) {
        switch (file.get32(VirtioLayout.GUEST_FEATURE_SELECT)) {
            case 0 -> driverFeatures.setQuietly(driverFeatures.get() & -1L << 32 | value & 0xffff_ffffL);
            case 1 -> driverFeatures.setQuietly(driverFeatures.get() & 0xffff_ffffL | (long) value << 32);
            default -> {}
        }
    }

    private void setBypass(int value) {
        if ((driverFeatures.get() >>> ViommuLayout.F_BYPASS_CONFIG & 1) != 0 && value <= 1) {
            bypass.setQuietly(value == 1);
        }
    }

    private void reset() {
        file.reset();
        driverFeatures.setQuietly(0);
        queues.forEach(DeviceRing::reset);
    }

    void emit(EventKind kind, int offset, int value) {
        file.emit(kind, offset, value & 0xffff_ffffL);
    }

    List<RegisterView> views() {
        return file.views(
                register -> read(register.offset()) & 0xffff_ffffL,
                (register, value) -> meaning(register.offset(), (int) value));
    }

    private static String meaning(int offset, int value) {
        return switch (offset) {
            case VirtioLayout.DEVICE_STATUS -> (value & VirtioLayout.DRIVER_OK) != 0 ? "driver ready" : "";
            case ViommuLayout.BYPASS -> value != 0 ? "endpoints in no domain pass" : "endpoints in no domain fault";
            default -> "";
        };
    }
}
