package org.iommulab.backend.mtk;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.iommulab.backend.Backend;
import org.iommulab.backend.IntRange;
import org.iommulab.backend.Room;
import org.iommulab.backend.Site;
import org.iommulab.backend.UnitPlan;
import org.iommulab.backend.mtk.MtkSoc.Flag;
import org.iommulab.bus.Device;
import org.iommulab.decode.FaultText;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.pagetable.golden.Formats;
import org.iommulab.pagetable.golden.GoldenFormat;
import org.iommulab.pagetable.golden.TimedFormat;
import org.iommulab.sim.Machine;

/** Puts M4Us with their larbs, and their drivers, on a board: the one class of this room that sees both. */
public final class MtkBackend implements Backend {
    private static final int PAGE_SHIFT = 12;

    @Override
    public String unitType() {
        return MtkPlatformDriver.NAME;
    }

    @Override
    public String unitTitle() {
        return "M4U";
    }

    /**
     * The SoC is said by a property of its name, {@code mt8195-vdo}; an mt8173 when none is there. {@code larb0} and so
     * on, and {@code common}: the larbs in front of the unit and their SMI common, each by the 4 KiB page of its
     * registers. {@code mode4Gb}: the strap of 4GB mode. {@code keepsRegisters}: there is no power domain.
     */
    @Override
    public Map<String, IntRange> properties() {
        var properties = new LinkedHashMap<String, IntRange>();
        for (MtkSoc soc : MtkSoc.values()) {
            properties.put(soc.key(), new IntRange(1, 1));
        }
        IntStream.range(0, MtkSoc.NO_LARB).forEach(larb -> properties.put("larb" + larb, new IntRange(1, 0xf_ffff)));
        properties.put("common", new IntRange(1, 0xf_ffff));
        properties.put("mode4Gb", new IntRange(0, 1));
        properties.put("keepsRegisters", new IntRange(0, 1));
        return properties;
    }

    @Override
    public String driverName() {
        return MtkDriver.NAME;
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
        return List.of("arm-v7s-mtk");
    }

    @Override
    public Optional<FaultText> faultText() {
        return Optional.of(new MtkFaultText());
    }

    @Override
    public Installed install(Site site, List<UnitPlan> plans) {
        var units = new ArrayList<IommuUnit>();
        var wired = new ArrayList<MtkData.Wired>();
        for (UnitPlan plan : plans) {
            MtkSoc soc = MtkSoc.named(plan.properties().keySet().stream()
                            .filter(key -> MtkSoc.named(key).isPresent())
                            .findFirst()
                            .orElse(MtkSoc.MT8173.key()))
                    .orElseThrow();
            var machine = site.kernel().machine();
            String name = plan.device().label();
            boolean mode4Gb = soc.has(Flag.HAS_4GB_MODE) && plan.property("mode4Gb", 0) != 0;
            var larbs = new ArrayList<MtkLarb>();
            var larbData = new ArrayList<MtkLarbData.Wired>();
            for (int number : soc.has(Flag.INFRA) ? List.<Integer>of() : larbsOf(plan)) {
                Device device = device(machine, plan, "larb" + number, ".larb", "SMI larb " + number);
                var larb = new MtkLarb(machine, device.label(), number, soc.larbKind());
                larbs.add(larb);
                larbData.add(
                        new MtkLarbData.Wired(device, number, soc.larbKind(), larb, larb::powerOn, larb::powerOff));
            }
            MtkSyscon pericfg = MtkSyscon.pericfg(machine, name + " pericfg");
            var wiring = new MtkM4u.Wiring(larbs, pericfg, mode4Gb, plan.property("keepsRegisters", 0) != 0);
            var unit = new MtkM4u(machine, name, soc, wiring, site.memory());
            units.add(unit);
            wired.add(new MtkData.Wired(
                    plan.device(),
                    soc,
                    unit,
                    MtkSyscon.infracfg(machine, name + " infracfg", mode4Gb),
                    pericfg,
                    unit::powerOn,
                    unit::powerOff,
                    unit.lines(),
                    plan.clocks(),
                    device(machine, plan, "common", ".smi", "SMI common"),
                    larbData));
        }
        var driver = new MtkPlatformDriver(site, wired);
        return new Room(units, driver, driver.ops(), driver.sourceTable(), MtkDriver::notedDomain, driver::clientsOf);
    }

    private static List<Integer> larbsOf(UnitPlan plan) {
        return IntStream.range(0, MtkSoc.NO_LARB)
                .filter(larb -> plan.properties().containsKey("larb" + larb))
                .boxed()
                .toList();
    }

    // Its name is its address and what it is; one whose address the board does not give is named after the M4U.
    private static Device device(Machine machine, UnitPlan plan, String property, String suffix, String title) {
        int page = plan.property(property, 0);
        String name = page == 0 ? plan.device().label() + suffix : Long.toHexString((long) page << PAGE_SHIFT) + suffix;
        return new Device(machine, name, title, property, List.of());
    }
}
