package org.iommulab.app.sample;

import java.util.List;
import java.util.Optional;
import java.util.Set;
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
import org.iommulab.app.playback.Lit;
import org.iommulab.app.playback.Now;
import org.iommulab.app.playback.Playback;
import org.iommulab.app.playback.Trail;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Removal;
import org.iommulab.scenario.Run;
import org.iommulab.sim.Event;

/** Stands at the step that it was last told, at once. */
public final class StillPlayback implements Playback {
    private final Run run;
    private final ReadOnlyObjectWrapper<Optional<Now>> now = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final ReadOnlyObjectWrapper<List<LevelOutcome>> levels = new ReadOnlyObjectWrapper<>(List.of());
    private final ReadOnlyObjectWrapper<Optional<Trail>> trail = new ReadOnlyObjectWrapper<>(Optional.empty());
    private final IntegerProperty selected = new SimpleIntegerProperty();
    private final IntegerProperty second = new SimpleIntegerProperty();
    private final ObjectProperty<List<Lit>> lit = new SimpleObjectProperty<>(List.of());
    private final ReadOnlyBooleanWrapper playing = new ReadOnlyBooleanWrapper();
    private final DoubleProperty speed = new SimpleDoubleProperty(4);

    public StillPlayback(Run run, int step) {
        this.run = run;
        go(step);
    }

    @Override
    public void go(int step) {
        Optional<Event> event =
                step == 0 ? Optional.empty() : Optional.of(run.recording().event(step));
        now.set(Optional.of(new Now(run, run.momentAt(step), event)));
    }

    private int step() {
        return now.get().orElseThrow().step();
    }

    @Override
    public ReadOnlyObjectProperty<Optional<Now>> nowProperty() {
        return now.getReadOnlyProperty();
    }

    @Override
    public ReadOnlyObjectProperty<List<LevelOutcome>> levelsProperty() {
        return levels.getReadOnlyProperty();
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
    public void first() {
        go(0);
    }

    @Override
    public void last() {
        go(run.recording().length());
    }

    @Override
    public void into() {
        go(Math.min(run.recording().length(), step() + 1));
    }

    @Override
    public void over() {
        into();
    }

    @Override
    public void out() {
        into();
    }

    @Override
    public void back() {
        go(Math.max(0, step() - 1));
    }

    @Override
    public void backOver() {
        back();
    }

    @Override
    public void backOut() {
        back();
    }

    @Override
    public void play() {}

    @Override
    public void pause() {}

    @Override
    public void kernel(KernelBuild kernel) {}

    @Override
    public void remove(Set<Removal> removals) {}

    @Override
    public ReadOnlyObjectProperty<Optional<Trail>> trailProperty() {
        return trail.getReadOnlyProperty();
    }

    @Override
    public void why(int step) {}

    @Override
    public void forget() {}
}
