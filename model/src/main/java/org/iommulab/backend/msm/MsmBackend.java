package org.iommulab.backend.msm;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.Backend;
import org.iommulab.backend.IntRange;
import org.iommulab.backend.Room;
import org.iommulab.backend.Site;
import org.iommulab.backend.UnitPlan;
import org.iommulab.decode.FaultText;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.pagetable.golden.Formats;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.TimedFormat;

/** Puts the IOMMUs of an APQ8064, and their driver, on a board: the one class of this room that sees both. */
public final class MsmBackend implements Backend {
    private static final int SHARED_INTERRUPTS = 32;
    private static final int USUAL_CONTEXTS = 2;

    @Override
    public String unitType() {
        return MsmPlatformDriver.NAME;
    }

    @Override
    public String unitTitle() {
        return "MSM IOMMU v0";
    }

    /** {@code ncb}: context banks. {@code spi}: the first interrupt at the interrupt controller. */
    @Override
    public Map<String, IntRange> properties() {
        return Map.of("ncb", new IntRange(1, 128), "spi", new IntRange(0, 987));
    }

    @Override
    public String driverName() {
        return MsmDriver.NAME;
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
        return List.of("arm-v7s");
    }

    @Override
    public Optional<FaultText> faultText() {
        return Optional.of(new MsmFaultText());
    }

    @Override
    public Installed install(Site site, List<UnitPlan> plans) {
        var units = new ArrayList<IommuUnit>();
        var wired = new ArrayList<MsmPlatformDriver.Wired>();
        for (UnitPlan plan : plans) {
            var unit = new MsmUnit(
                    site.kernel().machine(),
                    plan.device().label(),
                    plan.property("ncb", USUAL_CONTEXTS),
                    site.memory());
            units.add(unit);
            wired.add(new MsmPlatformDriver.Wired(
                    plan.device(),
                    unit,
                    plan.clocks(),
                    plan.property("ncb"),
                    unit.lines().getFirst(),
                    // Linux numbers interrupts as they are asked for; the lab takes the interrupt controller's number
                    SHARED_INTERRUPTS + plan.property("spi", 0)));
        }
        var driver = new MsmPlatformDriver(site, wired);
        // the driver keeps no note of a master's domain
        return new Room(
                units, driver, driver.ops(), driver.sourceTable(), device -> Optional.empty(), driver::clientsOf);
    }
}
