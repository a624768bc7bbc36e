package org.iommulab.board;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.iommulab.backend.Backend;
import org.iommulab.backend.IntRange;
import org.iommulab.bus.IommuSpec;
import org.iommulab.bus.pci.PciAddress;
import org.iommulab.bus.pci.PciType;
import org.iommulab.json.Names;
import org.iommulab.json.Pointers;
import org.iommulab.json.Problems;

/** Whether a board makes sense: names that are used exist, each name is given once, memory is memory. */
final class BoardCheck {
    private static final long PAGE = 0x1000;
    /** 42 bits: what the widest boards have, which are Apple's. */
    private static final long HIGHEST = 1L << 42;

    private static final int MOST = 4_096;

    private final Board board;
    private final Problems problems;

    BoardCheck(Board board, Problems problems) {
        this.board = board;
        this.problems = problems;
    }

    void check() {
        if (!board.name().matches("[a-z0-9][a-z0-9-]{0,39}")) {
            problems.at("/name", "'" + board.name() + "' is no name, expected lower case letters, digits and hyphens");
        }
        board.config().keySet().stream()
                .filter(option -> !option.matches("[A-Z0-9_]{1,60}"))
                .forEach(option -> problems.at(
                        Pointers.child("/config", option),
                        "'" + option + "' is no option, expected a name as in SMP, without CONFIG_"));
        memory();
        Set<String> clocks = names("/clocks", board.clocks(), Board.Clock::name);
        Set<String> domains = names("/powerDomains", board.powerDomains(), Board.PowerDomain::name);
        Set<String> units = names("/units", board.units(), Board.Unit::name);
        Set<String> devices = names("/devices", board.devices(), Board.Device::name);
        Set<String> drivers = names("/drivers", board.drivers(), Board.Driver::name);
        for (int i = 0; i < board.units().size(); i++) {
            unit(board.units().get(i), "/units/" + i, clocks, domains, drivers);
        }
        for (int i = 0; i < board.devices().size(); i++) {
            device(board.devices().get(i), "/devices/" + i, clocks, domains, units, drivers);
        }
        order();
        new PciCheck(board, problems).check();
        board.drm().ifPresent(drm -> {
            known("/drm/device", "device", drm.device(), devices);
            known("/drm/driver", "driver", drm.driver(), drivers);
            each("/drm/components", "device", drm.components(), devices);
        });
    }

    private void memory() {
        if (board.memory().isEmpty()) {
            problems.at("/memory", "a board needs at least one bank of memory");
        }
        rising("/memory", "bank", board.memory());
        rising("/pciWindows", "window", board.pciWindows());
    }

    private void rising(String list, String what, List<Board.MemoryBank> banks) {
        long end = 0;
        for (int i = 0; i < banks.size(); i++) {
            Board.MemoryBank bank = banks.get(i);
            String at = list + "/" + i;
            aligned(at + "/base", bank.base());
            aligned(at + "/size", bank.size());
            if (bank.size() <= 0 || bank.base() < 0 || bank.base() >= HIGHEST || bank.size() > HIGHEST - bank.base()) {
                problems.at(at, "this " + what + " is empty or ends above 0x" + Long.toHexString(HIGHEST));
            } else if (bank.base() < end) {
                problems.at(
                        at + "/base",
                        "this " + what + " begins before the one above it ends, expected rising addresses");
            } else {
                end = bank.base() + bank.size();
            }
        }
    }

    private void dmaRange(String at, Board.MemoryBank range) {
        aligned(at + "/base", range.base());
        aligned(at + "/size", range.size());
        if (range.size() <= 0 || range.base() < 0 || range.size() > Long.MAX_VALUE - range.base()) {
            problems.at(at, "this range is empty or ends nowhere, expected a base and a size");
        }
    }

    private void deviceTree(String at, Optional<?> said) {
        if (said.isPresent() && !board.isDescribedByDeviceTree()) {
            problems.at(at, "only a device tree says this, and this board has none");
        }
    }

    private void unit(Board.Unit unit, String at, Set<String> clocks, Set<String> domains, Set<String> drivers) {
        String driver =
                Registry.backend(unit.type()).map(Backend::platformDriverName).orElse(unit.type());
        known(at + "/type", "driver", driver, drivers);
        if (unit.registers() % 4 != 0) {
            problems.at(
                    at + "/registers",
                    "0x" + Long.toHexString(unit.registers())
                            + " is no address of a register, expected a multiple of 4");
        }
        Registry.backend(unit.type()).ifPresent(backend -> {
            Map<String, IntRange> known = backend.properties();
            unit.properties().forEach((name, value) -> {
                String place = Pointers.child(at + "/properties", name);
                IntRange range = known.get(name);
                if (range == null) {
                    problems.at(
                            place,
                            "a " + unit.type() + " has no property '" + name + "'" + Names.hint(name, known.keySet()));
                } else if (!range.contains(value)) {
                    problems.at(place, value + " is out of range, expected " + range);
                }
            });
        });
        clocks(at, unit.clocks(), clocks);
        unit.powerDomain().ifPresent(name -> known(at + "/powerDomain", "power domain", name, domains));
    }

