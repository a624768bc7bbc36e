package org.iommulab.app.graph;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import javafx.beans.property.SimpleBooleanProperty;
import javafx.beans.property.SimpleDoubleProperty;
import javafx.beans.property.SimpleIntegerProperty;
import javafx.beans.property.SimpleObjectProperty;
import org.iommulab.app.playback.Lit;
import org.iommulab.app.playback.Now;
import org.iommulab.app.playback.Playback;
import org.iommulab.app.playback.Trail;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Removal;

/** Shows what the test says; the controls do nothing. */
final class FixedPlayback implements Playback {
    final SimpleObjectProperty<Optional<Now>> now = new SimpleObjectProperty<>(Optional.empty());
    private final IntegerProperty selected = new SimpleIntegerProperty();
    private final IntegerProperty second = new SimpleIntegerProperty();
    private final ObjectProperty<List<Lit>> lit = new SimpleObjectProperty<>(List.of());
    private final DoubleProperty speed = new SimpleDoubleProperty(4);

    @Override
    public ReadOnlyObjectProperty<Optional<Now>> nowProperty() {
        return now;
    }

    @Override
    public ReadOnlyObjectProperty<List<LevelOutcome>> levelsProperty() {
        return new SimpleObjectProperty<>(List.of());
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
        return new SimpleBooleanProperty();
    }

    @Override
    public DoubleProperty speedProperty() {
        return speed;
    }

    @Override
    public void go(int step) {}

    @Override
    public void first() {}

    @Override
    public void last() {}

    @Override
    public void into() {}

    @Override
    public void over() {}

    @Override
    public void out() {}

    @Override
    public void back() {}

    @Override
    public void backOver() {}

    @Override
    public void backOut() {}

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
        return new SimpleObjectProperty<>(Optional.empty());
    }

    @Override
    public void why(int step) {}

    @Override
    public void forget() {}
}
