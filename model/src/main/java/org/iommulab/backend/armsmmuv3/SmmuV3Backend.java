package org.iommulab.backend.armsmmuv3;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.iommulab.backend.Backend;
import org.iommulab.backend.FirmwareMemory;
import org.iommulab.backend.IntRange;
import org.iommulab.backend.Room;
import org.iommulab.backend.Site;
import org.iommulab.backend.SysfsInstance;
import org.iommulab.backend.UnitPlan;
import org.iommulab.bus.Device;
import org.iommulab.bus.pci.PciTopology;
import org.iommulab.decode.FaultText;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.pagetable.golden.Formats;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.TimedFormat;
import org.iommulab.pagetable.lpae.LpaeVariant;

/** Puts SMMUv3s and their driver on a board: the one class of this room that sees both. */
public final class SmmuV3Backend implements Backend {
    /** QEMU's unit without options: two-level stream table, little endian, coherent, stage 1, range invalidation. */
    private static final int QEMU_FEATURES = 0x8305;

    private static final int QEMU_OUTPUT_BITS = 44;
    private static final int QEMU_ID_BITS = 16;
    private static final int ALL_GRANULES = 7;
    private static final Pattern SYSFS_NAME = Pattern.compile("smmu3\\.0x([0-9a-f]{1,16})");

    @Override
    public String unitType() {
        return SmmuV3Driver.NAME;
    }

    @Override
    public String unitTitle() {
        return "SMMUv3";
    }

    /**
     * What the driver prints of the unit (features, width of output addresses); whether it walks 32-bit tables too; widths
     * of stream and substream ids; granules (1: 4 KiB, 2: 16 KiB, 4: 64 KiB); whether its events say what was read when
     * it failed. What a board does not say is as in QEMU's unit.
     */
    @Override
    public Map<String, IntRange> properties() {
        var flag = new IntRange(0, 1);
        return Map.of(
                "features",
                new IntRange(0, (1 << 23) - 1),
                "outputBits",
                new IntRange(32, 52),
                "aarch32",
                flag,
                "streamIdBits",
                new IntRange(1, 32),
                "substreamIdBits",
                new IntRange(0, 20),
                "granules",
                new IntRange(1, ALL_GRANULES),
                "eventClass",
                flag);
    }

    @Override
    public String driverName() {
        return SmmuV3Driver.NAME;
    }

    /** Its tables are ARM's, which are listed with the shared formats. */
    @Override
    public Formats formats() {
        return new Formats() {
            @Override
            public List<GoldenFormat> golden() {
                return List.of();
            }

            @Override
            public List<TimedFormat> timed() {
                return List.of();
            }
        };
    }

    @Override
    public List<String> formatNames() {
        return List.of(LpaeVariant.ARM_64_S1.label(), LpaeVariant.ARM_64_S2.label());
    }

    /**
     * {@code smmu3.0x0000000009050000} has no attributes: what it can do is not shown, and it is taken for QEMU's. By its
     * device one sees whether a device tree ({@code 9050000.smmuv3}) or ACPI described it ({@code arm-smmu-v3.0.auto}).
     */
    @Override
    public Optional<SysfsInstance.Unit> recognise(SysfsInstance instance, List<FirmwareMemory> memory) {
        Matcher named = SYSFS_NAME.matcher(instance.name());
        return named.matches()
                ? instance.hangsOn()
                        .map(device ->
                                new SysfsInstance.Unit(device, Long.parseUnsignedLong(named.group(1), 16), Map.of()))
                : Optional.empty();
    }

    private static SmmuV3Idr idr(UnitPlan plan) {
        return SmmuV3Idr.of(new SmmuV3Idr.Wish(
                plan.property("features", QEMU_FEATURES),
                plan.property("outputBits", QEMU_OUTPUT_BITS),
                plan.property("aarch32", 0) != 0,
                plan.property("streamIdBits", QEMU_ID_BITS),
                plan.property("substreamIdBits", 0),
                plan.property("granules", ALL_GRANULES)));
    }

    @Override
    public Optional<FaultText> faultText() {
        return Optional.of(new ArmSmmuV3FaultText());
    }

    @Override
    public Installed install(Site site, List<UnitPlan> plans) {
        var machine = site.kernel().machine();
        var options = SmmuV3Options.of(site.kernel());
        var units = new ArrayList<IommuUnit>();
        var smmus = new ArrayList<SmmuV3Device>();
        for (UnitPlan plan : plans) {
            String name = plan.device().label();
            var wired = new SmmuV3.Wired(
                    new InterruptLine(machine, name + " eventq"),
                    new InterruptLine(machine, name + " gerror"),
                    streamIds(site),
                    plan.property("eventClass", 0) != 0);
            var unit = new SmmuV3(machine, name, idr(plan), site.memory(), wired);
            units.add(unit);
            boolean coherent = SmmuV3Feature.COHERENCY.in(plan.property("features", QEMU_FEATURES));
            smmus.add(new SmmuV3Device(
                    site,
                    options,
                    new SmmuV3Device.Wired(plan.device(), unit, wired.eventIrq(), wired.errorIrq(), coherent)));
        }
        var platform = new SmmuV3PlatformDriver(site, smmus);
        SmmuV3Driver driver = platform.driver();
        return new Room(
                units, platform, driver.ops(), driver.ops().sourceTable(), driver::notedDomain, SmmuV3Driver::unitsOf);
    }

    /**
     * A PCIe-to-PCI bridge takes over the requests of what is behind it, and sends them on under an id of its own: the last
     * of a function's aliases. Others keep the id that the board gives them.
     */
    private static ToIntFunction<DmaMaster> streamIds(Site site) {
        return port -> {
            for (Device device : site.bus().devices().toList()) {
                if (device.pci().isPresent() && device.label().equals(port.label())) {
                    return port.streamId() + distance(site.bus().pci(), device);
                }
            }
            return port.streamId();
        };
    }

    private static int distance(PciTopology pci, Device device) {
        int own = device.pci().orElseThrow().address().requesterId();
        return pci.dmaAliases(device).getLast().requesterId() - own;
    }
}
