package org.iommulab.backend.pamu;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.Backend;
import org.iommulab.backend.IntRange;
import org.iommulab.backend.Room;
import org.iommulab.backend.Site;
import org.iommulab.backend.UnitPlan;
import org.iommulab.bus.Device;
import org.iommulab.core.IommuDomain;
import org.iommulab.decode.FaultText;
import org.iommulab.hardware.InterruptLine;
import org.iommulab.hardware.IommuUnit;
import org.iommulab.hardware.Mmio;
import org.iommulab.pagetable.golden.Formats;

/** Puts PAMUs and their driver on a board: the one class of this room that sees both. */
public final class PamuBackend implements Backend {
    @Override
    public String unitType() {
        return PamuPlatformDriver.NAME;
    }

    @Override
    public String unitTitle() {
        return "PAMU";
    }

    /** The boot loader writes {@code fsl,liodn} into the device tree; there is no {@code iommus} property. */
    @Override
    public boolean isNamedByIommus() {
        return false;
    }

    @Override
    public Map<String, IntRange> properties() {
        return Map.of();
    }

    @Override
    public String driverName() {
        return PamuDriver.NAME;
    }

    @Override
    public Formats formats() {
        return new PamuFormats();
    }

    @Override
    public Optional<FaultText> faultText() {
        return Optional.of(new PamuFaultText());
    }

    @Override
    public Installed install(Site site, List<UnitPlan> plans) {
        var machine = site.kernel().machine();
        Device device = plans.getFirst().device();
        var irq = new InterruptLine(machine, device.label() + " irq");
        var bypass = new PamuBypass(machine, plans.size());
        var units = new ArrayList<IommuUnit>();
        var registers = new ArrayList<Mmio>();
        for (int i = 0; i < plans.size(); i++) {
            var unit = new Pamu(machine, plans.get(i).device().label(), i, site.memory(), irq, bypass);
            units.add(unit);
            registers.add(unit);
        }
        var driver = new PamuPlatformDriver(
                site, new PamuPlatformDriver.Wired(device, registers, bypass, irq, liodns(plans)));
        return new Room(
                units,
                driver,
                driver.ops(),
                driver.sourceTable(),
                PamuDriver::notedDomain,
                domain -> unitsOf(domain, plans));
    }

    /** The property {@code fsl,liodn} of every device. */
    private static Map<String, List<Integer>> liodns(List<UnitPlan> plans) {
        var liodns = new LinkedHashMap<String, List<Integer>>();
        for (UnitPlan plan : plans) {
            plan.masters()
                    .forEach(wire -> liodns.computeIfAbsent(wire.device(), _ -> new ArrayList<>())
                            .add(wire.spec().id()));
        }
        return liodns;
    }

    /** The units behind which a domain's devices are. */
    private static List<Device> unitsOf(IommuDomain domain, List<UnitPlan> plans) {
        List<String> attached =
                PamuDriver.devicesOf(domain).stream().map(Device::label).toList();
        return plans.stream()
                .filter(plan -> plan.masters().stream().anyMatch(wire -> attached.contains(wire.device())))
                .map(UnitPlan::device)
                .toList();
    }
}
