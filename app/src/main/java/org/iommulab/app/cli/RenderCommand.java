package org.iommulab.app.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import org.iommulab.app.compare.CompareScene;
import org.iommulab.app.draw.Theme;
import org.iommulab.app.export.NoPictures;
import org.iommulab.app.export.Pictures;
import org.iommulab.app.export.Storyboard;
import org.iommulab.explore.compare.Comparison;
import org.iommulab.scenario.Run;
import org.iommulab.scenario.ScenarioFile;
import org.iommulab.scenario.ScenarioLibrary;
import org.iommulab.scenario.ScenarioReader;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** render: pictures from the model, without a display. */
@Command(
        name = "render",
        mixinStandardHelpOptions = true,
        description =
                "Draws a run: one step, the way from one step to another, or a storyboard; or runs side by side, with"
                        + " --against or for a story in lanes.")
public final class RenderCommand implements Callable<Integer> {
    private final Player player;
    private final Console console;

    @Parameters(paramLabel = "SCENARIO", description = "a file, or the name of a scenario that comes with the lab")
    private String scenario = "";

    @Mixin
    private KernelOptions kernel = new KernelOptions();

    @Mixin
    private AgainstOptions against = new AgainstOptions();

    @Option(
            names = "--lane",
            paramLabel = "NAME",
            description = "of a story in lanes only this one (default: all side by side)")
    private Optional<String> lane = Optional.empty();

    @ArgGroup
    private What what = new What();

    /** What is drawn. */
    static final class What {
        @Option(names = "--at", paramLabel = "STEP", description = "one step (default: the last)")
        private Optional<Integer> step = Optional.empty();

        @Option(names = "--animate", paramLabel = "FROM..TO", description = "the way from one step to another")
        private @Nullable String animate;

        @Option(names = "--storyboard", paramLabel = "DIR", description = "a picture for each key step, and a text")
        private @Nullable Path storyboard;
    }

    @Option(names = "--theme", description = "dark or light (default: dark)", defaultValue = "dark")
    private Theme theme = Theme.DARK;

    @Option(names = "--size", paramLabel = "WxH", description = "default: 1600x1000", defaultValue = "1600x1000")
    private String size = "1600x1000";

    @Option(names = "--out", paramLabel = "FILE", description = ".png or .svg; with --animate .apng or .gif")
    private @Nullable Path out;

    public RenderCommand(Player player, Console console) {
        this.player = player;
        this.console = console;
    }

    @Override
    public Integer call() {
        if (out == null && what.storyboard == null) {
            throw new BadUsage("where to? expected --out FILE or --storyboard DIR");
        }
        List<ScenarioFile> lanes = Lanes.chosen(ScenarioReader.open(ScenarioLibrary.find(scenario)), lane);
        ScenarioFile file = lanes.getFirst();
        try {
            console.out()
                    .println(
                            lanes.size() > 1 || against.given()
                                    ? sideBySide()
                                    : draw(player.play(file, kernel.build(file))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (NoPictures | IllegalArgumentException e) {
            throw new BadUsage(String.valueOf(e.getMessage()));
        }
        return ExitCode.AS_EXPECTED;
    }

    private Path sideBySide() throws IOException {
        if (out == null || what.animate != null) {
            throw new BadUsage("runs side by side are one picture: expected --out FILE.png or .svg and no --animate or"
                    + " --storyboard; a story in lanes is drawn alone with --lane NAME");
        }
        ScenarioFile file = ScenarioReader.open(ScenarioLibrary.find(scenario));
        CompareScene scene = CompareScene.opened(Comparison.of(Sides.play(file, kernel, against, player)));
        if (what.step.isPresent()) {
            int step = what.step.get();
            int length = scene.comparison().sides().getFirst().run().recording().length();
            if (step < 0 || step > length) {
                throw new BadUsage("there is no step " + step + "; the first run has " + length);
            }
            scene = scene.moved(scene.comparison().alignment().row(0, step));
        }
        List<Integer> pixels = numbers("--size", size, "x");
        Pictures.render(scene, theme, pixels.getFirst(), pixels.getLast(), out);
        return out;
    }

    private Path draw(Run run) throws IOException {
        if (what.storyboard != null) {
            return Storyboard.write(run, what.storyboard, theme).getLast();
        }
        Path to = Objects.requireNonNull(out);
        List<Integer> pixels = numbers("--size", size, "x");
        if (what.animate != null) {
            List<Integer> way = numbers("--animate", what.animate, "..");
            Pictures.animate(run, way.getFirst(), way.getLast(), theme, pixels.getFirst(), pixels.getLast(), to);
        } else {
            int step = what.step.orElseGet(run.recording()::length);
            Pictures.render(run, step, theme, pixels.getFirst(), pixels.getLast(), to);
        }
        return to;
    }

    static List<Integer> numbers(String option, String text, String between) {
        String[] parts = text.split(Pattern.quote(between), -1);
        if (parts.length != 2 || !parts[0].matches("\\d{1,9}") || !parts[1].matches("\\d{1,9}")) {
            throw new BadUsage(option + " " + text + ": expected two numbers with '" + between + "' between them");
        }
        return List.of(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
    }
}
