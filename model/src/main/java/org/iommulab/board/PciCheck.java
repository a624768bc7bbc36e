package org.iommulab.board;

import java.util.List;
import java.util.Optional;
import org.iommulab.bus.pci.PciAddress;
import org.iommulab.json.Names;
import org.iommulab.json.Problems;

/** What functions must be like that the kernel finds by a scan: ids, places, virtual ones with their physical one. */
final class PciCheck {
    private static final int LARGEST_ID = 0xffff;
    private static final int LARGEST_CLASS = 0xff_ffff;
    private static final int MOST_VFS = 0xff;

    private final Board board;
    private final Problems problems;

    PciCheck(Board board, Problems problems) {
        this.board = board;
        this.problems = problems;
    }

    void check() {
        for (int i = 0; i < board.devices().size(); i++) {
            Board.Device device = board.devices().get(i);
            String at = "/devices/" + i;
            device.pci().ifPresent(pci -> {
                if (board.isScanned()) {
                    found(device, pci, at);
                } else {
                    plain(pci, at + "/pci");
                }
            });
        }
    }

    private void plain(Board.Pci pci, String at) {
        boolean more = pci.classCode().isPresent()
                || pci.reset().isPresent()
                || pci.sriov().isPresent()
                || pci.virtualOf().isPresent();
        if (more) {
            problems.at(at, "only functions with 'ids' can have a class, a reset or virtual functions");
        }
    }

    private void found(Board.Device device, Board.Pci pci, String at) {
        if (!pci.ids().orElse("").matches("[0-9a-f]{4}:[0-9a-f]{4}")) {
            problems.at(
                    at + "/pci/ids",
                    "expected vendor and device as in '8086:10d3', as other functions of this board have them");
        } else if (pci.ids().orElseThrow().startsWith("0000")
                || pci.ids().orElseThrow().startsWith("ffff")) {
            problems.at(at + "/pci/ids", "a function with this vendor is an empty slot");
        }
        if (device.appears().isPresent()) {
            problems.at(at + "/appears", "a function that is found by a scan is there from power-on");
        }
        if (board.unit(device.name()).isPresent()) {
            problems.at(at + "/name", "a unit cannot be a function that is found by a scan");
        }
        pci.classCode().ifPresent(code -> range(at + "/pci/classCode", code, 0, LARGEST_CLASS, "a class has 24 bits"));
        pci.sriov().ifPresent(sriov -> sriov(sriov, at + "/pci/sriov"));
        pci.virtualOf().ifPresent(physical -> virtual(device, physical, at + "/pci/virtualOf"));
        bus(device, pci, at);
    }

    private void sriov(Board.Sriov sriov, String at) {
        range(at + "/total", sriov.total(), 1, MOST_VFS, "expected 1 to " + MOST_VFS + " virtual functions");
        range(at + "/offset", sriov.offset(), 1, LARGEST_ID, "no distance between requester ids");
        range(at + "/stride", sriov.stride(), 1, LARGEST_ID, "no distance between requester ids");
        range(at + "/device", sriov.device(), 0, LARGEST_ID, "a device id has 16 bits");
    }

    private void virtual(Board.Device device, String physical, String at) {
        List<String> known = board.devices().stream()
                .filter(other -> other.pci().flatMap(Board.Pci::sriov).isPresent())
                .map(Board.Device::name)
                .toList();
        Optional<Board.Sriov> sriov =
                board.device(physical).flatMap(Board.Device::pci).flatMap(Board.Pci::sriov);
        if (sriov.isEmpty()) {
            problems.at(at, "'" + physical + "' makes no virtual functions" + Names.hint(physical, known));
            return;
        }
        Optional<PciAddress> own = PciAddress.parse(device.name());
        Optional<PciAddress> first = PciAddress.parse(physical);
        if (own.isPresent() && first.isPresent()) {
            int distance = own.get().requesterId()
                    - first.get().requesterId()
                    - sriov.get().offset();
            int stride = Math.max(1, sriov.get().stride());
            if (distance < 0
                    || distance % stride != 0
                    || distance / stride >= sriov.get().total()) {
                problems.at(at, "'" + device.name() + "' is not where a virtual function of '" + physical + "' can be");
            }
        }
    }

    // a bridge passes on what is for the buses below it, so what is below stands on one bus, a higher one
    private void bus(Board.Device device, Board.Pci pci, String at) {
        Optional<PciAddress> own = PciAddress.parse(device.name());
        Optional<PciAddress> bridge = pci.below().flatMap(PciAddress::parse);
        if (own.isEmpty() || bridge.isEmpty()) {
            return;
        }
        int first = board.devices().stream()
                .filter(other -> other.pci().flatMap(Board.Pci::below).equals(pci.below()))
                .flatMap(other -> PciAddress.parse(other.name()).stream())
                .mapToInt(PciAddress::bus)
                .findFirst()
                .orElse(own.get().bus());
        if (own.get().bus() <= bridge.get().bus() || own.get().bus() != first) {
            problems.at(
                    at + "/name",
                    "what is below '" + pci.below().orElseThrow() + "' stands on one bus, above the bridge's own");
        }
    }

    private void range(String at, long value, long least, long most, String what) {
        if (value < least || value > most) {
            problems.at(at, what + ", found " + value);
        }
    }
}
