package org.iommulab.backend.dart;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.Backend;
import org.iommulab.backend.IntRange;
import org.iommulab.backend.Room;
import org.iommulab.backend.Site;
import org.iommulab.backend.UnitPlan;
import org.iommulab.backend.dart.DartLayout.Build;
import org.iommulab.backend.dart.DartLayout.Chip;
import org.iommulab.decode.FaultText;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.pagetable.golden.Formats;

/** Puts DARTs and their driver on a board: the one class of this room that sees both. */
public final class DartBackend implements Backend {
    private static final int BIG_PAGES = 14;
    private static final int SMALL_PAGES = 12;

    @Override
    public String unitType() {
        return DartDriver.NAME;
    }

    @Override
    public String unitTitle() {
        return "DART";
    }

    /**
     * {@code chip}: 8103, 6000 or 8110, the number in the compatible, 8103 when missing. {@code smallPages}: pages of 4
     * KiB, which only an 8103 can have. {@code streams} and {@code inputBits} are what an 8110 says of itself.
     */
    @Override
    public Map<String, IntRange> properties() {
        return Map.of(
                "chip", new IntRange(6000, 8110),
                "smallPages", new IntRange(0, 1),
                "bypass", new IntRange(0, 1),
                "locked", new IntRange(0, 1),
                "streams", new IntRange(1, 256),
                "inputBits", new IntRange(30, 42));
    }

    @Override
    public String driverName() {
        return DartDriver.NAME;
    }

    @Override
    public Formats formats() {
        return new DartFormats();
    }

    @Override
    public Optional<FaultText> faultText() {
        return Optional.of(new DartFaultText());
    }

    @Override
    public Installed install(Site site, List<UnitPlan> plans) {
        var units = new ArrayList<IommuUnit>();
        var wired = new ArrayList<DartPlatformDriver.Wired>();
        for (UnitPlan plan : plans) {
            var machine = site.kernel().machine();
            Build build = buildOf(plan);
            var irq = new InterruptLine(machine, plan.device().label() + " irq");
            var unit = new Dart(machine, plan.device().label(), build, site.memory(), irq);
            units.add(unit);
            wired.add(new DartPlatformDriver.Wired(plan.device(), build.chip(), unit, irq));
        }
        var driver = new DartPlatformDriver(site, wired);
        return new Room(
                units,
                driver,
                driver.ops(),
                driver.sourceTable(),
                // the driver keeps no note of what is attached to a device
                device -> Optional.empty(),
                DartPlatformDriver::clientsOf);
    }

    private static Build buildOf(UnitPlan plan) {
        Chip chip = switch (plan.property("chip", 8103)) {
            case 6000 -> Chip.T6000;
            case 8110 -> Chip.T8110;
            default -> Chip.T8103;
        };
        boolean small = chip.version() == DartVersion.DART1 && plan.property("smallPages", 0) != 0;
        return new Build(
                chip,
                small ? SMALL_PAGES : BIG_PAGES,
                chip == Chip.T8110 ? plan.property("streams", 16) : chip.mostStreams(),
                plan.property("bypass", 1) != 0,
                plan.property("locked", 0) != 0,
                plan.property("inputBits", 32));
    }
}
