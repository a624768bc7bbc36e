package org.iommulab.app.playback;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import javafx.beans.property.DoubleProperty;
import javafx.beans.property.IntegerProperty;
import javafx.beans.property.ObjectProperty;
import javafx.beans.property.ReadOnlyBooleanProperty;
import javafx.beans.property.ReadOnlyObjectProperty;
import org.iommulab.kernel.KernelBuild;
import org.iommulab.kernel.Level;
import org.iommulab.kernel.Removal;
import org.iommulab.scenario.Outcome;

/** What views listen to and what controls call. All of it on the window's thread; none of it blocks. */
public interface Playback {
    /** What to show; changes at most once a frame. Empty until the first run is there. */
    ReadOnlyObjectProperty<Optional<Now>> nowProperty();

    /** The outcome of each level of the series on this story, as they come in, in the order of {@link Level#SERIES}. */
    ReadOnlyObjectProperty<List<LevelOutcome>> levelsProperty();

    /** Object id of what is selected, 0 for nothing. */
    IntegerProperty selectedProperty();

    /** Object id of a second thing that is selected together with the first, 0 for none. Goes when the first changes. */
    IntegerProperty secondProperty();

    /** Lines between devices that some view wants lit in the graph. */
    ObjectProperty<List<Lit>> litProperty();

    /** Whether it plays. */
    ReadOnlyBooleanProperty playingProperty();

    /** Steps a second while it plays. */
    DoubleProperty speedProperty();

    /** Asks for a step; a later request replaces an earlier one that is not done yet. */
    void go(int step);

    void first();

    void last();

    void into();

    void over();

    void out();

    void back();

    void backOver();

    void backOut();

    void play();

    void pause();

    /** The way from a cause to a harm that is marked in the recording; empty when none is. */
    ReadOnlyObjectProperty<Optional<Trail>> trailProperty();

    /** Marks the way to what is wrong at this step, else to the nearest wrong thing before it, else after it. */
    void why(int step);

    /** Marks no way any more. */
    void forget();

    /** Runs the story on another kernel and stays at the same place of the story. */
    void kernel(KernelBuild kernel);

    /** Runs the story with these callbacks taken away and stays at the same place of the story. */
    void remove(Set<Removal> removals);

    /** One button of the patch row; the outcome is empty while its run is under way. */
    record LevelOutcome(Level level, Optional<Outcome> outcome) {}
}
