package org.iommulab.backend.mtkv1;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.Backend;
import org.iommulab.backend.IntRange;
import org.iommulab.backend.Room;
import org.iommulab.backend.Site;
import org.iommulab.backend.UnitPlan;
import org.iommulab.decode.FaultText;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.pagetable.golden.Formats;

/** Puts the first M4U with its SMI, and their drivers, on a board: the one class of this room that sees both. */
public final class MtkV1Backend implements Backend {
    @Override
    public String unitType() {
        return MtkV1PlatformDriver.NAME;
    }

    @Override
    public String unitTitle() {
        return "M4U";
    }

    /** None: the larbs are devices of the board, of type {@code smi-larb} and in the order of {@code mediatek,larbs}. */
    @Override
    public Map<String, IntRange> properties() {
        return Map.of();
    }

    @Override
    public String driverName() {
        return MtkV1Driver.NAME;
    }

    @Override
    public Formats formats() {
        return new MtkV1Formats();
    }

    /** The chips have one M4U; a board with more is built, but only the first has a driver. */
    @Override
    public Optional<FaultText> faultText() {
        return Optional.of(new MtkV1FaultText());
    }

    @Override
    public Installed install(Site site, List<UnitPlan> plans) {
        var machine = site.kernel().machine();
        List<MtkV1Unit> units = plans.stream()
                .map(plan -> {
                    String name = plan.device().label();
                    return new MtkV1Unit(machine, name, site.memory(), new InterruptLine(machine, name + " irq"));
                })
                .toList();
        MtkV1Unit unit = units.getFirst();
        UnitPlan plan = plans.getFirst();
        var driver = new MtkV1PlatformDriver(
                site,
                new MtkV1PlatformDriver.Wired(
                        plan.device(),
                        unit,
                        unit.smi(),
                        unit.irq(),
                        plan.clocks().values().stream().findFirst(),
                        unit::powerOn));
        return new Room(
                List.copyOf(units),
                driver,
                driver.ops(),
                driver.sourceTable(),
                MtkV1Driver::notedDomain,
                driver::clientsOf,
                driver::heldMappings,
                List.of(driver.larbDriver()));
    }
}
