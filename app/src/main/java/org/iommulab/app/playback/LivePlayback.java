package org.iommulab.app.playback;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyBooleanWrapper;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.ReadOnlyObjectWrapper;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleObjectProperty;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Level;
import org.iommulab.kernel.Removal;
import org.iommulab.scenario.Timed;
import org.iommulab.sim.Steps;

/**
 * The playback of the window. Running and seeking happen on threads of their own; what they find waits in one place
 * until the next frame, so however many states are made, the window shows the latest, once a frame.
 */
public final class LivePlayback implements Playback, AutoCloseable {
    /** Steps a second; a run with a time of its own is played as fast as it happened. */
    public static final double USUAL_SPEED = 8;

    private final Frames frames;
    private final Traveller traveller;
    private final LevelRuns levelRuns;
    private final AtomicReference<News> news = new AtomicReference<>(News.NONE);
    private final AtomicBoolean frameAsked = new AtomicBoolean();

    private final ReadOnlyObjectWrapper<Optional<Now>> now = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<Optional<Story>> story = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<KernelBuild> kernel;
    private final ReadOnlyObjectWrapper<Optional<String>> problem = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<List<LevelOutcome>> levels = new ReadOnlyObjectWrapper<>(LevelRuns.none());
    private final ReadOnlyObjectWrapper<Optional<Level>> firstBad = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyBooleanWrapper playing = new ReadOnlyBooleanWrapper();
    private final IntegerProperty selected = new SimpleIntegerProperty();
    private final IntegerProperty second = new SimpleIntegerProperty();
    private final ObjectProperty<List<Lit>> lit = new SimpleObjectProperty<>(List.of());
    private final DoubleProperty speed = new SimpleDoubleProperty(USUAL_SPEED);
    private final ReadOnlyObjectWrapper<Optional<Trail>> trail = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final Reasons reasons;
    /** What is to be marked once the run is there that was asked for. */
    private Optional<Trail> trailToCome = Optional.empty();

    private final ReadOnlyBooleanWrapper running = new ReadOnlyBooleanWrapper();
    private final ReadOnlyObjectWrapper<Optional<Loaded>> loaded = new ReadOnlyObjectWrapper<>(Optional.empty());

    /** Whether the problem is only that there is none; it is put away with the next step. */
    private boolean nothingWrong;

    private long lastTick;
    private double due;
    /** Where the clock of a run that has one stands while it plays. */
    private final OwnTime time = new OwnTime();

    /** Without anybody who knows why something went wrong. */
    public LivePlayback(RunSource source, Frames frames, KernelBuild kernel) {
        this(source, frames, kernel, (_, _) -> Optional.empty());
    }

    /** @param reasons is asked why something went wrong */
    public LivePlayback(RunSource source, Frames frames, KernelBuild kernel, Reasons reasons) {
        this.frames = frames;
        this.reasons = reasons;
        this.kernel = new ReadOnlyObjectWrapper<>(kernel);
        traveller = new Traveller(
                source, found -> tell(News.of(found)), found -> tell(News.of(found)), found -> tell(News.of(found)));
        selected.subscribe(_ -> second.set(0));
        levelRuns = new LevelRuns(source, found -> tell(News.of(found)));
    }

    // ---- what came in, once a frame

    private void tell(News latest) {
        news.accumulateAndGet(latest, News::and);
        if (frameAsked.compareAndSet(false, true)) {
            frames.onNext(_ -> show());
        }
    }

    private void show() {
        frameAsked.set(false);
        News latest = news.getAndSet(News.NONE);
        latest.loaded().filter(_ -> running.get()).ifPresent(found -> loaded.set(Optional.of(found)));
        latest.problem()
                .ifPresent(
                        found -> { // each run ends with one, or with the word that there is none
                            problem.set(found);
                            running.set(false);
                            loaded.set(Optional.empty());
                        });
        // What was found for a story that is no longer open is too late.
        latest.levels()
                .filter(found ->
                        story.get().filter(open -> open == found.story()).isPresent())
                .ifPresent(found -> {
                    firstBad.set(found.firstBad());
                    levels.set(found.outcomes());
                });
        latest.now().ifPresent(found -> {
            boolean anotherRun =
                    now.get().filter(shown -> shown.run() == found.run()).isEmpty();
            now.set(Optional.of(found));
            if (anotherRun) {
                trail.set(trailToCome);
                trailToCome = Optional.empty();
            }
            if (nothingWrong) {
                nothingWrong = false;
                problem.set(Optional.empty());
            }
            if (playing.get() && found.step() == found.length()) {
                pause();
            }
        });
    }

    // ---- the story and its kernel

    /**
     * Opens a story on this kernel, with a way to be marked in it.
     *
     * @param way in the recording of that run
     */
    public void open(Story newStory, KernelBuild build, int step, Optional<Trail> way) {
        kernel.set(build);
        open(newStory, step);
        trailToCome = way;
    }

    /** Opens a story at its beginning, on the kernel that it is told on; on the present one where it names none. */
    public void begin(Story newStory) {
        newStory.kernel().ifPresent(kernel::set);
        open(newStory, Places.BEGINNING);
    }

    /** Opens a story on the present kernel at a step of it, or at {@link Places#BEGINNING}. */
    public void open(Story newStory, int step) {
        pause();
        trailToCome = Optional.empty();
        story.set(Optional.of(newStory));
        selected.set(0);
        lit.set(List.of());
        levels.set(newStory.captured() ? List.of() : LevelRuns.none());
        firstBad.set(Optional.empty());
        running.set(true);
        loaded.set(Optional.empty());
        traveller.open(newStory, kernel.get(), step);
        if (newStory.captured()) {
            levelRuns.stop();
        } else {
            levelRuns.start(newStory);
        }
    }

