package org.iommulab.app.cli;

import java.util.Arrays;
import java.util.List;
import org.iommulab.explore.Catalogue;
import org.iommulab.explore.breaks.Sweep;
import org.iommulab.json.Names;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Errno;
import org.iommulab.kernel.Failure;
import org.iommulab.kernel.Removal;
import org.iommulab.scenario.ScenarioFile;

/** Reads what a user wants broken on purpose in the drivers of a scenario's board. */
final class OnPurpose {
    private final String option;
    private final ScenarioFile file;

    /** @param option with what was written behind it, for the answer to a mistake */
    private OnPurpose(String option, ScenarioFile file) {
        this.option = option;
        this.file = file;
    }

    /**
     * @param name the option, as the user writes it
     * @param texts {@code exynos.attach_dev}
     */
    static List<Removal> removals(String name, List<String> texts, ScenarioFile file) {
        return texts.stream()
                .map(text -> new OnPurpose(name + " " + text, file).removal(text))
                .toList();
    }

    /**
     * @param name the option, as the user writes it
     * @param texts {@code exynos.attach_dev@2=-ENOMEM}
     */
    static List<Failure> failures(String name, List<String> texts, ScenarioFile file) {
        return texts.stream()
                .map(text -> new OnPurpose(name + " " + text, file).failure(text))
                .toList();
    }

    private Removal removal(String text) {
        String[] parts = text.split("\\.", 2);
        if (parts.length != 2) {
            throw new BadUsage(option + ": expected DRIVER.CALLBACK, as in exynos.attach_dev");
        }
        return new Removal(driver(parts[0]), callback(parts[1]));
    }

    private Failure failure(String text) {
        if (!text.matches("[^.@=]+\\.[^.@=]+@[1-9]\\d{0,8}=-[A-Z0-9_]+")) {
            throw new BadUsage(option + ": expected DRIVER.CALLBACK@N=-ERRNO, as in exynos.attach_dev@2=-ENOMEM");
        }
        String[] parts = text.split("\\.|@|=-", -1);
        List<String> known = Arrays.stream(Errno.values()).map(Errno::name).toList();
        if (!known.contains(parts[3])) {
            throw new BadUsage(option + ": unknown errno '" + parts[3] + "'" + Names.hint(parts[3], known));
        }
        if (callback(parts[1]).failing() == Callback.Failing.NEVER) {
            throw new BadUsage(option + ": " + parts[1] + " returns nothing and cannot fail; expected --remove "
                    + parts[0] + "." + parts[1] + ", or a callback that can");
        }
        return new Failure(driver(parts[0]), callback(parts[1]), Integer.parseInt(parts[2]), Errno.valueOf(parts[3]));
    }

    private String driver(String name) {
        List<String> known =
                Catalogue.drivers().stream().map(Catalogue.Driver::name).toList();
        if (!known.contains(name)) {
            throw new BadUsage(option + ": unknown driver '" + name + "'" + Names.hint(name, known));
        }
        List<String> here = Sweep.driversOf(file.board());
        if (!here.contains(name)) {
            throw new BadUsage(option + ": board '" + file.board().name() + "' has no unit of " + name + "; expected "
                    + String.join(" or ", here));
        }
        return name;
    }

    private Callback callback(String name) {
        List<String> known =
                Arrays.stream(Callback.values()).map(Callback::kernelName).toList();
        return Callback.named(name)
                .orElseThrow(
                        () -> new BadUsage(option + ": unknown callback '" + name + "'" + Names.hint(name, known)));
    }
}
