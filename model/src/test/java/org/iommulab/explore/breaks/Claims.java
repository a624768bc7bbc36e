package org.iommulab.explore.breaks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.iommulab.board.Board;
import org.iommulab.board.BoardReader;
import org.iommulab.explore.why.Chain;
import org.iommulab.explore.why.Harm;
import org.iommulab.kernel.Callback;
import org.iommulab.kernel.Level;
import org.iommulab.scenario.Act;
import org.iommulab.scenario.Action;
import org.iommulab.scenario.ByKernel;
import org.iommulab.scenario.Scenario;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioReader;

/** Plays what a description claims, and says what the run shows. */
final class Claims {
    private static final Path STORIES = Path.of("..", "scenarios");
    /** In the place of a callback: the kernel as it is. */
    private static final String AS_IT_IS = "-";

    private final Map<String, ScenarioFile> files = new HashMap<>();
    private final Map<String, Unbroken> unbroken = new HashMap<>();

    /**
     * A line of a description.
     *
     * @param says the description, in short
     * @param kernels levels or kernels, separated by blanks
     * @param callback {@code omap.detach_dev}; {@code exynos.-} for a kernel that has it no more by itself
     * @param effects words of {@link Effect}, joined by {@code +}: all that must be there; {@code nothing}
     * @param shows texts that the run must show, joined by {@code &}
     */
    record Claim(String says, String story, String kernels, String callback, String effects, String shows) {
        static Claim of(String line) {
            String[] parts = Arrays.stream(line.split("\\|")).map(String::strip).toArray(String[]::new);
            return new Claim(parts[0], parts[1], parts[2], parts[3], parts[4], parts.length > 5 ? parts[5] : "");
        }
    }

    /** What came of it on one kernel. */
    record Answer(Claim claim, String kernel, Set<Effect> effects, String shown, List<String> missing) {
        boolean agrees() {
            return missing.isEmpty();
        }

        String line() {
            return "%-3s %-72s %-12s %-28s %s"
                    .formatted(
                            agrees() ? "ok" : "NO",
                            claim.says(),
                            kernel,
                            claim.callback(),
                            effects.stream().map(Effect::word).collect(Collectors.joining(", "))
                                    + (agrees() ? "" : "; without " + missing + "; shows " + shown));
        }
    }

    static List<Claim> read(String table) {
        return table.lines().filter(line -> !line.isBlank()).map(Claim::of).toList();
    }

    List<Answer> answers(List<Claim> claims) {
        var answers = new ArrayList<Answer>();
        for (Claim claim : claims) {
            for (String kernel : claim.kernels().split(" ")) {
                answers.add(answer(claim, kernel));
            }
        }
        return answers;
    }

    private Answer answer(Claim claim, String kernel) {
        ScenarioFile file = files.computeIfAbsent(claim.story(), Claims::open);
        LevelKernel on = LevelKernel.of(file, new Level(kernel, kernel, spec(kernel)));
        Unbroken usual =
                unbroken.computeIfAbsent(claim.story() + " " + kernel, _ -> Unbroken.of(Take.of(file, on, on.build())));
        String[] what = claim.callback().split("\\.");
        Set<Effect> effects = EnumSet.noneOf(Effect.class);
        var shown = new LinkedHashSet<String>();
        if (what[1].equals(AS_IT_IS)) {
            usual.harms().stream().filter(sign -> !isUsual(sign)).forEach(sign -> {
                effects.add(Effect.of(sign.kind()));
                shown.add(sign.words());
            });
            shown.addAll(usual.rules().keySet());
        } else {
            tamper(Tampering.removal(what[0], Callback.named(what[1]).orElseThrow()), file, on, usual, effects, shown);
        }
        return new Answer(claim, kernel, effects, shown.toString(), missing(claim, effects, shown.toString()));
    }

    /** A story of the library; or, as {@code tm2: remove 13800000.decon}, a board that boots and loses a device. */
    private static ScenarioFile open(String story) {
        int colon = story.indexOf(": remove ");
        if (colon < 0) {
            return ScenarioReader.open(STORIES.resolve(story + ".json"));
        }
        Board board = BoardReader.read(STORIES.resolve("boards/" + story.substring(0, colon) + ".json"));
        List<Act> acts = Stream.of(new Action.Boot(List.of()), new Action.RemoveDevice(story.substring(colon + 9)))
                .map(action -> new Act(action, Optional.empty(), Optional.empty(), ByKernel.none()))
                .toList();
        var scenario = new Scenario(
                "", "removed", "", "", board.name(), "6.2", Optional.empty(), Map.of(), acts, ByKernel.none());
        return new ScenarioFile(Path.of(board.name()), scenario, board);
    }

    // no device has an IOMMU before its driver says so, and 32-bit ARM has no default domain
    private static boolean isUsual(Harm sign) {
        return Effect.of(sign.kind()) == Effect.ERROR
                && (sign.words().endsWith("-ENODEV") || sign.words().startsWith("iommu_group_alloc_default_domain"));
    }

    /** A level by its name, or a kernel as the command line spells it. */
    private static String spec(String kernel) {
        return Level.KNOWN.stream()
                .filter(level -> level.key().equals(kernel))
                .map(Level::spec)
                .findFirst()
                .orElse(kernel);
    }

    private static void tamper(
            Tampering tampering,
            ScenarioFile file,
            LevelKernel on,
            Unbroken usual,
            Set<Effect> effects,
            Set<String> shown) {
        if (on.function(tampering.driver(), tampering.callback()).isEmpty()) {
            effects.add(Effect.NOT_THERE);
            return;
        }
        Comparison runs = Comparison.of(tampering, Take.of(file, on, tampering.on(on.build())), usual);
        effects.addAll(runs.effects());
        runs.signs().forEach(sign -> shown.add(sign.words()));
        runs.rules().forEach(rule -> shown.add(rule.key() + ": " + rule.sentence()));
        runs.left().ifPresent(shown::add);
        if (!runs.effects().isEmpty()) {
            shown.add(Chain.sentence(runs.chain(tampering)));
        }
    }

    private static List<String> missing(Claim claim, Set<Effect> effects, String shown) {
        var missing = new ArrayList<String>();
        if (claim.effects().equals("nothing")) {
            effects.forEach(effect -> missing.add("nothing but " + effect.word()));
        } else {
            for (String word : claim.effects().split("\\+")) {
                if (effects.stream().noneMatch(effect -> effect.word().equals(word))) {
                    missing.add(word);
                }
            }
        }
        for (String text : claim.shows().split("&")) {
            if (!shown.contains(text.strip())) {
                missing.add(text.strip());
            }
        }
        return missing;
    }
}
