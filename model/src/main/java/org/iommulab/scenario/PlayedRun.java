package org.iommulab.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import org.iommulab.board.Architecture;
import org.iommulab.board.World;
import org.iommulab.graph.Moment;
import org.iommulab.graph.MomentReader;
import org.iommulab.hardware.DmaMaster;
import org.iommulab.hardware.WalkTrace;
import org.iommulab.json.Spelling;
import org.iommulab.kernel.Kernel;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.KernelDeath;
import org.iommulab.rules.Rule;
import org.iommulab.rules.RuleHistory;
import org.iommulab.sim.Cursor;
import org.iommulab.sim.Event;
import org.iommulab.sim.EventKind;
import org.iommulab.sim.LimitReached;
import org.iommulab.sim.Recording;
import org.iommulab.words.KernelLogText;

/** A run that was played and recorded; it owns the machine and the cursor. */
public final class PlayedRun implements Run {
    private final ScenarioFile file;
    private final World world;
    private final Recording recording;
    private final Cursor cursor;
    private final List<Chapter> chapters;
    private final Optional<LimitReached> limit;
    private final RuleHistory rules;
    private final Outcome outcome;
    private final Evidence evidence;
    private final List<Judgement> judgements;
    private final String defaultDomains;
    private final MomentReader reader;
    private final long nanos;

    PlayedRun(ScenarioFile file, Player.Stage stage, long nanos) {
        this.file = file;
        this.world = stage.world();
        this.defaultDomains = defaultDomains(world);
        this.recording = world.machine().finish();
        this.cursor = new Cursor(recording);
        this.chapters = List.copyOf(stage.chapters());
        this.limit = stage.limit();
        this.nanos = nanos;
        this.rules = RuleHistory.of(world, cursor);
        this.outcome = Verdict.of(recording, rules, failures(stage), stage.death());
        this.reader = new MomentReader(world);
        var form = new KernelLogText.Form(
                file.board().architecture() == Architecture.ARM32,
                world.kernel().config("SMP"));
        this.evidence = Evidence.of(recording, form, chapters, outcome, rules.brokenRules());
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
                file.board().architecture() == Architecture.ARM32,
                world.kernel().config("SMP"));
    }

    public ScenarioFile file() {
        return file;
    }

    public World world() {
        return world;
    }

    public Cursor cursor() {
        return cursor;
    }

    /** When each rule broke and held again. */
    public RuleHistory rules() {
        return rules;
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
        return rules.brokenRules();
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
        cursor.go(step);
        var views = new ArrayList<Moment.RuleView>();
        boolean parted = false;
        for (int i = 0; i < Rule.ALL.size(); i++) {
            Rule rule = Rule.ALL.get(i);
            RuleHistory.State state = rules.at(i, step);
            views.add(new Moment.RuleView(
                    rule.key(),
                    rule.title(),
                    state.firstBroken().isPresent()
                            ? OptionalInt.of(state.firstBroken().get())
                            : OptionalInt.empty(),
                    state.sentence().isPresent(),
                    state.sentence().orElse(""),
                    rule.isSuspicion()));
            parted |= i < 2 && state.sentence().isPresent();
        }
        double seconds =
                SimulatedTime.at(recording, step) + world.kernel().timers().waited() / 1000.0;
        return reader.read(step, seconds, views, parted, walkAt(step));
    }

    // The last access on or before this step, within the same action; how it began, whatever changed since.
    private Optional<WalkTrace> walkAt(int step) {
        for (int at = step; at >= 1; at--) {
            EventKind kind = recording.kind(at);
            if (kind == EventKind.CHAPTER) {
                return Optional.empty();
            }
            if (kind == EventKind.DMA) {
                Event.Dma dma = (Event.Dma) recording.event(at);
                var port = (DmaMaster) world.machine().object(dma.object());
                boolean write = dma.term().name().contains("write");
                cursor.go(at);
                Optional<WalkTrace> walk = port.unit().map(unit -> unit.trace(port, dma.address(), write));
                cursor.go(step);
                return walk;
            }
        }
        return Optional.empty();
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