    /** A long file that is being read is read no further: what was read so far is shown. */
    public void enough() {
        traveller.enough();
    }

    /** Another form of what is open takes its place; what is selected stays so. */
    public void vary(Story other) {
        pause();
        story.set(Optional.of(other));
        running.set(true);
        traveller.rerun(other, kernel.get());
    }

    @Override
    public void kernel(KernelBuild build) {
        if (!build.equals(kernel.get())) {
            kernel.set(build);
            trailToCome = Optional.empty();
            story.get().filter(open -> !open.captured()).ifPresent(open -> {
                running.set(true);
                traveller.rerun(open, build);
            });
        }
    }

    @Override
    public void remove(Set<Removal> removals) {
        kernel(kernel.get()
                .without(removals.stream()
                        .sorted(java.util.Comparator.comparing(Removal::toString))
                        .toList()));
    }

    // ---- why

    @Override
    public void why(int step) {
        now.get()
                .ifPresent(asked -> Thread.ofVirtual().name("why").start(() -> {
                    Optional<Trail> found = reasons.why(asked.run(), step);
                    frames.onNext(_ -> mark(asked, found));
                }));
    }

    /** An answer about a run that is no longer shown is too late. */
    private void mark(Now asked, Optional<Trail> found) {
        if (now.get().filter(shown -> shown.run() == asked.run()).isPresent()) {
            trail.set(found);
            nothingWrong = found.isEmpty();
            if (nothingWrong) {
                problem.set(Optional.of("Nothing goes wrong in this story"));
            }
        }
    }

    @Override
    public void forget() {
        trail.set(Optional.empty());
    }

    // ---- moving

    @Override
    public void go(int step) {
        traveller.go(Move.to(step));
    }

    @Override
    public void first() {
        go(0);
    }

    @Override
    public void last() {
        go(Integer.MAX_VALUE);
    }

    @Override
    public void into() {
        traveller.move(Steps::into);
    }

    @Override
    public void over() {
        traveller.move(Steps::over);
    }

    @Override
    public void out() {
        traveller.move(Steps::out);
    }

    @Override
    public void back() {
        traveller.move(Steps::back);
    }

    @Override
    public void backOver() {
        traveller.move(Steps::backOver);
    }

    @Override
    public void backOut() {
        traveller.move(Steps::backOut);
    }

    // ---- playing

    @Override
    public void play() {
        if (playing.get() || now.get().isEmpty()) {
            return;
        }
        if (now.get().get().step() == now.get().get().length()) {
            first();
        }
        playing.set(true);
        lastTick = 0;
        due = 0;
        time.begin();
        frames.onNext(this::tick);
    }

    @Override
    public void pause() {
        playing.set(false);
    }

    private void tick(long nanos) {
        if (!playing.get()) {
            return;
        }
        frames.onNext(this::tick);
        double seconds = lastTick == 0 ? 0 : (nanos - lastTick) / 1e9;
        lastTick = nanos;
        if (now.get().isPresent() && now.get().get().run() instanceof Timed timed) {
            if (!traveller.busy()) {
                time.tick(timed, now.get().get(), seconds * speed.get() / USUAL_SPEED)
                        .ifPresent(step -> traveller.move(Move.to(step)));
            } else {
                time.passes(seconds * speed.get() / USUAL_SPEED);
            }
            return;
        }
        due += speed.get() * seconds;
        // A traveller that is behind gets no new wish: the steps add up and are taken at once.
        if (due >= 1 && !traveller.busy()) {
            int whole = (int) due;
            due -= whole;
            traveller.move(Move.by(whole));
        }
    }

    // ---- properties

    @Override
    public ReadOnlyObjectProperty<Optional<Now>> nowProperty() {
        return now.getReadOnlyProperty();
    }

    /** The story that is open. */
    public ReadOnlyObjectProperty<Optional<Story>> storyProperty() {
        return story.getReadOnlyProperty();
    }

    /** The kernel that was asked for last; the one that is shown follows when its run is there. */
    public ReadOnlyObjectProperty<KernelBuild> kernelProperty() {
        return kernel.getReadOnlyProperty();
    }

    /** Whether what was asked for last is still being run; what is shown meanwhile is older. */
    public ReadOnlyBooleanProperty runningProperty() {
        return running.getReadOnlyProperty();
    }

    /** How far the reading of a long file is; empty while none is read. */
    public ReadOnlyObjectProperty<Optional<Loaded>> loadedProperty() {
        return loaded.getReadOnlyProperty();
    }

    /** Why the last wish could not be met, for the user; empty when it could. */
    public ReadOnlyObjectProperty<Optional<String>> problemProperty() {
        return problem.getReadOnlyProperty();
    }

    @Override
    public ReadOnlyObjectProperty<List<LevelOutcome>> levelsProperty() {
        return levels.getReadOnlyProperty();
    }

    /** The first level of the series on which this story ends differently than before the series. */
    public ReadOnlyObjectProperty<Optional<Level>> firstBadProperty() {
        return firstBad.getReadOnlyProperty();
    }

    @Override
    public ReadOnlyObjectProperty<Optional<Trail>> trailProperty() {
        return trail.getReadOnlyProperty();
    }

    @Override
    public IntegerProperty selectedProperty() {
        return selected;
    }

    @Override
    public IntegerProperty secondProperty() {
        return second;
    }

    @Override
    public ObjectProperty<List<Lit>> litProperty() {
        return lit;
    }

    @Override
    public ReadOnlyBooleanProperty playingProperty() {
        return playing.getReadOnlyProperty();
    }

    @Override
    public DoubleProperty speedProperty() {
        return speed;
    }

    @Override
    public void close() {
        traveller.close();
        levelRuns.close();
    }
}
