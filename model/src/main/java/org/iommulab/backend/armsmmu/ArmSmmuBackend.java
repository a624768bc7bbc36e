package org.iommulab.backend.armsmmu;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.Backend;
import org.iommulab.backend.FirmwareMemory;
import org.iommulab.backend.IntRange;
import org.iommulab.backend.Room;
import org.iommulab.backend.Site;
import org.iommulab.backend.SysfsInstance;
import org.iommulab.backend.UnitPlan;
import org.iommulab.decode.FaultText;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.pagetable.golden.Formats;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.TimedFormat;
import org.iommulab.pagetable.lpae.LpaeVariant;

/** Puts SMMUv2s and their driver on a board: the one class of this room that sees both. */
public final class ArmSmmuBackend implements Backend {
    private static final int MOST = 64;
    private static final int USUAL_MATCHES = 32;
    private static final int USUAL_BANKS = 16;
    private static final String SYSFS = "smmu.0x";

    @Override
    public String unitType() {
        return ArmSmmuDriver.NAME;
    }

    @Override
    public String unitTitle() {
        return "SMMUv2";
    }

    /**
     * {@code stages}: 1, 2, or 3 for both; whether walks are coherent; stream match entries; context banks; bits of an
     * address.
     */
    @Override
    public Map<String, IntRange> properties() {
        return Map.of(
                "stages",
                new IntRange(1, 3),
                "coherent",
                new IntRange(0, 1),
                "streamMatches",
                new IntRange(1, MOST),
                "contextBanks",
                new IntRange(1, MOST),
                "addressBits",
                new IntRange(32, 48));
    }

    @Override
    public String driverName() {
        return ArmSmmuDriver.NAME;
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
        return List.of(
                LpaeVariant.ARM_64_S1.label(),
                LpaeVariant.ARM_64_S2.label(),
                LpaeVariant.ARM_32_S1.label(),
                LpaeVariant.ARM_32_S2.label());
    }

    @Override
    public Optional<FaultText> faultText() {
        return Optional.of(new ArmSmmuFaultText());
    }

    /** {@code smmu.0x0000000015000000}: the number is where its registers are. */
    @Override
    public Optional<SysfsInstance.Unit> recognise(SysfsInstance instance, List<FirmwareMemory> memory) {
        if (!instance.name().startsWith(SYSFS)) {
            return Optional.empty();
        }
        try {
            long registers = Long.parseUnsignedLong(instance.name().substring(SYSFS.length()), 16);
            return instance.hangsOn().map(device -> new SysfsInstance.Unit(device, registers, Map.of()));
        } catch (NumberFormatException _) {
            return Optional.empty();
        }
    }

    @Override
    public Installed install(Site site, List<UnitPlan> plans) {
        var machine = site.kernel().machine();
        var units = new ArrayList<IommuUnit>();
        var wired = new ArrayList<ArmSmmuDevice.Wired>();
        for (UnitPlan plan : plans) {
            var unit = new ArmSmmuUnit(machine, plan.device().label(), features(plan), site.memory());
            units.add(unit);
            wired.add(new ArmSmmuDevice.Wired(plan.device(), unit, unit.globalIrq(), unit.bankIrqs()));
        }
        var platform = new ArmSmmuPlatformDriver(site, wired, MOST);
        ArmSmmuDriver driver = platform.driver();
        return new Room(
                units,
                platform,
                driver.ops(),
                driver.ops().sourceTable(),
                ArmSmmuDriver::notedDomain,
                ArmSmmuDriver::smmusOf);
    }

    private static ArmSmmuFeatures features(UnitPlan plan) {
        return new ArmSmmuFeatures(
                plan.property("stages", 3),
                plan.property("coherent", 0) != 0,
                plan.property("streamMatches", USUAL_MATCHES),
                plan.property("contextBanks", USUAL_BANKS),
                plan.property("addressBits", 48));
    }
}
