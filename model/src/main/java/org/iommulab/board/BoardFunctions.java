package org.iommulab.board;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.iommulab.backend.Backend;
import org.iommulab.bus.IommuSpec;
import org.iommulab.bus.pci.BridgeNumbers;
import org.iommulab.bus.pci.ConfigSpace;
import org.iommulab.bus.pci.PciAddress;
import org.iommulab.bus.pci.PciFirmware;
import org.iommulab.bus.pci.PciFunction;
import org.iommulab.bus.pci.PlainConfigSpace;

/** The functions of a board on which the kernel finds them by a scan: as hardware, and what firmware says of them. */
final class BoardFunctions {
    private final Board board;
    private final Map<String, List<IommuSpec>> specs;
    private final Map<String, PciAddress> addresses = new HashMap<>();

    /** @param specs by device, the entries of its {@code iommus} */
    BoardFunctions(Board board, Map<String, List<IommuSpec>> specs) {
        this.board = board;
        this.specs = specs;
    }

    /** What is plugged in: none on a board without a scan. Virtual functions are their physical one's to make. */
    Map<PciAddress, ConfigSpace> plugged() {
        var spaces = new HashMap<PciAddress, ConfigSpace>();
        for (Board.Device planned : board.devices()) {
            planned.pci()
                    .filter(pci -> pci.ids().isPresent() && pci.virtualOf().isEmpty())
                    .ifPresent(pci -> {
                        PciAddress address = addressOf(planned);
                        spaces.put(address, PlainConfigSpace.of(factsOf(planned, address, pci)));
                    });
        }
        return spaces;
    }

    private PlainConfigSpace.Facts factsOf(Board.Device planned, PciAddress address, Board.Pci pci) {
        String[] ids = pci.ids().orElseThrow().split(":");
        return new PlainConfigSpace.Facts(
                pci.type(),
                Integer.parseInt(ids[0], 16),
                Integer.parseInt(ids[1], 16),
                (int) pci.classCode().orElse(0),
                hasNeighbour(address),
                pci.isolates(),
                pci.canBeReset(),
                pci.pasidBits().orElse(0),
                numbersOf(planned, address),
                pci.sriov()
                        .map(vfs -> new PlainConfigSpace.Vfs(
                                vfs.total(), vfs.offset(), vfs.stride(), (int) vfs.device(), address.devfn())));
    }

    private PciAddress addressOf(Board.Device planned) {
        return addresses.computeIfAbsent(
                planned.name(), name -> PciAddress.parse(name).orElseThrow());
    }

    private boolean hasNeighbour(PciAddress address) {
        return board.devices().stream()
                        .filter(device -> device.pci()
                                .filter(pci -> pci.virtualOf().isEmpty())
                                .isPresent())
                        .filter(device -> address.inSlotOf(addressOf(device)))
                        .count()
                > 1;
    }

    /** The numbers that firmware gave a bridge: those of the buses on which the board has something below it. */
    private Optional<BridgeNumbers> numbersOf(Board.Device bridge, PciAddress address) {
        List<Board.Device> children = board.devices().stream()
                .filter(device -> device.pci()
                        .flatMap(Board.Pci::below)
                        .filter(bridge.name()::equals)
                        .isPresent())
                .toList();
        return children.stream()
                .findFirst()
                .map(child -> new BridgeNumbers(address.bus(), addressOf(child).bus(), highestBelow(children)));
    }

    private int highestBelow(List<Board.Device> children) {
        return children.stream()
                .mapToInt(child -> Math.max(
                        addressOf(child).bus(),
                        numbersOf(child, addressOf(child))
                                .map(BridgeNumbers::subordinate)
                                .orElse(0)))
                .max()
                .orElse(0);
    }

    /** A device tree describes an arm64 machine that ACPI does not. */
    PciFirmware firmware() {
        boolean deviceTree = board.architecture() == Architecture.ARM64
                && !board.config("ACPI").isYes();
        return new PciFirmware(deviceTree, this::iommusOf, this::titleOf, _ -> {});
    }

    private String titleOf(PciFunction function) {
        return board.device(function.label()).map(Board.Device::title).orElse("PCI function");
    }

    // an id of no function of its own, as a bridge has it, is in the range of the unit before it
    private List<IommuSpec> iommusOf(PciAddress address) {
        return specs.getOrDefault(address.toString(), List.of()).stream()
                .findFirst()
                .map(IommuSpec::unit)
                .or(() -> board.units().stream().findFirst().map(Board.Unit::name))
                .filter(this::isNamedByIommus)
                .map(unit -> List.of(new IommuSpec(unit, List.of(address.requesterId()))))
                .orElse(List.of());
    }

    private boolean isNamedByIommus(String unit) {
        return board.unit(unit)
                .flatMap(found -> Registry.backend(found.type()))
                .filter(Backend::isNamedByIommus)
                .isPresent();
    }
}
