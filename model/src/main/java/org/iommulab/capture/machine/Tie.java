package org.iommulab.capture.machine;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.iommulab.bus.pci.AcsFlag;
import org.iommulab.bus.pci.AcsVerdict;
import org.iommulab.bus.pci.PciAddress;
import org.iommulab.bus.pci.PciLink;

/**
 * Why two functions cannot be kept apart.
 *
 * @param from in the direction of the chain that it is part of
 * @param where a function at which requests of one turn to the other without the IOMMU; empty for a shared requester id
 * @param fact what decides it, in short: {@code 0000:05:00.0 has no ACS capability}
 * @param sentence the reason
 */
public record Tie(String from, String to, Kind kind, Optional<String> where, String fact, String sentence) {
    /** What ties. */
    public enum Kind {
        /** A bridge sends requests on under an id of its own. */
        BRIDGE_ALIAS,
        /** A quirk: one function uses the other's id. */
        QUIRK_ALIAS,
        /** A port or bridge without ACS. */
        TURNS_BELOW,
        /** Functions of one device without ACS. */
        MULTIFUNCTION
    }

    static Tie of(IsolationGraph.Step step) {
        return switch (step.link()) {
            case PciLink.BridgeAlias alias ->
                new Tie(
                        step.from(),
                        step.to(),
                        Kind.BRIDGE_ALIAS,
                        Optional.empty(),
                        alias.to().label() + " sends requests on under one id",
                        "Requests of " + alias.from().label() + " leave "
                                + alias.to().label() + " under the id " + id(alias.requesterId())
                                + ", so that the IOMMU cannot tell from whom they are.");
            case PciLink.QuirkAlias alias ->
                new Tie(
                        step.from(),
                        step.to(),
                        Kind.QUIRK_ALIAS,
                        Optional.empty(),
                        "they send requests under one id",
                        alias.from().label() + " and " + alias.to().label()
                                + " send requests under one id; the kernel has a quirk for this device.");
            case PciLink.TurnsBelow turns ->
                new Tie(
                        step.from(),
                        step.to(),
                        Kind.TURNS_BELOW,
                        Optional.of(turns.hop().label()),
                        turns.hop().label() + " " + lacks(turns.acs()),
                        "Requests of " + turns.from().label() + " can turn round at "
                                + turns.hop().label() + " without passing the IOMMU: it " + lacks(turns.acs()) + ".");
            case PciLink.SameSlot slot ->
                new Tie(
                        step.from(),
                        step.to(),
                        Kind.MULTIFUNCTION,
                        Optional.of(slot.from().label()),
                        slot.from().label() + " " + lacks(slot.acs()),
                        slot.from().label() + " and " + slot.to().label()
                                + " are functions of one device and can reach each other inside it: "
                                + slot.from().label() + " " + lacks(slot.acs()) + ".");
        };
    }

    private static String id(int requesterId) {
        return PciAddress.of(0, requesterId).toString().substring("0000:".length());
    }

    /** What is wrong with a function's ACS, as the end of a sentence that begins with the function. */
    static String lacks(AcsVerdict acs) {
        return switch (acs.why()) {
            case NO_CAPABILITY -> "has no ACS capability";
            case CONTROL -> {
                List<AcsFlag> missing = acs.missing().stream().sorted().toList();
                yield missing.size() == AcsFlag.REQUIRED.size()
                        ? "has its ACS turned off"
                        : "has " + missing.stream().map(AcsFlag::words).collect(Collectors.joining(", "))
                                + " turned off in its ACS control register";
            }
            case NOT_EXPRESS -> "is conventional PCI, which has no ACS";
            case NEVER -> "is a bridge to conventional PCI or an event collector, which has no ACS";
            case QUIRK -> "is known to the kernel by a quirk that does not count it as isolated";
            case SINGLE_FUNCTION, OVERRIDE -> "is counted as isolated";
        };
    }
}
