package org.iommulab.app.window;

import java.nio.file.Path;
import java.util.Optional;
import org.iommulab.app.playback.Story;
import org.iommulab.bus.pci.AcsOverride;

/**
 * How a captured machine is found again: its file, in which form it is shown, and whether one of its devices is handed over.
 *
 * @param override its ACS as it shall be believed
 * @param device the device that is handed to user space; empty to look at the machine
 */
record MachineKey(Path file, AcsOverride override, Optional<String> device) {
    private static final String ACS = "#acs=";
    private static final String RUN = "#run=";

    /** Of a key that is a plain file's nothing but the file. */
    static MachineKey parse(String key) {
        int run = key.lastIndexOf(RUN);
        String rest = run < 0 ? key : key.substring(0, run);
        int acs = rest.lastIndexOf(ACS);
        return new MachineKey(
                Path.of(acs < 0 ? rest : rest.substring(0, acs)),
                acs < 0
                        ? AcsOverride.NONE
                        : AcsOverride.parse(rest.substring(acs + ACS.length())).orElse(AcsOverride.NONE),
                run < 0 ? Optional.empty() : Optional.of(key.substring(run + RUN.length())));
    }

    String text() {
        return file
                + (override.isNone() ? "" : ACS + override.text())
                + device.map(name -> RUN + name).orElse("");
    }

    MachineKey with(AcsOverride newOverride) {
        return new MachineKey(file, newOverride, device);
    }

    MachineKey handing(String newDevice) {
        return new MachineKey(file, override, Optional.of(newDevice));
    }

    /** The machine itself, as it is. */
    MachineKey still() {
        return new MachineKey(file, override, Optional.empty());
    }

    Story story() {
        String name = String.valueOf(file.getFileName());
        return device.map(handed -> new Story(text(), "Hand over " + handed + ", " + name, Story.Kind.HANDOVER))
                .orElseGet(() -> new Story(text(), name, Story.Kind.MACHINE));
    }
}
