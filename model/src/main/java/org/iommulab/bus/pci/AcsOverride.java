package org.iommulab.bus.pci;

import java.util.ArrayList;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.iommulab.kernel.CommandLine;

/**
 * {@code pcie_acs_override}, an option that no released kernel has: a patch that some distributions carry (Alex Williamson,
 * 2013) makes the kernel believe in isolation that the hardware does not promise. Functions with an ACS capability of their
 * own and conventional ones are left alone (the patch's pcie_acs_overrides in drivers/pci/quirks.c).
 *
 * @param downstream {@code downstream}: root ports and downstream ports
 * @param multifunction {@code multifunction}: functions of multifunction endpoints and upstream ports
 * @param devices single ones: vendor and device as {@code id:8086:10d3} has them, and, which the patch cannot, addresses
 */
public record AcsOverride(boolean downstream, boolean multifunction, Set<String> devices) {
    /** The configuration option by which the lab says that a kernel has the patch; the patch itself has none. */
    public static final String PATCH = "PCIE_ACS_OVERRIDE_PATCH";

    private static final String NAME = "pcie_acs_override";
    public static final String OPTION = NAME + "=";

    public static final AcsOverride NONE = new AcsOverride(false, false, Set.of());

    private static final Pattern IDS = Pattern.compile("[0-9a-f]{4}:[0-9a-f]{4}");

    public AcsOverride {
        devices = Set.copyOf(devices);
    }

    /** Reads {@code downstream,multifunction,id:8086:10d3,0000:05:00.0}; empty when a word is none of these. */
    public static Optional<AcsOverride> parse(String text) {
        boolean down = false;
        boolean multi = false;
        var devices = new TreeSet<String>();
        for (String word : text.split(",", -1)) {
            String ids = word.startsWith("id:") ? word.substring("id:".length()) : "";
            if (word.equals("downstream")) {
                down = true;
            } else if (word.equals("multifunction")) {
                multi = true;
            } else if (IDS.matcher(ids).matches()) {
                devices.add(ids);
            } else if (PciAddress.parse(word).isPresent()) {
                devices.add(word);
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(new AcsOverride(down, multi, devices));
    }

    /** What a kernel's command line says; {@link #NONE} where it says nothing that can be read. */
    public static AcsOverride ofCommandLine(String commandLine) {
        return new CommandLine(commandLine)
                .last(NAME)
                .flatMap(AcsOverride::parse)
                .orElse(NONE);
    }

    public boolean isNone() {
        return equals(NONE);
    }

    /** Whether the kernel believes in this function's isolation because of the option. */
    public boolean covers(PciFunction function) {
        if (isNone() || !function.type().isExpress() || function.found().has(ExtendedCapability.ACS)) {
            return false;
        }
        String ids = "%04x:%04x"
                .formatted(function.found().vendor(), function.found().device());
        if (devices.contains(ids) || devices.contains(function.address().toString())) {
            return true;
        }
        return switch (function.type()) {
            case ROOT_PORT, DOWNSTREAM_PORT -> downstream;
            case ENDPOINT, LEGACY_ENDPOINT, UPSTREAM_PORT, RC_ENDPOINT ->
                multifunction && function.multifunction().get();
            case PCI_BRIDGE, CONVENTIONAL, PCI_TO_PCIE_BRIDGE, PCIE_TO_PCI_BRIDGE, RC_EVENT_COLLECTOR -> false;
        };
    }

    /** As {@link #parse} reads it; empty for {@link #NONE}. */
    public String text() {
        var words = new ArrayList<String>();
        if (downstream) {
            words.add("downstream");
        }
        if (multifunction) {
            words.add("multifunction");
        }
        new TreeSet<>(devices).forEach(device -> words.add(IDS.matcher(device).matches() ? "id:" + device : device));
        return String.join(",", words);
    }
}
