package org.iommulab.backend.s390;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.Backend;
import org.iommulab.backend.IntRange;
import org.iommulab.backend.Room;
import org.iommulab.backend.Site;
import org.iommulab.backend.UnitPlan;
import org.iommulab.core.IommuDomain;
import org.iommulab.decode.FaultText;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.pagetable.golden.Formats;

/** Puts zPCI functions and their driver on a board: the one class of this room that sees both. */
public final class S390Backend implements Backend {
    private static final int MEBIBYTE = 20;
    private static final int MANY = 4096;

    @Override
    public String unitType() {
        return ZpciInit.NAME;
    }

    @Override
    public String unitTitle() {
        return "zPCI function";
    }

    /** A function's IOMMU is itself; the board only says which belongs to which. */
    @Override
    public boolean isNamedByIommus() {
        return false;
    }

    @Override
    public boolean isPlatformDevice() {
        return false;
    }

    /**
     * What firmware knows of a function: {@code windowFirst} and {@code windowSize} of its DMA addresses in MiB; {@code
     * pages} is how many translations the machine, or its hypervisor, knows at a time.
     */
    @Override
    public Map<String, IntRange> properties() {
        return Map.of(
                "fid", new IntRange(0, Integer.MAX_VALUE),
                "handle", new IntRange(0, Integer.MAX_VALUE),
                "type", new IntRange(0, 255),
                "tlbRefresh", new IntRange(0, 1),
                "windowFirst", new IntRange(0, Integer.MAX_VALUE),
                "windowSize", new IntRange(1, Integer.MAX_VALUE),
                "pages", new IntRange(1, MANY));
    }

    @Override
    public String driverName() {
        return S390Driver.NAME;
    }

    @Override
    public Formats formats() {
        return new S390Formats();
    }

    @Override
    public Optional<FaultText> faultText() {
        return Optional.of(new S390FaultText());
    }

    @Override
    public Installed install(Site site, List<UnitPlan> plans) {
        var units = new ArrayList<IommuUnit>();
        var wires = new ArrayList<ZpciInit.Wired>();
        for (UnitPlan plan : plans) {
            var line = new InterruptLine(site.kernel().machine(), plan.device().label() + " event");
            Zdev.Properties known = propertiesOf(plan);
            var unit = new S390Unit(
                    site.kernel().machine(),
                    plan.device().label(),
                    known.fid(),
                    plan.property("handle", known.fid()),
                    known.tlbRefresh(),
                    plan.property("pages", 64),
                    site.memory(),
                    line);
            units.add(unit);
            wires.add(new ZpciInit.Wired(new Zdev(site.kernel(), known, unit), unit, plan.device(), line));
        }
        var init = new ZpciInit(site, wires);
        var zdevs = new Zdevs(wires.stream().map(ZpciInit.Wired::zdev).toList());
        return new Room(
                units,
                init,
                init.driver().ops(),
                init.driver().ops().sourceTable(),
                device -> zdevs.of(device).flatMap(zdev -> zdev.domain().get()),
                domain -> wires.stream()
                        .filter(wired -> isAttached(wired.zdev(), domain))
                        .map(ZpciInit.Wired::unit)
                        .toList());
    }

    private static boolean isAttached(Zdev zdev, IommuDomain domain) {
        return domain instanceof S390Domain own && own.devices().contains(zdev);
    }

    private static Zdev.Properties propertiesOf(UnitPlan plan) {
        long first = (long) plan.property("windowFirst", MANY) << MEBIBYTE;
        long size = (long) plan.property("windowSize", Integer.MAX_VALUE) << MEBIBYTE;
        String device =
                plan.masters().isEmpty() ? "" : plan.masters().getFirst().device();
        return new Zdev.Properties(
                device,
                plan.property("fid", 0),
                plan.property("type", 0),
                plan.property("tlbRefresh", 0) == 1,
                first,
                first + size - 1);
    }
}
