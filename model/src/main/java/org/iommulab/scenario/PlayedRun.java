package org.iommulab.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.iommulab.board.World;
import org.iommulab.graph.Moment;
import org.iommulab.json.Spelling;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelDeath;
import org.iommulab.rules.RuleHistory;
import org.iommulab.sim.Cursor;
import org.iommulab.sim.LimitReached;
import org.iommulab.sim.Recording;
import org.iommulab.words.KernelLogText;

/** A run that was played and recorded; it owns the machine and the cursor. */
public final class PlayedRun implements Run {
    private final ScenarioFile file;
    private final World world;
    private final Recording recording;
    private final RunMoments moments;
    private final List<Chapter> chapters;
    private final Optional<LimitReached> limit;
    private final Outcome outcome;
    private final Evidence evidence;
    private final List<Judgement> judgements;
    private final String defaultDomains;
    private final long nanos;

    PlayedRun(ScenarioFile file, Player.Stage stage, long nanos) {
        this.file = file;
        this.world = stage.world();
        this.defaultDomains = defaultDomains(world);
        this.recording = world.machine().finish();
        this.moments = new RunMoments(world, recording);
        this.chapters = List.copyOf(stage.chapters());
        this.limit = stage.limit();
        this.nanos = nanos;
        this.outcome = Verdict.of(recording, moments.rules(), failures(stage), stage.death());
        this.evidence = Evidence.of(recording, logForm(), chapters, outcome, brokenRules());
        this.judgements = Expectations.judge(
                file.scenario(), world.kernel().build(), world.kernel().config(), evidence);
    }

    private List<String> failures(Player.Stage stage) {
        var failures = new ArrayList<>(missingPictures());
        stage.stuck().ifPresent(stuck -> failures.add("the story cannot go on: " + stuck.getMessage()));
        return failures;
    }

    /** How the log's blocks look on this machine. */
    public KernelLogText.Form logForm() {
        return new KernelLogText.Form(
                file.logArch(),
                world.kernel().config("SMP"),
                world.kernel().build().version());
    }

    public ScenarioFile file() {
        return file;
    }

    public World world() {
        return world;
    }

    public Cursor cursor() {
        return moments.cursor();
    }

    /** When each rule broke and held again. */
    public RuleHistory rules() {
        return moments.rules();
    }

    /** The limit that ended it, if one did. */
    public Optional<LimitReached> limit() {
        return limit;
    }

    @Override
    public String title() {
        return file.scenario().title();
    }

    @Override
    public KernelBuild kernel() {
        return world.kernel().build();
    }

    @Override
    public String boardLine() {
        return file.board().title() + " · " + Spelling.constant(file.board().architecture()) + " · " + defaultDomains;
    }

    /** Who answers DMA calls on this kernel, and what default domains the groups have that there are now. */
    private static String defaultDomains(World world) {
        Kernel kernel = world.kernel();
        String option =
                kernel.config("ARM") && !kernel.config(KernelBuild.ARM_DMA_IOMMU) ? "ARM_DMA_USE_IOMMU" : "IOMMU_DMA";
        String types = world.core().probing().groupList().stream()
                .map(group -> group.defaultDomain()
                        .get()
                        .map(domain -> domain.type().name().replace('_', '-'))
                        .orElse("none"))
                .distinct()
                .collect(Collectors.joining(", "));
        return "CONFIG_" + option + "=" + (kernel.config(option) ? "y" : "n") + " · "
                + (types.isEmpty() ? "no group" : "default domain: " + types);
    }

    @Override
    public Recording recording() {
        return recording;
    }

    @Override
    public Outcome outcome() {
        return outcome;
    }

    @Override
    public List<Chapter> chapters() {
        return chapters;
    }

    @Override
    public List<String> brokenRules() {
        return moments.rules().brokenRules();
    }

    @Override
    public List<Judgement> judgements() {
        return judgements;
    }

    /** This run by what the story expects of another kernel. */
    public List<Judgement> judgedAs(KernelBuild other) {
        return Expectations.judge(file.scenario(), other, file.config(other), evidence);
    }

    @Override
    public List<CallbackEntry> callbacks() {
        return CallbackList.of(world);
    }

    @Override
    public long nanos() {
        return nanos;
    }

    @Override
    public Moment momentAt(int step) {
        return moments.at(step);
    }

    // A story that wants a picture and gets none is broken, however politely the error was returned.
    private List<String> missingPictures() {
        var missing = new ArrayList<String>();
        for (Chapter chapter : chapters) {
            boolean wanted = file.scenario().story().get(chapter.index()).action() instanceof Action.Display;
            if (wanted
                    && chapter.reached()
                    && chapter.result().startsWith("-")
                    && !chapter.result().equals("-EIO")) {
                missing.add("no picture: " + chapter.result());
            }
        }
        return missing;
    }

    /** What killed the kernel, if something did. */
    static Outcome ofDeath(KernelDeath death) {
        String why = Objects.requireNonNullElse(death.getMessage(), "");
        return switch (death.kind()) {
            case HANG -> new Outcome.Hang(why);
            case OOPS -> new Outcome.Oops(why);
        };
    }
}
