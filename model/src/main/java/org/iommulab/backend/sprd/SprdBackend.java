package org.iommulab.backend.sprd;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.Backend;
import org.iommulab.backend.IntRange;
import org.iommulab.backend.Room;
import org.iommulab.backend.Site;
import org.iommulab.backend.UnitPlan;
import org.iommulab.backend.sprd.SprdLayout.Flavour;
import org.iommulab.decode.FaultText;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.pagetable.golden.Formats;

/** Puts Unisoc's IOMMUs and their driver on a board: the one class of this room that sees both. */
public final class SprdBackend implements Backend {
    @Override
    public String unitType() {
        return SprdPlatformDriver.NAME;
    }

    @Override
    public String unitTitle() {
        return "Unisoc IOMMU";
    }

    /** What the version register says: 0 for EX, 1 for VAU. */
    @Override
    public Map<String, IntRange> properties() {
        return Map.of("version", new IntRange(Flavour.EX.version(), Flavour.VAU.version()));
    }

    @Override
    public String driverName() {
        return SprdDriver.NAME;
    }

    @Override
    public Formats formats() {
        return new SprdFormats();
    }

    @Override
    public Optional<FaultText> faultText() {
        return Optional.of(new SprdFaultText());
    }

    @Override
    public Installed install(Site site, List<UnitPlan> plans) {
        var units = new ArrayList<IommuUnit>();
        var wired = new ArrayList<SprdPlatformDriver.Wired>();
        for (UnitPlan plan : plans) {
            Flavour flavour = Flavour.ofVersion(plan.property("version", 0)).orElseThrow();
            var unit = new SprdUnit(site.kernel().machine(), plan.device().label(), flavour, site.memory());
            units.add(unit);
            wired.add(new SprdPlatformDriver.Wired(
                    plan.device(), unit, plan.clocks().values().stream().findFirst()));
        }
        var driver = new SprdPlatformDriver(site, wired);
        return new Room(
                units,
                driver,
                driver.ops(),
                driver.sourceTable(),
                SprdDriver::notedDomain,
                SprdPlatformDriver::clientsOf);
    }
}
