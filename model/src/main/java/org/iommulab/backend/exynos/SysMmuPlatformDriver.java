package org.iommulab.backend.exynos;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.bus.Clock;
import org.iommulab.bus.Device;
import org.iommulab.bus.DeviceLinks;
import org.iommulab.bus.Driver;
import org.iommulab.bus.DriverCore;
import org.iommulab.core.DriverOps;
import org.iommulab.core.IommuCore;
import org.iommulab.core.IommuDevice;
import org.iommulab.core.IommuDomain;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.Mmio;
import org.iommulab.kernel.Behaviour;
import org.iommulab.kernel.Kernel;
import org.iommulab.memory.FrameAllocator;
import org.iommulab.memory.PhysicalMemory;
import org.iommulab.sim.Lane;
import org.iommulab.sim.LongCell;
import org.iommulab.sim.Term;

/** The platform driver of the SysMMUs themselves (exynos_iommu_init, exynos_sysmmu_probe). */
public final class SysMmuPlatformDriver extends Driver implements ExynosTables {
    private static final int PG_ENT_SHIFT_V5 = 4;

    private final Kernel kernel;
    private final IommuCore core;
    private final DriverCore bus;
    private final PhysicalMemory memory;
    private final FrameAllocator frames;
    private final List<Wired> units;
    private final ExynosDriver driver;
    private final LongCell entryShift;
    private final LongCell zeroTable;
    private final LongCell domains;

    /**
     * One SysMMU of the board, as its driver will find it.
     *
     * @param device its platform device
     * @param powerOn switches its power domain on, {@code powerOff} off
     */
    public record Wired(
            Device device,
            Mmio registers,
            Runnable powerOn,
            Runnable powerOff,
            InterruptLine irq,
            Map<String, Clock> clocks) {}

    private final List<Bound> bound;

    private record Bound(SysMmuData data, IommuDevice instance, InterruptLine irq) {}

    public SysMmuPlatformDriver(
            Kernel kernel,
            IommuCore core,
            DriverCore bus,
            DeviceLinks links,
            PhysicalMemory memory,
            FrameAllocator frames,
            List<Wired> units) {
        super(kernel.machine(), "exynos-sysmmu");
        this.kernel = kernel;
        this.core = core;
        this.bus = bus;
        this.memory = memory;
        this.frames = frames;
        this.units = List.copyOf(units);
        this.driver = new ExynosDriver(kernel, core, links, this);
        this.entryShift = new LongCell(this, Lane.DRIVER, Term.count("PG_ENT_SHIFT"));
        this.zeroTable = new LongCell(
                this,
                Lane.DRIVER,
                Term.of("zero_lv2_table", "", Term.Operand.HEX, Term.Operand.HEX, Term.Operand.NONE));
        this.domains = new LongCell(this, Lane.DRIVER, Term.count("domains made"));
        entryShift.setQuietly(-1);
        var made = new java.util.ArrayList<Bound>();
        for (Wired unit : units) {
            var data = new SysMmuData(kernel, unit.device(), unit.registers(), powerOf(unit), unit.clocks());
            made.add(new Bound(data, new IommuDevice(unit.device(), driver.ops()), unit.irq()));
        }
        this.bound = List.copyOf(made);
    }

    private static SysMmuData.Power powerOf(Wired unit) {
        return new SysMmuData.Power() {
            @Override
            public void on() {
                unit.powerOn().run();
            }

            @Override
            public void off() {
                unit.powerOff().run();
            }
        };
    }

    public DriverOps ops() {
        return driver.ops();
    }

    /** The table as the kernel's source has it at this level, with nothing removed. */
    public org.iommulab.core.OpsTable sourceTable() {
        return driver.ops().sourceTable();
    }

    @Override
    public boolean matches(Device device) {
        return units.stream().anyMatch(unit -> unit.device() == device);
    }

    /** exynos_sysmmu_probe; the unit has power while it is probed and sleeps afterwards. */
    @Override
    public long probe(Device device) {
        Bound found = boundOf(device);
        SysMmuData data = found.data();
        allocateZeroTable();
        data.powerOn();
        data.enableClocks();
        readVersion(data);
        data.disableClocks();
        data.powerOff();
        found.irq().connect(() -> new ExynosFaults(kernel, core.faults()).handle(data));
        device.power().connect(data);
        if (entryShift.get() < 0) {
            entryShift.set(data.revision().variant().format().addressShift());
        }
        if (kernel.has(Behaviour.EXYNOS_REGISTERS_LAST)) {
            device.power().enable();
            return register(found);
        }
        long error = register(found);
        device.power().enable();
        return error;
    }

    private long register(Bound found) {
        return core.probing().register(found.instance(), bus.devices().toList());
    }

    private void allocateZeroTable() {
        if (zeroTable.get() == 0) {
            zeroTable.set(ExynosPageTable.allocateZeroTable(kernel.machine(), memory, frames, this));
        }
    }

    // __sysmmu_get_version: from version 7 on two more registers tell whether there is a VM bank
    private static void readVersion(SysMmuData data) {
        int version = data.registers().read32(SysMmuLayout.MMU_VERSION);
        boolean vmBank = false;
        if (SysMmuLayout.Revision.of(version, false).major() >= 7
                && (data.registers().read32(SysMmuLayout.CAPA0) & SysMmuLayout.CAPA0_CAPA1_EXIST) != 0) {
            vmBank = (data.registers().read32(SysMmuLayout.CAPA1) & SysMmuLayout.CAPA1_VCR_ENABLED) != 0;
        }
        data.remember(version, vmBank);
    }

    private Bound boundOf(Device device) {
        return bound.stream()
                .filter(b -> b.data().device() == device)
                .findFirst()
                .orElseThrow();
    }

    @Override
    public IommuDomain newDomain() {
        domains.setQuietly(domains.get() + 1);
        SysMmuFormat format = entryShift.get() == PG_ENT_SHIFT_V5 ? SysMmuFormat.V5 : SysMmuFormat.V1_V3;
        return new ExynosDomain(kernel, (int) domains.get(), memory, frames, format, zeroTable.get());
    }

    @Override
    public SysMmuData dataOf(Device sysMmu) {
        return boundOf(sysMmu).data();
    }

    @Override
    public IommuDevice instanceOf(SysMmuData data) {
        return boundOf(data.device()).instance();
    }

    /** What the driver has noted for a master: owner.domain. For those who look. */
    public Optional<IommuDomain> notedDomain(Device device) {
        return ExynosDriver.notedDomain(device);
    }

    /** The SysMMU devices on a domain's client list. For those who look. */
    public List<Device> clientsOf(IommuDomain domain) {
        return ExynosDriver.clientsOf(domain).stream().map(Device.class::cast).toList();
    }
}