    private void device(
            Board.Device device,
            String at,
            Set<String> clocks,
            Set<String> domains,
            Set<String> units,
            Set<String> drivers) {
        if (units.contains(device.name()) && device.pci().isEmpty()) {
            problems.at(at + "/name", "'" + device.name() + "' is the name of a unit already");
        }
        device.pci().ifPresent(pci -> pci(at, device, pci));
        device.dmaRange().ifPresent(range -> dmaRange(at + "/dmaRange", range));
        deviceTree(at + "/dmaRange", device.dmaRange());
        deviceTree(at + "/dmaCoherent", device.dmaCoherent());
        device.driver().ifPresent(name -> known(at + "/driver", "driver", name, drivers));
        iommus(at + "/iommus", device.iommus(), units);
        clocks(at, device.clocks(), clocks);
        device.powerDomain().ifPresent(name -> known(at + "/powerDomain", "power domain", name, domains));
        Set<String> others = new HashSet<>();
        board.devices().stream()
                .map(Board.Device::name)
                .filter(n -> !n.equals(device.name()))
                .forEach(others::add);
        each(at + "/suppliers", "device", device.suppliers(), others);
    }

    private void pci(String at, Board.Device device, Board.Pci pci) {
        Optional<PciAddress> address = PciAddress.parse(device.name());
        if (address.isEmpty()) {
            problems.at(at + "/name", "'" + device.name() + "' is no PCI address, expected a form like 0000:03:00.1");
        }
        if (pci.facesOutside() && pci.type() != PciType.ROOT_PORT) {
            problems.at(at + "/pci/externalFacing", "only a 'root-port' can face outside, this is something else");
        }
        pci.below().ifPresent(name -> {
            List<String> bridges = board.devices().stream()
                    .filter(d -> d.pci().filter(p -> p.type().isBridge()).isPresent())
                    .map(Board.Device::name)
                    .toList();
            int own = board.devices().indexOf(device);
            if (!bridges.contains(name)) {
                problems.at(at + "/pci/below", "'" + name + "' is no bridge of this board" + Names.hint(name, bridges));
            } else if (board.devices().stream()
                    .limit(own)
                    .noneMatch(d -> d.name().equals(name))) {
                problems.at(at + "/pci/below", "'" + name + "' stands after it, expected bridges before what is below");
            }
        });
    }

    private void iommus(String at, List<String> entries, Set<String> units) {
        for (int i = 0; i < entries.size(); i++) {
            try {
                known(at + "/" + i, "unit", IommuSpec.parse(entries.get(i)).unit(), units);
            } catch (NumberFormatException e) {
                problems.at(
                        at + "/" + i,
                        "'" + entries.get(i) + "' is no entry, expected a unit and its numbers: 'UNIT 3 0x20'");
            }
            if (entries.indexOf(entries.get(i)) < i) {
                problems.at(at + "/" + i, "'" + entries.get(i) + "' stands here a second time");
            }
        }
    }

    /** Drivers stand in the order of their initcalls, so that the list is the order in which they register. */
    private void order() {
        for (int i = 1; i < board.drivers().size(); i++) {
            Board.Driver before = board.drivers().get(i - 1);
            Board.Driver driver = board.drivers().get(i);
            if (Comparator.<Board.Initcall>naturalOrder().compare(before.initcall(), driver.initcall()) > 0) {
                problems.at(
                        "/drivers/" + i + "/initcall",
                        "this initcall runs before that of '" + before.name()
                                + "', expected drivers in the order in which they register");
            }
        }
    }

    private void clocks(String at, Map<String, String> used, Set<String> clocks) {
        used.forEach((role, clock) -> known(Pointers.child(at + "/clocks", role), "clock", clock, clocks));
    }

    private void each(String at, String what, List<String> used, Set<String> known) {
        for (int i = 0; i < used.size(); i++) {
            known(at + "/" + i, what, used.get(i), known);
            if (used.indexOf(used.get(i)) < i) {
                problems.at(at + "/" + i, "'" + used.get(i) + "' stands here a second time");
            }
        }
    }

    private void known(String at, String what, String name, Collection<String> known) {
        if (!known.contains(name)) {
            problems.at(at, "this board has no " + what + " '" + name + "'" + Names.hint(name, known));
        }
    }

    private void aligned(String at, long value) {
        if (value % PAGE != 0) {
            problems.at(at, "0x" + Long.toHexString(value) + " is not page aligned, expected a multiple of 0x1000");
        }
    }

    private <T> Set<String> names(String at, List<T> things, Function<T, String> name) {
        if (things.size() > MOST) {
            problems.at(at, things.size() + " are too many, expected at most " + MOST);
        }
        Set<String> names = new TreeSet<>();
        for (int i = 0; i < things.size(); i++) {
            String one = name.apply(things.get(i));
            if (one.isBlank() || one.length() > 60) {
                problems.at(at + "/" + i + "/name", "a name has 1 to 60 characters");
            }
            if (!names.add(one)) {
                problems.at(at + "/" + i + "/name", "'" + one + "' is here already, expected each name once");
            }
        }
        return names;
    }
}
